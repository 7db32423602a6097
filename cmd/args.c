/* What comes after a command's name, parsed by the table of options. See command.h. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/near.h"
#include "cmd/option.h"

const struct pt_option *pt_option_find(const struct pt_command *command, const char *name,
				       size_t len)
{
	for (size_t i = 0; i < pt_noption; i++) {
		const struct pt_option *o = &pt_options[i];

		if (!pt_command_takes(command, o))
			continue;
		if (strlen(o->name) == len && strncmp(o->name, name, len) == 0)
			return o;
		if (o->short_name && strlen(o->short_name) == len &&
		    strncmp(o->short_name, name, len) == 0)
			return o;
	}
	return NULL;
}

static int unknown_option(const struct pt_command *command, const char *word, struct pt_err *err)
{
	const char *names[PT_OPTIONS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < pt_noption && n < PT_ARRAY_LEN(names); i++) {
		if (pt_command_takes(command, &pt_options[i]))
			names[n++] = pt_options[i].name;
	}
	char hint[PT_NEAR_TEXT];

	return pt_err_set(err, PT_E_USAGE, "%s: unknown option '%s'%s", command->name, word,
			  pt_near_hint(hint, word, names, n));
}

static int add_word(struct pt_words *words, const char *what, const char *word, struct pt_err *err)
{
	if (words->n == PT_WORDS_MAX)
		return pt_err_set(err, PT_E_USAGE, "%s: more than %d of them", what, PT_WORDS_MAX);
	words->word[words->n++] = word;
	return 0;
}

/* strtoll would take blanks and a sign. */
static int set_number(int64_t *field, const struct pt_option *option, const char *value,
		      struct pt_err *err)
{
	char *end;

	errno = 0;
	long long number = strtoll(value, &end, 10);

	if (value[0] < '0' || value[0] > '9' || *end != '\0' || errno == ERANGE)
		return pt_err_set(err, PT_E_USAGE,
				  "%s: '%s' is not a number, expected one from 0 to %lld",
				  option->name, value, LLONG_MAX);
	*field = number;
	return 0;
}

static int set_option(struct pt_args *args, const struct pt_option *option, const char *value,
		      struct pt_err *err)
{
	void *field = (char *)args + option->offset;

	if (option->words && !pt_option_allows(option, value)) {
		PT_CLEANUP(pt_buf_release) struct pt_buf list = PT_BUF_INIT;

		pt_option_words(&list, option);
		return pt_err_set(err, PT_E_USAGE, "%s '%s', expected %s", option->name, value,
				  pt_buf_text(&list));
	}
	if (option->kind == PT_VALUE_WORDS)
		return add_word(field, option->name, value, err);
	if (option->kind == PT_VALUE_NUMBER)
		return set_number(field, option, value, err);
	*(const char **)field = value;
	return 0;
}

static int parse_option(struct pt_args *args, const struct pt_command *command, int *at, int argc,
			char *const *argv, struct pt_err *err)
{
	const char *word = argv[*at];
	const char *equals = word[1] == '-' ? strchr(word, '=') : NULL;
	size_t len = equals ? (size_t)(equals - word) : strlen(word);
	const struct pt_option *option = pt_option_find(command, word, len);
	const char *value = equals ? equals + 1 : NULL;

	if (!option)
		return unknown_option(command, word, err);
	if (option->kind == PT_VALUE_NONE) {
		if (value)
			return pt_err_set(err, PT_E_USAGE, "%s takes no value", option->name);
		*(bool *)(void *)((char *)args + option->offset) = true;
		return 0;
	}
	if (!value) {
		if (*at + 1 >= argc)
			return pt_err_set(err, PT_E_USAGE, "%s needs a value: %s %s", option->name,
					  option->name, option->value);
		value = argv[++*at];
	}
	return set_option(args, option, value, err);
}

/* Some commands take any number, some two, most one or none. */
static int take_operand(struct pt_args *args, const struct pt_command *command, const char *word,
			struct pt_err *err)
{
	if (strstr(command->operand, "..."))
		return add_word(&args->operands, command->operand, word, err);
	if (args->operand && !args->operand2 && strchr(command->operand, ' '))
		args->operand2 = word;
	else if (args->operand || !command->operand[0])
		return pt_err_set(err, PT_E_USAGE, "%s: unexpected argument '%s'", command->name,
				  word);
	else
		args->operand = word;
	return 0;
}

int pt_args_parse(struct pt_args *out, const struct pt_command *command, int argc,
		  char *const *argv, struct pt_err *err)
{
	struct pt_args args = {
	    .file = "suite.yaml", .seed = -1, .port = -1, .runs = -1, .jobs = -1, .months = -1};

	for (int i = 0; i < argc; i++) {
		int rc = 0;

		if (argv[i][0] == '-' && argv[i][1])
			rc = parse_option(&args, command, &i, argc, argv, err);
		else
			rc = take_operand(&args, command, argv[i], err);
		if (rc < 0)
			return rc;
	}
	const char *second = strchr(command->operand, ' ');
	bool missing = !args.operand || (second && second[1] != '[' && !args.operand2);

	if (!args.help && missing && command->operand[0] && command->operand[0] != '[')
		return pt_err_set(err, PT_E_USAGE, "%s: missing %s; 'pushtrain %s -h' shows how",
				  command->name, command->operand, command->name);
	*out = args;
	return 0;
}

/* "text, json or ics" */
static void list_words(struct pt_buf *out, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		pt_buf_printf(out, "%s%s", i == 0 ? "" : i + 1 < n ? ", " : " or ", words[i]);
}

int pt_args_format(size_t *out, const struct pt_args *args, const char *const *names, size_t n,
		   struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf list = PT_BUF_INIT;
	const char *name = args->format ? args->format : args->json ? "json" : names[0];
	size_t at = 0;

	while (at < n && strcmp(name, names[at]) != 0)
		at++;
	if (at == n) {
		list_words(&list, names, n);
		return pt_err_set(err, PT_E_USAGE, "--format '%s', expected %s", name,
				  pt_buf_text(&list));
	}
	if (args->json && strcmp(name, "json") != 0)
		return pt_err_set(err, PT_E_USAGE, "--format '%s' beside --json, expected one",
				  name);
	*out = at;
	return 0;
}
