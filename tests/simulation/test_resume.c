/*
 * Promise 3: the process dies between any two steps, before or after any call
 * reached the platform, and another one goes on from the journal. The platform
 * must end as if nothing had happened.
 */
#include "tests/simulation/life_fixture.h"

/* Dies once, at that step or call. */
static void die_once(const struct outcome *expected, int64_t seed, const char *order,
		     enum death death, uint64_t at)
{
	struct life life;

	begin(&life, seed, order);
	life.mortal.death = death;
	life.mortal.left = at;
	assert_false(live(&life));
	resurrect(&life);
	life.mortal.left = UINT64_MAX;
	assert_true(live(&life));
	audit(&life, order[0] == 'c');
	same_outcome(&life, expected);
	end(&life);
}

static uint64_t number_in(const char *variable, uint64_t otherwise)
{
	const char *text = getenv(variable);
	uint64_t number = text ? strtoull(text, NULL, 10) : 0;

	return number ? number : otherwise;
}

/*
 * Each PT_EVERY_DEATH-th is tried, from PT_FIRST_DEATH on, where those are set, else a
 * sample. Where PT_FEW_DEATHS is set, two.
 */
static uint64_t stride(uint64_t n, uint64_t sample)
{
	if (getenv("PT_FEW_DEATHS"))
		return n / 2;
	return number_in("PT_EVERY_DEATH", n < sample ? 1 : n / sample);
}

static void die_everywhere(const char *order, enum death death, uint64_t sample)
{
	struct outcome expected = undisturbed(3, order);
	uint64_t n = death == DEATH_BEFORE_STEP ? expected.nsteps : expected.ncalls;

	assert_true(n > 300);
	for (uint64_t at = number_in("PT_FIRST_DEATH", 1); at < n; at += stride(n, sample))
		die_once(&expected, 3, order, death, at);
	free(expected.installed);
}

PT_TEST(promise_3_death_before_a_step_loses_nothing)
{
	die_everywhere("confirmed", DEATH_BEFORE_STEP, 10);
}

PT_TEST(promise_3_death_before_a_call_loses_nothing)
{
	die_everywhere("confirmed", DEATH_BEFORE_CALL, 12);
}

PT_TEST(promise_3_death_after_a_call_loses_nothing)
{
	die_everywhere("confirmed", DEATH_AFTER_CALL, 12);
}

PT_TEST(promise_3_deaths_with_order_offset_lose_nothing)
{
	die_everywhere("offset", DEATH_BEFORE_CALL, 5);
	die_everywhere("offset", DEATH_AFTER_CALL, 5);
}

/* The journal cannot be written: nothing is sent that is not in it, and the run can go on later. */
PT_TEST(promise_3_a_journal_that_cannot_be_written_stops_the_run_and_loses_nothing)
{
	struct outcome expected = undisturbed(3, "confirmed");
	uint64_t at = 0, nfailed = 0;

	for (;; at += 1 + at / 9) {
		struct life life;

		begin(&life, 3, "confirmed");
		life.mortal.left = UINT64_MAX;
		life.frail.left = at;
		life.journal.store = &life.frail.base;
		if (live(&life)) {
			end(&life);
			break;
		}
		if (nothing_written(&life)) {
			assert_int_equal(pt_platform_nrequest(life.r.platform), 0);
			end(&life);
			continue;
		}
		nfailed++;
		resurrect(&life);
		assert_true(live(&life));
		audit(&life, true);
		same_outcome(&life, &expected);
		end(&life);
	}
	assert_true(nfailed > 15);
	free(expected.installed);
}

/* No process dies, but many answers to writes never come. */
PT_TEST(promise_2_lost_answers_push_nobody_twice_and_lose_nothing)
{
	for (int64_t seed = 1; seed <= 4; seed++) {
		const char *order = seed % 2 ? "confirmed" : "offset";
		struct outcome expected = undisturbed(seed, order);
		struct life life;

		begin(&life, seed, order);
		life.mortal.left = UINT64_MAX;
		life.mortal.lost_percent = 20;
		assert_true(live(&life));
		assert_true(life.mortal.nlost[0] > 5 && life.mortal.nlost[1] > 5);
		audit(&life, order[0] == 'c');
		same_outcome(&life, &expected);
		end(&life);
		free(expected.installed);
	}
}

PT_TEST(promise_3_a_hundred_deaths_in_one_run_lose_nothing)
{
	for (int64_t seed = 1; seed <= 2; seed++) {
		struct outcome expected = undisturbed(seed, "confirmed");
		struct life life;
		uint64_t ndeath = 0;

		begin(&life, seed, "confirmed");
		do {
			if (ndeath)
				resurrect(&life);
			life.mortal.death = (enum death)(ndeath % NDEATH);
			life.mortal.left = 3 + ndeath * 7 % 23;
			ndeath++;
		} while (!live(&life));
		assert_true(ndeath > 30);
		audit(&life, true);
		same_outcome(&life, &expected);
		end(&life);
		free(expected.installed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PT_RUN(promise_3_death_before_a_step_loses_nothing),
	    PT_RUN(promise_3_death_before_a_call_loses_nothing),
	    PT_RUN(promise_3_death_after_a_call_loses_nothing),
	    PT_RUN(promise_3_deaths_with_order_offset_lose_nothing),
	    PT_RUN(promise_3_a_journal_that_cannot_be_written_stops_the_run_and_loses_nothing),
	    PT_RUN(promise_2_lost_answers_push_nobody_twice_and_lose_nothing),
	    PT_RUN(promise_3_a_hundred_deaths_in_one_run_lose_nothing),
	};

	return cmocka_run_group_tests(tests, make_steady_folder, remove_folder);
}
