/* All runs of a journal as they stand: what is read again, and what is not. */
#include "tests/test.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/instant.h"
#include "connectors/store/sqlite.h"
#include "pipeline/dashboard/board.h"

/* A store that counts how often the states of pushes are read, which is dear. */
struct counting {
	struct pt_store base;
	struct pt_store *inner;
	unsigned nread;
};

static int count_each(struct pt_store *base, size_t table, const void *key, size_t nkey,
		      pt_store_row_fn *fn, void *context, struct pt_err *err)
{
	struct counting *c = (struct counting *)(void *)base;

	c->nread += table == PT_ROWS_PAIR;
	return c->inner->ops->each(c->inner, table, key, nkey, fn, context, err);
}

static int count_begin(struct pt_store *base, struct pt_err *err)
{
	struct counting *c = (struct counting *)(void *)base;

	return c->inner->ops->begin_reading(c->inner, err);
}

static void count_rollback(struct pt_store *base)
{
	struct counting *c = (struct counting *)(void *)base;

	c->inner->ops->rollback(c->inner);
}

static const struct pt_store_ops COUNTING = {
    .each = count_each, .begin_reading = count_begin, .rollback = count_rollback};

struct scene {
	char folder[64], path[96];
	struct counting store;
	struct pt_board board;
};

static void begin(struct scene *s)
{
	struct pt_err err = PT_ERR_INIT;

	*s = (struct scene){.store = {.base = {.ops = &COUNTING}}};
	snprintf(s->folder, sizeof(s->folder), "/tmp/pt-board-XXXXXX");
	assert_non_null(mkdtemp(s->folder));
	snprintf(s->path, sizeof(s->path), "%s/state.db", s->folder);
	if (pt_store_open_sqlite(&s->store.inner, s->path, &pt_journal_schema, PT_STORE_MAKE,
				 &err) < 0)
		fail_msg("%s", err.text);
}

static void end(struct scene *s)
{
	char command[128];

	pt_board_release(&s->board);
	pt_store_closep(&s->store.inner);
	snprintf(command, sizeof(command), "rm -r %s", s->folder);
	assert_int_equal(system(command), 0);
}

/* Each of a suite of its own: of one suite one train goes at a time. */
static int64_t depart(struct scene *s, int n)
{
	struct pt_err err = PT_ERR_INIT;
	struct pt_run run;
	char suite[32], plan[32];

	snprintf(suite, sizeof(suite), "suite-%d", n);
	snprintf(plan, sizeof(plan), "{\"plan\":%d}", n);
	const struct pt_run_row row = {.suite = suite,
				       .train = "t",
				       .id = suite,
				       .timezone = "UTC",
				       .seed = -1,
				       .begun_ms = n * PT_DAY_MS};

	if (pt_journal_begin(&run, s->store.inner, &row, plan, strlen(plan), &err) < 0)
		fail_msg("%s", err.text);
	int64_t number = run.row.run;

	pt_run_release(&run);
	return number;
}

static void put_progress(struct scene *s, int64_t run, enum pt_run_state state, bool finished,
			 int64_t now_ms, const char *halt_text)
{
	const struct pt_progress_row row = {.run = run,
					    .state = state,
					    .now_ms = now_ms,
					    .next_ms = PT_NEVER,
					    .finished = finished,
					    .halt_text = halt_text};
	const struct pt_store_ops *ops = s->store.inner->ops;

	assert_int_equal(ops->begin(s->store.inner, PT_STORE_SOON, NULL), 0);
	assert_int_equal(ops->put(s->store.inner, PT_ROWS_PROGRESS, &row, NULL), 0);
	assert_int_equal(ops->commit(s->store.inner, NULL), 0);
}

static int driver_of(void *context, int64_t *out, int64_t run, struct pt_err *err)
{
	(void)err;
	*out = run == *(const int64_t *)context ? 4711 : 0;
	return 0;
}

/* How many runs were read as a whole. */
static unsigned look(struct scene *s, int64_t driven)
{
	struct pt_err err = PT_ERR_INIT;
	unsigned before = s->store.nread;

	if (pt_board_read(&s->board, &s->store.base, driver_of, &driven, &err) < 0)
		fail_msg("%s", err.text);
	return s->store.nread - before;
}

PT_TEST(board_reads_again_only_what_changed)
{
	struct scene s;

	begin(&s);
	assert_int_equal(look(&s, 0), 0);
	assert_int_equal(s.board.n, 0);
	int64_t a = depart(&s, 1), b = depart(&s, 2);

	assert_int_equal(look(&s, b), 2);
	assert_int_equal(s.board.n, 2);
	/* The newest is first. */
	assert_int_equal(s.board.run[0].status.run.row.run, b);
	assert_int_equal(s.board.run[0].driver, 4711);
	assert_int_equal(s.board.run[1].driver, 0);
	assert_int_equal(look(&s, 0), 0);
	assert_int_equal(s.board.run[0].driver, 0);
	put_progress(&s, a, PT_RUN_RUNNING, false, 5000, NULL);
	assert_int_equal(look(&s, 0), 1);
	assert_int_equal(s.board.run[1].status.progress.now_ms, 5000);
	assert_int_equal(s.board.run[1].status.progress.state, PT_RUN_RUNNING);
	assert_int_equal(look(&s, 0), 0);
	end(&s);
}

PT_TEST(board_sees_a_pause_that_nobody_heeded_yet)
{
	struct scene s;

	begin(&s);
	const struct pt_journal journal = {s.store.inner, depart(&s, 1)};

	assert_int_equal(look(&s, 0), 1);
	assert_int_equal(pt_journal_wish(&journal, PT_WISH_PAUSE, 1, NULL), 0);
	assert_int_equal(look(&s, 0), 1);
	assert_int_equal(s.board.run[0].status.progress.state, PT_RUN_PAUSED);
	end(&s);
}

PT_TEST(board_shows_all_that_go_on_and_the_newest_that_ended)
{
	struct scene s;
	size_t nended = 0;

	begin(&s);
	int64_t halted = depart(&s, 1), open = depart(&s, 2);

	put_progress(&s, halted, PT_RUN_HALTED, true, 10, "a gate did not hold");
	for (int i = 0; i < PT_BOARD_ENDED + 3; i++)
		put_progress(&s, depart(&s, 3 + i), PT_RUN_CONVERGED, true, 10, NULL);
	assert_int_equal(look(&s, 0), PT_BOARD_ENDED + 2);
	assert_int_equal(s.board.n, PT_BOARD_ENDED + 2);
	assert_int_equal(s.board.nolder, 3);
	for (size_t i = 0; i < s.board.n; i++)
		nended += s.board.run[i].ended;
	assert_int_equal(nended, PT_BOARD_ENDED);
	assert_int_equal(s.board.run[s.board.n - 2].status.run.row.run, open);
	assert_int_equal(s.board.run[s.board.n - 1].status.run.row.run, halted);
	assert_false(s.board.run[s.board.n - 1].ended);
	end(&s);
}

PT_TEST(board_measures_few_that_have_ended)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	struct scene s;
	size_t n = 0;

	begin(&s);
	(void)depart(&s, 1);
	for (int i = 0; i < PT_BOARD_MEASURED + 2; i++)
		put_progress(&s, depart(&s, 2 + i), PT_RUN_CONVERGED, true, 10, NULL);
	(void)look(&s, 0);
	assert_int_equal(pt_board_metrics(&text, &s.board, NULL), 0);
	for (const char *at = pt_buf_text(&text); (at = strstr(at, "pushtrain_run_info{")); at++)
		n++;
	assert_int_equal(n, PT_BOARD_MEASURED + 1);
	end(&s);
}

PT_TEST(board_says_why_a_run_stands_still)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf words = PT_BUF_INIT;
	struct pt_status_stage stage = {.name = "pilot", .state = PT_STAGE_WAVES};
	struct pt_board_run run = {.status = {.stage = &stage, .nstage = 1}};

	pt_board_waits(&words, &run);
	assert_string_equal(pt_buf_text(&words), "stage pilot: waves");
	pt_buf_clear(&words);
	run.status.progress.waits = "2 push requests to end";
	run.status.progress.waits_until_ms = PT_NEVER;
	pt_board_waits(&words, &run);
	assert_string_equal(pt_buf_text(&words),
			    "stage pilot: waves; waiting: 2 push requests to end");
	assert_int_equal(pt_board_until_ms(&run), PT_NEVER);
	pt_buf_clear(&words);
	stage.state = PT_STAGE_SOAKING;
	run.status.progress.waits = "soak of stage 'pilot'";
	run.status.progress.waits_until_ms = 99;
	pt_board_waits(&words, &run);
	assert_string_equal(pt_buf_text(&words), "waiting: soak of stage 'pilot'");
	assert_int_equal(pt_board_until_ms(&run), 99);
	pt_buf_clear(&words);
	run.status.progress.halt_text = "the breaker tripped";
	run.status.progress.finished = 1;
	pt_board_waits(&words, &run);
	assert_string_equal(pt_buf_text(&words), "the breaker tripped");
	assert_int_equal(pt_board_until_ms(&run), PT_NEVER);
}

PT_TEST_MAIN(PT_RUN(board_reads_again_only_what_changed),
	     PT_RUN(board_sees_a_pause_that_nobody_heeded_yet),
	     PT_RUN(board_shows_all_that_go_on_and_the_newest_that_ended),
	     PT_RUN(board_measures_few_that_have_ended), PT_RUN(board_says_why_a_run_stands_still))
