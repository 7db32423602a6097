/* From the train to the plan, and through it. See context.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/instant.h"
#include "cmd/teller.h"
#include "cmd/voice.h"
#include "pipeline/report.h"
#include "pipeline/restore.h"
#include "pipeline/upgrade.h"

static int say_refusals(const struct pt_context *c, struct pt_err *err)
{
	for (size_t i = 0; i < c->train->nrefusal; i++)
		pt_say("refused: %s", c->train->refusal[i]);
	if (c->train->nrefusal == 0)
		return 0;
	return pt_err_set(err, PT_E_REFUSED, "train %s %s is refused, nothing was done",
			  c->conf.name, c->id);
}

/* Blackouts are looked for from before the departure to when any train has ended. */
enum { CALENDAR_BEFORE_DAYS = 31, CALENDAR_DAYS = 800 };

static int read_calendar(struct pt_context *c, struct pt_err *err)
{
	int64_t now_ms = c->clock.now_ms(&c->clock);
	int64_t from_ms = c->start_ms < now_ms ? c->start_ms : now_ms;
	int64_t to_ms = c->start_ms < now_ms ? now_ms : c->start_ms;
	bool windows = false;
	int rc = 0;

	for (size_t s = 0; s < c->conf.nstage; s++)
		windows |= c->conf.stage[s].window.set;
	if (c->hours || (!windows && !c->suite->nblackout))
		return 0;
	/* Files are read once, however often the train is rehearsed. */
	if (!c->calendar_read)
		rc = pt_calendar_closures(&c->closures, c->suite, c->zone,
					  from_ms - CALENDAR_BEFORE_DAYS * PT_DAY_MS,
					  to_ms + CALENDAR_DAYS * PT_DAY_MS, err);
	c->calendar_read = rc == 0;
	return rc < 0 ? rc : pt_hours_new(&c->hours, c->suite, &c->conf, &c->closures, err);
}

int pt_context_make_plan(struct pt_context *c, struct pt_err *err)
{
	int rc = read_calendar(c, err);
	const struct pt_plan_setup setup = {.suite = c->suite,
					    .conf = &c->conf,
					    .train = c->train,
					    .targets = &c->targets,
					    .inventory = c->inventory,
					    .audience = &c->audience,
					    .zone = c->zone,
					    .hours = c->hours,
					    .id = c->id,
					    .start_ms = c->start_ms};

	return rc < 0 ? rc : pt_plan_make(&c->plan, &setup, err);
}

int pt_context_survey(struct pt_context *c, bool simulated, bool versions_only, struct pt_err *err)
{
	int rc = say_refusals(c, err);

	if (rc == 0)
		rc = pt_context_read_lists(c, err);
	if (rc == 0)
		rc = pt_context_connect(c, simulated, err);
	if (rc == 0)
		rc = pt_context_hash_lists(c, err);
	if (rc == 0)
		rc = pt_inventory_new(&c->inventory, (uint32_t)c->train->npackage, err);
	if (rc == 0) {
		c->surveyed_ms = versions_only ? PT_LONG_AGO : c->clock.now_ms(&c->clock);
		rc = pt_driver_survey(&c->driver, c->train, versions_only, c->inventory, err);
	}
	if (rc == 0)
		rc = pt_targets_find(&c->targets, c->train, c->inventory, err);
	/* A run that goes on was let through when it departed. */
	if (rc == 0 && !versions_only)
		rc = pt_upgrade_check(c->train, c->inventory, c->conf.upgrade, err);
	return rc < 0 ? rc : say_refusals(c, err);
}

int pt_context_plan(struct pt_context *c, bool simulated, const struct pt_plan_file *file,
		    struct pt_err *err)
{
	int rc = pt_context_survey(c, simulated, false, err);

	if (rc == 0)
		rc = pt_context_audience(c, file, err);
	if (rc == 0)
		rc = pt_context_make_plan(c, err);
	return rc == 0 && file ? pt_context_find_drift(c, file, err) : rc;
}

int pt_context_write_plan(const struct pt_context *c, const char *path, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	int rc = pt_plan_file_write(&text, c->plan, err);

	return rc < 0 ? rc : pt_file_replace(path, pt_buf_text(&text), text.len, err);
}

void pt_context_note(const struct pt_context *c, const struct pt_note *note)
{
	pt_teller_note(c->teller, note);
}

static void print_note(void *context, const struct pt_note *note)
{
	pt_context_note(context, note);
}

int pt_context_engine(struct pt_context *c, bool journalled, struct pt_err *err)
{
	struct pt_engine_setup setup = {.suite = c->suite,
					.conf = &c->conf,
					.train = c->train,
					.targets = &c->targets,
					.lists = &c->lists,
					.inventory = c->inventory,
					.audience = &c->audience,
					.hours = c->hours,
					.rehearsal = c->rehearsal,
					.stage_start_ms = c->plan->stage_start_ms,
					.stage_eligible = c->plan->stage_eligible,
					.connector = c->connector,
					.nconnector = (uint32_t)c->suite->nconnector,
					.surveyed_ms = c->surveyed_ms,
					.details = pt_voice_is_verbose(),
					.journalled = journalled};

	c->poll_ms = calloc(c->suite->nconnector + 1, sizeof(*c->poll_ms));
	c->api_floor_ppm = calloc(c->suite->nconnector + 1, sizeof(*c->api_floor_ppm));
	if (!c->poll_ms || !c->api_floor_ppm)
		return pt_err_nomem(err);
	for (size_t i = 0; i < c->suite->nconnector; i++) {
		c->poll_ms[i] = c->suite->connector[i].poll_ms;
		c->api_floor_ppm[i] = c->suite->connector[i].api_floor_ppm;
	}
	setup.poll_ms = c->poll_ms;
	setup.api_floor_ppm = c->api_floor_ppm;
	return pt_engine_new(&c->engine, &setup, c->clock.now_ms(&c->clock), err);
}

int pt_context_tell(struct pt_context *c, struct pt_err *err)
{
	int rc = c->teller ? 0 : pt_teller_new(&c->teller, c, err);

	if (rc < 0)
		return rc;
	c->driver.on_note = print_note;
	c->driver.note_context = c;
	c->driver.on_turn = pt_teller_turn;
	c->driver.turn_context = c->teller;
	return 0;
}

int pt_context_put_back(struct pt_context *c, const struct pt_journal *journal, struct pt_err *err)
{
	int rc = pt_restore_orgs(c->inventory, &c->audience, journal, c->suite, &c->conf, err);

	if (rc == 0)
		rc = pt_restore_have(c->inventory, (uint32_t)c->train->npackage, journal, err);
	if (rc == 0)
		rc = pt_audience_put_back(&c->audience, c->suite, &c->lists, c->inventory,
					  c->clock.now_ms(&c->clock), err);
	if (rc == 0)
		rc = pt_context_make_plan(c, err);
	if (rc == 0) {
		const struct pt_stage_plan stages = {c->plan->stage_start_ms,
						     c->plan->stage_eligible, c->conf.nstage};

		rc = pt_restore_stages(&stages, journal, err);
	}
	if (rc == 0)
		rc = pt_context_engine(c, true, err);
	return rc < 0 ? rc : pt_engine_restore(c->engine, journal, err);
}

int pt_context_report(struct pt_buf *out, struct pt_context *c, struct pt_err *err)
{
	struct pt_report report = {c->plan, c->engine, c->clock.now_ms(&c->clock), 20,
				   pt_voice_out()};

	if (!c->args->json)
		return pt_report_text(out, &report, err);
	pt_report_json(out, &report);
	return 0;
}

enum pt_exit pt_context_exit(const struct pt_context *c)
{
	switch (pt_engine_state(c->engine)) {
	case PT_RUN_HALTED:
	case PT_RUN_ABORTED:
		return PT_EXIT_STOPPED;
	case PT_RUN_FINISHED:
		return PT_EXIT_RESIDUE;
	case PT_RUN_CONVERGED:
	case PT_RUN_WAITING:
	case PT_RUN_RUNNING:
	case PT_RUN_PAUSED:
		break;
	}
	return PT_EXIT_DONE;
}
