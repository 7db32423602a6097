/* See err.h. */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"

static int fail(struct pt_err *err, enum pt_errc code, int sys, struct pt_src src, const char *fmt,
		va_list args) PT_PRINTF(5, 0);

static int fail(struct pt_err *err, enum pt_errc code, int sys, struct pt_src src, const char *fmt,
		va_list args)
{
	if (!err || err->code != PT_OK)
		return -(int)code;
	err->code = code;
	err->sys = sys;
	err->line = src.line;
	err->col = src.col;
	snprintf(err->file, sizeof(err->file), "%s", src.file ? src.file : "");
	vsnprintf(err->text, sizeof(err->text), fmt, args);
	return -(int)code;
}

int pt_err_set(struct pt_err *err, enum pt_errc code, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	int rc = fail(err, code, 0, (struct pt_src){0}, fmt, args);
	va_end(args);
	return rc;
}

int pt_err_at(struct pt_err *err, enum pt_errc code, struct pt_src src, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	int rc = fail(err, code, 0, src, fmt, args);
	va_end(args);
	return rc;
}

int pt_err_io(struct pt_err *err, int sys, const char *fmt, ...)
{
	va_list args;
	bool fresh = err && err->code == PT_OK;

	va_start(args, fmt);
	int rc = fail(err, PT_E_IO, sys, (struct pt_src){0}, fmt, args);
	va_end(args);
	if (fresh) {
		size_t used = strlen(err->text);
		char reason[128];

		if (strerror_r(sys, reason, sizeof(reason)) != 0)
			snprintf(reason, sizeof(reason), "error %d", sys);
		snprintf(err->text + used, sizeof(err->text) - used, ": %s", reason);
	}
	return rc;
}

const char *pt_errc_text(enum pt_errc code)
{
	static const char *const text[] = {
	    [PT_OK] = "none",
	    [PT_E_USAGE] = "usage",
	    [PT_E_INVALID] = "invalid",
	    [PT_E_SYNTAX] = "syntax",
	    [PT_E_CYCLE] = "cycle",
	    [PT_E_NOTFOUND] = "not_found",
	    [PT_E_LIMIT] = "limit",
	    [PT_E_REFUSED] = "refused",
	    [PT_E_UNSUPPORTED] = "unsupported",
	    [PT_E_PLATFORM] = "platform",
	    [PT_E_IO] = "io",
	    [PT_E_BUSY] = "busy",
	    [PT_E_NOMEM] = "memory",
	};

	return text[code];
}

int pt_err_nomem(struct pt_err *err)
{
	return pt_err_set(err, PT_E_NOMEM, "out of memory");
}

int pt_err_wrap(struct pt_err *err, const char *fmt, ...)
{
	char text[sizeof(err->text)];
	size_t size = sizeof(text), used;
	va_list args;

	if (!err)
		return -PT_E_INVALID;
	va_start(args, fmt);
	int n = vsnprintf(text, size, fmt, args);
	va_end(args);
	used = n < 0 ? 0 : (size_t)n < size ? (size_t)n : size - 1;
	snprintf(text + used, size - used, ": %s", err->text);
	memcpy(err->text, text, size);
	return -(int)err->code;
}

void pt_err_print(struct pt_buf *out, const struct pt_err *err)
{
	struct pt_err plain = *err;

	pt_buf_plain(plain.file);
	pt_buf_plain(plain.text);
	if (plain.file[0])
		pt_buf_printf(out, "%s:", plain.file);
	if (plain.file[0] && plain.line)
		pt_buf_printf(out, "%u:", plain.line);
	if (plain.file[0] && plain.line && plain.col)
		pt_buf_printf(out, "%u:", plain.col);
	if (plain.file[0])
		pt_buf_str(out, " ");
	pt_buf_str(out, plain.text);
}
