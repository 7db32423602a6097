/*
 * man/generate FOLDER DATE SUITE_FILE: writes pushtrain.1, pushtrain-COMMAND.1 for every command,
 * and pushtrain-suite.5 of docs/suite-file.md there.
 */
#include <stdio.h>

#include "base/file.h"
#include "cmd/manual.h"

enum { MARKDOWN_MAX = 1 << 20 };

static int write_page(const char *folder, const char *name, int section, const struct pt_buf *text,
		      struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf path = PT_BUF_INIT;
	int rc;

	pt_buf_printf(&path, "%s/%s.%d", folder, name, section);
	rc = pt_buf_check(&path, err);
	if (rc == 0)
		rc = pt_buf_check(text, err);
	if (rc == 0)
		rc = pt_file_replace(pt_buf_text(&path), pt_buf_text(text), text->len, err);
	return rc;
}

static int write_program(const char *folder, const char *date, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;

	pt_manual_program(&text, date);
	return write_page(folder, "pushtrain", 1, &text, err);
}

static int write_command(const char *folder, const char *date, const struct pt_command *command,
			 struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT, name = PT_BUF_INIT;

	pt_buf_printf(&name, "pushtrain-%s", command->name);
	pt_manual_command(&text, command, date);
	return write_page(folder, pt_buf_text(&name), 1, &text, err);
}

static int write_suite(const char *folder, const char *date, const char *path, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT, markdown = PT_BUF_INIT;
	const struct pt_manual_page page = {"pushtrain-suite", 5, "suite.yaml, what ships together",
					    date};
	int rc = pt_file_read(&markdown, path, MARKDOWN_MAX, err);

	if (rc < 0)
		return rc;
	pt_manual_markdown(&text, &page, pt_buf_text(&markdown));
	return write_page(folder, page.name, page.section, &text, err);
}

int main(int argc, char **argv)
{
	struct pt_err err = PT_ERR_INIT;

	if (argc != 4) {
		fprintf(stderr, "usage: generate FOLDER DATE SUITE_FILE\n");
		return 2;
	}
	int rc = write_program(argv[1], argv[2], &err);

	for (size_t i = 0; rc == 0 && i < pt_ncommand; i++)
		rc = write_command(argv[1], argv[2], &pt_commands[i], &err);
	if (rc == 0)
		rc = write_suite(argv[1], argv[2], argv[3], &err);
	if (rc < 0)
		fprintf(stderr, "generate: %s\n", err.text);
	return rc < 0;
}
