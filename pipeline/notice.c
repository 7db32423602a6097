/* See notice.h. */
#include "pipeline/notice.h"

#include "base/instant.h"

/* When the first of them starts, and of which stage it is; PT_NEVER: nobody is pushed. */
static int64_t first_visible(size_t *stage_out, const struct pt_plan *plan)
{
	int64_t first_ms = PT_NEVER;

	for (size_t s = 0; s < plan->setup.conf->nstage; s++) {
		const struct pt_plan_stage *stage = &plan->stage[s];

		for (size_t i = 0; plan->setup.conf->stage[s].visible && i < stage->nwave; i++) {
			if (stage->wave[i].start_ms >= first_ms)
				continue;
			first_ms = stage->wave[i].start_ms;
			*stage_out = s;
		}
	}
	return first_ms;
}

int pt_notice_check(const struct pt_plan *plan, int64_t now_ms, struct pt_err *err)
{
	const struct pt_plan_setup *s = &plan->setup;
	size_t stage = 0;
	int64_t first_ms = first_visible(&stage, plan);
	char when[PT_INSTANT_TEXT], ahead[PT_DURATION_TEXT], notice[PT_DURATION_TEXT],
	    start[PT_INSTANT_TEXT];

	if (s->conf->notice_ms == 0 || first_ms == PT_NEVER)
		return 0;
	if (now_ms > s->start_ms)
		first_ms += now_ms - s->start_ms;
	if (first_ms - now_ms >= s->conf->notice_ms)
		return 0;
	int64_t missing_ms = s->conf->notice_ms - (first_ms - now_ms);

	return pt_err_set(
	    err, PT_E_REFUSED,
	    "train %s %s is refused: customers see its first wave, of stage '%s', on "
	    "%s, which is in %s; the train promises a notice of %s, so start it on %s "
	    "or later",
	    s->conf->name, s->id, s->conf->stage[stage].name, pt_zone_text(when, s->zone, first_ms),
	    pt_duration_human(ahead, first_ms > now_ms ? first_ms - now_ms : 0),
	    pt_duration_text(notice, s->conf->notice_ms),
	    pt_zone_text(start, s->zone,
			 (now_ms > s->start_ms ? now_ms : s->start_ms) + missing_ms));
}
