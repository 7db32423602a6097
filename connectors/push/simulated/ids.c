/* See ids.h. */
#include "connectors/push/simulated/ids.h"

#include <string.h>

#include "base/rng.h"

static const char DIGITS[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
static const char POD[] = "5f0"; /* where this platform's records live */

enum { BASE = 62, BODY = 15, NUMBER_DIGITS = 9 };

/* The number in base 62, leading zeros kept. */
static void write_digits(char *out, size_t n, uint64_t number)
{
	while (n-- > 0) {
		out[n] = DIGITS[number % BASE];
		number /= BASE;
	}
}

static void finish(struct pt_id *id)
{
	char checksum[4];

	pt_id_checksum(checksum, id->text);
	memcpy(id->text + BODY, checksum, sizeof(checksum));
}

struct pt_id pt_sim_id_drawn(const char *prefix, uint64_t key)
{
	struct pt_id id = {{0}};

	memcpy(id.text, prefix, 3);
	memcpy(id.text + 3, POD, 3);
	write_digits(id.text + 6, NUMBER_DIGITS, pt_rng_mix(key, 0));
	finish(&id);
	return id;
}

struct pt_id pt_sim_id_numbered(const char *prefix, uint32_t number)
{
	struct pt_id id = {{0}};

	memcpy(id.text, prefix, 3);
	memcpy(id.text + 3, POD, 3);
	write_digits(id.text + 6, NUMBER_DIGITS, (uint64_t)number + 1);
	finish(&id);
	return id;
}

bool pt_sim_id_number(uint32_t *out, const char *prefix, const struct pt_id *id)
{
	uint64_t number = 0;

	if (strncmp(id->text, prefix, 3) != 0 || strncmp(id->text + 3, POD, 3) != 0)
		return false;
	for (size_t i = 6; i < BODY; i++) {
		const char *digit = id->text[i] ? strchr(DIGITS, id->text[i]) : NULL;

		if (!digit)
			return false;
		number = number * BASE + (uint64_t)(digit - DIGITS);
	}
	if (number == 0 || number > UINT32_MAX)
		return false;
	*out = (uint32_t)(number - 1);
	return true;
}

struct pt_org_key pt_sim_org_key(uint64_t seed, uint32_t ordinal)
{
	struct pt_org_key key = {{0}};
	/* A factor without a common divisor makes every ordinal another four characters. */
	uint64_t shuffled =
	    ((uint64_t)ordinal * 9176263 + pt_rng_below(seed, PT_SIM_KEYS_MAX)) % PT_SIM_KEYS_MAX;

	memcpy(key.text, "00D", 3);
	write_digits(key.text + 3, 8, pt_rng_mix(seed, ordinal));
	write_digits(key.text + 11, 4, shuffled);
	return key;
}
