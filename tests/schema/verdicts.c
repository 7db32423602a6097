/*
 * What the suite's own reader says, for tests/schema/compare:
 *
 *     verdicts tables FILE     a line for each map of keys: its path, then its keys, tabs between;
 *                              '!' behind those that must be there
 *     verdicts                 reads suite files from stdin, each ended by a NUL: a line for each,
 *                              "ok" or the first error
 */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "config/suite.h"
#include "config/suite_keys.h"

enum { FILE_MAX_BYTES = 64 << 20 };

static void print_table(void *user, const struct pt_suite_table *table)
{
	(void)user;
	printf("%s", table->path);
	for (size_t i = 0; i < table->n; i++)
		printf("\t%s%s", table->name[i], table->required[i] ? "!" : "");
	putchar('\n');
}

static int print_tables(const char *path)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	PT_CLEANUP(pt_errs_release) struct pt_errs errs = PT_ERRS_INIT;
	struct pt_err err = PT_ERR_INIT;

	if (pt_file_read(&text, path, FILE_MAX_BYTES, &err) < 0 ||
	    pt_suite_tables(pt_buf_text(&text), text.len, path, print_table, NULL, &errs) < 0) {
		fprintf(stderr, "verdicts: %s\n", errs.n ? errs.item[0].text : err.text);
		return 1;
	}
	return 0;
}

static void judge(const char *text, size_t len)
{
	PT_CLEANUP(pt_errs_release) struct pt_errs errs = PT_ERRS_INIT;
	PT_CLEANUP(pt_suite_freep) struct pt_suite *suite = NULL;

	if (pt_suite_parse(&suite, text, len, "suite.yaml", &errs) == 0)
		puts("ok");
	else
		printf("%u: %s\n", errs.item[0].line, errs.item[0].text);
}

int main(int argc, char **argv)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;

	if (argc == 3 && strcmp(argv[1], "tables") == 0)
		return print_tables(argv[2]);
	for (int c = getchar(); c != EOF; c = getchar()) {
		if (c != '\0') {
			pt_buf_char(&text, (char)c);
			continue;
		}
		judge(pt_buf_text(&text), text.len);
		pt_buf_clear(&text);
	}
	return text.failed || text.len ? 1 : 0;
}
