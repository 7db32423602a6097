/*
 * pushtrain why: one org's story in a run, or the causes behind all that failed in it; from
 * the journal alone, beside whoever drives the run.
 */
#include <string.h>

#include "cmd/live.h"
#include "pipeline/history/causes_show.h"
#include "pipeline/history/story.h"

/* The options that lead to this journal again, each after a blank. */
static void options_of(struct pt_buf *out, const struct pt_args *args)
{
	if (strcmp(args->file, "suite.yaml") != 0)
		pt_buf_printf(out, " -f %s", args->file);
	if (args->state)
		pt_buf_printf(out, " --state %s", args->state);
}

static int refuse_unknown(const struct pt_history *h, const char *org, struct pt_err *err)
{
	const char *run = h->status.run.row.name;

	if (h->norg == 0)
		return pt_err_set(
		    err, PT_E_NOTFOUND,
		    "run %s has not read who has what yet: nothing is known of org %s", run, org);
	return pt_err_set(err, PT_E_NOTFOUND,
			  "org %s is not in run %s: it had no package of the suite when the run "
			  "last read who has what",
			  org, run);
}

static int tell_story(struct pt_buf *out, const struct pt_history *h, const struct pt_args *args,
		      const char *options, struct pt_err *err)
{
	struct pt_story story = {.arena = PT_ARENA_INIT};
	struct pt_org_key key;

	if (args->package || args->class_ || args->stage)
		return pt_err_set(err, PT_E_USAGE,
				  "--package, --class and --stage do not go with an org");
	if (pt_org_key_parse(&key, args->operand2, strlen(args->operand2), err) < 0)
		return -PT_E_INVALID;
	uint32_t org = pt_history_find(h, &key);

	if (org == UINT32_MAX)
		return refuse_unknown(h, args->operand2, err);
	int rc = pt_story_tell(&story, h, org, options, err);

	if (rc == 0 && args->json)
		pt_story_json(out, &story);
	else if (rc == 0)
		rc = pt_story_text(out, &story, err);
	pt_story_release(&story);
	return rc;
}

static int find_package(uint32_t *out, const struct pt_history *h, const char *name,
			struct pt_err *err)
{
	for (uint32_t p = 0; p < h->status.npackage; p++) {
		if (strcmp(h->status.package[p].name, name) == 0) {
			*out = p;
			return 0;
		}
	}
	return pt_err_set(err, PT_E_NOTFOUND, "run %s has no package '%s'", h->status.run.row.name,
			  name);
}

static int find_stage(uint32_t *out, const struct pt_history *h, const char *name,
		      struct pt_err *err)
{
	for (uint32_t s = 0; s < h->status.nstage; s++) {
		if (strcmp(h->status.stage[s].name, name) == 0) {
			*out = s;
			return 0;
		}
	}
	return pt_err_set(err, PT_E_NOTFOUND, "run %s has no stage '%s'", h->status.run.row.name,
			  name);
}

static uint32_t class_of(const char *name)
{
	uint32_t class_ = 0;

	/* The table of options knows the words. */
	while (class_ < PT_FAILURE_NCLASS &&
	       strcmp(pt_failure_class_text((enum pt_failure_class)class_), name) != 0)
		class_++;
	return class_;
}

static int tell_causes(struct pt_buf *out, const struct pt_history *h, const struct pt_args *args,
		       const char *options, struct pt_err *err)
{
	struct pt_causes_filter filter = {PT_CAUSES_ANY, PT_CAUSES_ANY, PT_CAUSES_ANY};
	struct pt_causes causes = {.arena = PT_ARENA_INIT};
	int rc = 0;

	if (args->class_)
		filter.class_ = class_of(args->class_);
	if (args->package)
		rc = find_package(&filter.package, h, args->package, err);
	if (rc == 0 && args->stage)
		rc = find_stage(&filter.stage, h, args->stage, err);
	if (rc == 0)
		rc = pt_causes_find(&causes, h, &filter, err);
	if (rc == 0 && args->json)
		pt_causes_json(out, &causes, h);
	else if (rc == 0)
		rc = pt_causes_text(out, &causes, h, options, err);
	pt_causes_release(&causes);
	return rc;
}

static int why(struct pt_live *live, struct pt_buf *out, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf options = PT_BUF_INIT;
	struct pt_history history = {.status = PT_STATUS_INIT, .arena = PT_ARENA_INIT};
	const struct pt_args *args = live->c.args;
	unsigned parts = args->operand2 ? PT_HISTORY_ALL : PT_HISTORY_ORGS | PT_HISTORY_FAILURES;
	int rc = pt_history_read(&history, live->store, args->operand, parts, err);

	if (rc < 0)
		return rc;
	options_of(&options, args);
	rc = pt_buf_check(&options, err);
	if (rc == 0 && args->operand2)
		rc = tell_story(out, &history, args, pt_buf_text(&options), err);
	else if (rc == 0)
		rc = tell_causes(out, &history, args, pt_buf_text(&options), err);
	pt_history_release(&history);
	return rc;
}

enum pt_exit pt_cmd_why(const struct pt_args *args)
{
	PT_CLEANUP(pt_live_release) struct pt_live live = {.c = {.args = args}};
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
	struct pt_err err = PT_ERR_INIT;

	if (pt_live_open(&live, args, PT_STORE_READ, &err) < 0 || why(&live, &out, &err) < 0)
		return pt_say_error(&err);
	return pt_print(&out, PT_EXIT_DONE);
}
