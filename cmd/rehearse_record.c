/* See rehearse_record.h. */
#include "cmd/rehearse_record.h"

#include <string.h>

#include "cmd/report_write.h"
#include "connectors/store/sqlite.h"

void pt_record_release(struct pt_record *record)
{
	pt_run_release(&record->run);
	pt_store_closep(&record->store);
}

int pt_record_begin(struct pt_record *record, struct pt_context *c, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf plan = PT_BUF_INIT;
	const struct pt_run_row row = {.suite = c->suite->name,
				       .train = c->conf.name,
				       .id = c->id,
				       .timezone = c->suite->timezone,
				       .connector = c->args->connector,
				       .seed = c->args->seed,
				       .begun_ms = c->clock.now_ms(&c->clock),
				       .start_ms = c->start_ms};
	int rc = pt_store_open_sqlite(&record->store, "the rehearsal's journal", &pt_journal_schema,
				      PT_STORE_MEMORY, err);

	if (rc == 0)
		rc = pt_plan_file_write(&plan, c->plan, err);
	if (rc == 0)
		rc = pt_journal_begin(&record->run, record->store, &row, pt_buf_text(&plan),
				      plan.len, err);
	if (rc < 0)
		return rc;
	record->journal = (struct pt_journal){record->store, record->run.row.run};
	c->driver.journal = &record->journal;
	c->driver.journal_to_read = true;
	return 0;
}

/* "pushtrain VERB [-f SUITE] TRAIN" and what comes after. */
static const char *command(struct pt_buf *out, const struct pt_context *c, const char *verb,
			   const char *after)
{
	pt_buf_printf(out, "pushtrain %s", verb);
	if (strcmp(c->args->file, "suite.yaml") != 0)
		pt_buf_printf(out, " -f %s", c->args->file);
	pt_buf_printf(out, " %s%s", c->conf.name, after);
	return pt_buf_text(out);
}

int pt_record_write(const struct pt_record *record, const struct pt_context *c, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf again = PT_BUF_INIT, plan = PT_BUF_INIT;
	PT_CLEANUP(pt_buf_release) struct pt_buf csv = PT_BUF_INIT;
	const struct pt_report_commands commands = {
	    .status = command(&again, c, "rehearse", " --runs 100"),
	    .resume = command(&plan, c, "plan", " -o plan.json"),
	    .csv = command(&csv, c, "rehearse", " -o left.csv"),
	    .json = "rehearse -o report.json",
	    .why = "",
	    .approve = ""};
	const struct pt_report_wish wish = {.path = c->args->output,
					    .form = pt_report_form_of(c->args->output),
					    .commands = &commands,
					    .rehearsal = true};
	int rc = pt_buf_check(&again, err);

	if (rc == 0)
		rc = pt_buf_check(&plan, err);
	if (rc == 0)
		rc = pt_buf_check(&csv, err);
	if (rc == 0)
		rc = pt_engine_record_progress(c->engine, &record->journal, err);
	return rc < 0 ? rc : pt_report_write(record->store, &wish, err);
}
