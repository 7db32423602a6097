/*
 * The dependency graph of a train for people and for programs.
 */
#ifndef PT_PIPELINE_GRAPH_REPORT_H
#define PT_PIPELINE_GRAPH_REPORT_H

#include "base/buf.h"
#include "base/json.h"
#include "base/zone.h"
#include "pipeline/train.h"

/* Level by level, each package with its direct needs; warnings are left to the caller. */
int pt_graph_report_text(struct pt_buf *out, const struct pt_train *train,
			 const struct pt_zone *zone, struct pt_err *err) PT_MUSTUSE;

/* One document: suite, packages, levels, warnings. */
void pt_graph_report_json(struct pt_buf *out, const struct pt_train *train);

/* The member "packages", which `plan --json` shares. */
void pt_train_json_packages(struct pt_json *json, const struct pt_train *train);

#endif
