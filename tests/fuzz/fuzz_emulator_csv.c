/* Rows of any bytes for an ingest job: results that can be read back. */
#include "tests/unit/emulator_replay.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	replay_csv((const char *)data, size);
	return 0;
}
