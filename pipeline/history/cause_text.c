/* See cause_text.h. One pass over the message; what looks ahead looks a bounded way. */
#include "pipeline/history/cause_text.h"

#include <string.h>
#include <strings.h>

/* Quoted texts are short; an apostrophe opens none. */
enum { MOST_QUOTED = 200, LEAST_NAME = 3 };

struct scan {
	struct pt_cause_text *out;
	const char *text;
	size_t len, at;
	const char *org;
	size_t norg;
	const char *word; /* the last one before `at` */
	size_t nword;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	       (unsigned char)c >= 0x80;
}

static bool is_word(char c)
{
	return is_digit(c) || is_letter(c);
}

static char at(const struct scan *s, size_t i)
{
	return i < s->len ? s->text[i] : '\0';
}

/* The word before is that one, whatever its case. */
static bool after_word(const struct scan *s, const char *word)
{
	return s->nword == strlen(word) && strncasecmp(s->word, word, s->nword) == 0;
}

static void keep(struct scan *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char c = s->text[s->at + i];

		pt_buf_char(&s->out->skeleton, (unsigned char)c < 0x20 || c == 0x7f ? ' ' : c);
	}
	s->at += n;
}

static void put_slot(struct scan *s, size_t n)
{
	struct pt_cause_text *out = s->out;

	out->slot[out->nslot].at = s->at;
	out->slot[out->nslot++].len = n;
	pt_buf_char(&out->skeleton, PT_CAUSE_SLOT);
	s->at += n;
}

static size_t digits(const struct scan *s, size_t from)
{
	size_t n = 0;

	while (is_digit(at(s, from + n)))
		n++;
	return n;
}

/* "731858695-80805 (-151184096)": its length, or 0. */
static size_t gack(const struct scan *s)
{
	size_t i = s->at, n = digits(s, i);

	if (!n || at(s, i + n) != '-')
		return 0;
	i += n + 1;
	n = digits(s, i);
	if (!n || at(s, i + n) != ' ' || at(s, i + n + 1) != '(')
		return 0;
	i += n + 2;
	i += at(s, i) == '-';
	n = digits(s, i);
	return n && at(s, i + n) == ')' ? i + n + 1 - s->at : 0;
}

static size_t word_length(const struct scan *s)
{
	size_t n = 0;

	while (is_word(at(s, s->at + n)))
		n++;
	return n;
}

/* An id of the platform: a prefix with a digit, and more digits and letters after it. */
static bool is_id(const char *word, size_t n)
{
	size_t ndigit = 0;

	if (n != 15 && n != 18)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!is_digit(word[i]) && !(word[i] >= 'a' && word[i] <= 'z') &&
		    !(word[i] >= 'A' && word[i] <= 'Z'))
			return false;
		ndigit += is_digit(word[i]);
	}
	return ndigit > 1 && (is_digit(word[0]) || is_digit(word[1]) || is_digit(word[2]));
}

/* Digits with dots between them: a version from two of them on. */
static size_t dotted(const struct scan *s, bool *version_out)
{
	size_t n = digits(s, s->at);

	*version_out = false;
	while (at(s, s->at + n) == '.' && digits(s, s->at + n + 1)) {
		n += 1 + digits(s, s->at + n + 1);
		*version_out = true;
	}
	return n;
}

static void take_number(struct scan *s)
{
	size_t n = gack(s);
	bool version = false;

	if (n) {
		put_slot(s, n);
		return;
	}
	n = dotted(s, &version);
	if (is_letter(at(s, s->at + n)))
		n = version ? n : word_length(s);
	if (version || after_word(s, "version") || after_word(s, "v"))
		keep(s, n);
	else
		put_slot(s, n);
	s->nword = 0;
}

static void take_word(struct scan *s)
{
	size_t n = word_length(s);
	const char *word = s->text + s->at;

	if (is_id(word, n))
		put_slot(s, n);
	else
		keep(s, n);
	s->word = word;
	s->nword = n;
}

/* Of a quoted text from its opening to its closing quote; 0: it is none. */
static size_t quoted(const struct scan *s)
{
	char quote = at(s, s->at);

	if ((quote != '"' && quote != '\'') ||
	    (quote == '\'' && s->at > 0 && is_word(s->text[s->at - 1])))
		return 0;
	for (size_t n = 1; n < MOST_QUOTED && s->at + n < s->len; n++) {
		char c = at(s, s->at + n);

		if (c == '\n')
			return 0;
		if (c == quote && (quote == '"' || !is_word(at(s, s->at + n + 1))))
			return n + 1;
	}
	return 0;
}

static void take_quoted(struct scan *s, size_t n)
{
	if (after_word(s, "package") || n <= 2) {
		keep(s, n);
	} else {
		keep(s, 1);
		put_slot(s, n - 2);
		keep(s, 1);
	}
	s->nword = 0;
}

/* The org's name begins here, and neither a word before nor after runs into it. */
static bool is_org(const struct scan *s)
{
	return s->norg >= LEAST_NAME && s->len - s->at >= s->norg && s->text[s->at] == s->org[0] &&
	       memcmp(s->text + s->at, s->org, s->norg) == 0 &&
	       !(s->at > 0 && is_word(s->text[s->at - 1]) && is_word(s->org[0])) &&
	       !(is_word(at(s, s->at + s->norg)) && is_word(s->org[s->norg - 1]));
}

static void take_next(struct scan *s)
{
	char c = s->text[s->at];
	size_t n = quoted(s);

	if (is_org(s)) {
		put_slot(s, s->norg);
		s->nword = 0;
	} else if (n) {
		take_quoted(s, n);
	} else if (is_digit(c)) {
		take_number(s);
	} else if (is_letter(c)) {
		take_word(s);
	} else {
		if (c != ' ')
			s->nword = 0;
		keep(s, 1);
	}
}

/* As much of it as counts, not in the middle of a character. */
static size_t beginning(const char *message)
{
	size_t n = strnlen(message, PT_CAUSE_MOST_BYTES + 1);

	if (n <= PT_CAUSE_MOST_BYTES)
		return n;
	for (n = PT_CAUSE_MOST_BYTES; n > 0 && ((unsigned char)message[n] & 0xc0) == 0x80;)
		n--;
	return n;
}

void pt_cause_text_read(struct pt_cause_text *text, const char *message, const char *org)
{
	struct scan s = {.out = text,
			 .text = message,
			 .len = beginning(message),
			 .org = org,
			 .norg = strlen(org),
			 .word = message};

	pt_buf_clear(&text->skeleton);
	text->nslot = 0;
	while (s.at < s.len && text->nslot < PT_CAUSE_SLOTS)
		take_next(&s);
	/* Nothing more of it is compared. */
	if (s.at < s.len || message[s.len])
		pt_buf_str(&text->skeleton, " …");
}

void pt_cause_text_release(struct pt_cause_text *text)
{
	pt_buf_release(&text->skeleton);
}
