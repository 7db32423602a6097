/*
 * What the files of the plan that a person reads share: plan_text.c (its stages and sums),
 * plan_waves.c (a stage's timetable), plan_rules.c (its rules in words).
 */
#ifndef PT_PIPELINE_PLAN_TEXT_H
#define PT_PIPELINE_PLAN_TEXT_H

#include "base/style.h"
#include "pipeline/plan.h"
#include "pipeline/slot.h"

enum { PT_PLAN_INDENT = 2 };

/* Appends the lines of a text, each after an indent and broken to fit the look. */
void pt_plan_lines(struct pt_buf *out, const char *text, const struct pt_look *look);

/* The stage's waves in the order of time, day by day. */
int pt_plan_waves_text(struct pt_buf *out, const struct pt_plan *plan, size_t stage,
		       const struct pt_look *look, struct pt_err *err) PT_MUSTUSE;

/* A line for each rule; and one for an approval. */
void pt_plan_rules_text(struct pt_buf *out, const struct pt_plan *plan, size_t stage);
void pt_plan_approval_text(struct pt_buf *out, const struct pt_approval_conf *approval);

#endif
