/* See rng.h. The finalizer is the 64-bit one of SplitMix (Steele, Lea, Flood 2014). */
#include "base/rng.h"

static uint64_t scramble(uint64_t x)
{
	x += UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

uint64_t pt_rng_mix(uint64_t key, uint64_t thing)
{
	return scramble(scramble(key) ^ thing);
}

uint64_t pt_rng_mix_text(uint64_t key, const char *text, size_t len)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a */

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
	return pt_rng_mix(key, hash ^ len);
}

double pt_rng_unit(uint64_t key)
{
	return (double)(scramble(key) >> 11) * 0x1.0p-53;
}

uint64_t pt_rng_below(uint64_t key, uint64_t bound)
{
	return (uint64_t)(pt_rng_unit(key) * (double)bound);
}
