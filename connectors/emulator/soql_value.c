/* See soql_query.h. */
#include <string.h>

#include "base/instant.h"
#include "base/json.h"
#include "connectors/emulator/soql_query.h"

enum pt_soql_type pt_soql_expr_type(const struct pt_soql_expr *expr)
{
	return expr->fn == PT_SOQL_COUNT ? PT_SOQL_INT : pt_soql_path_field(&expr->path)->type;
}

static void write_time(struct pt_buf *out, int64_t ms, const char *zone)
{
	struct pt_civil c = pt_civil_of_ms(ms);

	pt_buf_printf(out, "%04d-%02d-%02dT%02d:%02d:%02d.%03d%s", c.year, c.month, c.day, c.hour,
		      c.minute, c.second, c.ms, zone);
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
		pt_buf_char(out, '"');
		write_time(out, value->number, "+0000");
		pt_buf_char(out, '"');
		break;
	}
}

static void write_csv_text(struct pt_buf *out, const char *text)
{
	for (const char *quote = strchr(text, '"'); quote; quote = strchr(text, '"')) {
		pt_buf_bytes(out, text, (size_t)(quote - text) + 1);
		pt_buf_char(out, '"');
		text = quote + 1;
	}
	pt_buf_str(out, text);
}

void pt_soql_value_csv(struct pt_buf *out, enum pt_soql_type type,
		       const struct pt_soql_value *value)
{
	pt_buf_char(out, '"');
	if (value->null)
		; /* an empty value is null */
	else if (type == PT_SOQL_TIME)
		write_time(out, value->number, "Z");
	else if (type == PT_SOQL_ID || type == PT_SOQL_STRING)
		write_csv_text(out, value->text);
	else
		pt_soql_value_json(out, type, value);
	pt_buf_char(out, '"');
}
