/*
 * A history made by hand: two stages, a chain of packages, each needing the one before, and
 * as many orgs as a test wants, all of them waiting.
 */
#ifndef PT_TESTS_UNIT_HISTORY_FIXTURE_H
#define PT_TESTS_UNIT_HISTORY_FIXTURE_H

#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/history/history.h"

enum { FIXTURE_PACKAGES = 3, FIXTURE_STAGES = 2 };

#define FIXTURE_START_MS INT64_C(1661302800000) /* 2022-08-24 01:00 UTC */

static inline void *fixture_alloc(struct pt_history *h, size_t n, size_t size)
{
	void *made = pt_arena_alloc(&h->arena, n, size);

	assert_non_null(made);
	return made;
}

static inline void fixture_packages(struct pt_history *h)
{
	static const char *const names[] = {"base", "middle", "top"};
	struct pt_status *s = &h->status;

	s->npackage = FIXTURE_PACKAGES;
	s->package = fixture_alloc(h, FIXTURE_PACKAGES, sizeof(*s->package));
	s->order = fixture_alloc(h, FIXTURE_PACKAGES, sizeof(*s->order));
	h->package = fixture_alloc(h, FIXTURE_PACKAGES, sizeof(*h->package));
	for (uint32_t p = 0; p < FIXTURE_PACKAGES; p++) {
		struct pt_history_need *need = fixture_alloc(h, 1, sizeof(*need));

		*need = (struct pt_history_need){p ? p - 1 : 0, "1.1"};
		s->order[p] = p;
		s->package[p] = (struct pt_status_package){names[p], "1.2"};
		h->package[p] = (struct pt_history_package){.name = names[p],
							    .version = "1.2",
							    .version_id = "04t000000000001AAA",
							    .tag = "rel/1.2",
							    .level = p,
							    .need = need,
							    .nneed = p != 0};
	}
}

static inline void fixture_stages(struct pt_history *h)
{
	static const char *const names[] = {"sandbox", "production"};
	struct pt_status *s = &h->status;

	s->nstage = FIXTURE_STAGES;
	s->stage = fixture_alloc(h, FIXTURE_STAGES, sizeof(*s->stage));
	h->stage = fixture_alloc(h, FIXTURE_STAGES, sizeof(*h->stage));
	for (uint32_t i = 0; i < FIXTURE_STAGES; i++) {
		s->stage[i] =
		    (struct pt_status_stage){.name = names[i],
					     .planned_ms = FIXTURE_START_MS + i * 604800000LL,
					     .state = i ? PT_STAGE_AHEAD : PT_STAGE_WAVES,
					     .start_ms = i ? 0 : FIXTURE_START_MS};
		h->stage[i] = (struct pt_history_stage){.nbatch = 1,
							.rules_known = true,
							.passes = 3,
							.pass_after_ms = 86400000,
							.pass_every_ms = 86400000,
							.soak_ms = 0};
	}
}

static inline void fixture_orgs(struct pt_history *h, size_t norg)
{
	h->norg = norg;
	h->status.progress.norg = (int64_t)norg;
	h->org = fixture_alloc(h, norg + 1, sizeof(*h->org));
	h->place = fixture_alloc(h, norg + 1, sizeof(*h->place));
	h->pair = fixture_alloc(h, FIXTURE_PACKAGES, sizeof(*h->pair));
	h->have = fixture_alloc(h, FIXTURE_PACKAGES, sizeof(*h->have));
	for (size_t i = 0; i < norg; i++) {
		snprintf(h->org[i].key.text, sizeof(h->org[i].key.text), "00D%012zu", i);
		snprintf(h->org[i].instance, sizeof(h->org[i].instance), "NA1");
		h->org[i].name = pt_arena_printf(&h->arena, "Org %zu Inc", i);
		assert_non_null(h->org[i].name);
		h->org[i].type = PT_ORG_SANDBOX;
		h->org[i].status = PT_ORG_ACTIVE;
	}
	for (uint32_t p = 0; p < FIXTURE_PACKAGES; p++) {
		h->pair[p] = fixture_alloc(h, norg + 1, sizeof(**h->pair));
		h->have[p] = fixture_alloc(h, norg + 1, sizeof(**h->have));
		for (size_t i = 0; i < norg; i++) {
			h->pair[p][i].state = PT_PAIR_WAITING;
			h->have[p][i] = (struct pt_have){PT_OTHER_VERSION, PT_NOT_INSTALLED, false};
		}
	}
}

/* Owned by the caller, released with pt_history_release(). */
static inline void fixture_make(struct pt_history *h, size_t norg)
{
	struct pt_err err = PT_ERR_INIT;

	*h = (struct pt_history){.status = PT_STATUS_INIT, .arena = PT_ARENA_INIT};
	assert_int_equal(pt_zone_open(&h->zone, "America/Los_Angeles", &err), 0);
	h->status.run.row = (struct pt_run_row){.run = 1,
						.name = "weekly-1.2",
						.suite = "suite",
						.train = "weekly",
						.id = "1.2",
						.timezone = "America/Los_Angeles",
						.digest = "0",
						.wall_clock = 1,
						.begun_ms = FIXTURE_START_MS,
						.start_ms = FIXTURE_START_MS};
	h->status.progress = (struct pt_progress_row){.run = 1,
						      .state = PT_RUN_RUNNING,
						      .now_ms = FIXTURE_START_MS + 3600000,
						      .next_ms = FIXTURE_START_MS + 3660000};
	fixture_packages(h);
	fixture_stages(h);
	fixture_orgs(h, norg);
	h->text = fixture_alloc(h, 1, sizeof(*h->text));
	h->text[0] = "";
	h->ntext = 1;
	h->reason = fixture_alloc(h, PT_REASON_NBUILTIN + 1, sizeof(*h->reason));
	for (unsigned i = 0; i < PT_REASON_NBUILTIN; i++)
		h->reason[i] = pt_reason_builtin_text((enum pt_reason)i);
	h->reason[PT_REASON_NBUILTIN] = "customer upgrades by hand";
	h->nreason = PT_REASON_NBUILTIN + 1;
}

/* That org's push of the package failed so, and is failed so since. */
static inline void fixture_fail(struct pt_history *h, uint32_t package, uint32_t org,
				enum pt_failure_class class_, const char *title,
				const char *message)
{
	struct pt_history_failure *grown = fixture_alloc(h, h->nfailure + 1, sizeof(*h->failure));

	if (h->nfailure)
		memcpy(grown, h->failure, h->nfailure * sizeof(*grown));
	h->failure = grown;
	h->failure[h->nfailure] =
	    (struct pt_history_failure){.at_ms = FIXTURE_START_MS + 60000 * (int64_t)h->nfailure,
					.org = org,
					.package = package,
					.class_ = class_,
					.severity = "Error",
					.type = "UnclassifiedError",
					.title = title,
					.message = message};
	h->nfailure++;
	h->pair[package][org].state = class_ == PT_FAILURE_BENIGN ? PT_PAIR_BENIGN : PT_PAIR_FAILED;
	h->pair[package][org].class_ = (uint8_t)class_;
	h->pair[package][org].npush = 1;
}

static inline void fixture_hold(struct pt_history *h, uint32_t package, uint32_t org, uint32_t base)
{
	h->pair[package][org].state = PT_PAIR_HELD;
	h->pair[package][org].detail = (uint16_t)base;
}

#endif
