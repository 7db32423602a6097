/* See ics.h. */
#include "pipeline/ics.h"

#include <string.h>

#include "base/instant.h"

enum { LINE_OCTETS = 75 };

/* The octets of the character that begins there, as UTF-8 has it. */
static size_t character(const char *text)
{
	size_t n = 1;

	while (n < 4 && ((unsigned char)text[n] & 0xc0) == 0x80)
		n++;
	return n;
}

/* One content line, in as many lines as it takes. */
static void fold(struct pt_buf *out, const char *line)
{
	size_t used = 0;

	while (*line) {
		size_t n = character(line);

		if (used + n > LINE_OCTETS) {
			pt_buf_str(out, "\r\n ");
			used = 1;
		}
		pt_buf_bytes(out, line, n);
		used += n;
		line += n;
	}
	pt_buf_str(out, "\r\n");
}

static void escape(struct pt_buf *out, const char *text)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '\n')
			pt_buf_str(out, "\\n");
		else if (c == '\\' || c == ';' || c == ',')
			pt_buf_printf(out, "\\%c", c);
		else if (c >= 0x20 && c != 0x7f)
			pt_buf_char(out, (char)c);
	}
}

static void text_line(struct pt_ics *ics, const char *name, const char *text)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf line = PT_BUF_INIT;

	if (!text)
		return;
	pt_buf_printf(&line, "%s:", name);
	escape(&line, text);
	fold(ics->out, pt_buf_text(&line));
	pt_buf_lean(ics->out, &line);
}

static void time_line(struct pt_ics *ics, const char *name, int64_t ms)
{
	struct pt_civil c = pt_civil_of_ms(ms);

	pt_buf_printf(ics->out, "%s:%04d%02d%02dT%02d%02d%02dZ\r\n", name, c.year, c.month, c.day,
		      c.hour, c.minute, c.second);
}

void pt_ics_begin(struct pt_ics *out, struct pt_buf *buf, const char *name, int64_t stamp_ms)
{
	*out = (struct pt_ics){buf, stamp_ms};
	pt_buf_str(buf, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//pushtrain//pushtrain//EN\r\n"
			"CALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n");
	text_line(out, "X-WR-CALNAME", name);
}

void pt_ics_event(struct pt_ics *ics, const struct pt_ics_entry *event)
{
	pt_buf_str(ics->out, "BEGIN:VEVENT\r\n");
	text_line(ics, "UID", event->uid);
	time_line(ics, "DTSTAMP", ics->stamp_ms);
	time_line(ics, "DTSTART", event->start_ms);
	if (event->end_ms > event->start_ms)
		time_line(ics, "DTEND", event->end_ms);
	text_line(ics, "SUMMARY", event->summary);
	text_line(ics, "DESCRIPTION", event->description);
	text_line(ics, "CATEGORIES", event->category);
	/* It takes nobody's time. */
	pt_buf_str(ics->out, "TRANSP:TRANSPARENT\r\nEND:VEVENT\r\n");
}

void pt_ics_end(struct pt_ics *ics)
{
	pt_buf_str(ics->out, "END:VCALENDAR\r\n");
}

/* What else could stand between words or be escaped is written as %XX. */
void pt_ics_uid(struct pt_buf *out, const char *const *words)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789-._:";

	for (size_t i = 0; words[i]; i++) {
		if (i > 0)
			pt_buf_char(out, '/');
		for (const char *at = words[i]; *at; at++) {
			if (strchr(plain, *at))
				pt_buf_char(out, *at);
			else
				pt_buf_printf(out, "%%%02X", (unsigned)(unsigned char)*at);
		}
	}
	pt_buf_str(out, "@pushtrain");
}
