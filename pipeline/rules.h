/*
 * The rules of a train, one line each, in words that do not depend on how the
 * suite file was written: to compare a plan with the suite it is to run under.
 */
#ifndef PT_PIPELINE_RULES_H
#define PT_PIPELINE_RULES_H

#include "base/buf.h"
#include "config/suite.h"
#include "pipeline/train.h"

/* Appends "key: value" lines, each with its newline. */
void pt_rules_of_train(struct pt_buf *out, const struct pt_suite *suite,
		       const struct pt_train_conf *conf);

/* The same for versions, ids, tags and requirements. */
void pt_rules_of_packages(struct pt_buf *out, const struct pt_train *train);

#endif
