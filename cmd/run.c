/*
 * pushtrain run: a plan file exactly as it was written. Tags, versions and rules
 * that changed since, and rules that this version does not honour, refuse it.
 */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "cmd/context.h"
#include "pipeline/rules.h"

enum { PLAN_MAX_BYTES = 256 << 20 };

static int load(struct pt_plan_file **out, const char *path, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	int rc = pt_file_read(&text, path, PLAN_MAX_BYTES, err);

	if (rc == 0)
		rc = pt_plan_file_parse(out, pt_buf_text(&text), text.len, err);
	return rc < 0 && err->code == PT_E_INVALID ? pt_err_wrap(err, "%s", path) : rc;
}

static int refuse_not_honoured(const struct pt_context *c, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf keys = PT_BUF_INIT;

	pt_rules_not_honoured(&keys, c->suite, &c->conf);
	if (keys.len == 0)
		return pt_buf_check(&keys, err);
	fprintf(stderr, "pushtrain: these keys restrict the train and are not honoured yet:\n%s",
		pt_buf_text(&keys));
	return pt_err_set(err, PT_E_UNSUPPORTED,
			  "train %s is refused rather than run without them; nothing was pushed",
			  c->conf.name);
}

static int compare(const struct pt_context *c, const struct pt_plan_file *file, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf diff = PT_BUF_INIT;
	int rc = pt_plan_file_diff(&diff, file, c->suite, &c->conf, c->train, err);

	if (rc < 0 || diff.len == 0)
		return rc;
	fprintf(stderr, "pushtrain: since the plan was made (-) this is different (+):\n%s",
		pt_buf_text(&diff));
	return pt_err_set(err, PT_E_REFUSED,
			  "the plan no longer holds; make a new one, nothing was pushed");
}

/* The same suite, kind, order, cut and start as the plan says. */
static int follow(struct pt_context *c, const struct pt_plan_file *file, struct pt_err *err)
{
	if (strcmp(c->suite->name, pt_plan_file_suite(file)) != 0)
		return pt_err_set(err, PT_E_REFUSED, "the plan is of suite '%s', %s is of '%s'",
				  pt_plan_file_suite(file), c->suite->file, c->suite->name);
	int rc = pt_context_choose(c, pt_plan_file_train(file), err);

	if (rc < 0)
		return rc;
	c->conf.order = pt_plan_file_order(file);
	c->start_ms = pt_plan_file_start_ms(file);
	snprintf(c->id, sizeof(c->id), "%s", pt_plan_file_id(file));
	rc = refuse_not_honoured(c, err);
	if (rc == 0)
		rc = pt_context_decide(c, pt_plan_file_cut_ms(file), err);
	return rc < 0 ? rc : compare(c, file, err);
}

static int confirm(const struct pt_context *c, struct pt_err *err)
{
	const char *said = c->args->confirm;

	if (said && strcmp(said, c->conf.name) == 0)
		return 0;
	if (said)
		return pt_err_set(err, PT_E_USAGE, "--confirm '%s', the plan is of train '%s'",
				  said, c->conf.name);
	return pt_err_set(err, PT_E_USAGE,
			  "departing needs the train's name: pushtrain run -f %s --confirm %s %s",
			  c->args->file, c->conf.name, c->args->operand);
}

enum pt_exit pt_cmd_run(const struct pt_args *args)
{
	PT_CLEANUP(pt_plan_file_freep) struct pt_plan_file *file = NULL;
	PT_CLEANUP(pt_context_release) struct pt_context c = {.args = args};
	struct pt_err err = PT_ERR_INIT;

	if (load(&file, args->operand, &err) < 0 || pt_context_open(&c, args, &err) < 0 ||
	    follow(&c, file, &err) < 0 || confirm(&c, &err) < 0 ||
	    pt_context_plan(&c, false, file, &err) < 0)
		return pt_say_error(&err);
	return pt_context_drive(&c);
}
