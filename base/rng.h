/*
 * Random draws that depend on what is drawn for, never on the order of calls:
 * a key is mixed from a seed and the things it is about, and each key gives one
 * draw. The same key gives the same draw on every machine.
 */
#ifndef PT_BASE_RNG_H
#define PT_BASE_RNG_H

#include <stddef.h>
#include <stdint.h>

/* Mixes one more thing into a key. */
uint64_t pt_rng_mix(uint64_t key, uint64_t thing);
uint64_t pt_rng_mix_text(uint64_t key, const char *text, size_t len);

/* The key's draw: uniform over [0, 1), and over [0, bound) without bias worth naming. */
double pt_rng_unit(uint64_t key);
uint64_t pt_rng_below(uint64_t key, uint64_t bound);

#endif
