/* rehearse --compare: policies side by side, each with the same seeds. */
#include <stdlib.h>

#include "cmd/forecast.h"

enum { RUNS = 20 };

/* Owned, all of it. */
struct comparison {
	struct pt_policies policies;
	struct pt_train_conf *conf;  /* one a policy */
	struct pt_stage_conf *stage; /* those of all of them */
	struct pt_forecast **forecast;
};

static void release(struct comparison *c)
{
	for (uint32_t i = 0; c->forecast && i < c->policies.n; i++)
		free(c->forecast[i]);
	free(c->forecast);
	free(c->conf);
	free(c->stage);
}

static int apply_all(struct comparison *c, const struct pt_train_conf *conf, struct pt_err *err)
{
	c->conf = calloc(c->policies.n, sizeof(*c->conf));
	c->stage = calloc(c->policies.n * conf->nstage + 1, sizeof(*c->stage));
	c->forecast = (struct pt_forecast **)calloc(c->policies.n, sizeof(*c->forecast));
	if (!c->conf || !c->stage || !c->forecast)
		return pt_err_nomem(err);
	for (uint32_t i = 0; i < c->policies.n; i++) {
		c->conf[i] = *conf;
		pt_policy_apply(&c->conf[i], c->stage + i * conf->nstage, &c->policies, i);
	}
	return 0;
}

static int show(struct pt_buf *out, const struct comparison *c, const struct pt_forecasts *f,
		struct pt_err *err)
{
	const struct pt_plan_setup setup = pt_forecasts_setup(f);
	const struct pt_forecast_about about = {&setup, f->first_seed};
	struct pt_json json;

	if (!f->args.json)
		return pt_compare_text(out, c->forecast, &c->policies, &about, err);
	pt_json_init(&json, out);
	pt_json_object(&json, NULL);
	pt_json_str(&json, "suite", setup.suite->name);
	pt_json_str(&json, "train", setup.conf->name);
	pt_json_str(&json, "id", setup.id);
	pt_json_time(&json, "started", setup.start_ms);
	pt_compare_json(&json, c->forecast, &c->policies, &about);
	pt_json_object_end(&json);
	return 0;
}

static int compare(struct pt_buf *out, struct comparison *c, struct pt_context *context,
		   struct pt_err *err)
{
	const struct pt_words *spec = &context->args->compare;
	const struct pt_train_conf conf = context->conf;
	struct pt_forecasts f = {.c = NULL};
	int rc = pt_policies_parse(&c->policies, spec->word, spec->n, &conf, err);

	if (rc == 0)
		rc = apply_all(c, &conf, err);
	if (rc == 0)
		rc = pt_forecasts_open(&f, context, RUNS, err);
	if (rc == 0)
		rc = pt_forecasts_make(c->forecast, &f, c->conf, c->policies.n, err);
	if (rc == 0)
		rc = show(out, c, &f, err);
	pt_forecasts_release(&f);
	return rc;
}

enum pt_exit pt_rehearse_compared(struct pt_context *context)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
	struct comparison c = {.policies = {.n = 0}};
	struct pt_err err = PT_ERR_INIT;
	int rc = compare(&out, &c, context, &err);

	release(&c);
	return rc < 0 ? pt_say_error(&err) : pt_print(&out, PT_EXIT_DONE);
}
