/* A calendar file from any bytes: closures within a year, or an error with text. */
#include <stddef.h>
#include <stdint.h>

#include "connectors/calendar/ics_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct pt_zone *zone;
	struct pt_err err = PT_ERR_INIT;
	struct pt_closing closing = {.from_ms = 1767225600000, .to_ms = 1798761600000};

	if (!zone && pt_zone_open(&zone, "America/New_York", &err) < 0)
		__builtin_trap();
	closing.zone = zone;
	int rc = pt_ics_file_parse(&closing, (const char *)data, size, "fuzz.ics", &err);

	if (rc < 0 && err.text[0] == '\0')
		__builtin_trap();
	for (size_t i = 0; i < closing.n; i++)
		if (closing.closure[i].start_ms >= closing.closure[i].end_ms)
			__builtin_trap();
	pt_closing_release(&closing);
	return 0;
}
