/* See soql_query.h. */
#include "base/instant.h"
#include "base/json.h"
#include "connectors/emulator/soql_query.h"

enum pt_soql_type pt_soql_expr_type(const struct pt_soql_expr *expr)
{
	return expr->fn == PT_SOQL_COUNT ? PT_SOQL_INT : pt_soql_path_field(&expr->path)->type;
}

static void write_time(struct pt_buf *out, int64_t ms)
{
	struct pt_civil c = pt_civil_of_ms(ms);

	pt_buf_printf(out, "\"%04d-%02d-%02dT%02d:%02d:%02d.%03d+0000\"", c.year, c.month, c.day,
		      c.hour, c.minute, c.second, c.ms);
}

void pt_soql_value_json(struct pt_buf *out, enum pt_soql_type type,
			const struct pt_soql_value *value)
{
	if (value->null) {
		pt_buf_str(out, "null");
		return;
	}
	switch (type) {
	case PT_SOQL_ID:
	case PT_SOQL_STRING:
		pt_json_quote(out, value->text);
		break;
	case PT_SOQL_INT:
		pt_buf_printf(out, "%lld", (long long)value->number);
		break;
	case PT_SOQL_BOOL:
		pt_buf_str(out, value->number ? "true" : "false");
		break;
	case PT_SOQL_TIME:
		write_time(out, value->number);
		break;
	}
}
