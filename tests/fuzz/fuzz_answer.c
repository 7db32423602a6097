/*
 * What the platform answers to any kind of call, from any bytes: the first chooses the
 * call, and each body ends in a NUL. Replies, or errors with text; never more.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "tests/deaf_session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pt_sf sf = {.instance_url = deaf_url, .api_version = deaf_version};

	if (size < 1)
		return 0;
	sf.last = &sf.first;
	sf.last_done = &sf.done;
	deaf_feed(&sf, data[0], (const char *)data + 1, size - 1);
	return 0;
}
