/* What may follow on a command line, by the tables of commands and options. See complete.h. */
#include "cmd/complete.h"

#include <string.h>

enum { WORD_MAX = 256 };

/* Where it stands among a command's words. */
struct place {
	const struct pt_option *pending; /* the word before wants a value */
	size_t noperand;
	bool given[PT_OPTIONS_MAX];
};

/* Nothing that a terminal or a shell would take for more than a letter. */
static bool is_plain(const char *word)
{
	size_t len = strlen(word);

	if (len == 0 || len > WORD_MAX)
		return false;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)word[i];

		if (c < 0x20 || c == 0x7f || (c == 0xc2 && (unsigned char)word[i + 1] < 0xa0))
			return false;
	}
	return true;
}

/* In a quote that is open only what means nothing there can be typed. */
static bool can_quote(const struct pt_complete *c, const char *word)
{
	return !c->quote || !strpbrk(word, c->quote == '\'' ? "'" : "\"$`\\!");
}

static void put_quoted(struct pt_complete *c, const char *word)
{
	static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789_@%+=:,./-";

	for (; *word; word++) {
		if (!c->quote && (unsigned char)*word < 0x80 && !strchr(safe, *word))
			pt_buf_char(c->out, '\\');
		pt_buf_char(c->out, *word);
	}
}

void pt_complete_add(struct pt_complete *c, const char *word, const char *text)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf whole = PT_BUF_INIT;

	if (!is_plain(word))
		return;
	pt_buf_printf(&whole, "%s%s", c->before, word);
	const char *all = pt_buf_text(&whole);

	if (strncmp(all, c->typed, strlen(c->typed)) != 0 || !can_quote(c, all))
		return;
	if (c->bash) {
		put_quoted(c, all + c->cut);
	} else {
		pt_buf_printf(c->out, "%s\t", all);
		for (; text && *text; text++)
			pt_buf_char(c->out, (unsigned char)*text < 0x20 ? ' ' : *text);
	}
	pt_buf_char(c->out, '\n');
}

static const struct pt_command *find_command(const char *name)
{
	for (size_t i = 0; i < pt_ncommand; i++) {
		if (strcmp(pt_commands[i].name, name) == 0)
			return &pt_commands[i];
	}
	return NULL;
}

static void add_commands(struct pt_complete *c)
{
	for (size_t i = 0; i < pt_ncommand; i++)
		pt_complete_add(c, pt_commands[i].name, pt_commands[i].summary);
}

static void add_first(struct pt_complete *c)
{
	add_commands(c);
	pt_complete_add(c, "help", "show the options of a command");
	if (c->typed[0] != '-')
		return;
	pt_complete_add(c, "--help", "show the commands");
	pt_complete_add(c, "--version", "show the version");
}

/* Options whose names go on what is typed; one that was given only if it may be again. */
static void add_options(struct pt_complete *c, const struct pt_command *command,
			const struct place *place)
{
	for (size_t i = 0; i < pt_noption; i++) {
		const struct pt_option *o = &pt_options[i];

		if (pt_command_takes(command, o) && (!place->given[i] || o->kind == PT_VALUE_WORDS))
			pt_complete_add(c, o->name, o->help);
	}
}

static void add_values(struct pt_complete *c, const struct pt_command *command,
		       const struct pt_option *option)
{
	const char *word = option->words;
	char one[WORD_MAX];

	if (!word && option->value)
		pt_complete_values(c, command, option->value);
	while (word && *word) {
		size_t len = strcspn(word, " ");

		if (len < sizeof(one)) {
			memcpy(one, word, len);
			one[len] = '\0';
			pt_complete_add(c, one, "");
		}
		word += len + strspn(word + len, " ");
	}
}

/* "RUN STAGE": the name of the first operand is RUN; the last of "[TRAIN...]" goes on. */
static void add_operands(struct pt_complete *c, const struct pt_command *command, size_t at)
{
	const char *name = command->operand;
	char one[WORD_MAX];

	for (;; at--) {
		size_t len = strcspn(name += strspn(name, "[ "), "[] .");

		if (len == 0 || len >= sizeof(one))
			return;
		memcpy(one, name, len);
		one[len] = '\0';
		name += len;
		if (at == 0 || strncmp(name, "...", 3) == 0)
			break;
		name += strspn(name, "]");
	}
	pt_complete_values(c, command, one);
}

/* What the whole words say. */
static void take_word(struct pt_complete *c, struct place *place, const struct pt_command *command,
		      const char *word)
{
	const char *value = strchr(word, '=');
	const struct pt_option *o = place->pending;

	if (o) {
		value = word;
		place->pending = NULL;
	} else if (word[0] != '-' || word[1] == '\0') {
		place->noperand++;
		return;
	} else {
		size_t len = value && word[1] == '-' ? (size_t)(value - word) : strlen(word);

		o = pt_option_find(command, word, len);
		if (!o)
			return;
		place->given[o - pt_options] = true;
		value = word[len] == '=' ? word + len + 1 : NULL;
		if (!value && o->kind != PT_VALUE_NONE)
			place->pending = o;
	}
	if (value && strcmp(o->name, "--file") == 0)
		c->file = value;
	if (value && strcmp(o->name, "--state") == 0)
		c->state = value;
}

/* "--format=js" */
static void add_after_equals(struct pt_complete *c, const struct pt_command *command,
			     const char *equals)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf before = PT_BUF_INIT;
	const struct pt_option *o = pt_option_find(command, c->typed, (size_t)(equals - c->typed));

	if (!o || o->kind == PT_VALUE_NONE)
		return;
	pt_buf_bytes(&before, c->typed, (size_t)(equals + 1 - c->typed));
	c->before = pt_buf_text(&before);
	add_values(c, command, o);
	c->before = "";
}

void pt_complete_words(struct pt_complete *c, const char *const *word, size_t nword)
{
	struct place place = {.noperand = 0};
	const char *equals = strchr(c->typed, '=');

	if (nword == 0) {
		add_first(c);
		return;
	}
	const struct pt_command *command = find_command(word[0]);

	if (nword == 1 && strcmp(word[0], "help") == 0)
		add_commands(c);
	if (!command)
		return;
	for (size_t i = 1; i < nword; i++)
		take_word(c, &place, command, word[i]);
	if (place.pending)
		add_values(c, command, place.pending);
	else if (strncmp(c->typed, "--", 2) == 0 && equals)
		add_after_equals(c, command, equals);
	else if (c->typed[0] == '-')
		add_options(c, command, &place);
	else
		add_operands(c, command, place.noperand);
}
