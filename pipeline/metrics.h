/*
 * How runs stand, for a monitoring system: Prometheus' text format, version 0.0.4. Of
 * packages, stages and states there are only so many; orgs are never told apart.
 */
#ifndef PT_PIPELINE_METRICS_H
#define PT_PIPELINE_METRICS_H

#include "pipeline/status.h"

enum pt_metrics_driven {
	PT_METRICS_IDLE,
	PT_METRICS_DRIVEN, /* some process has its lock */
	PT_METRICS_UNKNOWN,
};

struct pt_metrics_run {
	const struct pt_status *status; /* borrowed */
	enum pt_metrics_driven driven;
};

/* One kind of sample; the labels of a run come before its own. */
struct pt_metric {
	const char *name, *type, *help;
	const char *labels; /* "stage package state", "": none, NULL: not of a run */
};

extern const struct pt_metric pt_metrics[];
extern const size_t pt_nmetric;

/* Appends all samples of these runs. O(stages x packages) a run. */
void pt_metrics_text(struct pt_buf *out, const struct pt_metrics_run *run, size_t nrun);

#endif
