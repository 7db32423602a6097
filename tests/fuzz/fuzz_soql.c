/* A query of any bytes: its records, or a refusal with text. */
#include "tests/unit/soql_fixture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct counters counters = {.narrowed = 0};
	struct pt_soql_schema schema = soql_fixture(&counters);
	struct pt_soql_query *query = NULL;
	struct pt_soql_result *result = NULL;
	struct pt_soql_refusal refusal;
	struct pt_buf out = PT_BUF_INIT;

	if (pt_soql_parse(&query, &refusal, &schema, (const char *)data, size, NULL) < 0 ||
	    (!query && (!refusal.code || !refusal.message[0])))
		__builtin_trap();
	if (query && pt_soql_run(&result, query, NULL) == 0)
		pt_soql_write(&out, result, 0, SIZE_MAX, "62.0");
	pt_soql_result_free(result);
	pt_soql_query_free(query);
	pt_buf_release(&out);
	return 0;
}
