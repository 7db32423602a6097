/* suite.yaml from any bytes: a model, or errors with text. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "config/suite.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pt_errs errs = PT_ERRS_INIT;
	struct pt_suite *suite = NULL;
	int rc = pt_suite_parse(&suite, (const char *)data, size, "fuzz.yaml", &errs);

	if (rc < 0 && (errs.n == 0 || errs.item[0].text[0] == '\0'))
		__builtin_trap();
	pt_errs_release(&errs);
	pt_suite_free(suite);
	return 0;
}
