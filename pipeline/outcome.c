/* See outcome.h. */
#include "pipeline/outcome.h"

size_t pt_outcome_bytes(uint32_t nstage, uint32_t npackage)
{
	size_t ncell = (size_t)(nstage + 1) * (npackage + 1);

	return sizeof(struct pt_outcome) + ncell * sizeof(struct pt_outcome_cell);
}

void pt_outcome_init(struct pt_outcome *outcome, uint32_t nstage, uint32_t npackage)
{
	outcome->nstage = nstage;
	outcome->npackage = npackage;
}

/* Times of packages are instants until the end, when it is known when the stage began. */
void pt_outcome_note(struct pt_outcome *o, const struct pt_engine *engine,
		     const struct pt_note *note)
{
	struct pt_outcome_cell *stage;

	if (note->stage >= o->nstage)
		return;
	stage = pt_outcome_cell(o, note->stage, o->npackage);
	if (note->kind == PT_NOTE_STAGE_WAVES)
		stage->begun = 1;
	if (note->kind == PT_NOTE_WAVE_DONE && note->a > 0)
		pt_outcome_cell(o, note->stage, note->package)->time_ms = note->at_ms;
	if (note->kind == PT_NOTE_PASS_OPENED && note->pass > o->passes)
		o->passes = note->pass;
	if (note->kind == PT_NOTE_STAGE_DONE) {
		uint64_t calls = pt_engine_http_calls(engine);

		stage->gate = PT_GATE_HELD;
		stage->api_calls += calls - o->calls_before;
		o->calls_before = calls;
	}
}

static bool is_left(const struct pt_pair *pair)
{
	return pair->state >= PT_PAIR_WAITING && pair->state != PT_PAIR_AT_TARGET &&
	       pair->state != PT_PAIR_BENIGN;
}

/* A stage that was not reached has looked at nobody: then as the plan sees the pair. */
static struct pt_pair pair_at_end(const struct pt_plan_setup *s, const struct pt_engine *engine,
				  uint32_t p, uint32_t org, bool begun)
{
	if (begun)
		return *pt_engine_pair(engine, p, org);
	return pt_pair_classify(s->targets, s->inventory, s->audience, p, org);
}

static void count_org(struct pt_outcome *o, const struct pt_plan *plan,
		      const struct pt_engine *engine, uint32_t org)
{
	uint32_t stage = plan->setup.audience->stage[org], n = o->npackage;
	bool begun = pt_outcome_cell(o, stage, n)->begun, left = false, eligible = false;
	bool hopeless = false;

	for (uint32_t p = 0; p < n; p++) {
		struct pt_pair pair = pair_at_end(&plan->setup, engine, p, org, begun);

		eligible |= pair.state >= PT_PAIR_WAITING;
		hopeless |= pair.state == PT_PAIR_FAILED && pair.class_ == PT_FAILURE_PERMANENT;
		if (!is_left(&pair))
			continue;
		left = true;
		pt_outcome_cell(o, stage, p)->left++;
		pt_outcome_cell(o, o->nstage, p)->left++;
	}
	pt_outcome_cell(o, stage, n)->left += left;
	pt_outcome_cell(o, o->nstage, n)->left += left;
	o->eligible += eligible;
	o->hopeless += hopeless;
	o->converged += eligible && !left;
}

static void add_cost(struct pt_outcome_cell *into, const struct pt_outcome_cell *from)
{
	into->pushes += from->pushes;
	into->failed_pushes += from->failed_pushes;
	into->failed_for_base += from->failed_for_base;
	into->tripped |= from->tripped;
}

/* Of one package in one stage; the instant of its last push becomes a time from the beginning. */
static void end_package(struct pt_outcome *o, const struct pt_engine *engine, uint32_t stage,
			uint32_t p, int64_t departed_ms)
{
	struct pt_outcome_cell *cell = pt_outcome_cell(o, stage, p);
	struct pt_outcome_cell *train = pt_outcome_cell(o, o->nstage, p);
	const struct pt_outcome_cell *all = pt_outcome_cell(o, stage, o->npackage);
	struct pt_stage_figures figures;
	int64_t start_ms, end_ms;

	(void)pt_engine_stage(&start_ms, &end_ms, engine, stage);
	pt_engine_cost(&figures, engine, stage, p);
	cell->begun = all->begun;
	cell->ended = all->ended && cell->time_ms != 0;
	if (cell->time_ms) {
		train->time_ms = cell->time_ms - departed_ms;
		cell->time_ms -= start_ms;
	}
	cell->pushes = figures.jobs;
	cell->api_calls = figures.http_calls;
	for (int c = 0; c < PT_FAILURE_NCLASS; c++)
		cell->failed_pushes += figures.jobs_failed[c];
	cell->failed_for_base = figures.jobs_failed[PT_FAILURE_DEPENDENCY];
	cell->tripped = pt_engine_tripped(engine, stage, p);
	add_cost(train, cell);
	train->api_calls += cell->api_calls;
	train->begun |= cell->begun;
	add_cost(pt_outcome_cell(o, stage, o->npackage), cell);
}

static void end_stage(struct pt_outcome *o, const struct pt_engine *engine, uint32_t stage,
		      int64_t departed_ms)
{
	struct pt_outcome_cell *all = pt_outcome_cell(o, stage, o->npackage);
	int64_t start_ms, end_ms;
	enum pt_stage_state state = pt_engine_stage(&start_ms, &end_ms, engine, stage);

	all->ended = state == PT_STAGE_DONE;
	if (state != PT_STAGE_AHEAD)
		all->time_ms = end_ms - start_ms;
	if (all->gate == PT_GATE_HELD && !all->ended)
		all->gate = PT_GATE_DID_NOT_HOLD;
	if (state == PT_STAGE_HALTED)
		all->api_calls += pt_engine_http_calls(engine) - o->calls_before;
	for (uint32_t p = 0; p < o->npackage; p++)
		end_package(o, engine, stage, p, departed_ms);
	add_cost(pt_outcome_cell(o, o->nstage, o->npackage), all);
}

void pt_outcome_end(struct pt_outcome *o, const struct pt_plan *plan,
		    const struct pt_engine *engine, int64_t ended_ms)
{
	const struct pt_audience *audience = plan->setup.audience;
	struct pt_outcome_cell *train = pt_outcome_cell(o, o->nstage, o->npackage);
	int64_t departed_ms, end_ms;

	(void)pt_engine_stage(&departed_ms, &end_ms, engine, 0);
	o->state = (uint32_t)pt_engine_state(engine);
	for (uint32_t stage = 0; stage < o->nstage; stage++)
		end_stage(o, engine, stage, departed_ms);
	for (uint32_t org = 0; org < audience->norg; org++) {
		if (audience->stage[org] != PT_NO_STAGE)
			count_org(o, plan, engine, org);
	}
	train->begun = 1;
	train->ended = o->state == PT_RUN_CONVERGED || o->state == PT_RUN_FINISHED;
	train->time_ms = ended_ms - departed_ms;
	train->api_calls = pt_engine_http_calls(engine);
	for (uint32_t p = 0; p < o->npackage; p++)
		pt_outcome_cell(o, o->nstage, p)->ended =
		    train->ended && pt_outcome_cell(o, o->nstage, p)->pushes > 0;
}
