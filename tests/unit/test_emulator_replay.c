/* The examples that fuzzing starts from, and what it found, replayed. */
#include "tests/unit/emulator_replay.h"

#include <dirent.h>
#include <stdlib.h>

#include "base/file.h"

static void replay_folder(const char *name, void (*replay)(const char *, size_t))
{
	char path[512];
	size_t n = 0;

	snprintf(path, sizeof(path), "%s/tests/data/emulator-%s", PT_SOURCE_DIR, name);
	DIR *folder = opendir(path);

	assert_non_null(folder);
	for (const struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
		struct pt_buf text = PT_BUF_INIT;

		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/tests/data/emulator-%s/%s", PT_SOURCE_DIR, name,
			 entry->d_name);
		assert_int_equal(pt_file_read(&text, path, SIZE_MAX, NULL), 0);
		replay(pt_buf_text(&text), text.len);
		pt_buf_release(&text);
		n++;
	}
	(void)closedir(folder);
	assert_true(n > 0);
}

PT_TEST(requests_are_answered_in_the_form_that_the_answers_claim)
{
	replay_folder("requests", replay_requests);
}

PT_TEST(rows_of_any_bytes_come_back_as_rows)
{
	replay_folder("csv", replay_csv);
}

PT_TEST_MAIN(PT_RUN(requests_are_answered_in_the_form_that_the_answers_claim),
	     PT_RUN(rows_of_any_bytes_come_back_as_rows))
