/* A manifest from any bytes, the first of which chooses the reader: facts, or an error with text.
 */
#include <stddef.h>
#include <stdint.h>

#include "connectors/manifest/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct pt_reader *const readers[] = {&pt_reader_tag, &pt_reader_pushtrain,
							  &pt_reader_cumulusci, &pt_reader_sfdx};
	static const char *const called[] = {"core"};
	struct pt_reader_facts facts = {.lists = false};
	struct pt_arena arena = PT_ARENA_INIT;
	struct pt_err err = PT_ERR_INIT;

	if (size == 0)
		return 0;
	const struct pt_reader_input input = {.data = (const char *)data + 1,
					      .size_bytes = size - 1,
					      .name = "a.git@v1",
					      .folder = data[0] & 4 ? "a/" : "",
					      .called = called,
					      .ncalled = 1};

	if (readers[data[0] % 4]->read(&facts, &arena, &input, &err) < 0 && err.text[0] == '\0')
		__builtin_trap();
	pt_arena_release(&arena);
	return 0;
}
