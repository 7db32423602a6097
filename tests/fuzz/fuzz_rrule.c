/* A recurrence from any bytes: local times that go up, or an error with text. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "connectors/calendar/recur.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct pt_zone *zone;
	const struct pt_civil start = {.year = 2570, .month = 2, .day = 3};
	struct pt_err err = PT_ERR_INIT;
	struct pt_recur *recur = NULL;
	char *text = strndup((const char *)data, size);
	struct pt_civil local, last = {.year = 1600, .month = 1, .day = 1};
	int64_t ms;

	if (!text || (!zone && pt_zone_open(&zone, "Europe/London", &err) < 0))
		__builtin_trap();
	if (pt_recur_new(&recur, text, &start, zone, &err) < 0 && err.text[0] == '\0')
		__builtin_trap();
	for (int n = 0; recur && n < 2000 && pt_recur_next(&local, &ms, recur); n++) {
		if (pt_civil_to_ms(&local) < pt_civil_to_ms(&last))
			__builtin_trap();
		last = local;
	}
	pt_recur_free(recur);
	free(text);
	return 0;
}
