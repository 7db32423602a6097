/* Worker processes: results in their places, however many there are, and no hang when one dies. */
#include <signal.h>
#include <unistd.h>

#include "cmd/workers.h"
#include "tests/test.h"

enum { NUMBERS = 1000 };

struct big {
	uint64_t value[2000]; /* more than a pipe takes at once */
};

static int square(void *context, uint32_t number, void *result, struct pt_err *err)
{
	struct big *big = result;

	(void)context;
	(void)err;
	for (size_t i = 0; i < PT_ARRAY_LEN(big->value); i++)
		big->value[i] = (uint64_t)number * number + i;
	return 0;
}

PT_TEST(workers_put_every_result_into_its_place)
{
	static struct big results[200];
	const uint32_t jobs[] = {1, 2, 3, 199, 200, 256};

	for (size_t k = 0; k < PT_ARRAY_LEN(jobs); k++) {
		const struct pt_work work = {
		    .fn = square, .n = 200, .result_bytes = sizeof(results[0]), .jobs = jobs[k]};

		memset(results, 0, sizeof(results));
		assert_int_equal(pt_workers_run(results, &work, NULL), 0);
		for (uint64_t i = 0; i < 200; i++) {
			assert_int_equal(results[i].value[0], i * i);
			assert_int_equal(results[i].value[1999], i * i + 1999);
		}
	}
}

static int fail_at(void *context, uint32_t number, void *result, struct pt_err *err)
{
	*(uint32_t *)result = number;
	return number == *(const uint32_t *)context
		   ? pt_err_set(err, PT_E_PLATFORM, "number %u does not do", number)
		   : 0;
}

PT_TEST(an_error_of_a_worker_is_the_error_of_all)
{
	uint32_t results[NUMBERS], bad = 777;
	struct pt_err err = PT_ERR_INIT;
	const struct pt_work work = {.fn = fail_at,
				     .context = &bad,
				     .n = NUMBERS,
				     .result_bytes = sizeof(results[0]),
				     .jobs = 3};

	assert_int_equal(pt_workers_run(results, &work, &err), -PT_E_PLATFORM);
	assert_string_equal(err.text, "number 777 does not do");
}

static int die_at(void *context, uint32_t number, void *result, struct pt_err *err)
{
	(void)context;
	(void)err;
	*(uint32_t *)result = number;
	if (number == 10)
		(void)kill(getpid(), SIGKILL);
	if (number == 11)
		_exit(0);
	return 0;
}

PT_TEST(a_worker_that_is_killed_is_an_error_and_no_hang)
{
	uint32_t results[NUMBERS];
	struct pt_err err = PT_ERR_INIT;
	struct pt_work work = {
	    .fn = die_at, .n = 11, .result_bytes = sizeof(results[0]), .jobs = 2};

	assert_int_equal(pt_workers_run(results, &work, &err), -PT_E_IO);
	assert_string_equal(err.text, "a worker process was killed by signal 9 before rehearsal 11 "
				      "was done; with fewer --jobs each has more memory");
}

static int leave_at(void *context, uint32_t number, void *result, struct pt_err *err)
{
	return die_at(context, number + 6, result, err);
}

PT_TEST(a_worker_that_leaves_early_is_an_error_too)
{
	uint32_t results[NUMBERS];
	struct pt_err err = PT_ERR_INIT;
	const struct pt_work work = {
	    .fn = leave_at, .n = 10, .result_bytes = sizeof(results[0]), .jobs = 5};

	assert_int_equal(pt_workers_run(results, &work, &err), -PT_E_IO);
	assert_non_null(strstr(err.text, "a worker process "));
}

static void count(void *context, uint32_t ndone)
{
	uint32_t *told = context;

	assert_int_equal(ndone, *told + 1);
	*told = ndone;
}

static int number_itself(void *context, uint32_t number, void *result, struct pt_err *err)
{
	(void)context;
	(void)err;
	*(uint32_t *)result = number;
	return 0;
}

PT_TEST(each_result_is_told_of_once)
{
	uint32_t results[NUMBERS], told = 0;
	const struct pt_work work = {.fn = number_itself,
				     .context = &told,
				     .n = NUMBERS,
				     .result_bytes = sizeof(results[0]),
				     .jobs = 4,
				     .on_result = count};

	assert_int_equal(pt_workers_run(results, &work, NULL), 0);
	assert_int_equal(told, NUMBERS);
	for (uint32_t i = 0; i < NUMBERS; i++)
		assert_int_equal(results[i], i);
	assert_true(pt_workers_default() >= 1);
}

PT_TEST_MAIN(PT_RUN(workers_put_every_result_into_its_place),
	     PT_RUN(an_error_of_a_worker_is_the_error_of_all),
	     PT_RUN(a_worker_that_is_killed_is_an_error_and_no_hang),
	     PT_RUN(a_worker_that_leaves_early_is_an_error_too),
	     PT_RUN(each_result_is_told_of_once))
