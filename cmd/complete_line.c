/* The hidden command: words as zsh and fish give them, a line as bash does. See complete.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/complete.h"

enum { WORDS_MAX = 512 };

/* A line as bash would part it; nothing in it is expanded. */
struct line {
	struct pt_buf text;      /* the words without quotes, each ended by a NUL */
	size_t start[WORDS_MAX]; /* of each in text */
	size_t nword;            /* the last is the current one */
	size_t cut;              /* of the current word, what readline keeps */
	size_t outer_cut;        /* the same once the quote is closed */
	char quote;              /* that is open */
	bool redirected[WORDS_MAX];
	bool in_word;
};

static void end_word(struct line *line)
{
	if (line->in_word && line->nword < WORDS_MAX) {
		pt_buf_char(&line->text, '\0');
		line->nword++;
	}
	line->in_word = false;
	line->cut = 0;
}

static void begin_word(struct line *line)
{
	if (line->in_word || line->nword == WORDS_MAX)
		return;
	line->start[line->nword] = line->text.len;
	line->in_word = true;
	line->cut = 0;
}

static void put_char(struct line *line, char c)
{
	begin_word(line);
	if (line->nword < WORDS_MAX)
		pt_buf_char(&line->text, c);
}

static size_t typed_len(const struct line *line)
{
	return line->in_word && line->nword < WORDS_MAX ? line->text.len - line->start[line->nword]
							: 0;
}

/* Outside quotes. */
static void take_char(struct line *line, char c, const char *breaks)
{
	switch (c) {
	case ' ':
	case '\t':
	case '\n':
		end_word(line);
		break;
	case ';':
	case '|':
	case '&':
	case '(':
		end_word(line);
		line->nword = 0;
		memset(line->redirected, 0, sizeof(line->redirected));
		break;
	case '<':
	case '>':
		end_word(line);
		if (line->nword < WORDS_MAX)
			line->redirected[line->nword] = true;
		break;
	case '\'':
	case '"':
		begin_word(line);
		line->quote = c;
		line->outer_cut = line->cut;
		line->cut = typed_len(line);
		break;
	default:
		put_char(line, c);
		if (strchr(breaks, c))
			line->cut = typed_len(line);
	}
}

static void close_quote(struct line *line)
{
	line->quote = 0;
	line->cut = line->outer_cut;
}

static void part_line(struct line *line, const char *text, size_t size, const char *breaks)
{
	for (size_t i = 0; i < size; i++) {
		bool escapes = text[i] == '\\' && line->quote != '\'' && i + 1 < size;

		if (escapes && line->quote == '"' && !strchr("\"\\$`", text[i + 1]))
			escapes = false;
		if (escapes)
			put_char(line, text[++i]);
		else if (line->quote && text[i] != line->quote)
			put_char(line, text[i]);
		else if (line->quote)
			close_quote(line);
		else
			take_char(line, text[i], breaks);
	}
	size_t cut = line->cut;

	begin_word(line);
	end_word(line);
	line->cut = cut;
}

static void complete_line(struct pt_complete *c, const char *text, size_t size, const char *breaks)
{
	static struct line line;
	static const char *word[WORDS_MAX];
	size_t n = 0;

	line = (struct line){.text = PT_BUF_INIT};
	part_line(&line, text, size, breaks);
	if (line.nword >= 2 && line.nword < WORDS_MAX && pt_buf_check(&line.text, NULL) == 0) {
		/* Its first word is the program. */
		for (size_t i = 1; i + 1 < line.nword; i++) {
			if (!line.redirected[i])
				word[n++] = line.text.data + line.start[i];
		}
		c->typed = line.text.data + line.start[line.nword - 1];
		c->cut = line.cut;
		c->quote = line.quote;
		if (line.redirected[line.nword - 1])
			pt_buf_str(c->out, ":files\n");
		else
			pt_complete_words(c, word, n);
	}
	pt_buf_release(&line.text);
}

enum pt_exit pt_complete(int argc, char *const *argv)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
	struct pt_complete c = {.out = &out, .typed = "", .before = "", .file = "suite.yaml"};

	if (argc >= 2 && strcmp(argv[0], "words") == 0) {
		c.typed = argv[argc - 1];
		pt_complete_words(&c, (const char *const *)(argv + 1), (size_t)argc - 2);
	} else if (argc == 4 && strcmp(argv[0], "bash") == 0) {
		unsigned long point = strtoul(argv[2], NULL, 10);
		size_t len = strlen(argv[1]);

		c.bash = true;
		complete_line(&c, argv[1], point < len ? point : len, argv[3]);
	}
	fputs(pt_buf_text(&out), stdout);
	return PT_EXIT_DONE;
}
