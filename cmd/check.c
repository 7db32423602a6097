/* pushtrain check: what would fail later, found now. */
#include <string.h>

#include "base/json.h"
#include "cmd/context.h"
#include "pipeline/rules.h"

static void list_keys(struct pt_buf *out, const struct pt_train_conf *conf, const char *what,
		      const struct pt_buf *keys)
{
	const char *line = pt_buf_text(keys);

	while (*line) {
		size_t len = strcspn(line, "\n");

		pt_buf_printf(out, "  train %s: %.*s: %s\n", conf->name, (int)len, line, what);
		line += len + (line[len] == '\n');
	}
}

static void json_keys(struct pt_json *json, const char *key, const struct pt_buf *keys)
{
	const char *line = pt_buf_text(keys);

	pt_json_array(json, key);
	while (*line) {
		char text[200];
		size_t len = strcspn(line, "\n");

		snprintf(text, sizeof(text), "%.*s", (int)len, line);
		pt_json_str(json, NULL, text);
		line += len + (line[len] == '\n');
	}
	pt_json_array_end(json);
}

static void say_trains(struct pt_buf *out, struct pt_json *json, const struct pt_suite *suite)
{
	for (size_t i = 0; i < suite->ntrain; i++) {
		PT_CLEANUP(pt_buf_release) struct pt_buf restricting = PT_BUF_INIT;
		PT_CLEANUP(pt_buf_release) struct pt_buf other = PT_BUF_INIT;

		pt_rules_not_honoured(&restricting, suite, &suite->train[i]);
		pt_rules_without_effect(&other, &suite->train[i]);
		if (!json) {
			list_keys(out, &suite->train[i], "not honoured yet, 'run' refuses",
				  &restricting);
			list_keys(out, &suite->train[i], "no effect yet", &other);
			continue;
		}
		pt_json_object(json, NULL);
		pt_json_str(json, "name", suite->train[i].name);
		json_keys(json, "not_honoured", &restricting);
		json_keys(json, "no_effect", &other);
		pt_json_object_end(json);
	}
}

static void show(struct pt_buf *out, const struct pt_context *c, const struct pt_buf *warnings)
{
	struct pt_json json;

	if (!c->args->json) {
		pt_buf_printf(out, "%s: suite %s, %zu packages, %zu trains: valid\n",
			      c->suite->file, c->suite->name, c->suite->npackage, c->suite->ntrain);
		say_trains(out, NULL, c->suite);
		return;
	}
	pt_json_init(&json, out);
	pt_json_object(&json, NULL);
	pt_json_str(&json, "suite", c->suite->name);
	pt_json_array(&json, "trains");
	say_trains(out, &json, c->suite);
	pt_json_array_end(&json);
	pt_json_array(&json, "warnings");
	for (size_t i = 0; i < c->train->nwarning; i++)
		pt_json_str(&json, NULL, c->train->warning[i]);
	for (size_t i = 0; i < c->train->nrefusal; i++)
		pt_json_str(&json, NULL, c->train->refusal[i]);
	pt_json_array_end(&json);
	pt_json_lines(&json, "audience", pt_buf_text(warnings));
	pt_json_object_end(&json);
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
			rc = pt_context_audience(c, NULL, err);
		if (rc == 0)
			rc = pt_context_warn_audience(&lines, c, err);
		pt_context_forget_audience(c);
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

enum pt_exit pt_cmd_check(const struct pt_args *args)
{
	PT_CLEANUP(pt_context_release) struct pt_context c = {.args = args};
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
	PT_CLEANUP(pt_buf_release) struct pt_buf warnings = PT_BUF_INIT;
	struct pt_err err = PT_ERR_INIT;
	enum pt_exit status = PT_EXIT_DONE;

	if (pt_context_open(&c, args, &err) < 0 || pt_context_cut(&c.start_ms, &c, &err) < 0 ||
	    pt_context_decide(&c, c.start_ms, &err) < 0)
		return pt_say_error(&err);
	if (reach(&warnings, &c, &err) < 0)
		status = pt_say_error(&err);
	pt_say_warnings(c.train);
	for (size_t i = 0; i < c.train->nrefusal; i++)
		pt_say("warning: a train would be refused: %s", c.train->refusal[i]);
	pt_say_lines("warning", pt_buf_text(&warnings));
	show(&out, &c, &warnings);
	if (status == PT_EXIT_DONE && args->strict &&
	    (c.train->nwarning || c.train->nrefusal || warnings.len)) {
		pt_say("there are warnings, and --strict was given");
		status = PT_EXIT_FAILED;
	}
	return pt_print(&out, status);
}
