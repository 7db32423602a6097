/* See query.h. */
#include "connectors/push/salesforce/query.h"

#include "base/instant.h"
#include "base/url.h"

void pt_sf_quote(struct pt_buf *out, const char *text)
{
	pt_buf_char(out, '\'');
	for (; *text; text++) {
		if (*text == '\'' || *text == '\\')
			pt_buf_char(out, '\\');
		pt_buf_char(out, *text);
	}
	pt_buf_char(out, '\'');
}

/* `size` bytes from one text to the next. */
static void list(struct pt_buf *out, const char *field, const char *first, size_t size, size_t n)
{
	pt_buf_printf(out, " %s IN (", field);
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			pt_buf_char(out, ',');
		pt_sf_quote(out, first + i * size);
	}
	pt_buf_char(out, ')');
}

void pt_sf_list_keys(struct pt_buf *out, const char *field, const struct pt_org_key *key, size_t n)
{
	list(out, field, key->text, sizeof(*key), n);
}

void pt_sf_list_ids(struct pt_buf *out, const char *field, const struct pt_id *id, size_t n)
{
	list(out, field, id->text, sizeof(*id), n);
}

void pt_sf_time(struct pt_buf *out, int64_t ms)
{
	char text[PT_INSTANT_TEXT];

	pt_buf_str(out, pt_instant_text(text, ms));
}

char *pt_sf_query_path(const char *api_version, const struct pt_buf *soql)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf path = PT_BUF_INIT;

	if (soql->failed)
		return NULL;
	pt_buf_printf(&path, "/services/data/v%s/query?q=", api_version);
	/* Quotes, commas and parentheses may stand in a query string as they are. */
	pt_url_encode(&path, pt_buf_text(soql), soql->len, "'(),*!:", true);
	return pt_buf_take(&path);
}
