/* pushtrain check: what would fail later, found now. */
#include <string.h>

#include "base/json.h"
#include "cmd/check_tags.h"
#include "cmd/context.h"
#include "cmd/hooks.h"
#include "config/suite_schema.h"
#include "connectors/calendar/calendar.h"
#include "pipeline/hours.h"

static int say_trains(struct pt_buf *out, struct pt_json *json, struct pt_context *c,
		      struct pt_err *err)
{
	const struct pt_suite *suite = c->suite;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < suite->ntrain; i++) {
		if (!json) {
			rc = pt_check_tags_text(out, c, &suite->train[i], err);
			continue;
		}
		pt_json_object(json, NULL);
		pt_json_str(json, "name", suite->train[i].name);
		/* Keys of the document that earlier versions filled. */
		pt_json_array(json, "not_honoured");
		pt_json_array_end(json);
		pt_json_array(json, "no_effect");
		pt_json_array_end(json);
		rc = pt_check_tags_json(json, c, &suite->train[i], err);
		pt_json_object_end(json);
	}
	return rc;
}

static void json_calendar(struct pt_json *json, const struct pt_errs *wrong)
{
	pt_json_array(json, "calendar");
	for (size_t i = 0; i < wrong->n; i++) {
		PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;

		pt_err_print(&text, &wrong->item[i]);
		pt_json_str(json, NULL, pt_buf_text(&text));
		pt_buf_lean(json->out, &text);
	}
	pt_json_array_end(json);
}

static int show(struct pt_buf *out, struct pt_context *c, const struct pt_errs *wrong,
		const struct pt_buf *warnings, struct pt_err *err)
{
	struct pt_json json;
	int rc;

	if (!c->args->json) {
		pt_buf_printf(out, "%s: suite %s, %zu package%s, %zu train%s: %s\n", c->suite->file,
			      c->suite->name, c->suite->npackage,
			      c->suite->npackage == 1 ? "" : "s", c->suite->ntrain,
			      c->suite->ntrain == 1 ? "" : "s",
			      wrong->n ? "valid, but for its calendar" : "valid");
		return say_trains(out, NULL, c, err);
	}
	pt_json_init(&json, out);
	pt_json_object(&json, NULL);
	pt_json_str(&json, "suite", c->suite->name);
	pt_json_array(&json, "trains");
	rc = say_trains(out, &json, c, err);
	pt_json_array_end(&json);
	pt_json_array(&json, "warnings");
	for (size_t i = 0; i < c->train->nwarning; i++)
		pt_json_str(&json, NULL, c->train->warning[i]);
	for (size_t i = 0; i < c->train->nrefusal; i++)
		pt_json_str(&json, NULL, c->train->refusal[i]);
	pt_json_array_end(&json);
	json_calendar(&json, wrong);
	pt_json_lines(&json, "audience", pt_buf_text(warnings));
	pt_json_object_end(&json);
	return rc;
}

/* Warnings of the audience of every train, each line with its train's name. */
static int look_at_audiences(struct pt_buf *out, struct pt_context *c, struct pt_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < c->suite->ntrain; i++) {
		PT_CLEANUP(pt_buf_release) struct pt_buf lines = PT_BUF_INIT;

		c->conf = c->suite->train[i];
		rc = pt_context_read_lists(c, err);
		if (rc == 0)
			rc = pt_context_hash_lists(c, err);
		if (rc == 0)
			rc = pt_context_audience(c, NULL, err);
		if (rc == 0)
			rc = pt_context_warn_audience(&lines, c, err);
		pt_audience_release(&c->audience);
		pt_context_release_lists(c);
		for (const char *line = pt_buf_text(&lines); *line;) {
			size_t len = strcspn(line, "\n");

			pt_buf_printf(out, "train %s: %.*s\n", c->conf.name, (int)len, line);
			line += len + (line[len] == '\n');
		}
	}
	return rc < 0 ? rc : pt_buf_check(out, err);
}

/*
 * Whether the platform can be reached, and knows what would be pushed. Who would be
 * pushed costs a call per 2000 subscribers on the real one, so there it is asked for.
 */
static int reach(struct pt_buf *warnings, struct pt_context *c, struct pt_err *err)
{
	int rc = pt_context_choose_connectors(c, false, err);
	bool real = rc == 0 && pt_context_is_real(c), audience = c->args->audience || !real;

	/* What a simulated platform has is made of the train, which must be one. */
	if (rc < 0 || (!real && c->train->nrefusal))
		return rc;
	rc = pt_context_connect(c, false, err);
	if (rc == 0)
		rc = pt_inventory_new(&c->inventory, (uint32_t)c->train->npackage, err);
	if (rc == 0)
		rc = pt_driver_survey(&c->driver, c->train, !audience, c->inventory, err);
	if (rc == 0)
		rc = pt_targets_find(&c->targets, c->train, c->inventory, err);
	return rc < 0 || !audience ? rc : look_at_audiences(warnings, c, err);
}

/* Windows in which nothing could ever start. */
static void check_windows(struct pt_errs *wrong, const struct pt_suite *suite)
{
	const struct pt_closures none = PT_CLOSURES_INIT;

	for (size_t i = 0; i < suite->ntrain; i++) {
		PT_CLEANUP(pt_hours_freep) struct pt_hours *hours = NULL;
		struct pt_err err = PT_ERR_INIT;

		if (pt_hours_new(&hours, suite, &suite->train[i], &none, &err) < 0)
			pt_errs_add(wrong, &err);
	}
}

static int check_calendar(struct pt_errs *wrong, const struct pt_context *c, int64_t cut_ms,
			  struct pt_err *err)
{
	pt_calendar_check(wrong, c->suite, c->zone, cut_ms);
	check_windows(wrong, c->suite);
	pt_say_errors(wrong);
	return wrong->nomem ? pt_err_nomem(err) : 0;
}

enum pt_exit pt_cmd_check(const struct pt_args *args)
{
	PT_CLEANUP(pt_context_release) struct pt_context c = {.args = args};
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
	PT_CLEANUP(pt_buf_release) struct pt_buf warnings = PT_BUF_INIT;
	PT_CLEANUP(pt_errs_release) struct pt_errs wrong = PT_ERRS_INIT;
	struct pt_err err = PT_ERR_INIT;
	enum pt_exit status = PT_EXIT_DONE;

	if (args->schema) {
		pt_buf_str(&out, pt_suite_schema);
		return pt_print(&out, PT_EXIT_DONE);
	}
	if (pt_context_open(&c, args, &err) < 0 || pt_context_cut(&c.start_ms, &c, &err) < 0 ||
	    check_calendar(&wrong, &c, c.start_ms, &err) < 0 ||
	    pt_context_decide(&c, c.start_ms, &err) < 0)
		return pt_say_error(&err);
	if (wrong.n)
		status = PT_EXIT_USAGE;
	if (reach(&warnings, &c, &err) < 0)
		status = pt_say_error(&err);
	pt_say_warnings(c.train);
	for (size_t i = 0; i < c.train->nrefusal; i++)
		pt_say("warning: a train would be refused: %s", c.train->refusal[i]);
	pt_say_lines("warning", pt_buf_text(&warnings));
	if (show(&out, &c, &wrong, &warnings, &err) < 0)
		return pt_say_error(&err);
	if (status == PT_EXIT_DONE && args->strict &&
	    (c.train->nwarning || c.train->nrefusal || warnings.len)) {
		pt_say("there are warnings, and --strict was given");
		status = PT_EXIT_FAILED;
	}
	status = pt_print(&out, status);
	/* Last: its commands print where they like. */
	if (args->notify && pt_hooks_test(c.suite) > 0 && status == PT_EXIT_DONE)
		status = PT_EXIT_FAILED;
	return status;
}
