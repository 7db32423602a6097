/*
 * `--metrics FILE`: how runs stand, in a file that a monitoring system collects. It is written
 * beside whoever drives a run, and a failure to write it stops nothing.
 */
#ifndef PT_CMD_METRICS_FILE_H
#define PT_CMD_METRICS_FILE_H

#include "cmd/command.h"
#include "pipeline/journal.h"

struct pt_metrics_file;

/* Collectors take files of that name alone, and would pass over others in silence; PT_E_USAGE. */
int pt_metrics_file_check(const struct pt_args *args, struct pt_err *err) PT_MUSTUSE;

/* NULL without `--metrics`, or without memory, which is said. The journal is that of the run
   which this process drives; borrowed. */
struct pt_metrics_file *pt_metrics_file_open(const struct pt_args *args,
					     const struct pt_journal *journal);

/* Writes it when that is due; returns after how many milliseconds of real time the next turn is.
   `file` MAY be NULL. */
int64_t pt_metrics_file_turn(struct pt_metrics_file *file);

/* Writes it now. MAY be NULL. */
void pt_metrics_file_write(struct pt_metrics_file *file);

/* Writes it a last time, nobody driving the run any longer. MAY be NULL. */
void pt_metrics_file_end(struct pt_metrics_file *file);

#endif
