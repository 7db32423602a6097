/*
 * pushtrain plan: what a train would do, and the plan file for 'run'; with --against,
 * what has become of a plan that was made before.
 */
#include <string.h>

#include "cmd/live.h"
#include "cmd/voice.h"
#include "pipeline/notice.h"

enum format { TEXT, JSON, ICS };

static const char *const formats[] = {"text", "json", "ics"};

/* They belong to what a person reads before approving. */
static void warnings_text(struct pt_buf *out, const struct pt_buf *warnings)
{
	const char *line = pt_buf_text(warnings);

	if (*line)
		pt_buf_str(out, "\nwarnings\n");
	while (*line) {
		size_t len = strcspn(line, "\n");

		pt_buf_printf(out, "  %.*s\n", (int)len, line);
		line += len + (line[len] == '\n');
	}
}

static int write_plan(struct pt_buf *out, const struct pt_context *c, enum format format,
		      const struct pt_buf *warnings, struct pt_err *err)
{
	const struct pt_look look = pt_voice_out();
	struct pt_json json;
	int rc = 0;

	switch (format) {
	case TEXT:
		rc = pt_plan_text(out, c->plan, &look, err);
		warnings_text(out, warnings);
		if (c->args->output)
			pt_buf_printf(out, "\nTo run exactly this: pushtrain run -f %s %s\n",
				      c->args->file, c->args->output);
		break;
	case JSON:
		pt_json_init(&json, out);
		pt_plan_json(&json, c->plan);
		pt_json_lines(&json, "warnings", pt_buf_text(warnings));
		pt_json_object_end(&json);
		break;
	case ICS:
		pt_plan_ics(out, c->plan);
		break;
	}
	return rc;
}

static int show(struct pt_context *c, struct pt_buf *out, enum format format, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf warnings = PT_BUF_INIT;
	int64_t now_ms = 0;
	int rc = pt_context_choose(c, c->args->operand, err);

	c->platform = PT_PLATFORM_IF_THERE;
	if (rc == 0)
		rc = pt_context_depart(c, err);
	if (rc < 0)
		return rc;
	pt_say_warnings(c->train);
	rc = pt_context_plan(c, false, NULL, err);
	if (rc == 0)
		rc = pt_context_warn_audience(&warnings, c, err);
	if (rc == 0)
		rc = pt_context_moment(&now_ms, c, err);
	if (rc == 0)
		rc = pt_notice_check(c->plan, now_ms, err);
	if (rc == 0 && c->args->output)
		rc = pt_context_write_plan(c, c->args->output, err);
	return rc < 0 ? rc : write_plan(out, c, format, &warnings, err);
}

static void show_drift(struct pt_buf *out, const struct pt_context *c, enum format format)
{
	struct pt_err beyond = PT_ERR_INIT;
	struct pt_json json;

	if (format == TEXT) {
		pt_drift_text(out, &c->drift, &c->conf);
		if (!pt_drift_any(&c->drift))
			pt_buf_str(out, "nothing has changed since the plan was made\n");
		return;
	}
	pt_json_init(&json, out);
	pt_json_object(&json, NULL);
	pt_json_str(&json, "suite", c->suite->name);
	pt_json_str(&json, "train", c->conf.name);
	pt_json_str(&json, "id", c->id);
	pt_json_bool(&json, "holds", pt_drift_refuse(&c->drift, &c->conf, &beyond) == 0);
	pt_drift_json(&json, &c->drift, &c->conf);
	pt_json_object_end(&json);
}

/* Printed in either case, so the refusal comes after it. */
static enum pt_exit against(struct pt_context *c, struct pt_buf *out, enum format format)
{
	PT_CLEANUP(pt_plan_file_freep) struct pt_plan_file *file = NULL;
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	struct pt_err err = PT_ERR_INIT;
	int rc = pt_plan_load(&file, &text, c->args->against, &err);

	c->platform = PT_PLATFORM_IF_THERE;
	if (rc == 0 && c->args->operand && strcmp(c->args->operand, pt_plan_file_train(file)) != 0)
		rc = pt_err_set(&err, PT_E_USAGE, "%s is a plan of train '%s', not of '%s'",
				c->args->against, pt_plan_file_train(file), c->args->operand);
	if (rc == 0)
		rc = pt_plan_follow(c, file, NULL, true, &err);
	if (rc == 0)
		rc = pt_context_plan(c, false, file, &err);
	if (rc < 0)
		return pt_say_error(&err);
	show_drift(out, c, format);
	enum pt_exit status = pt_print(out, PT_EXIT_DONE);

	if (status == PT_EXIT_DONE && pt_drift_refuse(&c->drift, &c->conf, &err) < 0)
		return pt_say_error(&err);
	return status;
}

enum pt_exit pt_cmd_plan(const struct pt_args *args)
{
	PT_CLEANUP(pt_context_release) struct pt_context c = {.args = args};
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
	struct pt_err err = PT_ERR_INIT;
	size_t format;

	if (pt_args_format(&format, args, formats, PT_ARRAY_LEN(formats), &err) < 0 ||
	    pt_context_open(&c, args, &err) < 0)
		return pt_say_error(&err);
	if (args->against && format == ICS)
		return pt_say_error(&(struct pt_err){
		    .code = PT_E_USAGE, .text = "--against has no calendar, use text or json"});
	if (args->against)
		return against(&c, &out, (enum format)format);
	if (show(&c, &out, (enum format)format, &err) < 0)
		return pt_say_error(&err);
	return pt_print(&out, PT_EXIT_DONE);
}
