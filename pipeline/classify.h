/*
 * What a failed job's error means: which class, so whether and when to push the
 * org again. The suite's rules come first, the built-in ones after them, first
 * match wins, and an error that nobody knows is transient: trying again is safe.
 */
#ifndef PT_PIPELINE_CLASSIFY_H
#define PT_PIPELINE_CLASSIFY_H

#include "config/suite.h"
#include "connectors/push/push.h"

struct pt_classifier;

/* Compiles the rules. Owned by the caller. */
int pt_classifier_new(struct pt_classifier **out, const struct pt_suite *suite,
		      struct pt_err *err) PT_MUSTUSE;
void pt_classifier_free(struct pt_classifier *classifier);
void pt_classifier_freep(struct pt_classifier **classifier);

int pt_classify(enum pt_failure_class *out, const struct pt_classifier *classifier,
		const struct pt_push_error *error, struct pt_err *err) PT_MUSTUSE;

#endif
