/* From a plan file to the train it was made for. See live.h. */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "cmd/live.h"

enum { PLAN_MAX_BYTES = 256 << 20 };

int pt_plan_load(struct pt_plan_file **out, struct pt_buf *text, const char *path,
		 struct pt_err *err)
{
	struct pt_err none = PT_ERR_INIT;
	int rc = pt_file_read(text, path, PLAN_MAX_BYTES, &none);

	if (rc == -PT_E_NOTFOUND)
		return pt_err_set(err, PT_E_NOTFOUND,
				  "no such file '%s', expected a plan file: 'pushtrain plan -o %s' "
				  "writes one",
				  path, path);
	if (rc < 0)
		*err = none;
	if (rc == 0)
		rc = pt_plan_file_parse(out, pt_buf_text(text), text->len, err);
	return rc < 0 && err->code == PT_E_INVALID ? pt_err_wrap(err, "%s", path) : rc;
}

static int compare(const struct pt_context *c, const struct pt_plan_file *file, const char *run,
		   struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf diff = PT_BUF_INIT;
	int rc = pt_plan_file_diff(&diff, file, c->suite, &c->conf, c->train, err);

	if (rc < 0 || diff.len == 0)
		return rc;
	pt_say_under("since the plan was made (-) this is different (+):", pt_buf_text(&diff));
	if (run)
		return pt_err_set(err, PT_E_REFUSED,
				  "run %s departed by other rules; put them back to go on, or "
				  "'pushtrain abort %s'",
				  run, run);
	return pt_err_set(err, PT_E_REFUSED,
			  "the plan no longer holds; make a new one, nothing was pushed");
}

int pt_plan_follow(struct pt_context *c, const struct pt_plan_file *file, const char *run,
		   bool strict, struct pt_err *err)
{
	int rc;

	if (strcmp(c->suite->name, pt_plan_file_suite(file)) != 0)
		return pt_err_set(err, PT_E_REFUSED, "the plan is of suite '%s', %s is of '%s'",
				  pt_plan_file_suite(file), c->suite->file, c->suite->name);
	rc = pt_context_choose(c, pt_plan_file_train(file), err);
	if (rc < 0)
		return rc;
	c->conf.order = pt_plan_file_order(file);
	c->start_ms = pt_plan_file_start_ms(file);
	snprintf(c->id, sizeof(c->id), "%s", pt_plan_file_id(file));
	if (!strict)
		return pt_plan_file_decide(&c->train, file, c->suite, err);
	rc = pt_context_decide(c, pt_plan_file_cut_ms(file), err);
	return rc < 0 ? rc : compare(c, file, run, err);
}
