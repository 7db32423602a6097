/* See scene_hours.h. */
#include "tests/simulation/harness/scene_hours.h"

#include <stdio.h>
#include <string.h>

#include "base/instant.h"

/* Europe's clocks change two days after the second and the third of these. */
static const struct pt_civil START[] = {{.year = 2026, .month = 1, .day = 6, .hour = 18},
					{.year = 2026, .month = 3, .day = 27, .hour = 18},
					{.year = 2026, .month = 10, .day = 23, .hour = 18}};

static const struct {
	const char *instance, *name;
} ZONE[SIM_ZONES - 1] = {{"EU", "Europe/Berlin"}, {"AP", "Asia/Kolkata"}};

static const char *moment(char buf[SIM_MOMENT], int64_t ms)
{
	struct pt_civil c = pt_civil_of_ms(ms);

	snprintf(buf, SIM_MOMENT, "%04d-%02d-%02dT%02d:%02d", c.year % 10000, c.month % 100,
		 c.day % 100, c.hour % 100, c.minute % 100);
	return buf;
}

int64_t sim_scene_start_ms(const struct sim_case *c)
{
	return pt_civil_to_ms(&START[c->knob[KNOB_SEASON]]);
}

const char *sim_scene_start(char buf[SIM_MOMENT], const struct sim_case *c)
{
	return moment(buf, sim_scene_start_ms(c));
}

bool sim_scene_has_window(const struct sim_case *c, uint32_t stage)
{
	uint32_t on = c->knob[KNOB_WINDOW_ON];

	return c->knob[KNOB_WINDOW] &&
	       (on == 0 || stage == (on == 1 ? c->knob[KNOB_STAGES] - 1 : 0));
}

uint32_t sim_scene_opens(const struct sim_case *c)
{
	return c->knob[KNOB_OPENS] * 30;
}

uint32_t sim_scene_closes(const struct sim_case *c)
{
	return (sim_scene_opens(c) + c->knob[KNOB_WINDOW] * 60) % (24 * 60);
}

uint32_t sim_scene_nzone(const struct sim_case *c, uint32_t stage)
{
	return sim_scene_has_window(c, stage) ? c->knob[KNOB_ZONES] + 1 : 1;
}

uint32_t sim_scene_zone(const struct sim_case *c, uint32_t stage, const char *instance)
{
	uint32_t last = sim_scene_nzone(c, stage) - 1, zone = 0;

	while (zone < last && strncmp(instance, ZONE[zone].instance, 2) != 0)
		zone++;
	return zone;
}

const char *sim_scene_zone_name(const struct sim_case *c, uint32_t stage, uint32_t zone)
{
	return zone + 1 < sim_scene_nzone(c, stage) ? ZONE[zone].name : "UTC";
}

bool sim_scene_blackout(struct sim_span *out, const struct sim_case *c, uint32_t i)
{
	int64_t every_ms = c->knob[KNOB_BLACKOUT] * PT_HOUR_MS;

	if (!c->knob[KNOB_BLACKOUT] || i >= c->knob[KNOB_BLACKOUTS])
		return false;
	/* Some have begun when the train departs. */
	out->from_ms = sim_scene_start_ms(c) + (i + 1) * every_ms - 3 * PT_HOUR_MS;
	out->to_ms = out->from_ms + c->knob[KNOB_BLACKOUT_LENGTH] * PT_HOUR_MS;
	return true;
}

void sim_scene_write_window(struct pt_buf *out, const struct sim_case *c, uint32_t stage)
{
	uint32_t opens = sim_scene_opens(c), closes = sim_scene_closes(c);

	if (!sim_scene_has_window(c, stage))
		return;
	pt_buf_printf(out, ", window: { local: \"%02u:%02u-%02u:%02u\"", opens / 60, opens % 60,
		      closes / 60, closes % 60);
	for (uint32_t z = 0; z < c->knob[KNOB_ZONES]; z++)
		pt_buf_printf(out, "%s'^%s': %s", z ? ", " : ", zones: { ", ZONE[z].instance,
			      ZONE[z].name);
	pt_buf_str(out, c->knob[KNOB_ZONES] ? " } }" : " }");
}

void sim_scene_write_blackouts(struct pt_buf *out, const struct sim_case *c)
{
	struct sim_span span;

	if (c->knob[KNOB_BLACKOUT])
		pt_buf_str(out, "blackouts:\n");
	for (uint32_t i = 0; sim_scene_blackout(&span, c, i); i++) {
		char from[SIM_MOMENT], to[SIM_MOMENT];

		pt_buf_printf(out, "  - { name: b%u, from: %s, to: %s }\n", i,
			      moment(from, span.from_ms), moment(to, span.to_ms));
	}
}
