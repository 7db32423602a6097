/* man/generate FOLDER DATE: writes pushtrain.1 and pushtrain-COMMAND.1 for every command there. */
#include <stdio.h>

#include "base/file.h"
#include "cmd/manual.h"

static int write_page(const char *folder, const char *name, const struct pt_buf *text,
		      struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf path = PT_BUF_INIT;
	int rc;

	pt_buf_printf(&path, "%s/pushtrain%s%s.1", folder, name[0] ? "-" : "", name);
	rc = pt_buf_check(&path, err);
	if (rc == 0)
		rc = pt_buf_check(text, err);
	if (rc == 0)
		rc = pt_file_replace(pt_buf_text(&path), pt_buf_text(text), text->len, err);
	return rc;
}

int main(int argc, char **argv)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	struct pt_err err = PT_ERR_INIT;

	if (argc != 3) {
		fprintf(stderr, "usage: generate FOLDER DATE\n");
		return 2;
	}
	pt_manual_program(&text, argv[2]);
	int rc = write_page(argv[1], "", &text, &err);

	for (size_t i = 0; rc == 0 && i < pt_ncommand; i++) {
		pt_buf_clear(&text);
		pt_manual_command(&text, &pt_commands[i], argv[2]);
		rc = write_page(argv[1], pt_commands[i].name, &text, &err);
	}
	if (rc < 0)
		fprintf(stderr, "generate: %s\n", err.text);
	return rc < 0;
}
