/*
 * A plan as a calendar that customers can subscribe to: an event for every batch of every
 * stage, and zone of its window. How many orgs there are, and whose, is nobody's business: it is
 * left out. See plan.h.
 */
#include "base/instant.h"
#include "pipeline/ics.h"
#include "pipeline/plan.h"
#include "pipeline/slot.h"

/* "production, batch 2 of 3, Europe/Berlin" */
static void slot_text(struct pt_buf *out, const struct pt_plan *plan,
		      const struct pt_stage_conf *conf, uint32_t slot)
{
	pt_buf_str(out, conf->name);
	if (conf->nbatch > 1)
		pt_buf_printf(out, ", batch %u of %zu", pt_slot_batch(conf, slot) + 1,
			      conf->nbatch);
	if (pt_stage_nzone(conf) > 1)
		pt_buf_printf(
		    out, ", %s",
		    pt_stage_zone_name(plan->setup.suite, conf, pt_slot_zone(conf, slot)));
}

/* The batch and, where the window has zones, which of them: two may have the same name. */
static void slot_number(struct pt_buf *out, const struct pt_stage_conf *conf, uint32_t slot)
{
	pt_buf_printf(out, "%u", pt_slot_batch(conf, slot) + 1);
	if (pt_stage_nzone(conf) > 1)
		pt_buf_printf(out, ".%u", pt_slot_zone(conf, slot) + 1);
}

static void wave_lines(struct pt_buf *out, const struct pt_plan *plan,
		       const struct pt_plan_wave *wave, size_t n)
{
	char when[PT_INSTANT_TEXT], version[PT_VERSION_TEXT];

	for (size_t i = 0; i < n; i++) {
		const struct pt_train_package *package =
		    &plan->setup.train->package[wave[i].package];

		pt_buf_printf(out, "%snot before %s: %s %s", i ? "\n" : "",
			      pt_zone_text(when, plan->setup.zone, wave[i].start_ms),
			      package->title ? package->title : package->name,
			      pt_version_text(version, &package->version));
	}
}

/* The waves of one slot. It is over for most orgs an `offset` after the last one's start. */
static void slot_event(struct pt_ics *ics, const struct pt_plan *plan, size_t stage,
		       const struct pt_plan_wave *wave, size_t n)
{
	const struct pt_plan_setup *s = &plan->setup;
	const struct pt_stage_conf *conf = &s->conf->stage[stage];
	PT_CLEANUP(pt_buf_release) struct pt_buf uid = PT_BUF_INIT;
	PT_CLEANUP(pt_buf_release) struct pt_buf summary = PT_BUF_INIT;
	PT_CLEANUP(pt_buf_release) struct pt_buf waves = PT_BUF_INIT;
	int64_t rest = s->conf->offset_ms > PT_HOUR_MS ? s->conf->offset_ms : PT_HOUR_MS;
	struct pt_ics_entry event = {.start_ms = wave->start_ms, .category = conf->name};
	PT_CLEANUP(pt_buf_release) struct pt_buf number = PT_BUF_INIT;

	slot_number(&number, conf, wave->slot);
	pt_ics_uid(&uid, (const char *const[]){s->suite->name, s->conf->name, s->id, conf->name,
					       pt_buf_text(&number), NULL});
	pt_buf_printf(&summary, "%s %s: ", s->suite->name, s->id);
	slot_text(&summary, plan, conf, wave->slot);
	wave_lines(&waves, plan, wave, n);
	for (size_t i = 0; i < n; i++) {
		event.start_ms =
		    wave[i].start_ms < event.start_ms ? wave[i].start_ms : event.start_ms;
		event.end_ms =
		    wave[i].start_ms + rest > event.end_ms ? wave[i].start_ms + rest : event.end_ms;
	}
	event.uid = pt_buf_text(&uid);
	event.summary = pt_buf_text(&summary);
	event.description = pt_buf_text(&waves);
	pt_ics_event(ics, &event);
	pt_buf_lean(ics->out, &number);
	pt_buf_lean(ics->out, &uid);
	pt_buf_lean(ics->out, &summary);
	pt_buf_lean(ics->out, &waves);
}

void pt_plan_ics(struct pt_buf *out, const struct pt_plan *plan)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf name = PT_BUF_INIT;
	const struct pt_plan_setup *s = &plan->setup;
	struct pt_ics ics;

	pt_buf_printf(&name, "%s, train %s %s", s->suite->name, s->conf->name, s->id);
	pt_ics_begin(&ics, out, pt_buf_text(&name), s->start_ms);
	pt_buf_lean(out, &name);
	for (size_t i = 0; i < s->conf->nstage; i++) {
		const struct pt_plan_stage *stage = &plan->stage[i];

		for (size_t from = 0, to; from < stage->nwave; from = to) {
			for (to = from;
			     to < stage->nwave && stage->wave[to].slot == stage->wave[from].slot;)
				to++;
			slot_event(&ics, plan, i, &stage->wave[from], to - from);
		}
	}
	pt_ics_end(&ics);
}
