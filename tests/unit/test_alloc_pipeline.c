/* From the suite to the report of a train, with every allocation failing. */
#include "tests/unit/alloc_fixture.h"

#include "pipeline/report.h"
#include "pipeline/status.h"
#include "tests/simulation/life_fixture.h"

static struct pt_args args = {.file = suite_path,
			      .at = "2022-08-20",
			      .start = "2022-08-23T18:00",
			      .order = "confirmed",
			      .seed = 3,
			      .quiet = true};

/* From the suite file and its repositories to the train. */
static int decide_train(uint64_t *result, void *context, struct pt_err *err)
{
	struct pt_context c = {.args = NULL};
	int rc = pt_context_open(&c, context, err);

	if (rc == 0)
		rc = pt_context_choose(&c, NULL, err);
	if (rc == 0)
		rc = pt_context_depart(&c, err);
	for (size_t i = 0; rc == 0 && i < c.train->npackage; i++) {
		alloc_result(result, c.train->package[i].version_id);
		*result = *result * 31 + c.train->order[i];
	}
	pt_context_release(&c);
	return rc;
}

PT_TEST(train_survives_every_failed_allocation)
{
	survives_sampled("a train decided", decide_train, &args, 60);
}

/* A train that was decided, of which plans are made. */
struct planning {
	struct pt_context decided;
	struct pt_buf file; /* of its plan */
};

static void decide(struct planning *p)
{
	struct pt_err err = PT_ERR_INIT;

	*p = (struct planning){.file = PT_BUF_INIT};
	assert_int_equal(pt_context_open(&p->decided, &args, &err), 0);
	assert_int_equal(pt_context_choose(&p->decided, NULL, &err), 0);
	assert_int_equal(pt_context_depart(&p->decided, &err), 0);
}

/* The same train on a suite of its own, whose reading is not tried here. */
static struct pt_context borrow(const struct planning *p)
{
	struct pt_context c = {.args = NULL};
	bool armed = alloc.armed;

	alloc.armed = false;
	assert_int_equal(pt_context_open(&c, &args, NULL), 0);
	assert_int_equal(pt_context_choose(&c, NULL, NULL), 0);
	alloc.armed = armed;
	c.conf.order = p->decided.conf.order;
	c.train = p->decided.train;
	c.start_ms = p->decided.start_ms;
	memcpy(c.id, p->decided.id, sizeof(c.id));
	return c;
}

static void give_back(struct pt_context *c)
{
	c->train = NULL;
	pt_context_release(c);
}

static int show_plan(uint64_t *result, const struct pt_context *c, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
	struct pt_json json;
	int rc = pt_plan_text(&out, c->plan, &PT_LOOK_PLAIN, err);

	if (rc < 0)
		return rc;
	pt_json_init(&json, &out);
	pt_plan_json(&json, c->plan);
	rc = pt_plan_file_write(&out, c->plan, err);
	if (rc == 0)
		rc = pt_buf_check(&out, err);
	if (rc == 0)
		alloc_result(result, pt_buf_text(&out));
	return rc;
}

static int make_plan(uint64_t *result, void *context, struct pt_err *err)
{
	struct pt_context c = borrow(context);
	int rc = pt_context_plan(&c, true, NULL, err);

	if (rc == 0)
		rc = show_plan(result, &c, err);
	give_back(&c);
	return rc;
}

/* Read back, compared, the train decided from it, and everybody placed as it says. */
static int follow_plan(uint64_t *result, void *context, struct pt_err *err)
{
	PT_CLEANUP(pt_plan_file_freep) struct pt_plan_file *file = NULL;
	PT_CLEANUP(pt_train_freep) struct pt_train *train = NULL;
	PT_CLEANUP(pt_buf_release) struct pt_buf diff = PT_BUF_INIT;
	const struct planning *p = context;
	struct pt_context c = borrow(p);
	int rc = pt_plan_file_parse(&file, p->file.data, p->file.len, err);

	if (rc == 0)
		rc = pt_plan_file_diff(&diff, file, c.suite, &c.conf, c.train, err);
	if (rc == 0)
		rc = pt_plan_file_decide(&train, file, c.suite, err);
	if (rc == 0)
		rc = pt_context_plan(&c, true, file, err);
	if (rc == 0)
		rc = show_plan(result, &c, err);
	if (rc == 0)
		alloc_result(result, pt_buf_text(&diff));
	give_back(&c);
	return rc;
}

PT_TEST(plan_survives_every_failed_allocation)
{
	struct pt_err err = PT_ERR_INIT;
	struct planning p;

	decide(&p);
	survives_sampled("a plan made and shown", make_plan, &p, 110);
	struct pt_context c = borrow(&p);

	assert_int_equal(pt_context_plan(&c, true, NULL, &err), 0);
	assert_int_equal(pt_plan_file_write(&p.file, c.plan, &err), 0);
	give_back(&c);
	survives_sampled("a plan file followed", follow_plan, &p, 110);
	pt_buf_release(&p.file);
	pt_context_release(&p.decided);
}

/* A run that died half way, or came to its end. */
static void half_a_run(struct life *life, uint64_t left)
{
	begin(life, 3, "confirmed");
	life->mortal.death = DEATH_AFTER_CALL;
	life->mortal.left = left;
	assert_true(live(life) == (left == UINT64_MAX));
}

static int show_status(uint64_t *result, void *context, struct pt_err *err)
{
	PT_CLEANUP(pt_store_closep) struct pt_store *store = NULL;
	PT_CLEANUP(pt_zone_freep) struct pt_zone *zone = NULL;
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
	const struct life *life = context;
	struct pt_status status = {.arena = PT_ARENA_INIT};
	int rc = pt_store_open_sqlite(&store, life->path, &pt_journal_schema, PT_STORE_READ, err);

	if (rc == 0)
		rc = pt_status_list(&out, store, false, &PT_LOOK_PLAIN, err);
	if (rc == 0)
		rc = pt_status_list(&out, store, true, &PT_LOOK_PLAIN, err);
	if (rc == 0)
		rc = pt_status_read(&status, store, NULL, err);
	if (rc == 0)
		rc = pt_zone_open(&zone, status.run.row.timezone, err);
	for (int brief = 0; rc == 0 && brief < 2; brief++) {
		const struct pt_status_view view = {.zone = zone,
						    .resume = "resume",
						    .brief = brief,
						    .look = {.columns = 80, .colour = true}};

		rc = pt_status_text(&out, &status, &view, err);
	}
	if (rc == 0) {
		pt_status_json(&out, &status, 0);
		rc = pt_buf_check(&out, err);
	}
	if (rc == 0)
		alloc_result(result, pt_buf_text(&out));
	pt_status_release(&status);
	return rc;
}

PT_TEST(status_survives_every_failed_allocation)
{
	struct life life;

	half_a_run(&life, 350);
	survives_sampled("a status read and shown", show_status, &life, 250);
	end(&life);
}

static int show_report(uint64_t *result, void *context, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
	struct life *life = context;
	struct pt_context *c = &life->r.c;
	const struct pt_report report = {c->plan, c->engine, c->clock.now_ms(&c->clock), 20,
					 PT_LOOK_PLAIN};
	int rc = pt_report_text(&out, &report, err);

	if (rc == 0) {
		pt_report_json(&out, &report);
		rc = pt_buf_check(&out, err);
	}
	if (rc == 0)
		alloc_result(result, pt_buf_text(&out));
	return rc;
}

PT_TEST(report_survives_every_failed_allocation)
{
	struct life life;

	half_a_run(&life, UINT64_MAX);
	survives("a report", show_report, &life);
	end(&life);
}

/* The journal taken up, as far as the engine. */
static int take_up(uint64_t *result, void *context, struct pt_err *err)
{
	PT_CLEANUP(pt_store_closep) struct pt_store *store = NULL;
	const struct life *life = context;
	struct planning p = {.decided = life->r.c};
	struct pt_context c = borrow(&p);
	int rc = pt_store_open_sqlite(&store, life->path, &pt_journal_schema, PT_STORE_WRITE, err);
	const struct pt_journal journal = {store, life->journal.run};

	c.clock = pt_clock_virtual(life->r.c.clock.at_ms);
	if (rc == 0)
		rc = pt_context_survey(&c, true, true, err);
	if (rc == 0)
		rc = pt_context_put_back(&c, &journal, err);
	if (rc == 0)
		*result = pt_engine_http_calls(c.engine) * 31 + (uint64_t)pt_engine_state(c.engine);
	give_back(&c);
	return rc;
}

PT_TEST(restore_survives_every_failed_allocation)
{
	struct life life;

	half_a_run(&life, 350);
	survives_sampled("a journal taken up", take_up, &life, 110);
	end(&life);
}

static int make_steady(void **state)
{
	return alloc_take_libraries(state) || make_steady_folder(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PT_RUN(train_survives_every_failed_allocation),
	    PT_RUN(plan_survives_every_failed_allocation),
	    PT_RUN(status_survives_every_failed_allocation),
	    PT_RUN(report_survives_every_failed_allocation),
	    PT_RUN(restore_survives_every_failed_allocation),
	};

	return cmocka_run_group_tests(tests, make_steady, remove_folder);
}
