/*
 * The hours of a case: when its train departs, the windows of its stages in the zone of
 * each instance, its blackouts. As they are written into the suite file, and as spans that
 * the auditor holds the run to.
 */
#ifndef PT_TESTS_SIMULATION_HARNESS_SCENE_HOURS_H
#define PT_TESTS_SIMULATION_HARNESS_SCENE_HOURS_H

#include "base/buf.h"
#include "tests/simulation/harness/case.h"

enum { SIM_ZONES = 3, SIM_MOMENT = 20 };

/* Half-open. */
struct sim_span {
	int64_t from_ms, to_ms;
};

/* "2026-01-06T18:00", in the suite's zone, which is UTC. */
const char *sim_scene_start(char buf[SIM_MOMENT], const struct sim_case *c);
int64_t sim_scene_start_ms(const struct sim_case *c);

/* The stage has a window; minutes of the local day, the end on the next one if it is before. */
bool sim_scene_has_window(const struct sim_case *c, uint32_t stage);
uint32_t sim_scene_opens(const struct sim_case *c);
uint32_t sim_scene_closes(const struct sim_case *c);

/* The zone of a stage's window that an instance keeps, in the order of the suite file, and the
   suite's own last; how many there are, and their names. */
uint32_t sim_scene_nzone(const struct sim_case *c, uint32_t stage);
uint32_t sim_scene_zone(const struct sim_case *c, uint32_t stage, const char *instance);
const char *sim_scene_zone_name(const struct sim_case *c, uint32_t stage, uint32_t zone);

/* The i-th of them; false: there are no more. They may overlap. */
bool sim_scene_blackout(struct sim_span *out, const struct sim_case *c, uint32_t i);

void sim_scene_write_window(struct pt_buf *out, const struct sim_case *c, uint32_t stage);
void sim_scene_write_blackouts(struct pt_buf *out, const struct sim_case *c);

#endif
