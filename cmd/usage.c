/* The usage text of the program and of a command, from the tables. See command.h. */
#include <string.h>

#include "cmd/option.h"

/* Columns as wide as what a command's options need, and not narrower than most need. */
enum { NAME_WIDTH = 12, VALUE_WIDTH = 7, OPERAND_WIDTH = 10, COMMAND_WIDTH = 9 };

static int wider(int width, const char *text)
{
	return text && strlen(text) > (size_t)width ? (int)strlen(text) : width;
}

void pt_usage_command(struct pt_buf *out, const struct pt_command *command)
{
	int name_width = NAME_WIDTH, value_width = VALUE_WIDTH;

	for (size_t i = 0; i < pt_noption; i++) {
		if (!pt_command_takes(command, &pt_options[i]))
			continue;
		name_width = wider(name_width, pt_options[i].name);
		value_width = wider(value_width, pt_options[i].value);
	}
	pt_buf_printf(out, "usage: pushtrain %s [options]%s%s\n\n%s\n\n", command->name,
		      command->operand[0] ? " " : "", command->operand, command->summary);
	for (size_t i = 0; i < pt_noption; i++) {
		const struct pt_option *o = &pt_options[i];

		if (pt_command_takes(command, o))
			pt_buf_printf(out, "  %s%s%-*s %-*s  %s\n",
				      o->short_name ? o->short_name : "  ",
				      o->short_name ? ", " : "  ", name_width, o->name, value_width,
				      o->value ? o->value : "", o->help);
	}
}

void pt_usage_program(struct pt_buf *out)
{
	int name_width = COMMAND_WIDTH, operand_width = OPERAND_WIDTH;

	for (size_t i = 0; i < pt_ncommand; i++) {
		name_width = wider(name_width, pt_commands[i].name);
		operand_width = wider(operand_width, pt_commands[i].operand);
	}
	pt_buf_str(out, "usage: pushtrain COMMAND [options]\n\n"
			"Ships a suite of managed packages to every org, in dependency order.\n\n");
	for (size_t i = 0; i < pt_ncommand; i++)
		pt_buf_printf(out, "  %-*s %-*s  %s\n", name_width, pt_commands[i].name,
			      operand_width, pt_commands[i].operand, pt_commands[i].summary);
	pt_buf_str(out, "\n'pushtrain help COMMAND' shows a command's options,\n'man "
			"pushtrain-COMMAND' tells more.\n\n"
			"exit status:\n"
			"   0  done\n"
			"   1  failed\n"
			"   2  usage or configuration; a train or plan is refused\n"
			"   3  stopped at a gate, an approval or a breaker\n"
			"   4  finished with residue\n"
			"  75  another process drives the run\n");
}
