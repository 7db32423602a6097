/* Which connectors a train goes through, and opening them. See context.h. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/instant.h"
#include "cmd/catalogue.h"
#include "cmd/context.h"
#include "connectors/push/salesforce/salesforce.h"
#include "connectors/push/simulated/platform.h"
#include "connectors/push/simulated/simulated.h"

int pt_context_choose_connectors(struct pt_context *c, bool simulated, struct pt_err *err)
{
	const struct pt_suite *suite = c->suite;
	const char *wanted = c->run ? c->run->connector : c->args->connector;
	uint32_t chosen = UINT32_MAX;

	if (c->connector)
		return 0;
	c->connector = calloc(suite->npackage + 1, sizeof(*c->connector));
	if (!c->connector)
		return pt_err_nomem(err);
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

		if (simulated && conf->type != PT_CONNECTOR_SIMULATED)
			return pt_err_at(
			    err, PT_E_USAGE, conf->src,
			    "connector '%s' is of type salesforce; a rehearsal takes a "
			    "simulated one",
			    conf->name);
	}
	return 0;
}

bool pt_context_is_real(const struct pt_context *c)
{
	for (size_t p = 0; p < c->suite->npackage; p++) {
		if (c->suite->connector[c->connector[p]].type == PT_CONNECTOR_SALESFORCE)
			return true;
	}
	return false;
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

/* The file is read once, however often the platform is made. */
static int open_fresh(struct pt_push_session **out, struct pt_context *c,
		      const struct pt_connector_conf *conf,
		      const struct pt_sim_catalogue *catalogue, struct pt_errs *errs)
{
	struct pt_population **read = &c->population[conf - c->suite->connector];
	struct pt_err err = PT_ERR_INIT;
	int rc = *read ? 0 : pt_population_read(read, conf->population, catalogue, errs);

	if (rc < 0)
		return rc;
	rc = pt_push_open_population(out, *read, catalogue, c->run ? c->run->seed : c->args->seed,
				     c->clock.now_ms(&c->clock), &err);
	if (rc < 0)
		pt_errs_add(errs, &err);
	return rc;
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
		rc = open_fresh(out, c, conf, catalogue, errs);
	}
	free(path);
	return rc;
}

/* One thing that is wrong is said as it is; several are printed. */
static int say_errors(const struct pt_errs *errs, const struct pt_connector_conf *conf,
		      struct pt_err *err)
{
	if (errs->nomem)
		return pt_err_nomem(err);
	if (errs->n == 1 && errs->item[0].line == 0) {
		*err = errs->item[0];
		return -(int)err->code;
	}
	pt_say_errors(errs);
	return pt_err_at(err, PT_E_INVALID, conf->src, "connector '%s' cannot be opened",
			 conf->name);
}

static int open_simulated(struct pt_context *c, uint32_t at, struct pt_err *err)
{
	const struct pt_connector_conf *conf = &c->suite->connector[at];
	struct pt_arena arena = PT_ARENA_INIT;
	struct pt_errs errs = PT_ERRS_INIT;
	struct pt_sim_catalogue catalogue;
	int rc = pt_catalogue_of_train(&catalogue, &arena, c->train, err);

	if (rc == 0 && open_platform(&c->session[at], c, conf, &catalogue, &errs) < 0)
		rc = say_errors(&errs, conf, err);
	pt_errs_release(&errs);
	pt_arena_release(&arena);
	return rc;
}

static int open_salesforce(struct pt_context *c, uint32_t at, struct pt_err *err)
{
	const struct pt_connector_conf *conf = &c->suite->connector[at];
	const struct pt_salesforce_options options = {.trace = c->args->trace,
						      .tells_time = c->clock.is_virtual};

	if (pt_push_open_salesforce(&c->session[at], conf, &options, err) < 0)
		return pt_err_wrap(err, "connector '%s'", conf->name);
	return 0;
}

static int open_connector(struct pt_context *c, uint32_t at, struct pt_err *err)
{
	if (c->session[at])
		return 0;
	return c->suite->connector[at].type == PT_CONNECTOR_SIMULATED ? open_simulated(c, at, err)
								      : open_salesforce(c, at, err);
}

int pt_context_connect(struct pt_context *c, bool simulated, struct pt_err *err)
{
	int rc = pt_context_choose_connectors(c, simulated, err);
	size_t nconnector = c->suite->nconnector + 1;

	if (rc < 0)
		return rc;
	if (!c->clock.now_ms)
		c->clock = pt_context_is_real(c) ? pt_clock_wall() : pt_clock_virtual(c->start_ms);
	if (!c->session)
		c->session = calloc(nconnector, sizeof(*c->session));
	if (!c->population)
		c->population = (struct pt_population **)calloc(nconnector, sizeof(*c->population));
	if (!c->session || !c->population)
		return pt_err_nomem(err);
	for (size_t p = 0; rc == 0 && p < c->suite->npackage; p++)
		rc = open_connector(c, c->connector[p], err);
	c->driver = (struct pt_driver){.session = c->session,
				       .nconnector = (uint32_t)c->suite->nconnector,
				       .connector = c->connector,
				       .clock = &c->clock,
				       .until_ms = PT_NEVER,
				       .note_context = c};
	return rc;
}
