/* See csv.h. */
#include "base/csv.h"

#include <string.h>

void pt_csv_init(struct pt_csv *csv, const char *text, size_t size_bytes)
{
	*csv = (struct pt_csv){.at = text, .end = text + size_bytes, .text = PT_BUF_INIT};
}

void pt_csv_release(struct pt_csv *csv)
{
	pt_buf_release(&csv->text);
}

static bool ends_field(const struct pt_csv *csv)
{
	return csv->at == csv->end || *csv->at == ',' || *csv->at == '\n' || *csv->at == '\r';
}

static int read_quoted(struct pt_csv *csv, struct pt_err *err)
{
	for (csv->at++; csv->at < csv->end; csv->at++) {
		if (*csv->at != '"') {
			pt_buf_char(&csv->text, *csv->at);
			continue;
		}
		csv->at++;
		if (csv->at == csv->end || *csv->at != '"')
			return ends_field(csv)
				   ? 0
				   : pt_err_set(err, PT_E_INVALID,
						"row %u: text after a closing quote", csv->row);
		pt_buf_char(&csv->text, '"');
	}
	return pt_err_set(err, PT_E_INVALID, "row %u: a quote is not closed", csv->row);
}

static int read_field(struct pt_csv *csv, struct pt_err *err)
{
	int rc = 0;

	if (csv->nfield == PT_CSV_FIELDS_MAX)
		return pt_err_set(err, PT_E_INVALID, "row %u: more than %d fields", csv->row,
				  PT_CSV_FIELDS_MAX);
	csv->offset[csv->nfield++] = csv->text.len;
	if (csv->at < csv->end && *csv->at == '"')
		rc = read_quoted(csv, err);
	while (rc == 0 && !ends_field(csv))
		pt_buf_char(&csv->text, *csv->at++);
	pt_buf_char(&csv->text, '\0');
	return rc;
}

int pt_csv_next(bool *got_out, struct pt_csv *csv, struct pt_err *err)
{
	int rc;

	csv->nfield = 0;
	pt_buf_clear(&csv->text);
	if (csv->at == csv->end) {
		*got_out = false;
		return 0;
	}
	csv->row++;
	do {
		if (csv->nfield > 0)
			csv->at++;
		rc = read_field(csv, err);
	} while (rc == 0 && csv->at < csv->end && *csv->at == ',');
	if (rc < 0)
		return rc;
	if (csv->at < csv->end && *csv->at == '\r')
		csv->at++;
	if (csv->at < csv->end && *csv->at == '\n')
		csv->at++;
	*got_out = true;
	return pt_buf_check(&csv->text, err);
}

const char *pt_csv_field(const struct pt_csv *csv, size_t i)
{
	return i < csv->nfield ? pt_buf_text(&csv->text) + csv->offset[i] : "";
}

size_t pt_csv_find(const struct pt_csv *csv, const char *name)
{
	for (size_t i = 0; i < csv->nfield; i++) {
		if (strcmp(pt_csv_field(csv, i), name) == 0)
			return i;
	}
	return PT_CSV_FIELDS_MAX;
}
