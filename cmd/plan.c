/* pushtrain plan: what a train would do, and the plan file for 'run'. */
#include "cmd/context.h"

enum format { TEXT, JSON, ICS };

static const char *const formats[] = {"text", "json", "ics"};

static int write_plan(struct pt_buf *out, const struct pt_context *c, enum format format,
		      struct pt_err *err)
{
	struct pt_json json;
	int rc = 0;

	switch (format) {
	case TEXT:
		rc = pt_plan_text(out, c->plan, err);
		if (c->args->output)
			pt_buf_printf(out, "\nTo run exactly this: pushtrain run -f %s %s\n",
				      c->args->file, c->args->output);
		break;
	case JSON:
		pt_json_init(&json, out);
		pt_plan_json(&json, c->plan);
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
	int rc = pt_context_choose(c, c->args->operand, err);

	c->platform = PT_PLATFORM_IF_THERE;
	if (rc == 0)
		rc = pt_context_depart(c, err);
	if (rc < 0)
		return rc;
	pt_say_warnings(c->train);
	rc = pt_context_plan(c, false, NULL, err);
	if (rc == 0 && c->args->output)
		rc = pt_context_write_plan(c, c->args->output, err);
	return rc < 0 ? rc : write_plan(out, c, format, err);
}

enum pt_exit pt_cmd_plan(const struct pt_args *args)
{
	PT_CLEANUP(pt_context_release) struct pt_context c = {.args = args};
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
	struct pt_err err = PT_ERR_INIT;
	size_t format;

	if (pt_args_format(&format, args, formats, PT_ARRAY_LEN(formats), &err) < 0 ||
	    pt_context_open(&c, args, &err) < 0 || show(&c, &out, (enum format)format, &err) < 0)
		return pt_say_error(&err);
	return pt_print(&out, PT_EXIT_DONE);
}
