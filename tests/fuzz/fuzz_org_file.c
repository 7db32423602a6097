/* A file of org keys from any bytes: keys, or an error with text. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "connectors/orgs/org_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pt_err err = PT_ERR_INIT;
	struct pt_org_key *key = NULL;
	size_t n = 0;
	int rc = pt_org_file_parse(&key, &n, (const char *)data, size, "fuzz.txt", &err);

	if (rc < 0 && err.text[0] == '\0')
		__builtin_trap();
	free(key);
	return 0;
}
