/* Statistics over many rehearsals, and policies. */
#include "pipeline/forecast.h"
#include "tests/test.h"

enum { NRUN = 100 };

static void is_about(double a, double b)
{
	assert_true(a - b < 0.00005 && b - a < 0.00005);
}

/* Expected: Wilson, Probable inference, 1927; as every table of it has them. */
PT_TEST(a_chance_says_how_sure_it_is)
{
	struct pt_chance chance = pt_chance_of(0, 20);

	is_about(chance.low, 0);
	is_about(chance.high, 0.16113);
	chance = pt_chance_of(20, 20);
	is_about(chance.low, 0.83887);
	is_about(chance.high, 1);
	chance = pt_chance_of(50, 100);
	is_about(chance.low, 0.40383);
	is_about(chance.high, 0.59617);
	chance = pt_chance_of(0, 0);
	is_about(chance.low, 0);
	is_about(chance.high, 1);
}

PT_TEST(a_chance_reads_well)
{
	char text[PT_CHANCE_TEXT];
	const struct pt_chance some = pt_chance_of(19, 20), none = pt_chance_of(0, 0);

	assert_string_equal(pt_chance_text(text, &some), "95.0% (76.4% to 99.1%)");
	assert_string_equal(pt_chance_text(text, &none), "-");
}

/* One stage and one package; run i took i + 1 hours and pushed 2 i. */
static char *make_outcomes(uint32_t nrun)
{
	size_t bytes = pt_outcome_bytes(1, 1);
	char *all = calloc(nrun, bytes);

	assert_non_null(all);
	for (uint32_t i = 0; i < nrun; i++) {
		struct pt_outcome *o = (struct pt_outcome *)(void *)(all + i * bytes);

		pt_outcome_init(o, 1, 1);
		o->state = i % 4 == 0 ? PT_RUN_HALTED : PT_RUN_FINISHED;
		o->eligible = 200;
		o->hopeless = 100;
		o->converged = i;
		*pt_outcome_cell(o, 0, 1) = (struct pt_outcome_cell){
		    .time_ms = (int64_t)(i + 1) * PT_HOUR_MS,
		    .pushes = UINT64_C(2) * i,
		    .begun = 1,
		    .ended = i % 4 != 0,
		    .gate = i % 4 == 0 ? PT_GATE_DID_NOT_HOLD : PT_GATE_HELD,
		};
		pt_outcome_cell(o, 0, 0)->begun = i < 10;
		pt_outcome_cell(o, 0, 0)->tripped = i < 3;
	}
	return all;
}

static struct pt_forecast *make_forecast(uint32_t nrun, int32_t reach_ppm)
{
	char *all = make_outcomes(nrun);
	const struct pt_outcomes outcomes = {all, pt_outcome_bytes(1, 1), nrun};
	struct pt_forecast *forecast = NULL;

	assert_int_equal(pt_forecast_make(&forecast, &outcomes, reach_ppm, NULL), 0);
	free(all);
	return forecast;
}

PT_TEST(percentiles_are_values_that_a_run_had)
{
	struct pt_forecast *f = make_forecast(NRUN, 900000);
	const struct pt_forecast_cell *all = pt_forecast_cell(f, 0, 1);

	assert_int_equal(all->pushes.nrun, 100);
	assert_int_equal(all->pushes.median, 98);
	assert_int_equal(all->pushes.p95, 188);
	/* Of the 75 that ended: 2, 3, 4, 6, … hours. */
	assert_int_equal(all->time_ms.nrun, 75);
	assert_int_equal(all->time_ms.median, 51 * PT_HOUR_MS);
	assert_int_equal(all->time_ms.p95, 96 * PT_HOUR_MS);
	/* Half of the runs have at least 50 of 100, 95 of a hundred at least 5. */
	assert_int_equal(f->share_ppm.median, 500000);
	assert_int_equal(f->share_ppm.p5, 50000);
	free(f);
}

PT_TEST(chances_are_of_the_runs_that_came_so_far)
{
	struct pt_forecast *f = make_forecast(NRUN, 900000);
	const struct pt_forecast_cell *stage = pt_forecast_cell(f, 0, 1);
	const struct pt_forecast_cell *package = pt_forecast_cell(f, 0, 0);

	assert_int_equal(f->halted.n, 25);
	assert_int_equal(f->finished.n, 75);
	assert_int_equal(f->converged.n, 0);
	assert_int_equal(f->reached.n, 10);
	assert_int_equal(stage->gate.n, 75);
	assert_int_equal(stage->gate.of, 100);
	assert_int_equal(package->tripped.n, 3);
	assert_int_equal(package->tripped.of, 10);
	free(f);
}

PT_TEST(one_run_is_its_own_median)
{
	struct pt_forecast *f = make_forecast(1, 0);

	assert_int_equal(pt_forecast_cell(f, 0, 1)->pushes.p95, 0);
	assert_int_equal(pt_forecast_cell(f, 0, 1)->time_ms.nrun, 0);
	assert_int_equal(f->reached.n, 1);
	free(f);
}

PT_TEST(nobody_to_converge_is_converged)
{
	struct pt_outcome outcome = {.eligible = 3, .hopeless = 3};

	assert_int_equal(pt_outcome_share_ppm(&outcome), PT_RATIO_ONE);
	outcome.eligible = 6;
	outcome.converged = 2;
	assert_int_equal(pt_outcome_share_ppm(&outcome), 666666);
}

static struct pt_stage_conf stages[] = {{.name = "sandbox", .request_size = 7, .running = 2},
					{.name = "a.b", .request_size = 8, .running = 3}};
static const struct pt_train_conf train = {.name = "weekly", .stage = stages, .nstage = 2};

PT_TEST(policies_are_every_combination)
{
	static const char *const spec[] = {"order=offset,confirmed", "passes=0,2,4",
					   "request_size=all", "a.b.request_size=9"};
	struct pt_policies policies;
	struct pt_train_conf conf;
	struct pt_stage_conf stage[2];

	assert_int_equal(pt_policies_parse(&policies, spec, 4, &train, NULL), 0);
	assert_int_equal(policies.n, 6);
	for (uint32_t i = 0; i < 6; i++) {
		conf = train;
		pt_policy_apply(&conf, stage, &policies, i);
		assert_int_equal(conf.order, i < 3 ? PT_ORDER_OFFSET : PT_ORDER_CONFIRMED);
		assert_int_equal(conf.repush.passes, 2 * (i % 3));
		assert_ptr_equal(conf.stage, stage);
		assert_int_equal(stage[0].request_size, 0);
		assert_int_equal(stage[1].request_size, 9);
		assert_int_equal(stage[1].running, 3);
	}
	assert_string_equal(pt_policy_text(&policies, 4, 0), "confirmed");
	assert_string_equal(pt_policy_text(&policies, 4, 1), "2");
	assert_int_equal(stages[0].request_size, 7);
}

PT_TEST(a_policy_sets_each_of_its_keys)
{
	static const char *const spec[] = {"offset=90m", "after=2h", "every=3d", "running=5",
					   "sandbox.soak=6d"};
	struct pt_policies policies;
	struct pt_train_conf conf = train;
	struct pt_stage_conf stage[2];

	assert_int_equal(pt_policies_parse(&policies, spec, 5, &train, NULL), 0);
	assert_int_equal(policies.n, 1);
	pt_policy_apply(&conf, stage, &policies, 0);
	assert_int_equal(conf.offset_ms, 90 * PT_MINUTE_MS);
	assert_int_equal(conf.repush.after_ms, 2 * PT_HOUR_MS);
	assert_int_equal(conf.repush.every_ms, 3 * PT_DAY_MS);
	assert_int_equal(stage[0].running, 5);
	assert_int_equal(stage[0].soak_ms, 6 * PT_DAY_MS);
	assert_int_equal(stage[1].soak_ms, 0);
}

PT_TEST_MAIN(PT_RUN(a_chance_says_how_sure_it_is), PT_RUN(a_chance_reads_well),
	     PT_RUN(percentiles_are_values_that_a_run_had),
	     PT_RUN(chances_are_of_the_runs_that_came_so_far), PT_RUN(one_run_is_its_own_median),
	     PT_RUN(nobody_to_converge_is_converged), PT_RUN(policies_are_every_combination),
	     PT_RUN(a_policy_sets_each_of_its_keys))
