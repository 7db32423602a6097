/*
 * What a train is going to do: stages, batches, waves with their earliest
 * starts, who is excluded and why, and what it costs. Pure: made from a decided
 * train and an inventory, the same input gives the same plan to the byte.
 */
#ifndef PT_PIPELINE_PLAN_H
#define PT_PIPELINE_PLAN_H

#include "base/json.h"
#include "base/style.h"
#include "base/zone.h"
#include "pipeline/audience.h"
#include "pipeline/hours.h"
#include "pipeline/pairs.h"
#include "pipeline/targets.h"
#include "pipeline/train.h"

/* Everything is borrowed and must outlive the plan. */
struct pt_plan_setup {
	const struct pt_suite *suite;
	const struct pt_train_conf *conf;
	const struct pt_train *train;
	const struct pt_targets *targets;
	const struct pt_inventory *inventory;
	const struct pt_audience *audience;
	const struct pt_zone *zone;
	const struct pt_hours *hours; /* NULL: something may start at any time */
	const char *id;               /* of the train: what its trigger tag says, else its start */
	int64_t start_ms;
};

struct pt_plan_wave {
	uint32_t slot, package;
	int64_t start_ms;        /* at the earliest */
	int64_t due_ms;          /* when it would start if it might at any time */
	struct pt_hours_why why; /* it does not */
	uint64_t norg;
};

struct pt_plan_stage {
	int64_t start_ms; /* at the earliest */
	uint64_t norg;
	struct pt_tally tally;
	struct pt_plan_wave *wave; /* by slot, then in dependency order */
	size_t nwave;
};

struct pt_plan {
	struct pt_plan_setup setup;
	struct pt_plan_stage *stage; /* one per stage of the train */
	int64_t *stage_start_ms;     /* the same, as the engine wants them */
	uint64_t *stage_eligible;
	uint64_t *excluded;    /* orgs by reason, enum pt_reason; one of two reasons is in both */
	uint64_t *excluded_of; /* the same by package: [reason * packages + package]; adds up */
	size_t nreason;
	uint64_t no_stage; /* orgs in no stage */
	struct pt_tally tally;
	uint64_t requests, api_calls; /* calls without the polls while jobs run */
};

int pt_plan_make(struct pt_plan **out, const struct pt_plan_setup *setup,
		 struct pt_err *err) PT_MUSTUSE;
void pt_plan_free(struct pt_plan *plan);
void pt_plan_freep(struct pt_plan **plan);

/* A timetable that a person reads before approving, as wide as the look says. */
int pt_plan_text(struct pt_buf *out, const struct pt_plan *plan, const struct pt_look *look,
		 struct pt_err *err) PT_MUSTUSE;

/* The document of `plan --json`, left open for more members. */
void pt_plan_json(struct pt_json *json, const struct pt_plan *plan);

/* A calendar (RFC 5545) with an event for every batch of every stage; see plan_ics.c. */
void pt_plan_ics(struct pt_buf *out, const struct pt_plan *plan);

#endif
