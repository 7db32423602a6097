/* The tables of commands and options against what is said of them in man pages. */
#include "cmd/manual.h"

#include <stdio.h>
#include <string.h>

#include "tests/test.h"

enum { WORDS = 32 };

static const struct pt_command *find(const char *name)
{
	for (size_t i = 0; i < pt_ncommand; i++) {
		if (strcmp(pt_commands[i].name, name) == 0)
			return &pt_commands[i];
	}
	return NULL;
}

/* The words of a line up to what a shell does with it; 'quoted ones' are one. */
static int part(char *line, char **word)
{
	int n = 0;
	char *to = line;

	while (n < WORDS) {
		bool quoted = false;

		line += strspn(line, " ");
		if (*line == '\0' || strchr("|>&", *line))
			break;
		word[n++] = to;
		for (; *line && (quoted || *line != ' '); line++) {
			if (*line == '\'')
				quoted = !quoted;
			else
				*to++ = *line;
		}
		line += *line == ' ';
		*to++ = '\0';
	}
	return n;
}

static void parses(const char *text, const char *of)
{
	char line[256], *word[WORDS] = {NULL};
	struct pt_args args;
	struct pt_err err = PT_ERR_INIT;

	assert_true(strlen(text) < sizeof(line));
	snprintf(line, sizeof(line), "%s", text);
	int n = part(line, word);
	const struct pt_command *command = n > 0 ? find(word[0]) : NULL;

	if (!command)
		fail_msg("%s: no such command: %s", of, text);
	if (pt_args_parse(&args, command, n - 1, word + 1, &err) < 0)
		fail_msg("%s: %s: %s", of, text, err.text);
}

PT_TEST(a_manual_tells_more_of_every_command)
{
	for (size_t i = 0; i < pt_ncommand; i++) {
		const struct pt_manual *m = pt_manual_of(&pt_commands[i]);

		if (!m)
			fail_msg("'%s' has no row in cmd/manual_text.c", pt_commands[i].name);
		assert_true(m && strlen(m->text) > strlen(pt_commands[i].summary));
		assert_true(m && m->example[0].what && m->see);
	}
}

PT_TEST(every_row_is_of_a_command_and_the_only_one)
{
	for (size_t i = 0; i < pt_nmanual; i++) {
		const struct pt_command *command = find(pt_manuals[i].command);

		if (!command || pt_manual_of(command) != &pt_manuals[i])
			fail_msg("the row of '%s' in cmd/manual_text.c", pt_manuals[i].command);
	}
}

PT_TEST(examples_are_commands_with_options_that_they_take)
{
	size_t n = 0;

	for (size_t i = 0; i < pt_ncommand; i++) {
		const struct pt_manual *m = pt_manual_of(&pt_commands[i]);

		for (size_t e = 0; m && e < PT_MANUAL_EXAMPLES && m->example[e].what; e++) {
			const char *line = m->example[e].command;
			bool shown = false;

			while ((line = strstr(line, "pushtrain "))) {
				char one[256];
				size_t len = strcspn(line, "\n");

				line += strlen("pushtrain ");
				snprintf(one, sizeof(one), "%.*s",
					 (int)(len - strlen("pushtrain ")), line);
				parses(one, m->command);
				line += strcspn(line, "\n");
				shown = true;
				n++;
			}
			assert_true(shown);
		}
	}
	assert_true(n > pt_ncommand);
}

/* What follows a name that occurs in it, or NULL. */
static const char *after(const char *text, const char *name)
{
	const char *at = strstr(text, name);

	return at ? at + strlen(name) : NULL;
}

PT_TEST(a_page_names_every_option_and_no_other)
{
	for (size_t i = 0; i < pt_ncommand; i++) {
		PT_CLEANUP(pt_buf_release) struct pt_buf page = PT_BUF_INIT;
		const struct pt_command *command = &pt_commands[i];

		pt_manual_command(&page, command, "2026-11-21");
		const char *options = after(pt_buf_text(&page), ".Sh OPTIONS\n");

		assert_non_null(options);
		for (size_t o = 0; o < pt_noption; o++) {
			PT_CLEANUP(pt_buf_release) struct pt_buf item = PT_BUF_INIT;
			size_t len = strlen(pt_options[o].name);

			pt_buf_str(&item, "Fl ");
			pt_manual_escape(&item, pt_options[o].name + 1);
			const char *at = after(options, pt_buf_text(&item));
			bool named = at && (*at == ' ' || *at == '\n');

			while (at && !named) {
				at = after(at, pt_buf_text(&item));
				named = at && (*at == ' ' || *at == '\n');
			}
			assert_int_equal(named,
					 pt_option_find(command, pt_options[o].name, len) != NULL);
		}
	}
}

PT_TEST(hostile_text_is_text)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;

	pt_manual_escape(&out, ".Sh NAME\n'so /etc/passwd\n\\fBx \\n[.a] \"q\" -o ~ ^ `w`\n..");
	assert_string_equal(
	    pt_buf_text(&out),
	    "\\&.Sh NAME\n\\(aqso /etc/passwd\n\\efBx \\en[.a] \\(dqq\\(dq \\-o \\(ti "
	    "\\(ha \\(gaw\\(ga\n\\&..");
}

PT_TEST(markdown_becomes_a_page)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
	const struct pt_manual_page page = {"pushtrain-x", 5, "what it is", "2026-11-21"};

	pt_manual_markdown(
	    &out, &page,
	    "# x\n\nWords of `a - b`, see [y.md](y.md#z). More **of** it\xe2\x80\xa6\n\n"
	    "- one\n  goes on\n- two\n\n"
	    "**Rows.** They are:\n\n| key | default | meaning |\n| --- | --- | --- |\n"
	    "| `k` | `1` | a \\| b |\n| `.l` | required | |\n\n"
	    "## More\n\n    .Sh NAME\n\n```yaml\n'x: \\\\n\n# no heading\n```\n");
	const char *text = strstr(pt_buf_text(&out), ".Sh NAME");

	assert_non_null(text);
	assert_string_equal(text,
			    ".Sh NAME\n.Nm pushtrain-x\n.Nd what it is\n.Sh DESCRIPTION\n"
			    "Words of \\fBa \\- b\\fR, see y.md.\nMore of it\\[u2026]\n"
			    ".Bl -bullet\n.It\none goes on\n.It\ntwo\n.El\n"
			    ".Ss Rows\nThey are:\n"
			    ".Bl -tag -width Ds\n"
			    ".It Xo\n\\fBk\\fR\n.Xc\nDefault: \\fB1\\fR.\nA | b.\n"
			    ".It Xo\n\\fB.l\\fR\n.Xc\nRequired.\n.El\n"
			    ".Sh MORE\n"
			    ".Bd -literal -offset indent\n\\&.Sh NAME\n.Ed\n"
			    ".Bd -literal -offset indent\n\\(aqx: \\e\\en\n# no heading\n.Ed\n"
			    ".Sh SEE ALSO\n.Xr pushtrain 1 ,\n.Xr pushtrain-check 1\n"
			    ".Pp\nPages whose names end in .md are in the folder docs of the "
			    "documentation, and examples beside it.\n");
}

/* The values that the table allows are those that parsing takes. */
PT_TEST(an_option_of_words_takes_these_alone)
{
	size_t n = 0;

	for (size_t i = 0; i < pt_ncommand; i++) {
		for (size_t o = 0; o < pt_noption; o++) {
			const struct pt_option *option = &pt_options[o];
			char text[128], *word[] = {text, NULL};
			struct pt_args args;
			struct pt_err err = PT_ERR_INIT;
			struct pt_command alone = pt_commands[i];

			alone.operand = "";
			if (!option->words || !pt_command_takes(&alone, option))
				continue;
			snprintf(text, sizeof(text), "%s=%.*s", option->name,
				 (int)strcspn(option->words, " "), option->words);
			assert_int_equal(pt_args_parse(&args, &alone, 1, word, &err), 0);
			snprintf(text, sizeof(text), "%s=%.*s", option->name,
				 (int)strcspn(option->words, " ") - 1, option->words);
			assert_int_equal(pt_args_parse(&args, &alone, 1, word, &err), -PT_E_USAGE);
			snprintf(text, sizeof(text), "%s=%s", option->name, option->words);
			assert_int_equal(pt_args_parse(&args, &alone, 1, word, &err), -PT_E_USAGE);
			n++;
		}
	}
	assert_true(n > 3);
}

PT_TEST_MAIN(PT_RUN(a_manual_tells_more_of_every_command),
	     PT_RUN(every_row_is_of_a_command_and_the_only_one),
	     PT_RUN(examples_are_commands_with_options_that_they_take),
	     PT_RUN(a_page_names_every_option_and_no_other), PT_RUN(hostile_text_is_text),
	     PT_RUN(markdown_becomes_a_page), PT_RUN(an_option_of_words_takes_these_alone))
