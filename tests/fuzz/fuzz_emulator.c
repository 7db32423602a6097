/* A request to the emulator from any bytes: method, path, query and body, a line each. */
#include <stddef.h>
#include <stdint.h>

#include "tests/fuzz/emulated.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pt_emulator *e = emulated();
	struct emu_answer answer = {.status = 0};
	char text[4096];

	if (!e || size >= sizeof(text))
		return 0;
	struct emu_request request = emulated_request(text, data, size);

	if (emu_dispatch(e, &request, &answer, NULL) < 0 || answer.status < 200 ||
	    answer.status > 599)
		__builtin_trap();
	pt_buf_release(&answer.body);
	return 0;
}
