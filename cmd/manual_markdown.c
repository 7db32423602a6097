/* A page of docs/ as a man page, so that nothing is said twice. See manual.h. */
#include <ctype.h>
#include <string.h>

#include "cmd/manual.h"

enum { COLUMNS = 8 };

enum block { NONE, PARAGRAPH, ITEM, TABLE, FENCED, INDENTED };

struct page {
	struct pt_buf *out;
	struct pt_buf text; /* of the block so far */
	enum block block;
	bool listed;         /* within a list */
	bool begun;          /* something stands in this section */
	struct pt_buf heads; /* of a table's columns, a line each */
};

/* Links are their words, and bold is plain; `typed` words stay. */
static void put_inline(struct pt_buf *out, const char *text, size_t len)
{
	bool typed = false;

	for (size_t i = 0; i < len; i++) {
		const char *rest = text + i;
		const char *close = typed ? NULL : memchr(rest, ']', len - i);

		typed ^= *rest == '`';
		if (strncmp(rest, "\\|", 2) == 0)
			continue;
		if (!typed && strncmp(rest, "**", 2) == 0) {
			i++;
		} else if (!typed && *rest == '[' && close && close[1] == '(' &&
			   memchr(close, ')', (size_t)(text + len - close))) {
			put_inline(out, rest + 1, (size_t)(close - rest - 1));
			i = (size_t)((char *)memchr(close, ')', (size_t)(text + len - close)) -
				     text);
		} else {
			pt_buf_char(out, *rest);
		}
	}
}

static void end_list(struct page *p)
{
	if (p->listed)
		pt_buf_str(p->out, ".El\n");
	p->listed = false;
}

/* "**Trains.** the rest": a heading within a section. */
static const char *put_heading(struct page *p, const char *text)
{
	const char *close = strncmp(text, "**", 2) == 0 ? strstr(text + 2, "**") : NULL;
	PT_CLEANUP(pt_buf_release) struct pt_buf title = PT_BUF_INIT;

	if (!close || close == text + 2 || !strchr(".:", close[-1]))
		return text;
	put_inline(&title, text + 2, (size_t)(close - text - 3));
	pt_buf_str(p->out, ".Ss ");
	pt_manual_escape(p->out, pt_buf_text(&title));
	pt_buf_char(p->out, '\n');
	p->begun = false;
	return close + 2 + strspn(close + 2, " \n");
}

/* What was gathered of a paragraph or an item. */
static void flush(struct page *p)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf plain = PT_BUF_INIT;
	const char *text = pt_buf_text(&p->text);

	if (p->block == PARAGRAPH) {
		end_list(p);
		text = put_heading(p, text);
		if (p->begun && *text)
			pt_buf_str(p->out, ".Pp\n");
	} else if (p->block == ITEM) {
		if (!p->listed)
			pt_buf_str(p->out, ".Bl -bullet\n");
		p->listed = true;
		pt_buf_str(p->out, ".It\n");
	} else if (p->block == FENCED || p->block == INDENTED) {
		pt_buf_str(p->out, ".Bd -literal -offset indent\n");
		pt_manual_escape(p->out, text);
		pt_buf_str(p->out, ".Ed\n");
	} else if (p->block == TABLE) {
		end_list(p);
		pt_buf_clear(&p->heads);
	}
	if (p->block == PARAGRAPH || p->block == ITEM) {
		put_inline(&plain, text, strlen(text));
		pt_manual_text(p->out, pt_buf_text(&plain));
	}
	p->begun |= p->block != NONE;
	p->block = NONE;
	pt_buf_clear(&p->text);
}

/* One cell of a row, and what comes behind it. */
static const char *take_cell(struct pt_buf *out, const char *at, const char *end)
{
	const char *from = at;

	while (at < end && !(*at == '|' && at[-1] != '\\'))
		at++;
	const char *to = at;

	while (from < to && *from == ' ')
		from++;
	while (to > from && to[-1] == ' ')
		to--;
	put_inline(out, from, (size_t)(to - from));
	return at < end ? at + 1 : end;
}

static void put_cell(struct page *p, const char *head, const char *text)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf said = PT_BUF_INIT;

	if (!text[0])
		return;
	if (strcmp(head, "default") == 0 && strcmp(text, "required") != 0)
		pt_buf_str(&said, "Default: ");
	pt_buf_str(&said, text);
	pt_manual_sentence(p->out, pt_buf_text(&said));
}

/* The first cell is what is told of, the others tell it. */
static void put_row(struct page *p, const char *line, const char *end)
{
	const char *at = line + 1;
	bool head = p->block != TABLE;

	if (head)
		flush(p);
	else if (line[1 + strspn(line + 1, " -:")] == '|' && line[2] == '-')
		return;
	p->block = TABLE;
	for (size_t column = 0; column < COLUMNS && at < end; column++) {
		PT_CLEANUP(pt_buf_release) struct pt_buf cell = PT_BUF_INIT;

		at = take_cell(&cell, at, end);
		if (head) {
			pt_buf_str(&p->heads, pt_buf_text(&cell));
			pt_buf_char(&p->heads, '\n');
			continue;
		}
		if (column == 0) {
			if (!p->listed)
				pt_buf_str(p->out, ".Bl -tag -width Ds\n");
			p->listed = true;
			pt_buf_str(p->out, ".It Xo\n");
			pt_manual_text(p->out, pt_buf_text(&cell));
			pt_buf_str(p->out, ".Xc\n");
			continue;
		}
		const char *name = pt_buf_text(&p->heads);

		for (size_t i = 0; i < column && *name; i++)
			name += strcspn(name, "\n") + 1;
		put_cell(p, strncmp(name, "default\n", 8) == 0 ? "default" : "",
			 pt_buf_text(&cell));
	}
}

static void put_section(struct page *p, const char *line, size_t len)
{
	size_t depth = strspn(line, "#");

	flush(p);
	end_list(p);
	if (depth == 1)
		return;
	pt_buf_str(p->out, depth == 2 ? ".Sh " : ".Ss ");
	for (size_t i = depth + strspn(line + depth, " "); i < len; i++) {
		char c[2] = {line[i], '\0'};

		if (depth == 2)
			c[0] = (char)toupper((unsigned char)c[0]);
		if (c[0] != '`')
			pt_manual_escape(p->out, c);
	}
	pt_buf_char(p->out, '\n');
	p->begun = false;
}

static void gather(struct page *p, enum block block, const char *line, size_t len)
{
	if (p->block != block)
		flush(p);
	p->block = block;
	pt_buf_bytes(&p->text, line, len);
	pt_buf_char(&p->text, '\n');
}

static void put_line(struct page *p, const char *line, size_t len)
{
	bool fence = len >= 3 && strncmp(line, "```", 3) == 0;

	if (p->block == FENCED && !fence) {
		gather(p, FENCED, line, len);
	} else if (fence) {
		bool ends = p->block == FENCED;

		flush(p);
		p->block = ends ? NONE : FENCED;
	} else if (len == 0) {
		flush(p);
	} else if (line[0] == '#') {
		put_section(p, line, len);
	} else if (line[0] == '|') {
		put_row(p, line, line + len);
	} else if (len > 4 && strncmp(line, "    ", 4) == 0 &&
		   (p->block == NONE || p->block == INDENTED)) {
		gather(p, INDENTED, line + 4, len - 4);
	} else if (strncmp(line, "- ", 2) == 0) {
		flush(p);
		gather(p, ITEM, line + 2, len - 2);
	} else {
		gather(p, p->block == ITEM ? ITEM : PARAGRAPH, line, len);
	}
}

void pt_manual_markdown(struct pt_buf *out, const struct pt_manual_page *page, const char *markdown)
{
	struct page p = {.out = out, .text = PT_BUF_INIT, .heads = PT_BUF_INIT};

	pt_manual_head(out, page);
	pt_buf_str(out, ".Sh DESCRIPTION\n");
	while (*markdown) {
		size_t len = strcspn(markdown, "\n");

		put_line(&p, markdown, len);
		markdown += len + (markdown[len] == '\n');
	}
	flush(&p);
	end_list(&p);
	pt_buf_str(out, ".Sh SEE ALSO\n.Xr pushtrain 1 ,\n.Xr pushtrain-check 1\n"
			".Pp\nPages whose names end in .md are in the folder docs of the "
			"documentation, and examples beside it.\n");
	pt_buf_release(&p.text);
	pt_buf_release(&p.heads);
}
