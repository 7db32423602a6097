/* A snapshot from any bytes: read and written again, or an error with text. */
#include <stddef.h>
#include <stdint.h>

#include "connectors/push/snapshot.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pt_snapshot *s = NULL;
	struct pt_buf text = PT_BUF_INIT;
	struct pt_err err = PT_ERR_INIT;

	if (pt_snapshot_parse(&s, (const char *)data, size, "fuzz", &err) < 0 && !err.text[0])
		__builtin_trap();
	if (s)
		pt_snapshot_write(&text, s);
	pt_buf_release(&text);
	pt_snapshot_free(s);
	return 0;
}
