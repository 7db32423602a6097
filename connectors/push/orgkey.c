/* See orgkey.h. */
#include "connectors/push/orgkey.h"

#include <stdio.h>
#include <string.h>

enum { ID_SHORT = 15, ID_LONG = 18, SHOWN = 24 };

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_alnum(char c)
{
	return is_upper(c) || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* The beginning of what was given, fit for one line of an error. Returns buf. */
static const char *shown(char buf[SHOWN + 4], const char *text, size_t len)
{
	size_t n = len > SHOWN ? SHOWN : len;

	for (size_t i = 0; i < n; i++)
		buf[i] = text[i];
	for (size_t i = 0; i < n; i++) {
		if (buf[i] < 0x20 || buf[i] > 0x7e)
			buf[i] = '?';
	}
	snprintf(buf + n, 4, "%s", len > n ? "..." : "");
	return buf;
}

/* One character stands for five: bit i is set when the i-th is an upper-case letter. */
void pt_id_checksum(char out[4], const char *id)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

	for (unsigned group = 0; group < 3; group++) {
		unsigned bits = 0;

		for (unsigned i = 0; i < 5; i++)
			bits |= (unsigned)is_upper(id[5 * group + i]) << i;
		out[group] = alphabet[bits];
	}
	out[3] = '\0';
}

bool pt_id_same(const char *a, const char *b)
{
	return strncmp(a, b, ID_SHORT) == 0;
}

static bool has_form(const char *prefix, const char *text, size_t len)
{
	size_t nprefix = strlen(prefix);

	if ((len != ID_SHORT && len != ID_LONG) || strncmp(text, prefix, nprefix) != 0)
		return false;
	for (size_t i = nprefix; i < len; i++) {
		if (!is_alnum(text[i]))
			return false;
	}
	return true;
}

/* `what` is the noun with its article: "an org id". */
static int parse(char out[ID_LONG + 1], const char *what, const char *prefix, const char *text,
		 size_t len, struct pt_err *err)
{
	char sum[4], buf[SHOWN + 4];

	if (!has_form(prefix, text, len))
		return pt_err_set(
		    err, PT_E_INVALID,
		    "'%s' is not %s, expected 15 or 18 letters and digits that begin with '%s'",
		    shown(buf, text, len), what, prefix);
	pt_id_checksum(sum, text);
	if (len == ID_LONG && memcmp(text + ID_SHORT, sum, 3) != 0)
		return pt_err_set(err, PT_E_INVALID,
				  "'%s' is not %s: by the case of its letters it would end in '%s'",
				  shown(buf, text, len), what, sum);
	memcpy(out, text, ID_SHORT);
	memcpy(out + ID_SHORT, sum, sizeof(sum));
	return 0;
}

int pt_org_key_parse(struct pt_org_key *out, const char *text, size_t len, struct pt_err *err)
{
	char id[ID_LONG + 1];
	int rc = parse(id, "an org id", "00D", text, len, err);

	if (rc < 0)
		return rc;
	memset(out->text, 0, sizeof(out->text));
	memcpy(out->text, id, ID_SHORT);
	return 0;
}

int pt_id_parse(char out[19], const char *prefix, const char *text, struct pt_err *err)
{
	char what[24];

	snprintf(what, sizeof(what), "an id of kind %.3s", prefix);
	return parse(out, what, prefix, text, strlen(text), err);
}
