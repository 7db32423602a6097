/* From the train to the plan, and through it. See context.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/errs.h"
#include "base/file.h"
#include "base/instant.h"
#include "cmd/context.h"
#include "connectors/orgs/org_file.h"
#include "connectors/push/simulated/platform.h"
#include "connectors/push/simulated/simulated.h"
#include "pipeline/report.h"
#include "pipeline/restore.h"

/* Which connector each package goes through. */
static int choose_connectors(struct pt_context *c, bool simulated, struct pt_err *err)
{
	const struct pt_suite *suite = c->suite;
	const char *wanted = c->run ? c->run->connector : c->args->connector;
	uint32_t chosen = UINT32_MAX;

	for (uint32_t i = 0; i < suite->nconnector; i++) {
		const struct pt_connector_conf *conf = &suite->connector[i];

		if (wanted
			? strcmp(conf->name, wanted) == 0
			: simulated && conf->type == PT_CONNECTOR_SIMULATED && chosen == UINT32_MAX)
			chosen = i;
	}
	if (chosen == UINT32_MAX && wanted)
		return pt_err_set(err, PT_E_USAGE,
				  "no connector '%s' in %s, expected a name under 'connectors'",
				  wanted, suite->file);
	if (chosen == UINT32_MAX && simulated)
		return pt_err_set(err, PT_E_INVALID,
				  "%s has no connector of type simulated to rehearse on",
				  suite->file);
	for (size_t p = 0; p < suite->npackage; p++) {
		c->connector[p] = chosen == UINT32_MAX ? suite->package[p].connector : chosen;
		const struct pt_connector_conf *conf = &suite->connector[c->connector[p]];

		if (conf->type != PT_CONNECTOR_SIMULATED)
			return pt_err_at(err, PT_E_UNSUPPORTED, conf->src,
					 "connector '%s' is of type salesforce, which this version "
					 "cannot open; --connector NAME takes a simulated one",
					 conf->name);
	}
	return 0;
}

/* What was ever released of a package, with the needs of the version on the train. */
static int describe(struct pt_sim_package *out, const struct pt_train *train, uint32_t p,
		    struct pt_arena *arena, struct pt_err *err)
{
	const struct pt_train_package *package = &train->package[p];
	struct pt_sim_version *version =
	    pt_arena_alloc(arena, package->nrelease + 1, sizeof(*version));
	struct pt_sim_need *need = pt_arena_alloc(arena, package->nneed + 1, sizeof(*need));
	size_t n = 0;

	if (!version || !need)
		return pt_err_nomem(err);
	for (size_t k = 0; k < package->nneed; k++)
		need[k] = (struct pt_sim_need){package->need[k].package, package->need[k].version};
	for (size_t k = 0; k < package->nrelease; k++) {
		const struct pt_release *release = &package->releases[k];

		if (!pt_version_known(&release->version) ||
		    (n && pt_version_cmp(&version[n - 1].version, &release->version) == 0))
			continue;
		version[n].version = release->version;
		memcpy(version[n].id.text, release->version_id, sizeof(version[n].id.text));
		if (pt_version_cmp(&release->version, &package->version) == 0) {
			version[n].need = need;
			version[n].nneed = package->nneed;
			out->target = (uint32_t)n;
		}
		n++;
	}
	out->name = package->name;
	out->title = package->title;
	out->namespace_ = package->namespace_;
	out->version = version;
	out->nversion = n;
	return 0;
}

/* Beside the journal: a file for each connector. NULL without memory. */
static char *platform_path(const struct pt_context *c, const struct pt_connector_conf *conf)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf name = PT_BUF_INIT;
	char *state = pt_context_state_path(c->args), *path = NULL;

	pt_buf_printf(&name, "%s.platform", conf->name);
	if (state && !name.failed)
		path = pt_file_beside(state, pt_buf_text(&name));
	free(state);
	return path;
}

/* A virtual clock goes on where the platform's stands; the machine's cannot wait for it. */
static int meet_clocks(struct pt_context *c, int64_t platform_ms, const char *path,
		       struct pt_errs *errs)
{
	struct pt_err err = PT_ERR_INIT;
	char when[PT_INSTANT_TEXT];

	if (c->clock.is_virtual || platform_ms <= c->clock.now_ms(&c->clock) + PT_MINUTE_MS) {
		c->clock.wait(&c->clock, platform_ms);
		return 0;
	}
	pt_err_set(
	    &err, PT_E_REFUSED,
	    "the simulated platform %s is at %s, ahead of the wall clock; delete it to begin "
	    "with a fresh one",
	    path, pt_zone_text(when, c->zone, platform_ms));
	pt_errs_add(errs, &err);
	return -PT_E_REFUSED;
}

static int open_platform(struct pt_push_session **out, struct pt_context *c,
			 const struct pt_connector_conf *conf,
			 const struct pt_sim_catalogue *catalogue, struct pt_errs *errs)
{
	int64_t seed = c->run ? c->run->seed : c->args->seed, now = c->clock.now_ms(&c->clock);
	char *path = platform_path(c, conf);
	int rc;

	if (path && (c->platform == PT_PLATFORM_KEPT ||
		     (c->platform == PT_PLATFORM_IF_THERE && access(path, F_OK) == 0))) {
		rc = pt_push_open_kept(out, path, conf->population, catalogue, seed, now, errs);
		if (rc == 0)
			rc = meet_clocks(c, pt_platform_now_ms(pt_push_simulated_platform(*out)),
					 path, errs);
	} else {
		rc = pt_push_open_simulated(out, conf->population, catalogue, seed, now, errs);
	}
	free(path);
	return rc;
}

/* One thing that is wrong is said as it is; several are printed. */
static int say_errors(const struct pt_errs *errs, const struct pt_connector_conf *conf,
		      struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;

	if (errs->n == 1 && errs->item[0].line == 0) {
		*err = errs->item[0];
		return -(int)err->code;
	}
	pt_errs_print(&text, errs, "pushtrain");
	fputs(pt_buf_text(&text), stderr);
	return pt_err_at(err, PT_E_INVALID, conf->src, "connector '%s' cannot be opened",
			 conf->name);
}

static int open_simulated(struct pt_context *c, uint32_t at, struct pt_err *err)
{
	const struct pt_connector_conf *conf = &c->suite->connector[at];
	struct pt_arena arena = PT_ARENA_INIT;
	struct pt_errs errs = PT_ERRS_INIT;
	struct pt_sim_package *package =
	    pt_arena_alloc(&arena, c->train->npackage + 1, sizeof(*package));
	struct pt_sim_catalogue catalogue = {package, c->train->npackage};
	int rc = package ? 0 : pt_err_nomem(err);

	for (uint32_t p = 0; rc == 0 && p < c->train->npackage; p++)
		rc = describe(&package[p], c->train, p, &arena, err);
	if (rc == 0 && open_platform(&c->session[at], c, conf, &catalogue, &errs) < 0)
		rc = say_errors(&errs, conf, err);
	pt_errs_release(&errs);
	pt_arena_release(&arena);
	return rc;
}

static int open_connectors(struct pt_context *c, bool simulated, struct pt_err *err)
{
	int rc;

	if (!c->clock.now_ms)
		c->clock = pt_clock_virtual(c->start_ms);
	c->connector = calloc(c->suite->npackage + 1, sizeof(*c->connector));
	c->session = calloc(c->suite->nconnector + 1, sizeof(*c->session));
	if (!c->connector || !c->session)
		return pt_err_nomem(err);
	rc = choose_connectors(c, simulated, err);
	for (size_t p = 0; rc == 0 && p < c->suite->npackage; p++) {
		if (!c->session[c->connector[p]])
			rc = open_simulated(c, c->connector[p], err);
	}
	c->driver = (struct pt_driver){.session = c->session,
				       .nconnector = (uint32_t)c->suite->nconnector,
				       .connector = c->connector,
				       .clock = &c->clock,
				       .until_ms = PT_NEVER,
				       .note_context = c};
	return rc;
}

static int read_list(struct pt_org_list *out, const struct pt_selector_conf *selector,
		     struct pt_err *err)
{
	return selector->file ? pt_org_file_read(&out->key, &out->n, selector->file, err) : 0;
}

static int read_lists(struct pt_context *c, struct pt_err *err)
{
	int rc = 0;

	c->lists.exclude = calloc(c->suite->nexclude + 1, sizeof(*c->lists.exclude));
	c->lists.stage = calloc(c->conf.nstage + 1, sizeof(*c->lists.stage));
	if (!c->lists.exclude || !c->lists.stage)
		return pt_err_nomem(err);
	for (size_t i = 0; rc == 0 && i < c->suite->nexclude; i++)
		rc = read_list(&c->lists.exclude[i], &c->suite->exclude[i].orgs, err);
	for (size_t i = 0; rc == 0 && i < c->conf.nstage; i++)
		rc = read_list(&c->lists.stage[i], &c->conf.stage[i].orgs, err);
	return rc;
}

static int say_refusals(const struct pt_context *c, struct pt_err *err)
{
	for (size_t i = 0; i < c->train->nrefusal; i++)
		pt_say("refused: %s", c->train->refusal[i]);
	if (c->train->nrefusal == 0)
		return 0;
	return pt_err_set(err, PT_E_REFUSED, "train %s %s is refused, nothing was done",
			  c->conf.name, c->id);
}

int pt_context_make_plan(struct pt_context *c, struct pt_err *err)
{
	const struct pt_plan_setup setup = {.suite = c->suite,
					    .conf = &c->conf,
					    .train = c->train,
					    .targets = &c->targets,
					    .inventory = c->inventory,
					    .audience = &c->audience,
					    .zone = c->zone,
					    .id = c->id,
					    .start_ms = c->start_ms};

	return pt_plan_make(&c->plan, &setup, err);
}

int pt_context_survey(struct pt_context *c, bool simulated, bool versions_only, struct pt_err *err)
{
	int rc = pt_train_check_upgrade(c->train, c->conf.upgrade, err);

	if (rc == 0)
		rc = say_refusals(c, err);
	if (rc == 0)
		rc = read_lists(c, err);
	if (rc == 0)
		rc = open_connectors(c, simulated, err);
	if (rc == 0)
		rc = pt_inventory_new(&c->inventory, (uint32_t)c->train->npackage, err);
	if (rc == 0) {
		c->surveyed_ms = versions_only ? PT_LONG_AGO : c->clock.now_ms(&c->clock);
		rc = pt_driver_survey(&c->driver, c->train, versions_only, c->inventory, err);
	}
	if (rc == 0)
		rc = pt_targets_find(&c->targets, c->train, c->inventory, err);
	return rc < 0 ? rc : say_refusals(c, err);
}

int pt_context_plan(struct pt_context *c, bool simulated, const struct pt_plan_file *file,
		    struct pt_err *err)
{
	int rc = pt_context_survey(c, simulated, false, err);

	if (rc == 0)
		rc = pt_audience_draw(&c->audience, c->suite, &c->conf, &c->lists, c->inventory,
				      err);
	if (rc == 0 && file)
		rc = pt_plan_file_place(&c->audience, file, &c->conf, c->inventory, err);
	return rc < 0 ? rc : pt_context_make_plan(c, err);
}

static void print_note(void *context, const struct pt_note *note)
{
	const struct pt_context *c = context;
	PT_CLEANUP(pt_buf_release) struct pt_buf line = PT_BUF_INIT;

	if (c->args->quiet)
		return;
	pt_note_text(&line, note, c->plan);
	fputs(pt_buf_text(&line), stderr);
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
					.stage_start_ms = c->plan->stage_start_ms,
					.stage_eligible = c->plan->stage_eligible,
					.connector = c->connector,
					.nconnector = (uint32_t)c->suite->nconnector,
					.surveyed_ms = c->surveyed_ms,
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
	c->driver.on_note = print_note;
	return pt_engine_new(&c->engine, &setup, c->clock.now_ms(&c->clock), err);
}

int pt_context_put_back(struct pt_context *c, const struct pt_journal *journal, struct pt_err *err)
{
	int rc = pt_restore_orgs(c->inventory, &c->audience, journal, c->suite, &c->conf, err);

	if (rc == 0)
		rc = pt_restore_have(c->inventory, (uint32_t)c->train->npackage, journal, err);
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
	struct pt_report report = {c->plan, c->engine, c->clock.now_ms(&c->clock), 20};

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
