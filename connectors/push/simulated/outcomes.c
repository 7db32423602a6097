/* See outcomes.h. Whole numbers only, so that every machine draws the same. */
#include "connectors/push/simulated/outcomes.h"

#include "base/attr.h"
#include "base/rng.h"

/* What a draw is about; part of its key, so that draws for one thing tell nothing of another. */
enum about {
	ABOUT_ATTEMPT = 1,
	ABOUT_LENGTH,
	ABOUT_START,
	ABOUT_PERMANENT,
	ABOUT_PERMANENT_KIND,
	ABOUT_TRANSIENT,
	ABOUT_TRANSIENT_KIND,
	ABOUT_NOT_YET,
	ABOUT_NOT_YET_FOR,
};

enum { MILLION = 1000000 };

uint64_t pt_sim_attempt_key(uint64_t org, uint64_t version, uint32_t attempt)
{
	return pt_rng_mix(pt_rng_mix(pt_rng_mix(org, version), ABOUT_ATTEMPT), attempt);
}

/* The lower half is even from typical/2 to typical; the upper grows with the fourth power. */
int64_t pt_sim_spread_ms(const struct pt_sim_spread *spread, uint64_t key)
{
	const uint64_t half = UINT64_C(1) << 23;
	uint64_t draw = pt_rng_below(key, 2 * half);
	uint64_t typical = (uint64_t)spread->typical_ms, max = (uint64_t)spread->max_ms;

	if (typical == max)
		return spread->max_ms;
	if (draw < half)
		return (int64_t)((typical * (half + draw)) >> 24);
	draw -= half;
	draw = (draw * draw) >> 23;
	draw = (draw * draw) >> 23;
	return (int64_t)(typical + (((max - typical) * draw) >> 23));
}

int64_t pt_sim_length_ms(const struct pt_sim_spread *spread, enum pt_sim_length what,
			 uint64_t attempt_key)
{
	return pt_sim_spread_ms(spread, pt_rng_mix(pt_rng_mix(attempt_key, ABOUT_LENGTH), what));
}

int64_t pt_sim_start_delay_ms(const struct pt_sim_spread *spread, uint64_t version,
			      int64_t scheduled_ms)
{
	uint64_t key = pt_rng_mix(pt_rng_mix(version, ABOUT_START), (uint64_t)scheduled_ms);

	return pt_sim_spread_ms(spread, key);
}

static bool happens(int32_t ppm, uint64_t key)
{
	return pt_rng_below(key, MILLION) < (uint64_t)ppm;
}

enum pt_job_cause pt_sim_permanent(const struct pt_sim_failures *failures, uint64_t org,
				   uint64_t package)
{
	static const enum pt_job_cause KIND[] = {PT_CAUSE_APEX_TEST, PT_CAUSE_APEX_TEST,
						 PT_CAUSE_DEPLOY, PT_CAUSE_FEATURE};
	uint64_t key = pt_rng_mix(org, package);

	if (!happens(failures->permanent_ppm, pt_rng_mix(key, ABOUT_PERMANENT)))
		return PT_CAUSE_NONE;
	return KIND[pt_rng_below(pt_rng_mix(key, ABOUT_PERMANENT_KIND), PT_ARRAY_LEN(KIND))];
}

static uint64_t luck(uint64_t attempt_key)
{
	return pt_rng_below(pt_rng_mix(attempt_key, ABOUT_TRANSIENT), MILLION);
}

enum pt_job_cause pt_sim_transient(const struct pt_sim_failures *failures, uint64_t attempt_key)
{
	static const enum pt_job_cause KIND[] = {PT_CAUSE_UNEXPECTED, PT_CAUSE_UNEXPECTED,
						 PT_CAUSE_LOCK_TIMEOUT, PT_CAUSE_LOCKING,
						 PT_CAUSE_LIMIT};
	uint64_t kind = pt_rng_mix(attempt_key, ABOUT_TRANSIENT_KIND);

	if (luck(attempt_key) >= (uint64_t)failures->transient_ppm)
		return PT_CAUSE_NONE;
	return KIND[pt_rng_below(kind, PT_ARRAY_LEN(KIND))];
}

bool pt_sim_stuck(const struct pt_sim_failures *failures, uint64_t attempt_key)
{
	uint64_t draw = luck(attempt_key), transient = (uint64_t)failures->transient_ppm;

	return draw >= transient && draw < transient + (uint64_t)failures->stuck_ppm;
}

int64_t pt_sim_not_yet_ms(const struct pt_sim_failures *failures, uint64_t version,
			  uint64_t instance)
{
	uint64_t key = pt_rng_mix(version, instance);

	if (!happens(failures->not_yet_ppm, pt_rng_mix(key, ABOUT_NOT_YET)))
		return 0;
	return pt_sim_spread_ms(&failures->not_yet_for, pt_rng_mix(key, ABOUT_NOT_YET_FOR));
}
