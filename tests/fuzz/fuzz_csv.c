/* Results of a bulk job from any bytes: rows, or an error with text. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pt_err err = PT_ERR_INIT;
	struct pt_csv csv;
	bool got = true;
	int rc = 0;

	pt_csv_init(&csv, (const char *)data, size);
	while (rc == 0 && got)
		rc = pt_csv_next(&got, &csv, &err);
	for (size_t i = 0; i < PT_CSV_FIELDS_MAX; i++)
		if (strlen(pt_csv_field(&csv, i)) > size || (rc < 0 && err.text[0] == '\0'))
			__builtin_trap();
	pt_csv_release(&csv);
	return 0;
}
