/* See report_write.h. */
#include "cmd/report_write.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "cmd/voice.h"

static const char *const format_names[PT_REPORT_NFORM] = {"text", "html", "markdown", "json",
							  "csv"};

/* Nobody should have to say it twice. */
enum pt_report_form pt_report_form_of(const char *path)
{
	static const struct {
		const char *ending;
		enum pt_report_form form;
	} known[] = {{".html", PT_REPORT_HTML},   {".htm", PT_REPORT_HTML},
		     {".md", PT_REPORT_MARKDOWN}, {".markdown", PT_REPORT_MARKDOWN},
		     {".json", PT_REPORT_JSON},   {".csv", PT_REPORT_CSV}};
	const char *slash = strrchr(path, '/');
	const char *dot = strrchr(slash ? slash : path, '.');

	for (size_t i = 0; dot && i < PT_ARRAY_LEN(known); i++) {
		if (strcasecmp(dot, known[i].ending) == 0)
			return known[i].form;
	}
	return PT_REPORT_TEXT;
}

int pt_report_form_find(enum pt_report_form *out, const struct pt_args *args, struct pt_err *err)
{
	size_t form = 0;
	int rc = pt_args_format(&form, args, format_names, PT_REPORT_NFORM, err);

	if (rc < 0)
		return rc;
	*out = (enum pt_report_form)form;
	if (!args->format && !args->json && args->output)
		*out = pt_report_form_of(args->output);
	return 0;
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

static int write_as(enum pt_report_form form, struct pt_report_out *out,
		    struct pt_report_view *view, struct pt_err *err)
{
	static int (*const as[PT_REPORT_NFORM])(struct pt_report_out *, struct pt_report_view *,
						struct pt_err *) = {
	    [PT_REPORT_TEXT] = pt_report_as_text,         [PT_REPORT_HTML] = pt_report_as_html,
	    [PT_REPORT_MARKDOWN] = pt_report_as_markdown, [PT_REPORT_JSON] = pt_report_as_json,
	    [PT_REPORT_CSV] = pt_report_as_csv,
	};
	int rc = as[form](out, view, err), end = pt_report_out_end(out, err);

	return rc < 0 ? rc : end;
}

static int write_to(const char *path, enum pt_report_form form, struct pt_report_view *view,
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
	rc = write_as(form, &out, view, err);
	if (rc < 0)
		pt_file_drop(file);
	else if (file)
		rc = pt_file_end(file, err);
	return rc;
}

static int read_plan(struct pt_planned *out, struct pt_store *store, const struct pt_status *status,
		     struct pt_arena *arena, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	const struct pt_journal journal = {store, status->run.row.run};
	int rc = pt_journal_plan(&text, &journal, err);

	return rc < 0 ? rc : pt_planned_read(out, pt_buf_text(&text), text.len, status, arena, err);
}

int pt_report_write(struct pt_store *store, const struct pt_report_wish *wish, struct pt_err *err)
{
	struct pt_arena arena = PT_ARENA_INIT;
	struct pt_report_view view = {.arena = PT_ARENA_INIT};
	struct pt_history history;
	struct pt_planned planned;
	int rc = pt_history_read(&history, store, wish->run,
				 PT_HISTORY_ORGS | PT_HISTORY_REQUESTS | PT_HISTORY_FAILURES, err);

	if (rc < 0)
		return rc;
	rc = read_plan(&planned, store, &history.status, &arena, err);
	if (rc == 0)
		rc = pt_report_view_make(&view, &history, &planned, wish->commands, err);
	if (rc == 0) {
		view.rehearsal = wish->rehearsal;
		if (!wish->path)
			view.look = pt_voice_out();
		rc = write_to(wish->path, wish->form, &view, err);
	}
	pt_report_view_release(&view);
	pt_arena_release(&arena);
	pt_history_release(&history);
	return rc;
}
