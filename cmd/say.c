/* What the program prints. See command.h. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/fold.h"
#include "cmd/voice.h"

void pt_say_errors(const struct pt_errs *errs)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;

	for (size_t i = 0; pt_voice_is_json() && i < errs->n; i++)
		pt_voice_words("error", &errs->item[i], errs->item[i].text);
	if (pt_voice_is_json())
		return;
	pt_errs_print(&text, errs, "pushtrain");
	pt_voice_say(pt_buf_text(&text));
}

enum pt_exit pt_say_error(const struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;

	pt_err_print(&text, err);
	pt_voice_words("error", err,
		       text.failed || pt_voice_is_json() ? err->text : pt_buf_text(&text));
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
	static const char WARNING[] = "warning: ";
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	va_list args, again;

	va_start(args, fmt);
	va_copy(again, args);
	int need = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	char *to = need < 0 ? NULL : pt_buf_reserve(&text, (size_t)need + 1);

	if (to)
		vsnprintf(to, (size_t)need + 1, fmt, again);
	va_end(again);
	if (to && strncmp(to, WARNING, strlen(WARNING)) == 0)
		pt_voice_words("warning", NULL, to + strlen(WARNING));
	else
		pt_voice_words("message", NULL, to ? to : fmt);
}

void pt_say_under(const char *what, const char *lines)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;

	pt_buf_printf(&text, "pushtrain: %s\n%s", what, lines);
	if (pt_voice_is_json())
		pt_say("%s\n%s", what, lines);
	else
		pt_voice_say(pt_buf_text(&text));
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
	PT_CLEANUP(pt_buf_release) struct pt_buf folded = PT_BUF_INIT;
	unsigned columns = pt_voice_out_columns();
	struct pt_err err = PT_ERR_INIT;

	if (pt_buf_check(text, &err) < 0)
		return pt_say_error(&err);
	pt_voice_settle();
	if (columns) {
		pt_fold(&folded, pt_buf_text(text), columns);
		text = &folded;
	}
	if (pt_buf_check(text, &err) < 0)
		return pt_say_error(&err);
	if (fwrite(pt_buf_text(text), 1, text->len, stdout) != text->len || fflush(stdout) != 0) {
		pt_say("cannot write to standard output");
		return PT_EXIT_FAILED;
	}
	return status;
}
