/* pushtrain check: what would fail later, found now. */
#include <string.h>

#include "base/json.h"
#include "cmd/check_tags.h"
#include "cmd/context.h"
#include "cmd/hooks.h"
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
		struct pt_err *err)
{
	struct pt_json json;
	int rc;

	if (!c->args->json) {
		pt_buf_printf(out, "%s: suite %s, %zu packages, %zu trains: %s\n", c->suite->file,
			      c->suite->name, c->suite->npackage, c->suite->ntrain,
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
	pt_json_object_end(&json);
	return rc;
}

/* Whether the platform can be reached, and knows what would be pushed. */
static int reach(struct pt_context *c, struct pt_err *err)
{
	int rc = pt_context_choose_connectors(c, false, err);

	if (rc < 0 || !pt_context_is_real(c))
		return rc;
	rc = pt_context_connect(c, false, err);
	if (rc == 0)
		rc = pt_inventory_new(&c->inventory, (uint32_t)c->train->npackage, err);
	if (rc == 0)
		rc = pt_driver_survey(&c->driver, c->train, true, c->inventory, err);
	return rc < 0 ? rc : pt_targets_find(&c->targets, c->train, c->inventory, err);
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
	PT_CLEANUP(pt_errs_release) struct pt_errs wrong = PT_ERRS_INIT;
	struct pt_err err = PT_ERR_INIT;
	enum pt_exit status = PT_EXIT_DONE;
	int64_t cut_ms;

	if (pt_context_open(&c, args, &err) < 0 || pt_context_cut(&cut_ms, &c, &err) < 0 ||
	    check_calendar(&wrong, &c, cut_ms, &err) < 0 || pt_context_decide(&c, cut_ms, &err) < 0)
		return pt_say_error(&err);
	if (wrong.n)
		status = PT_EXIT_USAGE;
	if (reach(&c, &err) < 0)
		status = pt_say_error(&err);
	pt_say_warnings(c.train);
	for (size_t i = 0; i < c.train->nrefusal; i++)
		pt_say("warning: a train would be refused: %s", c.train->refusal[i]);
	if (show(&out, &c, &wrong, &err) < 0)
		return pt_say_error(&err);
	status = pt_print(&out, status);
	/* Last: its commands print where they like. */
	if (args->notify && pt_hooks_test(c.suite) > 0 && status == PT_EXIT_DONE)
		status = PT_EXIT_FAILED;
	return status;
}
