/* The tables as man pages, in mdoc(7). See manual.h. */
#include "cmd/manual.h"

#include <ctype.h>
#include <string.h>

enum { FILL = 78 };

/* A character of a text, or of what is set as it is typed. */
static void escape_char(struct pt_buf *out, char c, bool typed)
{
	switch (c) {
	case '\\':
		pt_buf_str(out, "\\e");
		break;
	case '-':
		pt_buf_str(out, typed ? "\\-" : "-");
		break;
	case '\'':
		pt_buf_str(out, "\\(aq");
		break;
	case '`':
		pt_buf_str(out, "\\(ga");
		break;
	case '^':
		pt_buf_str(out, "\\(ha");
		break;
	case '~':
		pt_buf_str(out, "\\(ti");
		break;
	case '"':
		pt_buf_str(out, "\\(dq");
		break;
	default:
		pt_buf_char(out, c);
	}
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

	for (; *text; text++) {
		if (fresh)
			begin_line(out, *text);
		fresh = *text == '\n';
		escape_char(out, *text, true);
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
	char last;     /* of the word before */
	bool sentence; /* it ended one */
};

/* One word of a paragraph: on a line of its own when it begins a sentence, or has no room. */
static const char *put_word(struct words *w, const char *word)
{
	size_t len = strcspn(word, " \n");

	if (w->column > 0 && (w->sentence || w->column + 1 + len > FILL)) {
		pt_buf_char(w->out, '\n');
		w->column = 0;
	}
	if (w->column > 0)
		pt_buf_char(w->out, ' ');
	else
		begin_line(w->out, *word);
	for (size_t i = 0; i < len; i++) {
		if (word[i] == '`') {
			w->typed = !w->typed;
			pt_buf_str(w->out, w->typed ? "\\fB" : "\\fR");
		} else {
			escape_char(w->out, word[i], w->typed);
		}
	}
	w->column += len + 1;
	w->sentence = !w->typed && len > 0 && strchr(".:!?", word[len - 1]);
	return word + len;
}

/* Paragraphs, parted by an empty line. */
static void put_text(struct pt_buf *out, const char *text)
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
static void put_sentence(struct pt_buf *out, const char *text)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf whole = PT_BUF_INIT;
	size_t len = strlen(text);

	if (len == 0)
		return;
	pt_buf_char(&whole, (char)toupper((unsigned char)text[0]));
	pt_buf_str(&whole, text + 1);
	if (!strchr(".!?", text[len - 1]))
		pt_buf_char(&whole, '.');
	put_text(out, pt_buf_text(&whole));
}

static void put_head(struct pt_buf *out, const char *title, const char *summary, const char *date)
{
	pt_buf_str(out, ".\\\" Made from the tables in cmd/; change it there.\n");
	pt_buf_printf(out, ".Dd %s\n.Dt ", date);
	for (const char *c = title; *c; c++)
		pt_buf_char(out, (char)toupper((unsigned char)*c));
	pt_buf_printf(out, " 1\n.Os pushtrain %s\n.Sh NAME\n.Nm %s\n.Nd ", PT_VERSION, title);
	pt_manual_escape(out, summary);
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

/* "[TRAIN...]", "RUN STAGE" */
static void put_operand(struct pt_buf *out, const char *operand)
{
	bool optional = operand[0] == '[';

	while (*operand) {
		size_t len = strcspn(operand += strspn(operand, "[] ."), "[] .");

		if (len == 0)
			break;
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

static void put_options(struct pt_buf *out, const struct pt_command *command)
{
	pt_buf_str(out, ".Sh OPTIONS\n.Bl -tag -width Ds\n");
	for (size_t i = 0; i < pt_noption; i++) {
		const struct pt_option *o = &pt_options[i];

		if (command ? !pt_command_takes(command, o) : o->opt != 0)
			continue;
		pt_buf_str(out, ".It");
		put_option(out, o, true);
		put_sentence(out, o->help);
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
		put_text(out, item->text);
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
		put_text(out, s->text);
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
		put_text(out, m->example[i].what);
		pt_buf_str(out, ".Bd -literal -offset indent\n");
		pt_manual_escape(out, m->example[i].command);
		pt_buf_str(out, "\n.Ed\n");
	}
}

/* Commands that are there, of a list parted by blanks. */
static void put_see(struct pt_buf *out, const char *see)
{
	pt_buf_str(out, ".Sh SEE ALSO\n.Xr pushtrain 1");
	while (see && *see) {
		size_t len = strcspn(see, " ");

		for (size_t i = 0; i < pt_ncommand; i++) {
			const char *name = pt_commands[i].name;

			if (strlen(name) == len && strncmp(name, see, len) == 0)
				pt_buf_printf(out, " ,\n.Xr pushtrain-%s 1", name);
		}
		see += len + strspn(see + len, " ");
	}
	pt_buf_char(out, '\n');
}

void pt_manual_command(struct pt_buf *out, const struct pt_command *command, const char *date)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf title = PT_BUF_INIT;
	const struct pt_manual *m = pt_manual_of(command);

	pt_buf_printf(&title, "pushtrain-%s", command->name);
	put_head(out, pt_buf_text(&title), command->summary, date);
	put_synopsis(out, command);
	pt_buf_str(out, ".Sh DESCRIPTION\n");
	if (m)
		put_text(out, m->text);
	else
		put_sentence(out, command->summary);
	pt_buf_str(out, ".Pp\n");
	put_text(out, pt_manual_times);
	put_options(out, command);
	put_items(out, "ENVIRONMENT", pt_manual_environment, "Ev", command->options);
	put_items(out, "FILES", pt_manual_files, "Pa", command->options);
	put_statuses(out, m);
	if (m)
		put_examples(out, m);
	put_see(out, m ? m->see : NULL);
}

void pt_manual_program(struct pt_buf *out, const char *date)
{
	put_head(out, "pushtrain",
		 "ship a suite of managed packages to every org, in dependency order", date);
	pt_buf_str(out, ".Sh SYNOPSIS\n.Nm\n.Ar COMMAND\n.Op Ar options\n.Nm\n.Cm help\n"
			".Op Ar COMMAND\n.Nm\n.Fl \\-version\n.Sh DESCRIPTION\n");
	put_text(out, pt_manual_program_text);
	pt_buf_str(out, ".Pp\n");
	put_text(out, pt_manual_times);
	pt_buf_str(out, ".Sh COMMANDS\nEach has a page of its own.\n.Bl -tag -width Ds\n");
	for (size_t i = 0; i < pt_ncommand; i++) {
		pt_buf_printf(out, ".It Xr pushtrain-%s 1\n", pt_commands[i].name);
		put_sentence(out, pt_commands[i].summary);
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
	pt_buf_str(out, ".Sh SEE ALSO\n.Xr git 1\n");
}
