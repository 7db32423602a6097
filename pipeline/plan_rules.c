/* The rules of a stage in words, for the plan that a person reads. See plan_text.h. */
#include "pipeline/plan_text.h"

#include "base/instant.h"

void pt_plan_approval_text(struct pt_buf *out, const struct pt_approval_conf *approval)
{
	char within[PT_DURATION_TEXT];

	pt_buf_str(out, "begins with an approval");
	if (approval->four_eyes)
		pt_buf_str(out, " by somebody else than who departs the train");
	if (approval->within_ms != PT_UNSET)
		pt_buf_printf(out, ", within %s", pt_duration_text(within, approval->within_ms));
	pt_buf_str(out, "\n");
}

static void limit_text(struct pt_buf *out, const char *what, const struct pt_limit_conf *limit)
{
	if (limit->ratio_ppm != PT_UNSET)
		pt_buf_printf(out, "gate: at most %g%% %s\n", limit->ratio_ppm / 10000.0, what);
	if (limit->count != PT_UNSET)
		pt_buf_printf(out, "gate: at most %lld %s\n", (long long)limit->count, what);
}

static void gate_text(struct pt_buf *out, const struct pt_gate_conf *gate)
{
	char timeout[PT_DURATION_TEXT];

	if (gate->success_ppm != PT_UNSET)
		pt_buf_printf(out, "gate: %g%% of what is known must be at target\n",
			      gate->success_ppm / 10000.0);
	if (gate->minimum)
		pt_buf_printf(out, "gate: at least %u outcomes must be known\n", gate->minimum);
	limit_text(out, "held", &gate->held);
	limit_text(out, "unknown", &gate->unknown);
	limit_text(out, "benign", &gate->benign);
	for (int c = 0; c < PT_FAILURE_NCLASS; c++)
		limit_text(out, pt_failure_class_text((enum pt_failure_class)c), &gate->failed[c]);
	if (gate->check.command)
		pt_buf_printf(out, "gate: '%s' must agree within %s\n", gate->check.command,
			      pt_duration_text(timeout, gate->check.timeout_ms));
}

static void breaker_text(struct pt_buf *out, const struct pt_breaker_conf *breaker)
{
	pt_buf_str(out, "breaker: trips at more failures than ");
	if (breaker->count != PT_UNSET)
		pt_buf_printf(out, "%lld%s", (long long)breaker->count,
			      breaker->ratio_ppm != PT_UNSET ? " and " : "");
	if (breaker->ratio_ppm != PT_UNSET)
		pt_buf_printf(out, "%g%%", breaker->ratio_ppm / 10000.0);
	pt_buf_printf(out, " of a package's jobs, once %lld have ended\n",
		      (long long)breaker->after);
}

/* Each zone of a batch has waves of its own. */
static void damage_text(struct pt_buf *out, const struct pt_stage_conf *conf)
{
	unsigned long long nzone = pt_stage_nzone(conf), size = conf->request_size;

	if (!size) {
		pt_buf_str(out, "damage bound: none, a batch is one request\n");
		return;
	}
	pt_buf_printf(out, "damage bound: %llu orgs a package (request_size %u x running %u",
		      (unsigned long long)conf->request_size * nzone * conf->running,
		      conf->request_size, conf->running);
	if (nzone > 1)
		pt_buf_printf(out, " x %llu zones", nzone);
	pt_buf_str(out, ")\n");
}

static void window_text(struct pt_buf *out, const struct pt_suite *suite,
			const struct pt_stage_conf *conf)
{
	const struct pt_window_conf *window = &conf->window;
	uint32_t nzone = pt_stage_nzone(conf);

	pt_buf_printf(out, "window: %02d:%02d to %02d:%02d local time, in ",
		      window->open_minute / 60, window->open_minute % 60, window->close_minute / 60,
		      window->close_minute % 60);
	for (uint32_t z = 0; z < nzone; z++)
		pt_buf_printf(out, "%s%s",
			      z == 0          ? ""
			      : z + 1 < nzone ? ", "
					      : " and ",
			      pt_stage_zone_name(suite, conf, z));
	pt_buf_str(out, "\n");
}

void pt_plan_rules_text(struct pt_buf *out, const struct pt_plan *plan, size_t stage)
{
	const struct pt_plan_setup *s = &plan->setup;
	const struct pt_stage_conf *conf = &s->conf->stage[stage];
	char soak[PT_DURATION_TEXT];

	if (conf->window.set)
		window_text(out, s->suite, conf);
	if (s->conf->repush.passes)
		pt_buf_printf(out, "then up to %u re-push passes\n", s->conf->repush.passes);
	if (conf->soak_ms)
		pt_buf_printf(out, "then soaks %s after its last job\n",
			      pt_duration_text(soak, conf->soak_ms));
	gate_text(out, &conf->gate);
	if (conf->breaker.set)
		breaker_text(out, &conf->breaker);
	damage_text(out, conf);
}
