/* See fold.h. */
#include "base/fold.h"

#include <ctype.h>
#include <string.h>

#include "base/width.h"

/* Under how much of a line it goes on at most: what is left has to be worth reading. */
enum { LEAST_LEFT = 32, STEP = 2, MOST_SPAN = 9 };

static const char COMMAND[] = "pushtrain ";

/* The column under which the line goes on. `word` has room for each of its words in turn. */
static size_t hang_of(const char *line, size_t columns, struct pt_buf *word)
{
	size_t begin = strspn(line, " "), hang = begin + STEP, at = 0, blanks = 0;
	const char *text = line + begin;

	at = begin;
	while (*text && at + LEAST_LEFT <= columns) {
		size_t len = strcspn(text, " ");

		pt_buf_clear(word);
		pt_buf_bytes(word, text, len);
		if (blanks > 1)
			hang = at;
		at += pt_width(pt_buf_text(word));
		blanks = strspn(text + len, " ");
		at += blanks;
		text += len + blanks;
	}
	return hang;
}

/* Bytes of a moment that the text begins with, as we write it; 0: of none. */
static size_t moment_len(const char *text)
{
	static const char SHAPE[] = "aaa 0000-00-00 00:00 +00:00";
	size_t i = 0;

	for (; SHAPE[i]; i++) {
		bool fits = SHAPE[i] == 'a'   ? isalpha((unsigned char)text[i]) != 0
			    : SHAPE[i] == '0' ? isdigit((unsigned char)text[i]) != 0
			    : SHAPE[i] == '+' ? text[i] == '+' || text[i] == '-'
					      : text[i] == SHAPE[i];

		if (!fits)
			return 0;
	}
	return i;
}

/* Bytes of the next word: a command or a moment is one. */
static size_t word_len(const char *text)
{
	size_t len = moment_len(text);

	if (strncmp(text, COMMAND, strlen(COMMAND)) == 0)
		return strlen(text);
	/* A span such as "(5d 23h)". */
	if (text[0] == '(' && strcspn(text, ")") <= MOST_SPAN)
		len = strcspn(text, ")");
	if (text[0] == '\'' && strncmp(text + 1, COMMAND, strlen(COMMAND)) == 0)
		len = 1 + strcspn(text + 1, "'");
	return len + strcspn(text + len, " ");
}

static void fold_line(struct pt_buf *out, const char *line, size_t columns)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf word = PT_BUF_INIT;
	size_t hang, at = 0;
	bool fresh = true;

	/* Once, for all that follows: what fails later would be lost by the next word. */
	if (!pt_buf_reserve(&word, strlen(line) + 1)) {
		pt_buf_lean(out, &word);
		return;
	}
	hang = hang_of(line, columns, &word);
	while (*line) {
		size_t blanks = strspn(line, " "), len = word_len(line + blanks);

		pt_buf_clear(&word);
		pt_buf_bytes(&word, line + blanks, len);
		size_t width = pt_width(pt_buf_text(&word));

		if (!fresh && len && at + blanks + width > columns) {
			pt_buf_char(out, '\n');
			pt_buf_repeat(out, ' ', hang);
			at = hang;
		} else {
			pt_buf_repeat(out, ' ', blanks);
			at += blanks;
		}
		pt_buf_bytes(out, pt_buf_text(&word), len);
		at += width;
		fresh = false;
		line += blanks + len;
	}
}

void pt_fold(struct pt_buf *out, const char *text, size_t columns)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf line = PT_BUF_INIT;

	if (!pt_buf_reserve(&line, strlen(text) + 1)) {
		pt_buf_lean(out, &line);
		return;
	}
	while (*text) {
		size_t len = strcspn(text, "\n");

		pt_buf_clear(&line);
		pt_buf_bytes(&line, text, len);
		if (columns && pt_width(pt_buf_text(&line)) > columns)
			fold_line(out, pt_buf_text(&line), columns);
		else
			pt_buf_bytes(out, text, len);
		text += len;
		if (*text) {
			pt_buf_char(out, '\n');
			text++;
		}
	}
}
