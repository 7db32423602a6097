/*
 * The hours of a run as they were known when it departed: for whoever shows it without the
 * suite file and its calendars.
 */
#ifndef PT_PIPELINE_JOURNAL_HOURS_H
#define PT_PIPELINE_JOURNAL_HOURS_H

#include "pipeline/hours.h"
#include "pipeline/journal.h"

/* Everything is borrowed. */
struct pt_hours_kept {
	const struct pt_suite *suite;
	const struct pt_train_conf *conf;
	const struct pt_hours *hours; /* NULL: something may start at any time */
	const struct pt_closures *closures;
	int64_t from_ms;
};

/* Writes them down, PT_HOURS_KEPT_DAYS from `from_ms` on, in a transaction of its own. */
int pt_journal_put_hours(const struct pt_journal *journal, const struct pt_hours_kept *kept,
			 struct pt_err *err) PT_MUSTUSE;

#endif
