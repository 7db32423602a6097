/* See url.h. */
#include "base/url.h"

#include <string.h>

/* "scheme://user:password@host:port" of an address, as lengths into the text. */
struct parts {
	size_t scheme; /* up to and with "://" */
	size_t user;   /* up to and with '@', from the scheme on; 0: none */
	size_t host;   /* host and port */
};

static struct parts split(const char *text)
{
	const char *colon = strstr(text, "://");
	struct parts parts = {.scheme = colon ? (size_t)(colon - text) + 3 : 0};
	const char *start = text + parts.scheme;
	size_t len = strcspn(start, "/?#");

	for (size_t i = 0; i < len; i++) {
		if (start[i] == '@')
			parts.user = i + 1;
	}
	parts.host = len - parts.user;
	return parts;
}

/* "git@host:path": git's own short form for ssh. */
static bool is_short(const char *text)
{
	const char *colon = strchr(text, ':'), *slash = strchr(text, '/'), *at = strchr(text, '@');

	return colon && at && at < colon && (!slash || colon < slash);
}

bool pt_url_is(const char *text)
{
	return strstr(text, "://") || is_short(text);
}

static bool starts(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static bool is_this_machine(const char *host, size_t len)
{
	static const char *const names[] = {"127.0.0.1", "localhost", "[::1]"};

	for (size_t i = 0; i < PT_ARRAY_LEN(names); i++) {
		size_t n = strlen(names[i]);

		if (len < n || memcmp(host, names[i], n) != 0)
			continue;
		/* A port and no more: localhost.example.org is elsewhere. */
		if (len == n ||
		    (host[n] == ':' && strspn(host + n + 1, "0123456789") >= len - n - 1))
			return true;
	}
	return false;
}

bool pt_url_is_loopback(const char *text)
{
	struct parts parts = split(text);

	return starts(text, "http://") && parts.user == 0 &&
	       is_this_machine(text + parts.scheme, parts.host);
}

const char *pt_url_trim_origin(struct pt_buf *url)
{
	const char *text = pt_buf_text(url);
	size_t host;

	while (url->len > 0 && url->data[url->len - 1] == '/')
		url->data[--url->len] = '\0';
	host = starts(text, "https://") ? 8 : 7;
	if (host == 7 && !pt_url_is_loopback(text))
		return "expected https://…";
	if (text[host] == '\0' || strpbrk(text + host, "/?#@\\ "))
		return "expected a host and nothing after it";
	return NULL;
}

/* In every part of an address. */
static bool stands(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_' || c == '.' || c == '~';
}

void pt_url_encode(struct pt_buf *out, const char *text, size_t len, const char *also, bool plus)
{
	for (size_t i = 0; i < len; i++) {
		if (stands(text[i]) || (text[i] && strchr(also, text[i])))
			pt_buf_char(out, text[i]);
		else if (plus && text[i] == ' ')
			pt_buf_char(out, '+');
		else
			pt_buf_printf(out, "%%%02X", (unsigned char)text[i]);
	}
}

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, c | 0x20) : NULL;

	return at && (c >= 'A' || (c >= '0' && c <= '9')) ? (int)(at - digits) : -1;
}

void pt_url_decode(struct pt_buf *out, const char *text, size_t len, bool plus)
{
	for (size_t i = 0; i < len; i++) {
		int high = text[i] == '%' && i + 2 < len ? hex_digit(text[i + 1]) : -1;
		int low = high >= 0 ? hex_digit(text[i + 2]) : -1;

		/* No NUL: what comes after it would get lost on the way. */
		if (low >= 0 && (high || low)) {
			pt_buf_char(out, (char)(high * 16 + low));
			i += 2;
		} else {
			pt_buf_char(out, plus && text[i] == '+' ? ' ' : text[i]);
		}
	}
}

static void take_credentials(struct pt_url *out, const char *text, size_t len)
{
	const char *colon = memchr(text, ':', len);
	size_t nuser = colon ? (size_t)(colon - text) : len;

	pt_url_decode(&out->user, text, nuser, false);
	if (colon)
		pt_url_decode(&out->password, colon + 1, len - nuser - 1, false);
}

/*
 * Blanks, control characters and backslashes, and a second '@' or one in the path: where
 * the host begins is read differently elsewhere.
 */
static bool is_odd(const char *text)
{
	const char *at = starts(text, "file://") ? NULL : strchr(text, '@');
	const char *host = text + split(text).scheme;

	for (const char *c = text; *c; c++) {
		if ((unsigned char)*c <= ' ' || *c == 0x7f || *c == '\\')
			return true;
	}
	return at && (strchr(at + 1, '@') || at > host + strcspn(host, "/?#"));
}

static int fail(struct pt_err *err, const char *text, const char *why)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf shown = PT_BUF_INIT;

	pt_url_show(&shown, text);
	if (shown.failed)
		return pt_err_nomem(err);
	return pt_err_set(err, PT_E_INVALID, "'%s' %s", pt_buf_text(&shown), why);
}

static int parse_short(struct pt_url *out, const char *text, struct pt_err *err)
{
	out->kind = PT_URL_SSH;
	/* ssh would take a name that begins with a dash for an option. */
	if (text[0] == '-' || strchr(text, '@')[1] == '-')
		return fail(err, text, "has a user or host that begins with '-'");
	pt_buf_str(&out->address, text);
	return pt_buf_check(&out->address, err);
}

static int parse_long(struct pt_url *out, const char *text, const struct parts *parts,
		      struct pt_err *err)
{
	const char *user = text + parts->scheme, *host = user + parts->user;
	bool web = out->kind == PT_URL_HTTPS || out->kind == PT_URL_HTTP;

	if (web && strpbrk(host, "?#"))
		return fail(err, text,
			    "has a '?' or '#' in it, expected none in a repository's address");
	if (out->kind == PT_URL_HTTP && !is_this_machine(host, parts->host))
		return fail(err, text,
			    "is plain http, expected https (http is for this machine only)");
	if (out->kind == PT_URL_SSH && parts->user && memchr(user, ':', parts->user))
		return fail(err, text, "has a password in it, which ssh does not take");
	if (out->kind != PT_URL_FILE && (parts->host == 0 || host[0] == '-' || user[0] == '-'))
		return fail(err, text, "names no host");
	pt_buf_bytes(&out->address, text, parts->scheme);
	if (web && parts->user)
		take_credentials(out, user, parts->user - 1);
	else
		pt_buf_bytes(&out->address, user, parts->user);
	out->origin_len = out->address.len + parts->host;
	pt_buf_str(&out->address, host);
	int rc = pt_buf_check(&out->address, err);

	if (rc == 0)
		rc = pt_buf_check(&out->user, err);
	return rc < 0 ? rc : pt_buf_check(&out->password, err);
}

int pt_url_parse(struct pt_url *out, const char *text, struct pt_err *err)
{
	static const char *const schemes[] = {
	    [PT_URL_HTTPS] = "https://",
	    [PT_URL_HTTP] = "http://",
	    [PT_URL_SSH] = "ssh://",
	    [PT_URL_FILE] = "file://",
	};
	struct parts parts = split(text);

	if (is_odd(text))
		return fail(
		    err, text,
		    "has a blank, a backslash, a control character or a misplaced '@' in it");
	for (size_t i = 0; i < PT_ARRAY_LEN(schemes); i++) {
		if (starts(text, schemes[i])) {
			out->kind = (enum pt_url_kind)i;
			return parse_long(out, text, &parts, err);
		}
	}
	if (!strstr(text, "://") && is_short(text))
		return parse_short(out, text, err);
	return fail(err, text,
		    "is not an address that is known, expected https://, ssh://, file:// or "
		    "user@host:path");
}

void pt_url_release(struct pt_url *url)
{
	pt_buf_release(&url->address);
	pt_buf_release(&url->user);
	pt_buf_release(&url->password);
}

void pt_url_show(struct pt_buf *out, const char *text)
{
	size_t scheme = split(text).scheme;
	const char *at = strrchr(text, '@'), *rest = text + scheme;

	if (scheme == 0 || starts(text, "file://")) {
		pt_buf_str(out, text);
		return;
	}
	pt_buf_bytes(out, text, scheme);
	if (starts(text, "ssh://") && at) {
		pt_buf_bytes(out, rest, strcspn(rest, ":@/?#"));
		pt_buf_char(out, '@');
	}
	/* All up to the last '@': a password may have a slash in it that should not be there. */
	rest = at && at > rest ? at + 1 : rest;
	pt_buf_bytes(out, rest, strcspn(rest, "?#"));
}
