/* See metrics_file.h. */
#include "cmd/metrics_file.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/instant.h"
#include "connectors/clock/clock.h"
#include "pipeline/dashboard/board.h"
#include "pipeline/metrics.h"

enum {
	EVERY_MS = 5000,
	COST_FACTOR = 20, /* it takes a twentieth of the time at most */
};

struct pt_metrics_file {
	const char *path;
	const struct pt_journal *journal;
	struct pt_board board;
	int64_t due_ms;
	bool driving, failed;
};

/* A pipe would be waited for, and the run with it. */
static bool is_file(const char *path)
{
	struct stat seen;

	return stat(path, &seen) < 0 || S_ISREG(seen.st_mode);
}

static bool is_collected(const char *path)
{
	static const char END[] = ".prom";
	size_t len = strlen(path);

	return len > strlen(END) && path[len - strlen(END) - 1] != '/' &&
	       strcmp(path + len - strlen(END), END) == 0;
}

int pt_metrics_file_check(const struct pt_args *args, struct pt_err *err)
{
	const char *path = args->metrics;

	if (path && is_collected(path) && !is_file(path))
		return pt_err_set(err, PT_E_USAGE, "--metrics '%s' is no regular file", path);
	if (!path || is_collected(path))
		return 0;
	return pt_err_set(
	    err, PT_E_USAGE,
	    "--metrics '%s', expected a name that ends in .prom: collectors pass over "
	    "others",
	    path);
}

struct pt_metrics_file *pt_metrics_file_open(const struct pt_args *args,
					     const struct pt_journal *journal)
{
	struct pt_metrics_file *file = args->metrics ? calloc(1, sizeof(*file)) : NULL;

	if (args->metrics && !file)
		pt_say("metrics: nothing is written: out of memory");
	if (file)
		*file = (struct pt_metrics_file){
		    .path = args->metrics, .journal = journal, .driving = true};
	return file;
}

/* Of other runs this process cannot say: to look at their locks would give up its own. */
static int driver_of(void *context, int64_t *out, int64_t run, struct pt_err *err)
{
	const struct pt_metrics_file *file = context;

	(void)err;
	*out = run != file->journal->run ? PT_BOARD_DRIVER_UNKNOWN : file->driving;
	return 0;
}

static int write_file(struct pt_metrics_file *file, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	int rc = pt_board_read(&file->board, file->journal->store, driver_of, file, err);

	if (rc == 0 && !is_file(file->path))
		rc = pt_err_set(err, PT_E_INVALID, "'%s' is no regular file", file->path);
	if (rc == 0)
		rc = pt_board_metrics(&text, &file->board, err);
	if (rc == 0)
		rc = pt_file_replace(file->path, pt_buf_text(&text), text.len, err);
	/* Whoever collects it is another user. */
	if (rc == 0)
		(void)chmod(file->path, 0644);
	return rc;
}

static void write_and_say(struct pt_metrics_file *file)
{
	struct pt_err err = PT_ERR_INIT;

	if (write_file(file, &err) == 0) {
		file->failed = false;
		return;
	}
	if (!file->failed)
		pt_say("metrics: %s; the run goes on without", err.text);
	file->failed = true;
}

void pt_metrics_file_write(struct pt_metrics_file *file)
{
	if (file)
		write_and_say(file);
}

int64_t pt_metrics_file_turn(struct pt_metrics_file *file)
{
	int64_t now_ms, cost_ms;

	if (!file)
		return PT_NEVER;
	now_ms = pt_clock_monotonic_ms();
	if (now_ms >= file->due_ms) {
		write_and_say(file);
		cost_ms = COST_FACTOR * (pt_clock_monotonic_ms() - now_ms);
		file->due_ms = now_ms + (cost_ms > EVERY_MS ? cost_ms : EVERY_MS);
	}
	return file->due_ms - now_ms;
}

void pt_metrics_file_end(struct pt_metrics_file *file)
{
	if (!file)
		return;
	file->driving = false;
	write_and_say(file);
	pt_board_release(&file->board);
	free(file);
}
