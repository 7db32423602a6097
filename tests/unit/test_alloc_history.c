/* What is told of a run, from its journal to the page, in which an allocation fails. */
#include "tests/unit/alloc_fixture.h"

#include "tests/simulation/life_fixture.h"

#include "pipeline/history/causes_show.h"
#include "pipeline/history/story.h"

static void put_plan(const struct life *life)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	struct pt_err err = PT_ERR_INIT;

	assert_int_equal(pt_plan_file_write(&text, life->r.c.plan, &err), 0);
	const struct pt_plan_row row = {.run = life->journal.run,
					.text = {pt_buf_text(&text), text.len}};

	assert_int_equal(life->store->ops->begin(life->store, PT_STORE_SOON, &err), 0);
	assert_int_equal(life->store->ops->put(life->store, PT_ROWS_PLAN, &row, &err), 0);
	assert_int_equal(life->store->ops->commit(life->store, &err), 0);
}

static int tell_story(struct pt_buf *out, const struct pt_history *h, uint32_t org,
		      struct pt_err *err)
{
	struct pt_story story = {.arena = PT_ARENA_INIT};
	int rc = pt_story_tell(&story, h, org, "", err);

	if (rc == 0)
		rc = pt_story_text(out, &story, err);
	if (rc == 0)
		pt_story_json(out, &story);
	pt_story_release(&story);
	return rc < 0 ? rc : pt_buf_check(out, err);
}

static int tell_causes(struct pt_buf *out, const struct pt_history *h, struct pt_err *err)
{
	struct pt_causes causes = {.arena = PT_ARENA_INIT};
	int rc = pt_causes_find(&causes, h, NULL, err);

	if (rc == 0)
		rc = pt_causes_text(out, &causes, h, "", err);
	if (rc == 0)
		pt_causes_json(out, &causes, h);
	pt_causes_release(&causes);
	return rc < 0 ? rc : pt_buf_check(out, err);
}

static int tell(uint64_t *result_out, void *context, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
	const struct life *life = context;
	struct pt_history h = {.status = PT_STATUS_INIT, .arena = PT_ARENA_INIT};
	struct pt_store *store = NULL;
	int rc = pt_store_open_sqlite(&store, life->path, &pt_journal_schema, PT_STORE_READ, err);

	if (rc == 0)
		rc = pt_history_read(&h, store, NULL, PT_HISTORY_ALL, err);
	if (rc == 0)
		rc = tell_story(&out, &h, h.failure[0].org, err);
	if (rc == 0)
		rc = tell_causes(&out, &h, err);
	pt_history_release(&h);
	pt_store_closep(&store);
	*result_out = pt_rng_mix_text(0, pt_buf_text(&out), out.len);
	return rc;
}

PT_TEST(a_run_that_is_told_survives_every_failed_allocation)
{
	struct life life;

	begin(&life, 3, "confirmed");
	put_plan(&life);
	life.mortal.left = UINT64_MAX;
	assert_true(live(&life));
	pt_store_closep(&life.store);
	survives("a run's history, story and causes", tell, &life);
	end(&life);
}

static int make(void **state)
{
	return alloc_take_libraries(state) || make_small_folder(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PT_RUN(a_run_that_is_told_survives_every_failed_allocation)};

	return cmocka_run_group_tests(tests, make, remove_folder);
}
