/* See org_file.h. */
#include "connectors/orgs/org_file.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/file.h"

/* Best first: an export may well have its rows' own ids in a column Id. */
static const char *const columns[] = {"OrganizationId", "OrgKey", "SubscriberOrganizationKey",
				      "Id"};

struct keys {
	struct pt_org_key *item;
	size_t n, cap;
};

/* A place in the text; everything below reads through it and moves it on. */
struct cursor {
	const char *at, *end;
	const char *bol; /* where the line begins */
	struct pt_src src;
};

static struct pt_src here(const struct cursor *in, const char *at)
{
	struct pt_src src = in->src;

	src.col = 1;
	for (const char *p = in->bol; p < at; p++)
		src.col += ((unsigned char)*p & 0xc0) != 0x80;
	return src;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

static const char *skip_blanks(const char *at, const char *end)
{
	while (at < end && is_blank(*at))
		at++;
	return at;
}

static const char *line_end(const char *at, const char *end)
{
	const char *newline = memchr(at, '\n', (size_t)(end - at));

	return newline ? newline : end;
}

static const char *word_end(const char *at, const char *end)
{
	while (at < end && !is_blank(*at))
		at++;
	return at;
}

/* To the line after the one that ends at `eol`. */
static void next_line(struct cursor *in, const char *eol)
{
	in->at = eol < in->end ? eol + 1 : eol;
	in->bol = in->at;
	in->src.line++;
}

static int push(struct keys *keys, const struct pt_org_key *key, struct pt_err *err)
{
	if (keys->n == keys->cap) {
		size_t cap = keys->cap ? 2 * keys->cap : 256;
		struct pt_org_key *grown = realloc(keys->item, cap * sizeof(*grown));

		if (!grown)
			return pt_err_nomem(err);
		keys->item = grown;
		keys->cap = cap;
	}
	keys->item[keys->n++] = *key;
	return 0;
}

static int push_text(struct keys *keys, struct pt_src src, const char *text, size_t len,
		     struct pt_err *err)
{
	struct pt_err why = PT_ERR_INIT;
	struct pt_org_key key;

	if (pt_org_key_parse(&key, text, len, &why) < 0)
		return pt_err_at(err, why.code, src, "%s", why.text);
	return push(keys, &key, err);
}

/* Words after the first are for people, but a second org would be lost in silence. */
static int refuse_second_org(const struct cursor *in, const char *at, const char *end,
			     struct pt_err *err)
{
	struct pt_org_key key;

	for (at = skip_blanks(at, end); at < end; at = skip_blanks(word_end(at, end), end)) {
		const char *stop = word_end(at, end);

		if (pt_org_key_parse(&key, at, (size_t)(stop - at), NULL) == 0)
			return pt_err_at(err, PT_E_INVALID, here(in, at),
					 "a second org in one line, expected one a line");
	}
	return 0;
}

static int read_plain(struct keys *keys, struct cursor *in, struct pt_err *err)
{
	while (in->at < in->end) {
		const char *eol = line_end(in->at, in->end);
		const char *hash = memchr(in->at, '#', (size_t)(eol - in->at));
		const char *stop = hash ? hash : eol;
		const char *word = skip_blanks(in->at, stop), *after = word_end(word, stop);
		int rc = 0;

		if (word < stop)
			rc = push_text(keys, here(in, word), word, (size_t)(after - word), err);
		if (rc == 0)
			rc = refuse_second_org(in, after, stop, err);
		if (rc < 0)
			return rc;
		next_line(in, eol);
	}
	return 0;
}

/* One field of a CSV record; its column is counted only when an error needs it. */
struct field {
	struct cursor start;
	bool last; /* of its record */
};

static struct pt_src field_src(const struct field *field)
{
	return here(&field->start, field->start.at);
}

/* After a closing quote: nothing but blanks up to the comma or the end of the line. */
static int end_quoted(struct field *out, struct cursor *in, struct pt_err *err)
{
	in->at = skip_blanks(in->at, in->end);
	out->last = in->at == in->end || *in->at == '\n';
	if (!out->last && *in->at != ',')
		return pt_err_at(err, PT_E_SYNTAX, here(in, in->at),
				 "text after a closing quote, expected ',' or the end of the line");
	return 0;
}

/* Up to the closing quote; a doubled one stands for itself, and lines may be crossed. */
static int read_quoted(struct pt_buf *text, struct field *out, struct cursor *in,
		       struct pt_err *err)
{
	for (in->at++; in->at < in->end;) {
		char c = *in->at++;

		if (c == '"' && (in->at == in->end || *in->at != '"'))
			return end_quoted(out, in, err);
		if (c == '"')
			in->at++;
		pt_buf_char(text, c);
		if (c == '\n')
			next_line(in, in->at - 1);
	}
	return pt_err_at(err, PT_E_SYNTAX, field_src(out), "a quoted field that does not end");
}

static void read_bare(struct pt_buf *text, struct field *out, struct cursor *in)
{
	const char *stop = in->at, *last;

	while (stop < in->end && *stop != ',' && *stop != '\n')
		stop++;
	for (last = stop; last > in->at && is_blank(last[-1]);)
		last--;
	out->last = stop == in->end || *stop == '\n';
	pt_buf_bytes(text, in->at, (size_t)(last - in->at));
	in->at = stop;
}

/* The next field, without the blanks around it; moves past its comma or its line's end. */
static int read_field(struct pt_buf *text, struct field *out, struct cursor *in, struct pt_err *err)
{
	int rc = 0;

	pt_buf_clear(text);
	in->at = skip_blanks(in->at, in->end);
	out->start = *in;
	if (in->at < in->end && *in->at == '"')
		rc = read_quoted(text, out, in, err);
	else
		read_bare(text, out, in);
	if (rc == 0)
		rc = pt_buf_check(text, err);
	if (rc < 0)
		return rc;
	if (out->last)
		next_line(in, in->at);
	else
		in->at++;
	return 0;
}

/* Blank lines and comments between records. */
static void skip_empty(struct cursor *in)
{
	while (in->at < in->end) {
		const char *eol = line_end(in->at, in->end), *at = skip_blanks(in->at, eol);

		if (at < eol && *at != '#')
			return;
		next_line(in, eol);
	}
}

static size_t column_rank(const char *name)
{
	size_t rank = 0;

	while (rank < PT_ARRAY_LEN(columns) && strcasecmp(name, columns[rank]) != 0)
		rank++;
	return rank;
}

/*
 * Reads the first record. *rank_out tells which of the known columns was found, or
 * PT_ARRAY_LEN(columns); *column_out where.
 */
static int read_header(size_t *rank_out, size_t *column_out, struct pt_buf *text, struct cursor *in,
		       struct pt_err *err)
{
	size_t best = PT_ARRAY_LEN(columns), column = 0;
	struct field field = {.last = false};

	for (size_t i = 0; !field.last; i++) {
		int rc = read_field(text, &field, in, err);

		if (rc < 0)
			return rc;
		size_t rank = column_rank(pt_buf_text(text));

		if (rank < best) {
			best = rank;
			column = i;
		}
	}
	*rank_out = best;
	*column_out = column;
	return 0;
}

static int read_record(struct keys *keys, size_t column, size_t rank, struct pt_buf *text,
		       struct cursor *in, struct pt_err *err)
{
	struct field field = {.last = false};
	int rc = 0;

	for (size_t i = 0; !field.last && rc == 0; i++) {
		rc = read_field(text, &field, in, err);
		if (rc < 0)
			return rc;
		if (i == column && text->len > 0)
			rc = push_text(keys, field_src(&field), pt_buf_text(text), text->len, err);
		else if (i == column || (field.last && i < column))
			rc = pt_err_at(err, PT_E_INVALID, field_src(&field),
				       "nothing in column '%s', expected an org id", columns[rank]);
	}
	return rc;
}

/* Whether a line is nothing but the name of a known column. */
static bool is_column_name(const char *at, const char *eol)
{
	while (eol > at && is_blank(eol[-1]))
		eol--;
	for (size_t i = 0; i < PT_ARRAY_LEN(columns); i++) {
		size_t n = strlen(columns[i]);

		if ((size_t)(eol - at) == n && strncasecmp(at, columns[i], n) == 0)
			return true;
	}
	return false;
}

/* By its first line. What begins like an org id is a plain list, even if a comma follows. */
static bool looks_like_csv(const struct cursor *in)
{
	const char *eol = line_end(in->at, in->end), *at = skip_blanks(in->at, eol);

	if (eol - at >= 3 && memcmp(at, "00D", 3) == 0)
		return false;
	return memchr(at, ',', (size_t)(eol - at)) || (at < eol && *at == '"') ||
	       is_column_name(at, eol);
}

static int read_csv(struct keys *keys, struct cursor *in, struct pt_err *err)
{
	struct pt_src header = here(in, in->at);
	struct pt_buf text = PT_BUF_INIT;
	size_t rank = 0, column = 0;
	int rc = read_header(&rank, &column, &text, in, err);

	if (rc == 0 && rank == PT_ARRAY_LEN(columns))
		rc = pt_err_at(err, PT_E_INVALID, header,
			       "no column with org ids, expected '%s', '%s', '%s' or '%s'",
			       columns[0], columns[1], columns[2], columns[3]);
	for (skip_empty(in); rc == 0 && in->at < in->end; skip_empty(in))
		rc = read_record(keys, column, rank, &text, in, err);
	pt_buf_release(&text);
	return rc;
}

static int compare(const void *a, const void *b)
{
	return pt_org_key_cmp(a, b);
}

static void sort_unique(struct keys *keys)
{
	size_t n = 0;

	if (keys->n == 0)
		return;
	qsort(keys->item, keys->n, sizeof(*keys->item), compare);
	for (size_t i = 0; i < keys->n; i++) {
		if (n == 0 || compare(&keys->item[n - 1], &keys->item[i]) != 0)
			keys->item[n++] = keys->item[i];
	}
	keys->n = n;
}

static int refuse_nul(const struct cursor *in, struct pt_err *err)
{
	struct cursor at = *in;
	const char *nul = memchr(in->at, '\0', (size_t)(in->end - in->at));

	if (!nul)
		return 0;
	for (const char *eol = line_end(at.at, at.end); eol < nul; eol = line_end(at.at, at.end))
		next_line(&at, eol);
	return pt_err_at(err, PT_E_INVALID, here(&at, nul),
			 "a NUL byte, expected a text file in UTF-8");
}

int pt_org_file_parse(struct pt_org_key **out, size_t *n_out, const char *data, size_t size_bytes,
		      const char *file, struct pt_err *err)
{
	const char *at = size_bytes ? data : "";
	struct cursor in = {.at = at, .end = at + size_bytes, .src = {file, 1, 1}};
	struct keys keys = {.item = NULL};

	if (size_bytes > PT_ORG_FILE_MAX_BYTES)
		return pt_err_at(err, PT_E_LIMIT, (struct pt_src){.file = file},
				 "larger than %d MiB", PT_ORG_FILE_MAX_BYTES >> 20);
	if (size_bytes >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0)
		in.at += 3;
	in.bol = in.at;
	int rc = refuse_nul(&in, err);

	if (rc < 0)
		return rc;
	skip_empty(&in);
	rc = looks_like_csv(&in) ? read_csv(&keys, &in, err) : read_plain(&keys, &in, err);
	if (rc < 0) {
		free(keys.item);
		return rc;
	}
	sort_unique(&keys);
	*out = keys.item;
	*n_out = keys.n;
	return 0;
}

int pt_org_file_read(struct pt_org_key **out, size_t *n_out, const char *path, struct pt_err *err)
{
	struct pt_buf data = PT_BUF_INIT;
	int rc = pt_file_read(&data, path, PT_ORG_FILE_MAX_BYTES, err);

	if (rc == 0)
		rc = pt_org_file_parse(out, n_out, pt_buf_text(&data), data.len, path, err);
	pt_buf_release(&data);
	return rc;
}
