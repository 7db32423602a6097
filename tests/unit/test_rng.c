/* base/rng: the same draws everywhere, spread evenly, and nothing but the key counts. */
#include "base/rng.h"

#include "tests/test.h"

PT_TEST(a_key_always_gives_the_same_draw)
{
	uint64_t key = pt_rng_mix_text(pt_rng_mix(1, 2), "npsp", 4);

	assert_int_equal(pt_rng_below(key, 1000000), pt_rng_below(key, 1000000));
	assert_true(pt_rng_mix(1, 2) != pt_rng_mix(2, 1));
	assert_true(pt_rng_mix_text(1, "ab", 2) != pt_rng_mix_text(1, "ab", 1));
	assert_true(pt_rng_mix_text(1, "", 0) != 1);
}

PT_TEST(draws_are_spread_evenly)
{
	enum { NDRAW = 100000, NBIN = 10 };
	size_t bin[NBIN] = {0};

	for (uint64_t i = 0; i < NDRAW; i++) {
		uint64_t key = pt_rng_mix(42, i);
		double unit = pt_rng_unit(key);

		assert_true(unit >= 0 && unit < 1);
		bin[pt_rng_below(key, NBIN)]++;
	}
	/* Five standard deviations. */
	for (size_t i = 0; i < NBIN; i++)
		assert_in_range(bin[i], NDRAW / NBIN - 500, NDRAW / NBIN + 500);
}

PT_TEST(a_draw_stays_below_its_bound)
{
	for (uint64_t i = 0; i < 1000; i++) {
		assert_int_equal(pt_rng_below(i, 1), 0);
		assert_true(pt_rng_below(i, 3) < 3);
		assert_true(pt_rng_below(i, UINT64_C(1) << 40) < UINT64_C(1) << 40);
	}
}

PT_TEST_MAIN(PT_RUN(a_key_always_gives_the_same_draw), PT_RUN(draws_are_spread_evenly),
	     PT_RUN(a_draw_stays_below_its_bound))
