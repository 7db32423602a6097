/* See platform.h. Here: its life, its time, its orgs and what they have. */
#include "connectors/push/simulated/platform.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "base/rng.h"
#include "config/suite.h"
#include "connectors/push/simulated/grow.h"
#include "connectors/push/simulated/model.h"

static int copy_failures(struct pt_platform *platform, const struct pt_sim_behaviour *behaviour,
			 struct pt_err *err)
{
	uint32_t n = platform->packages.n;

	platform->failures = calloc((size_t)n + 1, sizeof(*platform->failures));
	platform->live = calloc((size_t)n + 1, sizeof(*platform->live));
	if (!platform->failures || !platform->live)
		return pt_err_nomem(err);
	for (uint32_t i = 0; i < n; i++)
		platform->failures[i] =
		    behaviour->package ? behaviour->package[i] : behaviour->failures;
	platform->behaviour = *behaviour;
	platform->behaviour.package = NULL;
	return 0;
}

int pt_platform_new(struct pt_platform **out, const struct pt_sim_catalogue *catalogue,
		    const struct pt_sim_behaviour *behaviour, uint64_t seed, int64_t now_ms,
		    struct pt_err *err)
{
	PT_CLEANUP(pt_platform_freep) struct pt_platform *platform = calloc(1, sizeof(*platform));
	int rc;

	if (!platform)
		return pt_err_nomem(err);
	platform->seed = seed;
	platform->now_ms = now_ms;
	rc = pt_sim_packages_init(&platform->packages, catalogue, seed, err);
	if (rc < 0)
		return rc;
	rc = copy_failures(platform, behaviour, err);
	if (rc < 0)
		return rc;
	*out = pt_take(platform);
	return 0;
}

void pt_platform_free(struct pt_platform *platform)
{
	if (!platform)
		return;
	for (size_t i = 0; i < platform->nrequest; i++)
		free(platform->request[i].job);
	for (uint32_t i = 0; platform->live && i < platform->packages.n; i++)
		free(platform->live[i].request);
	free(platform->live);
	free(platform->failures);
	free(platform->pair);
	free(platform->flags);
	free(platform->change);
	free(platform->request);
	free(platform->job);
	pt_sim_events_release(&platform->events);
	pt_sim_orgs_release(&platform->orgs);
	pt_sim_packages_release(&platform->packages);
	free(platform);
}

void pt_platform_freep(struct pt_platform **platform)
{
	pt_platform_free(*platform);
	*platform = NULL;
}

int pt_sim_reserve_events(struct pt_platform *platform, size_t more, struct pt_err *err)
{
	size_t subjects = platform->nchange + platform->nrequest + platform->njob;

	return pt_sim_events_reserve(&platform->events, subjects + more, err);
}

void pt_sim_plan(struct pt_platform *platform, int64_t at_ms, enum pt_sim_event_kind kind,
		 uint32_t package, uint32_t subject)
{
	struct pt_sim_event event = {
	    .at_ms = at_ms,
	    .rank = (uint32_t)kind << 24 | (package & 0xffffff),
	    .subject = subject,
	};

	pt_sim_events_push(&platform->events, event);
}

static void change_installed(struct pt_platform *platform, size_t at, uint32_t version)
{
	struct pt_sim_pair *pair = &platform->pair[at];

	pt_sim_touch(platform, at);
	if (version == PT_PLATFORM_NONE) {
		pair->installed = 0;
		platform->flags[at] |= PT_PAIR_UNINSTALLED;
		return;
	}
	pair->installed = pair->recorded = (uint16_t)(version + 1);
	platform->flags[at] &= (uint8_t)~PT_PAIR_UNINSTALLED;
}

static void change_blocked(struct pt_platform *platform, size_t at, bool blocked)
{
	pt_sim_touch(platform, at);
	if (blocked)
		platform->flags[at] |= PT_PAIR_BLOCKED;
	else
		platform->flags[at] &= (uint8_t)~PT_PAIR_BLOCKED;
}

static void apply_change(struct pt_platform *platform, const struct pt_platform_change *change)
{
	switch (change->kind) {
	case PT_CHANGE_STATUS:
		platform->orgs.item[change->org].status = (uint8_t)change->value;
		for (uint32_t p = 0; p < platform->packages.n; p++)
			pt_sim_touch(platform, pt_sim_pair_at(platform, change->org, p));
		break;
	case PT_CHANGE_BLOCKED:
		change_blocked(platform, pt_sim_pair_at(platform, change->org, change->package),
			       change->value != 0);
		break;
	case PT_CHANGE_INSTALLED:
		change_installed(platform, pt_sim_pair_at(platform, change->org, change->package),
				 change->value);
		break;
	}
}

static void happen(struct pt_platform *platform, const struct pt_sim_event *event)
{
	switch ((enum pt_sim_event_kind)(event->rank >> 24)) {
	case PT_EVENT_CHANGE:
		apply_change(platform, &platform->change[event->subject]);
		break;
	case PT_EVENT_JOB_END:
		pt_sim_on_job_end(platform, event->subject);
		break;
	case PT_EVENT_RECORD:
		pt_sim_on_record(platform, event->subject);
		break;
	case PT_EVENT_REQUEST_START:
		pt_sim_on_request_start(platform, event->subject);
		break;
	case PT_EVENT_JOB_START:
		pt_sim_on_job_start(platform, event->subject);
		break;
	}
}

void pt_platform_advance(struct pt_platform *platform, int64_t now_ms)
{
	struct pt_sim_event event;

	while (pt_sim_events_pop(&event, &platform->events, now_ms)) {
		if (event.at_ms > platform->now_ms)
			platform->now_ms = event.at_ms;
		platform->nevent++;
		happen(platform, &event);
	}
	if (now_ms > platform->now_ms)
		platform->now_ms = now_ms;
}

int64_t pt_platform_now_ms(const struct pt_platform *platform)
{
	return platform->now_ms;
}

int64_t pt_platform_next_ms(const struct pt_platform *platform)
{
	return pt_sim_events_next_ms(&platform->events);
}

uint64_t pt_platform_nevent(const struct pt_platform *platform)
{
	return platform->nevent;
}

uint64_t pt_platform_seed(const struct pt_platform *platform)
{
	return platform->seed;
}

const struct pt_sim_packages *pt_platform_packages(const struct pt_platform *platform)
{
	return &platform->packages;
}

int pt_platform_upload(struct pt_platform *platform, const struct pt_sim_catalogue *catalogue,
		       struct pt_err *err)
{
	return pt_sim_packages_upload(&platform->packages, catalogue, err);
}

int pt_platform_reserve_orgs(struct pt_platform *platform, size_t total, struct pt_err *err)
{
	size_t pairs = total * platform->packages.n;
	struct pt_sim_pair *pair;
	uint8_t *flags;

	if (pt_sim_orgs_reserve(&platform->orgs, total, err) < 0)
		return -PT_E_NOMEM;
	pair = pt_sim_grow(platform->pair, &platform->pair_cap, pairs, sizeof(*pair));
	if (!pair)
		return pt_err_nomem(err);
	platform->pair = pair;
	flags = pt_sim_grow(platform->flags, &platform->flags_cap, pairs, sizeof(*flags));
	if (!flags)
		return pt_err_nomem(err);
	platform->flags = flags;
	return 0;
}

int pt_platform_add_org(uint32_t *out, struct pt_platform *platform,
			const struct pt_platform_org *org, struct pt_err *err)
{
	struct pt_sim_org added = {
	    .key = org->key, .parent = org->parent, .type = org->type, .status = org->status};
	uint32_t number = platform->orgs.n;
	int rc = pt_platform_reserve_orgs(platform, (size_t)number + 1, err);

	if (rc < 0)
		return rc;
	rc = pt_sim_orgs_add(&platform->orgs, &added, org->instance, platform->seed, err);
	if (rc < 0)
		return rc;
	for (uint32_t i = 0; i < platform->packages.n; i++) {
		size_t at = pt_sim_pair_at(platform, number, i);

		platform->pair[at] = (struct pt_sim_pair){.last_job = PT_PLATFORM_NONE};
		platform->flags[at] = 0;
	}
	*out = number;
	return 0;
}

uint32_t pt_platform_norg(const struct pt_platform *platform)
{
	return platform->orgs.n;
}

uint32_t pt_platform_find_org(const struct pt_platform *platform, const struct pt_org_key *key)
{
	return pt_sim_orgs_find(&platform->orgs, key);
}

uint32_t pt_platform_find_next_org(const struct pt_platform *platform, const struct pt_org_key *key,
				   uint32_t *place)
{
	return pt_sim_orgs_find_next(&platform->orgs, key, place);
}

uint32_t pt_platform_ranked_org(const struct pt_platform *platform, uint32_t rank)
{
	return platform->orgs.by_key[rank];
}

struct pt_platform_org pt_platform_org(const struct pt_platform *platform, uint32_t org)
{
	const struct pt_sim_org *from = &platform->orgs.item[org];
	struct pt_platform_org out = {
	    .key = from->key, .parent = from->parent, .type = from->type, .status = from->status};

	memcpy(out.instance, platform->orgs.instance[from->instance].name, sizeof(out.instance));
	return out;
}

const struct pt_org_key *pt_platform_org_key(const struct pt_platform *platform, uint32_t org)
{
	return &platform->orgs.item[org].key;
}

uint8_t pt_platform_org_status(const struct pt_platform *platform, uint32_t org)
{
	return platform->orgs.item[org].status;
}

/* There are millions of names in some rehearsals: printf would take a tenth of the time. */
static char *put_word(char *at, const char *word)
{
	while (*word)
		*at++ = *word++;
	*at++ = ' ';
	return at;
}

/* From 1 to 999. */
static void put_number(char *at, unsigned n)
{
	if (n >= 100)
		*at++ = (char)('0' + n / 100);
	if (n >= 10)
		*at++ = (char)('0' + n / 10 % 10);
	*at++ = (char)('0' + n % 10);
	*at = '\0';
}

const char *pt_platform_org_name(char buf[PT_PLATFORM_NAME_TEXT],
				 const struct pt_platform *platform, uint32_t org)
{
	static const char *const PLACE[] = {
	    "Harbor", "Prairie",  "Granite",   "Willow", "Juniper", "Lakeside", "Summit", "Cedar",
	    "Juneau", "Sunfield", "Riverbend", "Maple",  "Orchard", "Beacon",   "Meadow", "Canyon",
	};
	static const char *const KIND[] = {
	    "Food Bank",     "Youth Alliance", "Arts Council",   "Animal Shelter",
	    "Housing Trust", "Reading Circle", "Health Fund",    "Neighbors",
	    "Shelter",       "Scholars",       "Land Trust",     "Veterans Network",
	    "Families",      "Science Museum", "Music Workshop", "Relief Fund",
	};
	const struct pt_sim_org *from = &platform->orgs.item[org];
	const struct pt_org_key *key = from->parent.text[0] ? &from->parent : &from->key;
	uint64_t draw = pt_rng_mix_text(platform->seed, key->text, strlen(key->text));
	char *at = buf;

	at = put_word(at, PLACE[pt_rng_below(pt_rng_mix(draw, 'p'), PT_ARRAY_LEN(PLACE))]);
	at = put_word(at, KIND[pt_rng_below(pt_rng_mix(draw, 'k'), PT_ARRAY_LEN(KIND))]);
	put_number(at, 1 + (unsigned)pt_rng_below(pt_rng_mix(draw, 'n'), 999));
	return buf;
}

int pt_platform_change(struct pt_platform *platform, const struct pt_platform_change *change,
		       struct pt_err *err)
{
	struct pt_platform_change *grown;

	assert(change->org < platform->orgs.n);
	assert(change->kind == PT_CHANGE_STATUS || change->package < platform->packages.n);
	if (change->at_ms <= platform->now_ms) {
		apply_change(platform, change);
		return 0;
	}
	grown = pt_sim_grow(platform->change, &platform->change_cap, platform->nchange + 1,
			    sizeof(*grown));
	if (!grown)
		return pt_err_nomem(err);
	platform->change = grown;
	if (pt_sim_reserve_events(platform, 1, err) < 0)
		return -PT_E_NOMEM;
	platform->change[platform->nchange] = *change;
	pt_sim_plan(platform, change->at_ms, PT_EVENT_CHANGE, 0, (uint32_t)platform->nchange);
	platform->nchange++;
	return 0;
}

uint32_t pt_platform_installed(const struct pt_platform *platform, uint32_t org, uint32_t package)
{
	uint16_t installed = platform->pair[pt_sim_pair_at(platform, org, package)].installed;

	return installed ? installed - 1U : PT_PLATFORM_NONE;
}

bool pt_platform_record(struct pt_platform_record *out, const struct pt_platform *platform,
			uint32_t org, uint32_t package)
{
	size_t at = pt_sim_pair_at(platform, org, package);

	if (!platform->pair[at].recorded)
		return false;
	*out = (struct pt_platform_record){
	    .version = platform->pair[at].recorded - 1U,
	    .installed = !(platform->flags[at] & PT_PAIR_UNINSTALLED),
	    .blocked = (platform->flags[at] & PT_PAIR_BLOCKED) != 0,
	    .modified_ms = (int64_t)platform->pair[at].modified_s * PT_SECOND_MS,
	};
	return true;
}
