/* pushtrain report: what a run brought, from its journal alone, beside whoever drives it. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "cmd/live.h"
#include "cmd/voice.h"
#include "pipeline/report/view.h"

enum format { TEXT, HTML, MARKDOWN, JSON, CSV, NFORMAT };

static const char *const format_names[NFORMAT] = {"text", "html", "markdown", "json", "csv"};

/* Nobody should have to say it twice. */
static size_t format_of_ending(const char *path)
{
	static const struct {
		const char *ending;
		enum format format;
	} known[] = {{".html", HTML},         {".htm", HTML},  {".md", MARKDOWN},
		     {".markdown", MARKDOWN}, {".json", JSON}, {".csv", CSV}};
	const char *slash = strrchr(path, '/');
	const char *dot = strrchr(slash ? slash : path, '.');

	for (size_t i = 0; dot && i < PT_ARRAY_LEN(known); i++) {
		if (strcasecmp(dot, known[i].ending) == 0)
			return known[i].format;
	}
	return TEXT;
}

static int find_format(size_t *out, const struct pt_args *args, struct pt_err *err)
{
	int rc = pt_args_format(out, args, format_names, NFORMAT, err);

	if (rc == 0 && !args->format && !args->json && args->output)
		*out = format_of_ending(args->output);
	return rc;
}

/* The commands with the options that lead to this journal again. */
struct commands {
	struct pt_buf text[8];
	struct pt_report_commands all;
};

static int command(const char **out, struct pt_buf *text, const struct pt_live *live,
		   const char *verb, const char *after, struct pt_err *err)
{
	pt_live_command(text, live, verb, live->run.row.name);
	pt_buf_str(text, after);
	*out = pt_buf_text(text);
	return pt_buf_check(text, err);
}

static int find_commands(struct commands *c, const struct pt_live *live, struct pt_err *err)
{
	const struct {
		const char **to, *verb, *after;
	} wanted[] = {
	    {&c->all.status, "status", ""},          {&c->all.resume, "resume", ""},
	    {&c->all.repush, "repush", ""},          {&c->all.abort_, "abort", ""},
	    {&c->all.approve, "approve", ""},        {&c->all.why, "why", ""},
	    {&c->all.csv, "report", " -o left.csv"}, {&c->all.json, "report", " -o report.json"},
	};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < PT_ARRAY_LEN(wanted); i++)
		rc = command(wanted[i].to, &c->text[i], live, wanted[i].verb, wanted[i].after, err);
	return rc;
}

static void release_commands(struct commands *c)
{
	for (size_t i = 0; i < PT_ARRAY_LEN(c->text); i++)
		pt_buf_release(&c->text[i]);
}

static int to_file(void *context, const char *data, size_t size_bytes, struct pt_err *err)
{
	return pt_file_put(context, data, size_bytes, err);
}

static int to_stdout(void *context, const char *data, size_t size_bytes, struct pt_err *err)
{
	(void)context;
	if (fwrite(data, 1, size_bytes, stdout) != size_bytes || fflush(stdout) != 0)
		return pt_err_set(err, PT_E_IO, "cannot write to standard output");
	return 0;
}

static int write_as(size_t format, struct pt_report_out *out, struct pt_report_view *view,
		    struct pt_err *err)
{
	static int (*const as[NFORMAT])(struct pt_report_out *, struct pt_report_view *,
					struct pt_err *) = {
	    [TEXT] = pt_report_as_text,         [HTML] = pt_report_as_html,
	    [MARKDOWN] = pt_report_as_markdown, [JSON] = pt_report_as_json,
	    [CSV] = pt_report_as_csv,
	};
	int rc = as[format](out, view, err), end = pt_report_out_end(out, err);

	return rc < 0 ? rc : end;
}

static int write_report(const char *path, size_t format, struct pt_report_view *view,
			struct pt_err *err)
{
	struct pt_report_out out = {.text = PT_BUF_INIT, .pass = to_stdout, .err = PT_ERR_INIT};
	struct pt_file_fresh *file = NULL;
	int rc = path ? pt_file_begin(&file, path, err) : 0;

	if (rc < 0)
		return rc;
	if (path) {
		out.pass = to_file;
		out.context = file;
	}
	rc = write_as(format, &out, view, err);
	if (rc < 0)
		pt_file_drop(file);
	else if (file)
		rc = pt_file_end(file, err);
	return rc;
}

static int read_plan(struct pt_planned *out, const struct pt_live *live,
		     const struct pt_history *history, struct pt_arena *arena, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	const struct pt_journal journal = {live->store, history->status.run.row.run};
	int rc = pt_journal_plan(&text, &journal, err);

	if (rc == 0)
		rc = pt_planned_read(out, pt_buf_text(&text), text.len, &history->status, arena,
				     err);
	return rc;
}

static int report_run(struct pt_live *live, size_t format, const struct pt_history *history,
		      struct pt_err *err)
{
	struct commands commands = {.all = {.csv = NULL}};
	struct pt_arena arena = PT_ARENA_INIT;
	struct pt_planned planned;
	struct pt_report_view view = {.arena = PT_ARENA_INIT};
	int rc = read_plan(&planned, live, history, &arena, err);

	if (rc == 0)
		rc = find_commands(&commands, live, err);
	if (rc == 0)
		rc = pt_report_view_make(&view, history, &planned, &commands.all, err);
	if (rc == 0 && !live->c.args->output)
		view.look = pt_voice_out();
	if (rc == 0)
		rc = write_report(live->c.args->output, format, &view, err);
	pt_report_view_release(&view);
	release_commands(&commands);
	pt_arena_release(&arena);
	return rc;
}

static int report(struct pt_live *live, struct pt_err *err)
{
	const struct pt_args *args = live->c.args;
	struct pt_history history = {.arena = PT_ARENA_INIT};
	size_t format = TEXT;
	int rc = find_format(&format, args, err);

	if (rc == 0)
		rc = pt_live_open(live, args, PT_STORE_READ, err);
	if (rc == 0)
		rc = pt_journal_find(&live->run, live->store, args->operand, err);
	if (rc == 0)
		rc = pt_history_read(&history, live->store, live->run.row.name,
				     PT_HISTORY_ORGS | PT_HISTORY_REQUESTS | PT_HISTORY_FAILURES,
				     err);
	if (rc < 0)
		return rc;
	rc = report_run(live, format, &history, err);
	pt_history_release(&history);
	return rc;
}

enum pt_exit pt_cmd_report(const struct pt_args *args)
{
	PT_CLEANUP(pt_live_release) struct pt_live live = {.c = {.args = args}};
	struct pt_err err = PT_ERR_INIT;

	return report(&live, &err) < 0 ? pt_say_error(&err) : PT_EXIT_DONE;
}
