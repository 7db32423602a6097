/*
 * The judge of a simulated run. It is told what reached the platform and which
 * answers reached the program, looks at the platform's own history, and recomputes
 * every promise from that and from the case. It shares no code with the engine and
 * reads nothing that the engine wrote.
 *
 *     sim_auditor_new(&auditor, scene, platform)
 *     sim_audit_sends()      a call is on its way
 *     sim_audit_carried()    something was done on the platform just now
 *     sim_audit_answered()   a read was answered just now
 *     sim_audit_heard()      and that answer reached the program
 *     sim_audit_end()        the run is over
 */
#ifndef PT_TESTS_SIMULATION_HARNESS_AUDITOR_H
#define PT_TESTS_SIMULATION_HARNESS_AUDITOR_H

#include "tests/simulation/harness/scene.h"

struct sim_auditor;

/* NULL without memory. The scene and the platform are borrowed. */
struct sim_auditor *sim_auditor_new(const struct sim_scene *scene, struct pt_platform *platform,
				    int64_t start_ms);
void sim_auditor_free(struct sim_auditor *a);

void sim_audit_sends(struct sim_auditor *a, const struct pt_push_call *call, int64_t now_ms);

/* Requests and jobs that are new since the last time are of the program (`ours`) or of others. */
void sim_audit_carried(struct sim_auditor *a, bool ours);
/* The last request was made by what lies between the program and the platform: nobody told the
   program of it. */
void sim_audit_orphaned(struct sim_auditor *a);
void sim_audit_activated(struct sim_auditor *a, const struct pt_id *request);

void sim_audit_answered(struct sim_auditor *a, const struct pt_push_call *call, uint32_t hub);
void sim_audit_heard(struct sim_auditor *a, uint64_t cookie, uint32_t hub);

/* The process died: answers under way will not be heard. */
void sim_audit_forget(struct sim_auditor *a);

/* What its users and the orgs' owners did. */
void sim_audit_stopped(struct sim_auditor *a, bool stopped);
void sim_audit_aborted(struct sim_auditor *a);
void sim_audit_slept(struct sim_auditor *a);
void sim_audit_repushed(struct sim_auditor *a);
void sim_audit_left_out(struct sim_auditor *a, uint32_t org);
/* Something went wrong, or nobody drove the run, from then to then. */
void sim_audit_trouble(struct sim_auditor *a, int64_t from_ms, int64_t to_ms);
void sim_audit_disturbed(struct sim_auditor *a, uint32_t org);
void sim_audit_halted(struct sim_auditor *a);

/* What the plan says of a wave: stages in their order. */
struct sim_planned {
	uint32_t stage, batch, zone, package;
	int64_t stage_start_ms, start_ms;
};
void sim_audit_planned(struct sim_auditor *a, const struct sim_planned *wave);

/* The run told its users that the platform started something of that package too late. */
void sim_audit_late(struct sim_auditor *a, uint32_t package);

/* A stage asks for its approval; somebody says something, by the run's time; the run has halted
   at that stage, before it began or at its end; it goes on. */
void sim_audit_asks(struct sim_auditor *a, uint32_t stage, int64_t at_ms);
void sim_audit_says(struct sim_auditor *a, uint32_t stage, bool yes, bool allowed, int64_t at_ms);
void sim_audit_halted_at(struct sim_auditor *a, uint32_t stage);
void sim_audit_goes_on(struct sim_auditor *a);
/* It may begin, by what was said. */
bool sim_audit_approved(const struct sim_auditor *a, uint32_t stage);
/* The command of the stage's gate came to its end. */
void sim_audit_checked(struct sim_auditor *a, uint32_t stage, bool holds);

/* This process came to the end of the run, and nothing halted it. */
void sim_audit_unhalted(struct sim_auditor *a);

/* Nothing of ours is left over, and what could arrive has. */
void sim_audit_end(struct sim_auditor *a, bool aborted);

/* A request of ours that could be canceled, a request of ours in an order of its own; or none. */
bool sim_audit_ours(const struct sim_auditor *a, uint32_t request);

/* Somebody found something wrong, the auditor itself or whoever drives the run. */
void sim_violation(struct sim_auditor *a, const char *fmt, ...) PT_PRINTF(2, 3);
uint32_t sim_nviolation(const struct sim_auditor *a);
const char *sim_violations(const struct sim_auditor *a); /* a line each */

#endif
