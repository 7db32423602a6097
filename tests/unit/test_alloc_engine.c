/*
 * A whole train in which an allocation fails: the drive stops, and another process
 * goes on from the journal and ends as if nothing had happened.
 */
#include "tests/unit/alloc_fixture.h"

#include "tests/simulation/life_fixture.h"

enum { SAMPLE = 24 };

/* The drive with that allocation failing; how it ended. */
static int drive(struct life *life, uint64_t nth, bool for_ever)
{
	struct pt_err err = PT_ERR_INIT;
	enum pt_drive_end how;
	int rc;

	alloc.nseen = alloc.nfailed = 0;
	alloc.nth = nth;
	alloc.for_ever = for_ever;
	alloc.armed = true;
	rc = pt_driver_run(&how, &life->r.c.driver, life->r.c.engine, &err);
	alloc.armed = false;
	if (rc < 0 && rc != -PT_E_NOMEM)
		fail_msg("allocation %llu failed: %s", (unsigned long long)nth, err.text);
	return rc;
}

static void fail_one(const struct outcome *expected, uint64_t nth, bool for_ever)
{
	int64_t before = alloc.nlive;
	struct life life;

	begin(&life, 3, "confirmed");
	life.mortal.left = UINT64_MAX;
	bool failed = drive(&life, nth, for_ever) < 0;

	if (failed && nothing_written(&life)) {
		assert_int_equal(pt_platform_nrequest(life.r.platform), 0);
	} else {
		if (failed)
			resurrect(&life);
		assert_true(!failed || live(&life));
		audit(&life, true);
		same_outcome(&life, expected);
	}
	end(&life);
	assert_int_equal(alloc.nlive, before);
}

PT_TEST(a_train_survives_every_failed_allocation)
{
	struct outcome expected = undisturbed(3, "confirmed");
	struct life life;

	begin(&life, 3, "confirmed");
	life.mortal.left = UINT64_MAX;
	assert_int_equal(drive(&life, UINT64_MAX, false), 0);
	end(&life);
	uint64_t n = alloc.nseen, stride = alloc_stride(n, SAMPLE), ntried = 0;

	for (uint64_t nth = alloc_first(); nth <= n; nth += stride, ntried++)
		fail_one(&expected, nth, ntried % 2);
	free(expected.installed);
	print_message("a train driven: %llu allocations, %llu of them failed\n",
		      (unsigned long long)n, (unsigned long long)ntried);
}

static int make(void **state)
{
	return alloc_take_libraries(state) || make_small_folder(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {PT_RUN(a_train_survives_every_failed_allocation)};

	return cmocka_run_group_tests(tests, make, remove_folder);
}
