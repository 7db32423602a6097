/* The tables as man pages, in mdoc(7). See manual.h. */
#include "cmd/manual.h"

#include <ctype.h>
#include <string.h>

enum { FILL = 78 };

/* How many bytes the letter takes; 1 for what is no UTF-8. */
static size_t letter_size(const char *text)
{
	unsigned char c = (unsigned char)text[0];
	size_t n = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc2 ? 2 : 1;

	for (size_t i = 1; i < n; i++) {
		if (((unsigned char)text[i] & 0xc0) != 0x80)
			return 1;
	}
	return n;
}

static void escape_letter(struct pt_buf *out, const char *text, size_t n)
{
	unsigned point = (unsigned char)text[0] & (0xffU >> (n + 1));

	for (size_t i = 1; i < n; i++)
		point = point << 6 | ((unsigned char)text[i] & 0x3fU);
	pt_buf_printf(out, "\\[u%04X]", point);
}

/* A letter of a text, or of what is set as it is typed. Returns its size. */
static size_t escape_char(struct pt_buf *out, const char *text, bool typed)
{
	static const char *const escape[] = {
	    ['\\'] = "\\e",  ['\''] = "\\(aq", ['`'] = "\\(ga",
	    ['^'] = "\\(ha", ['~'] = "\\(ti",  ['"'] = "\\(dq",
	};
	unsigned char c = (unsigned char)*text;
	size_t n = letter_size(text);

	if (n > 1)
		escape_letter(out, text, n);
	else if (c < PT_ARRAY_LEN(escape) && escape[c])
		pt_buf_str(out, escape[c]);
	else if (c == '-' && typed)
		pt_buf_str(out, "\\-");
	else if (c >= 0x80 || (c < 0x20 && c != '\n'))
		pt_buf_char(out, '?');
	else
		pt_buf_char(out, (char)c);
	return n;
}

/* A line that begins with a dot would be a macro; so would one with a quote, which is escaped. */
static void begin_line(struct pt_buf *out, char first)
{
	if (first == '.')
		pt_buf_str(out, "\\&");
}

void pt_manual_escape(struct pt_buf *out, const char *text)
{
	bool fresh = true;

	while (*text) {
		if (fresh)
			begin_line(out, *text);
		fresh = *text == '\n';
		text += escape_char(out, text, true);
	}
}

/* An argument of a macro: no word of it is taken for a macro of its own. */
static void argument(struct pt_buf *out, const char *text)
{
	pt_buf_str(out, "\"\\&");
	pt_manual_escape(out, text);
	pt_buf_char(out, '"');
}

struct words {
	struct pt_buf *out;
	size_t column;
	bool typed;    /* between backticks */
	bool sentence; /* it ended one */
};

/* One word of a paragraph: on a line of its own when it begins a sentence, or has no room. */
static const char *put_word(struct words *w, const char *word)
{
	size_t len = strcspn(word, " \n"), last = len;

	if (w->column > 0 && (w->sentence || w->column + 1 + len > FILL)) {
		pt_buf_char(w->out, '\n');
		w->column = 0;
	}
	if (w->column > 0)
		pt_buf_char(w->out, ' ');
	else
		begin_line(w->out, *word);
	for (size_t i = 0; i < len;) {
		if (word[i] == '`') {
			w->typed = !w->typed;
			pt_buf_str(w->out, w->typed ? "\\fB" : "\\fR");
			i++;
		} else {
			i += escape_char(w->out, word + i, w->typed);
		}
	}
	w->column += len + 1;
	while (last > 0 && strchr(")]'\"", word[last - 1]))
		last--;
	w->sentence = !w->typed && last > 0 && strchr(".!?", word[last - 1]);
	return word + len;
}

/* Paragraphs, parted by an empty line. */
void pt_manual_text(struct pt_buf *out, const char *text)
{
	struct words w = {.out = out};

	while (*text) {
		if (strncmp(text, "\n\n", 2) == 0) {
			pt_buf_str(out, w.column > 0 ? "\n.Pp\n" : ".Pp\n");
			w = (struct words){.out = out};
		}
		text += strspn(text, " \n");
		if (*text)
			text = put_word(&w, text);
	}
	if (w.column > 0)
		pt_buf_char(out, '\n');
}

/* "take releases dated at or before TIME" as a sentence. */
void pt_manual_sentence(struct pt_buf *out, const char *text)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf whole = PT_BUF_INIT;
	size_t len = strlen(text);

	if (len == 0)
		return;
	pt_buf_char(&whole, (char)toupper((unsigned char)text[0]));
	pt_buf_str(&whole, text + 1);
	if (!strchr(".!?", text[len - 1]))
		pt_buf_char(&whole, '.');
	pt_manual_text(out, pt_buf_text(&whole));
}

void pt_manual_head(struct pt_buf *out, const struct pt_manual_page *page)
{
	pt_buf_printf(
	    out, ".\\\" Made from what pushtrain knows of itself; change it there.\n.Dd %s\n.Dt ",
	    page->date);
	for (const char *c = page->name; *c; c++)
		pt_buf_char(out, (char)toupper((unsigned char)*c));
	pt_buf_printf(out, " %d\n.Os pushtrain %s\n.Sh NAME\n.Nm %s\n.Nd ", page->section,
		      PT_VERSION, page->name);
	pt_manual_escape(out, page->summary);
	pt_buf_char(out, '\n');
}

/* "-f , --file SUITE", after a macro that takes other macros. */
static void put_option(struct pt_buf *out, const struct pt_option *o, bool both)
{
	if (o->short_name)
		pt_buf_printf(out, " Fl %s", o->short_name + 1);
	if (o->short_name && both)
		pt_buf_str(out, " ,");
	if (!o->short_name || both) {
		pt_buf_str(out, " Fl ");
		pt_manual_escape(out, o->name + 1);
	}
	if (o->value) {
		pt_buf_str(out, " Ar ");
		argument(out, o->value);
	}
	pt_buf_char(out, '\n');
}

/* "[TRAIN...]", "RUN STAGE", "RUN [ORG]" */
static void put_operand(struct pt_buf *out, const char *operand)
{
	for (;;) {
		operand += strspn(operand, "] .");
		bool optional = *operand == '[';
		size_t len = strcspn(operand += optional, "[] .");

		if (len == 0)
			return;
		pt_buf_printf(out, optional ? ".Op Ar %.*s" : ".Ar %.*s", (int)len, operand);
		operand += len;
		pt_buf_str(out, strncmp(operand, "...", 3) == 0 ? " ...\n" : "\n");
	}
}

static void put_synopsis(struct pt_buf *out, const struct pt_command *command)
{
	pt_buf_printf(out, ".Sh SYNOPSIS\n.Nm pushtrain %s\n", command->name);
	for (size_t i = 0; i < pt_noption; i++) {
		if (!pt_command_takes(command, &pt_options[i]))
			continue;
		pt_buf_str(out, ".Op");
		put_option(out, &pt_options[i], false);
	}
	put_operand(out, command->operand);
}

/* Whether an operand or an option of a command has that name; NULL: of any. */
static bool is_named(const struct pt_command *command, const char *name)
{
	if (!command || strstr(command->operand, name))
		return true;
	for (size_t i = 0; i < pt_noption; i++) {
		const struct pt_option *o = &pt_options[i];

		if (o->value && strcmp(o->value, name) == 0 && pt_command_takes(command, o))
			return true;
	}
	return false;
}

static void put_values(struct pt_buf *out, const struct pt_command *command)
{
	for (const struct pt_manual_item *v = pt_manual_values; v->name; v++) {
		if (!is_named(command, v->name))
			continue;
		pt_buf_str(out, ".Pp\n");
		pt_manual_text(out, v->text);
	}
}

/* "`text`, `json`": all of its words. */
static void list_words(struct pt_buf *out, const struct pt_option *o)
{
	const char *word = o->words;

	for (size_t len; *word; word += len + strspn(word + len, " ")) {
		len = strcspn(word, " ");
		pt_buf_printf(out, "%s`%.*s`", word == o->words ? "" : ", ", (int)len, word);
	}
}

/* Its help, in which the words that it allows are set as they are typed, or else added. */
static void put_help(struct pt_buf *out, const struct pt_option *o)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf said = PT_BUF_INIT;
	const char *help = o->help;
	bool named = !o->words;

	while (*help) {
		char word[32];
		size_t len = strcspn(help, " ,.()");
		bool typed = false;

		if (o->words && len > 0 && len < sizeof(word)) {
			memcpy(word, help, len);
			word[len] = '\0';
			typed = pt_option_allows(o, word);
			named |= typed;
		}
		len += help[len] != '\0' && len == 0;
		pt_buf_str(&said, typed ? "`" : "");
		pt_buf_bytes(&said, help, len);
		pt_buf_str(&said, typed ? "`" : "");
		help += len;
	}
	if (!named) {
		pt_buf_str(&said, ": ");
		list_words(&said, o);
	}
	pt_manual_sentence(out, pt_buf_text(&said));
}

static void put_options(struct pt_buf *out, const struct pt_command *command)
{
	pt_buf_str(out, ".Sh OPTIONS\n");
	if (!command)
		pt_buf_str(out, "Every command takes these, and more that its page tells.\n");
	pt_buf_str(out, ".Bl -tag -width Ds\n");
	for (size_t i = 0; i < pt_noption; i++) {
		const struct pt_option *o = &pt_options[i];

		if (command ? !pt_command_takes(command, o) : o->opt != 0)
			continue;
		pt_buf_str(out, ".It");
		put_option(out, o, true);
		put_help(out, o);
	}
	pt_buf_str(out, ".El\n");
}

/* `opts`: of the commands of which it is said. */
static void put_items(struct pt_buf *out, const char *title, const struct pt_manual_item *item,
		      const char *macro, uint64_t opts)
{
	pt_buf_printf(out, ".Sh %s\n.Bl -tag -width Ds\n", title);
	for (; item->name; item++) {
		if (item->opt != 0 && !(item->opt & opts))
			continue;
		pt_buf_printf(out, ".It %s ", macro);
		argument(out, item->name);
		pt_buf_char(out, '\n');
		pt_manual_text(out, item->text);
	}
	pt_buf_str(out, ".El\n");
}

/* NULL: all of them. */
static void put_statuses(struct pt_buf *out, const struct pt_manual *m)
{
	const unsigned always = 1U << PT_EXIT_DONE | 1U << PT_EXIT_USAGE;

	pt_buf_str(out, ".Sh EXIT STATUS\n.Bl -tag -width Ds\n");
	for (const struct pt_manual_status *s = pt_manual_statuses; s->text; s++) {
		bool said = !m || (s->status == PT_EXIT_BUSY
				       ? m->busy
				       : ((m->statuses | always) >> s->status & 1U) != 0);

		if (!said)
			continue;
		pt_buf_printf(out, ".It %d\n", (int)s->status);
		pt_manual_text(out, s->text);
	}
	pt_buf_str(out, ".El\n");
}

static void put_examples(struct pt_buf *out, const struct pt_manual *m)
{
	if (!m->example[0].what)
		return;
	pt_buf_str(out, ".Sh EXAMPLES\n");
	for (size_t i = 0; i < PT_MANUAL_EXAMPLES && m->example[i].what; i++) {
		if (i > 0)
			pt_buf_str(out, ".Pp\n");
		pt_manual_text(out, m->example[i].what);
		pt_buf_str(out, ".Bd -literal -offset indent\n");
		pt_manual_escape(out, m->example[i].command);
		pt_buf_str(out, "\n.Ed\n");
	}
}

/* Whether a list parted by blanks has that word. */
static bool has_word(const char *list, const char *word)
{
	size_t len = strlen(word);

	while (*list) {
		size_t n = strcspn(list, " ");

		if (n == len && memcmp(list, word, n) == 0)
			return true;
		list += n + strspn(list + n, " ");
	}
	return false;
}

/* Commands of a list, by name. */
static void put_see(struct pt_buf *out, const char *list)
{
	const char *last = "";

	pt_buf_str(out, ".Sh SEE ALSO\n.Xr pushtrain 1");
	for (;;) {
		const char *next = NULL;

		for (size_t i = 0; i < pt_ncommand; i++) {
			const char *name = pt_commands[i].name;

			if (has_word(list, name) && strcmp(name, last) > 0 &&
			    (!next || strcmp(name, next) < 0))
				next = name;
		}
		if (!next)
			break;
		pt_buf_printf(out, " ,\n.Xr pushtrain-%s 1", next);
		last = next;
	}
	pt_buf_char(out, '\n');
}

void pt_manual_command(struct pt_buf *out, const struct pt_command *command, const char *date)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf title = PT_BUF_INIT;
	const struct pt_manual *m = pt_manual_of(command);

	pt_buf_printf(&title, "pushtrain-%s", command->name);
	pt_manual_head(out,
		       &(struct pt_manual_page){pt_buf_text(&title), 1, command->summary, date});
	put_synopsis(out, command);
	pt_buf_str(out, ".Sh DESCRIPTION\n");
	if (m)
		pt_manual_text(out, m->text);
	else
		pt_manual_sentence(out, command->summary);
	put_values(out, command);
	put_options(out, command);
	put_items(out, "ENVIRONMENT", pt_manual_environment, "Ev", command->options);
	put_items(out, "FILES", pt_manual_files, "Pa", command->options);
	put_statuses(out, m);
	if (m)
		put_examples(out, m);
	put_see(out, m ? m->see : "");
}

void pt_manual_program(struct pt_buf *out, const char *date)
{
	pt_manual_head(
	    out, &(struct pt_manual_page){
		     "pushtrain", 1,
		     "ship a suite of managed packages to every org, in dependency order", date});
	pt_buf_str(out, ".Sh SYNOPSIS\n.Nm\n.Ar COMMAND\n.Op Ar options\n.Nm\n.Cm help\n"
			".Op Ar COMMAND\n.Nm\n.Fl \\-version\n.Sh DESCRIPTION\n");
	pt_manual_text(out, pt_manual_program_text);
	put_values(out, NULL);
	pt_buf_str(out, ".Sh COMMANDS\nEach has a page of its own.\n.Bl -tag -width Ds\n");
	for (size_t i = 0; i < pt_ncommand; i++) {
		pt_buf_printf(out, ".It Xr pushtrain-%s 1\n", pt_commands[i].name);
		pt_manual_sentence(out, pt_commands[i].summary);
	}
	pt_buf_str(out, ".El\n");
	put_options(out, NULL);
	put_items(out, "ENVIRONMENT", pt_manual_environment, "Ev", UINT64_MAX);
	put_items(out, "FILES", pt_manual_files, "Pa", UINT64_MAX);
	put_statuses(out, NULL);
	pt_buf_str(out, ".Sh EXAMPLES\nFrom a suite file to a train:\n"
			".Bd -literal -offset indent\n"
			"pushtrain check\n"
			"pushtrain graph\n"
			"pushtrain rehearse biweekly\n"
			"pushtrain plan biweekly \\-o plan.json\n"
			"pushtrain run \\-\\-confirm biweekly plan.json\n"
			"pushtrain status\n"
			".Ed\n");
	pt_buf_str(out, ".Sh SEE ALSO\n.Xr git 1 ,\n.Xr pushtrain-suite 5\n");
}
