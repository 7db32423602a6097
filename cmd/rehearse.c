/* pushtrain rehearse: a whole train on the simulated platform, on a virtual clock. */
#include <stdio.h>

#include "cmd/forecast.h"
#include "cmd/rehearse_record.h"
#include "cmd/voice.h"
#include "connectors/push/simulated/platform.h"
#include "connectors/push/simulated/simulated.h"
#include "pipeline/notice.h"

/* A rehearsal is held whenever it is wanted, also too late for its train. */
static void say_notice(const struct pt_context *c)
{
	struct pt_err err = PT_ERR_INIT;
	int64_t now_ms;

	if (pt_context_moment(&now_ms, c, &err) == 0 && pt_notice_check(c->plan, now_ms, &err) < 0)
		pt_say("warning: %s", err.text);
}

/* Every connector of a rehearsal is simulated. */
static void say_events(const struct pt_context *c)
{
	uint64_t nevent = 0;

	if (!pt_voice_is_verbose())
		return;
	for (size_t i = 0; i < c->suite->nconnector; i++) {
		if (c->session[i])
			nevent += pt_platform_nevent(pt_push_simulated_platform(c->session[i]));
	}
	pt_say("%llu events on the simulated platform", (unsigned long long)nevent);
}

/* One run is a rehearsal like any other. */
static bool is_forecast(const struct pt_args *args)
{
	return (args->runs >= 0 && args->runs != 1) || args->jobs >= 0 || args->advise ||
	       args->compare.n || args->converge || args->probability;
}

static enum pt_exit forecast(struct pt_context *c)
{
	const struct pt_args *args = c->args;
	struct pt_err err = PT_ERR_INIT;

	if (!args->advise && (args->converge || args->probability))
		(void)pt_err_set(&err, PT_E_USAGE, "%s goes with --advise",
				 args->converge ? "--converge" : "--probability");
	else if (args->advise && args->compare.n)
		(void)pt_err_set(&err, PT_E_USAGE, "--advise and --compare exclude each other");
	else if (args->output)
		(void)pt_err_set(&err, PT_E_USAGE,
				 "-o writes the report of one rehearsal, not of many");
	if (err.code != PT_OK)
		return pt_say_error(&err);
	if (args->advise)
		return pt_rehearse_advised(c);
	return args->compare.n ? pt_rehearse_compared(c) : pt_rehearse_many(c);
}

enum pt_exit pt_cmd_rehearse(const struct pt_args *args)
{
	PT_CLEANUP(pt_context_release) struct pt_context c = {.args = args};
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
	PT_CLEANUP(pt_record_release) struct pt_record record = PT_RECORD_INIT;
	enum pt_drive_end end;
	struct pt_err err = PT_ERR_INIT;

	if (pt_context_open(&c, args, &err) < 0 || pt_context_choose(&c, args->operand, &err) < 0 ||
	    pt_context_depart(&c, &err) < 0)
		return pt_say_error(&err);
	c.rehearsal = true;
	pt_say_warnings(c.train);
	if (is_forecast(args))
		return forecast(&c);
	if (pt_context_plan(&c, true, NULL, &err) < 0)
		return pt_say_error(&err);
	say_notice(&c);
	if ((args->output && pt_record_begin(&record, &c, &err) < 0) ||
	    pt_context_engine(&c, args->output != NULL, &err) < 0 ||
	    pt_context_tell(&c, &err) < 0 || pt_driver_run(&end, &c.driver, c.engine, &err) < 0 ||
	    pt_context_report(&out, &c, &err) < 0 ||
	    (args->output && pt_record_write(&record, &c, &err) < 0))
		return pt_say_error(&err);
	if (!args->quiet)
		say_events(&c);
	return pt_print(&out, pt_context_exit(&c));
}
