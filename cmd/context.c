/* The suite, its repositories and the train. See context.h. */
#include "cmd/context.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "base/near.h"
#include "base/pattern.h"
#include "cmd/teller.h"
#include "connectors/calendar/calendar.h"

char *pt_context_state_path(const struct pt_args *args)
{
	return args->state ? strdup(args->state)
			   : pt_file_beside(args->file, ".pushtrain/state.db");
}

/* One is said as it is; several are printed and counted. */
static int say_errors(const struct pt_errs *errs, const char *file, struct pt_err *err)
{
	if (errs->nomem)
		return pt_err_nomem(err);
	if (errs->n == 1 && errs->nlost == 0) {
		*err = errs->item[0];
		/* A suite that cannot be read is a wrong suite, whatever the reason. */
		if (err->code == PT_E_IO)
			err->code = PT_E_INVALID;
		return -(int)err->code;
	}
	pt_say_errors(errs);
	return pt_err_set(err, PT_E_INVALID, "%s: %zu errors, nothing was done", file,
			  errs->n + errs->nlost);
}

int pt_context_open(struct pt_context *c, const struct pt_args *args, struct pt_err *err)
{
	struct pt_errs errs = PT_ERRS_INIT;

	*c = (struct pt_context){.args = args};
	int rc = pt_suite_read(&c->suite, args->file, &errs);

	if (rc < 0)
		rc = say_errors(&errs, args->file, err);
	pt_errs_release(&errs);
	return rc < 0 ? rc : pt_zone_open(&c->zone, c->suite->timezone, err);
}

void pt_context_forget_plan(struct pt_context *c)
{
	pt_teller_free(pt_take(c->teller));
	pt_engine_free(pt_take(c->engine));
	free(pt_take(c->poll_ms));
	free(pt_take(c->api_floor_ppm));
	pt_plan_free(pt_take(c->plan));
	pt_audience_release(&c->audience);
	pt_drift_release(&c->drift);
	pt_targets_release(&c->targets);
	pt_inventory_free(pt_take(c->inventory));
	for (size_t i = 0; c->session && i < c->suite->nconnector; i++) {
		struct pt_push_session *session = pt_take(c->session[i]);

		if (session)
			session->ops->close(session);
	}
	pt_hours_free(pt_take(c->hours));
	c->clock = (struct pt_clock){.now_ms = NULL};
}

void pt_context_release(struct pt_context *c)
{
	size_t npackage = c->suite ? c->suite->npackage : 0;
	size_t nconnector = c->suite ? c->suite->nconnector : 0;

	pt_context_forget_plan(c);
	pt_closures_release(&c->closures);
	if (c->suite)
		pt_context_release_lists(c);
	for (size_t i = 0; c->population && i < nconnector; i++)
		pt_population_free(c->population[i]);
	free(c->population);
	free(c->session);
	free(c->connector);
	pt_train_free(c->train);
	for (size_t i = 0; c->source && i < npackage; i++)
		pt_manifest_closep(&c->source[i]);
	free(c->source);
	pt_manifest_cache_free(c->cache);
	pt_zone_free(c->zone);
	pt_suite_free(c->suite);
	*c = (struct pt_context){.args = NULL};
}

int pt_context_cut(int64_t *out, const struct pt_context *c, struct pt_err *err)
{
	if (c->args->at) {
		if (pt_zone_parse(out, c->zone, c->args->at, err) < 0)
			return pt_err_wrap(err, "--at");
		return 0;
	}
	*out = (int64_t)time(NULL) * 1000;
	return 0;
}

int pt_context_moment(int64_t *out, const struct pt_context *c, struct pt_err *err)
{
	if (!pt_context_is_real(c))
		return pt_context_cut(out, c, err);
	*out = (int64_t)time(NULL) * 1000;
	return 0;
}

static int open_git(struct pt_manifest_source **out, struct pt_context *c,
		    const struct pt_manifest_where *where, struct pt_err *err)
{
	int rc = c->cache ? 0 : pt_manifest_cache_new(&c->cache, NULL, err);

	return rc < 0 ? rc : pt_manifest_open_git(out, where, c->cache, err);
}

/* With all that the suite calls the package, so that its part of a manifest is found. */
static int open_source(struct pt_context *c, size_t i, struct pt_err *err)
{
	const struct pt_package_conf *package = &c->suite->package[i];
	const char **called = (const char **)calloc(package->nalias + 2, sizeof(*called));
	struct pt_manifest_where where = {
	    .git = package->git, .tag = package->tag, .path = package->path, .called = called};

	if (!called)
		return pt_err_nomem(err);
	called[where.ncalled++] = package->name;
	for (size_t k = 0; k < package->nalias; k++)
		called[where.ncalled++] = package->alias[k];
	if (package->namespace_)
		called[where.ncalled++] = package->namespace_;
	int rc = open_git(&c->source[i], c, &where, err);

	free((void *)called);
	return rc;
}

static int open_sources(struct pt_context *c, struct pt_err *err)
{
	if (c->source)
		return 0;
	c->source = calloc(c->suite->npackage + 1, sizeof(*c->source));
	if (!c->source)
		return pt_err_nomem(err);
	for (size_t i = 0; i < c->suite->npackage; i++) {
		if (open_source(c, i, err) < 0)
			return pt_err_wrap(err, "package '%s'", c->suite->package[i].name);
	}
	return 0;
}

int pt_context_decide(struct pt_context *c, int64_t cut_ms, struct pt_err *err)
{
	int rc = open_sources(c, err);

	return rc < 0 ? rc : pt_train_decide(&c->train, c->suite, c->source, cut_ms, err);
}

int pt_context_find_train(const struct pt_train_conf **out, const struct pt_suite *suite,
			  const char *name, struct pt_err *err)
{
	char hint[PT_NEAR_TEXT];
	const char **names;

	for (size_t i = 0; i < suite->ntrain; i++) {
		*out = &suite->train[i];
		if (strcmp((*out)->name, name) == 0)
			return 0;
	}
	names = (const char **)calloc(suite->ntrain + 1, sizeof(*names));
	if (!names)
		return pt_err_nomem(err);
	for (size_t i = 0; i < suite->ntrain; i++)
		names[i] = suite->train[i].name;
	pt_near_hint(hint, name, names, suite->ntrain);
	free((void *)names);
	return pt_err_set(err, PT_E_USAGE, "no train '%s' in %s%s", name, suite->file, hint);
}

int pt_context_choose(struct pt_context *c, const char *name, struct pt_err *err)
{
	const struct pt_suite *suite = c->suite;
	const struct pt_train_conf *train = suite->train;
	int rc = 0;

	if (suite->ntrain == 0)
		return pt_err_set(err, PT_E_INVALID,
				  "%s declares no train, expected one under 'trains'", suite->file);
	if (name)
		rc = pt_context_find_train(&train, suite, name, err);
	if (rc == 0)
		c->conf = *train;
	return rc;
}

static int wish_order(struct pt_context *c, struct pt_err *err)
{
	const char *order = c->args->order;

	if (!order)
		return 0;
	if (strcmp(order, "confirmed") == 0)
		c->conf.order = PT_ORDER_CONFIRMED;
	else if (strcmp(order, "offset") == 0)
		c->conf.order = PT_ORDER_OFFSET;
	else
		return pt_err_set(err, PT_E_USAGE, "--order '%s', expected confirmed or offset",
				  order);
	return 0;
}

int pt_context_trigger(const struct pt_release **out, size_t *n_out,
		       struct pt_manifest_source **source, struct pt_context *c, struct pt_err *err)
{
	/* Whatever the packages of that repository take for a release, the id is matched apart. */
	struct pt_manifest_where where = {.git = c->conf.trigger.repo};
	int rc = open_git(source, c, &where, err);

	return rc < 0 ? rc : (*source)->ops->releases(out, n_out, *source, err);
}

int pt_context_depart_by(struct pt_context *c, const char *tag, const char *oid, int64_t at_ms,
			 struct pt_err *err)
{
	PT_CLEANUP(pt_manifest_closep) struct pt_manifest_source *source = NULL;
	PT_CLEANUP(pt_pattern_freep) struct pt_pattern *pattern = NULL;
	const struct pt_release *all, *found = NULL;
	char *id = NULL;
	size_t n = 0;
	bool matched = false;
	int rc = pt_context_trigger(&all, &n, &source, c, err);

	for (size_t i = 0; rc == 0 && i < n && !found; i++) {
		if (strcmp(all[i].tag, tag) == 0 && strcmp(all[i].oid, oid) == 0)
			found = &all[i];
	}
	if (rc == 0 && !found)
		rc = pt_err_set(err, PT_E_NOTFOUND,
				"tag '%s' is not what it was when it was looked at", tag);
	if (rc == 0)
		rc = pt_pattern_new(&pattern, c->conf.trigger.tag, err);
	if (rc == 0)
		rc = pt_pattern_match(&matched, &id, pattern, tag, "id", err);
	if (rc == 0 && found) {
		int64_t settled_ms = found->time_ms + c->conf.settle_ms;

		c->start_ms = at_ms > settled_ms ? at_ms : settled_ms;
		snprintf(c->id, sizeof(c->id), "%s", id ? id : "");
	}
	free(id);
	return rc < 0 ? pt_err_wrap(err, "the trigger of train '%s'", c->conf.name) : 0;
}

/* The newest tag at or before the cut that the trigger's pattern matches: its id and time. */
static int find_trigger(struct pt_context *c, int64_t cut_ms, int64_t *tag_ms, struct pt_err *err)
{
	const struct pt_trigger_conf *trigger = &c->conf.trigger;
	PT_CLEANUP(pt_pattern_freep) struct pt_pattern *pattern = NULL;
	PT_CLEANUP(pt_manifest_closep) struct pt_manifest_source *source = NULL;
	const struct pt_release *tag, *newest = NULL;
	size_t n = 0;

	if (!trigger->repo)
		return 0;
	int rc = pt_context_trigger(&tag, &n, &source, c, err);

	if (rc == 0)
		rc = pt_pattern_new(&pattern, trigger->tag, err);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		char *id = NULL;
		bool matched = false;

		if (tag[i].time_ms > cut_ms || (newest && tag[i].time_ms < newest->time_ms))
			continue;
		rc = pt_pattern_match(&matched, &id, pattern, tag[i].tag, "id", err);
		if (rc == 0 && matched && id) {
			newest = &tag[i];
			snprintf(c->id, sizeof(c->id), "%s", id);
			*tag_ms = tag[i].time_ms;
		}
		free(id);
	}
	return rc < 0 ? pt_err_wrap(err, "the trigger of train '%s'", c->conf.name) : 0;
}

/* The train's first departure at or after that moment. */
static int next_departure(int64_t *out, const struct pt_context *c, int64_t from_ms,
			  struct pt_err *err)
{
	int64_t next_ms = PT_NEVER, last_ms = PT_LONG_AGO;
	char when[PT_INSTANT_TEXT];
	int rc = pt_calendar_next(&next_ms, &c->conf, c->zone, from_ms, err);

	if (rc == 0 && next_ms == PT_NEVER)
		rc = pt_calendar_last(&last_ms, &c->conf, c->zone, from_ms, err);
	if (rc < 0)
		return rc;
	if (next_ms == PT_NEVER)
		return pt_err_at(err, PT_E_INVALID, c->conf.departs.rule_src,
				 "train '%s': departs: the last departure was %s, before the cut; "
				 "expected --start, or a rule that goes on",
				 c->conf.name, pt_zone_text(when, c->zone, last_ms));
	*out = next_ms;
	return 0;
}

/* The cut of a train of the calendar is its departure, unless it was said. */
static int choose_cut(int64_t *out, struct pt_context *c, bool by_calendar, struct pt_err *err)
{
	int rc = pt_context_cut(out, c, err);

	if (rc == 0 && c->args->start) {
		if (pt_zone_parse(&c->start_ms, c->zone, c->args->start, err) < 0)
			rc = pt_err_wrap(err, "--start");
		else if (!c->args->at)
			*out = c->start_ms;
	} else if (rc == 0 && by_calendar && !c->args->at) {
		rc = next_departure(out, c, *out, err);
	}
	return rc;
}

/* The cut, once the trigger tag is known. */
static int settle(int64_t *cut_ms, const struct pt_context *c, int64_t tag_ms, bool by_calendar,
		  struct pt_err *err)
{
	char when[PT_INSTANT_TEXT];
	int rc = 0;

	if (*cut_ms >= tag_ms + c->conf.settle_ms)
		return 0;
	*cut_ms = tag_ms + c->conf.settle_ms;
	if (by_calendar && !c->args->at)
		rc = next_departure(cut_ms, c, *cut_ms, err);
	if (rc == 0)
		pt_say("the cut is moved to %s: the trigger tag must settle",
		       pt_zone_text(when, c->zone, *cut_ms));
	return rc;
}

int pt_context_depart(struct pt_context *c, struct pt_err *err)
{
	int64_t cut_ms = 0, tag_ms = INT64_MIN / 2;
	bool by_calendar = c->conf.departs.rrule && !c->args->start;
	char when[PT_INSTANT_TEXT];
	int rc = wish_order(c, err);

	if (rc == 0)
		rc = choose_cut(&cut_ms, c, by_calendar, err);
	if (rc == 0)
		rc = find_trigger(c, cut_ms, &tag_ms, err);
	if (rc == 0)
		rc = settle(&cut_ms, c, tag_ms, by_calendar, err);
	if (rc == 0 && by_calendar)
		rc = next_departure(&c->start_ms, c, cut_ms, err);
	if (rc < 0)
		return rc;
	if (c->args->start && c->start_ms < cut_ms)
		return pt_err_set(err, PT_E_USAGE, "--start is before the cut, %s",
				  pt_zone_text(when, c->zone, cut_ms));
	if (!c->args->start && !by_calendar)
		c->start_ms = cut_ms;
	if (!c->id[0]) {
		struct pt_civil day =
		    pt_civil_of_ms(c->start_ms + pt_zone_offset_ms(c->zone, c->start_ms));

		snprintf(c->id, sizeof(c->id), "%04d-%02d-%02d", day.year, day.month, day.day);
	}
	return pt_context_decide(c, cut_ms, err);
}

void pt_say_warnings(const struct pt_train *train)
{
	for (size_t i = 0; i < train->nwarning; i++)
		pt_say("warning: %s", train->warning[i]);
}
