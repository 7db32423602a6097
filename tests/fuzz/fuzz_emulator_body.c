/* Requests of any bytes to the emulator: answers in the form that they claim. */
#include "tests/unit/emulator_replay.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	replay_requests((const char *)data, size);
	return 0;
}
