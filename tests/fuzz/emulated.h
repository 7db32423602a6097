/* An emulator with two packages and a few orgs, and requests for it made of bytes. */
#ifndef PT_TESTS_FUZZ_EMULATED_H
#define PT_TESTS_FUZZ_EMULATED_H

#include <string.h>

#include "connectors/emulator/inside.h"
#include "connectors/push/simulated/population.h"

static inline struct pt_emulator *emulated(void)
{
	static const char people[] = "orgs: 5\nbundles: [{ packages: all, share: rest }]\n";
	static const struct pt_sim_version versions[] = {{.version = {{1, 0}, 2}},
							 {.version = {{1, 1}, 2}}};
	static const struct pt_sim_package packages[] = {{"a", "A", "a", versions, 2, 1},
							 {"b", "B", "b", versions, 2, 1}};
	static const struct pt_sim_catalogue catalogue = {packages, 2};
	static const struct pt_emulator_conf conf = {.clock = PT_EMULATOR_MANUAL,
						     .start_ms = 1769900400000,
						     .token = "t",
						     .page_rows = 3,
						     .control = true};
	static struct pt_emulator *emulator;
	struct pt_population *population = NULL;
	struct pt_platform *platform = NULL;
	struct pt_errs errs = PT_ERRS_INIT;

	if (emulator)
		return emulator;
	if (pt_population_parse(&population, people, strlen(people), "people.yaml", &catalogue,
				&errs) == 0 &&
	    pt_population_people(&platform, population, &catalogue, 1, conf.start_ms, NULL) == 0)
		(void)!pt_emulator_new(&emulator, platform, &conf, NULL);
	pt_population_free(population);
	return emulator;
}

/* The lines live in `text`, which is longer than the bytes. */
static inline struct emu_request emulated_request(char *text, const uint8_t *data, size_t size)
{
	struct emu_request request = {.bearer = "t", .content_type = "application/json"};
	const char **const fields[] = {&request.method, &request.path, &request.q};
	char *at = text;

	memcpy(text, data, size);
	text[size] = '\0';
	for (size_t i = 0; i < PT_ARRAY_LEN(fields); i++) {
		char *end = memchr(at, '\n', size - (size_t)(at - text));

		*fields[i] = at;
		if (end)
			*end = '\0';
		at = end ? end + 1 : text + size;
	}
	request.body = at;
	request.body_size = size - (size_t)(at - text);
	return request;
}

#endif
