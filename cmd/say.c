/* What the program prints. See command.h. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cmd/command.h"

void pt_say_errors(const struct pt_errs *errs)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;

	pt_errs_print(&text, errs, "pushtrain");
	fputs(pt_buf_text(&text), stderr);
}

enum pt_exit pt_say_error(const struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;

	pt_err_print(&text, err);
	fprintf(stderr, "pushtrain: %s\n", text.failed ? err->text : pt_buf_text(&text));
	switch (err->code) {
	case PT_E_PLATFORM:
	case PT_E_IO:
	case PT_E_NOMEM:
		return PT_EXIT_FAILED;
	case PT_E_BUSY:
		return PT_EXIT_BUSY;
	case PT_OK:
	case PT_E_USAGE:
	case PT_E_INVALID:
	case PT_E_SYNTAX:
	case PT_E_CYCLE:
	case PT_E_NOTFOUND:
	case PT_E_LIMIT:
	case PT_E_REFUSED:
	case PT_E_UNSUPPORTED:
		break;
	}
	return PT_EXIT_USAGE;
}

void pt_say(const char *fmt, ...)
{
	va_list args;

	fputs("pushtrain: ", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
}

void pt_say_lines(const char *what, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		pt_say("%s: %.*s", what, (int)len, text);
		text += len + (text[len] == '\n');
	}
}

enum pt_exit pt_print(const struct pt_buf *text, enum pt_exit status)
{
	struct pt_err err = PT_ERR_INIT;

	if (pt_buf_check(text, &err) < 0)
		return pt_say_error(&err);
	if (fwrite(pt_buf_text(text), 1, text->len, stdout) != text->len || fflush(stdout) != 0) {
		pt_say("cannot write to standard output");
		return PT_EXIT_FAILED;
	}
	return status;
}
