/* The dashboard's pages of one run: its history, read when they are made. See dashboard.h. */
#include <string.h>

#include "cmd/dashboard.h"
#include "pipeline/history/history.h"
#include "pipeline/report/view.h"

/* Everything that the pages of one run are made from. */
struct material {
	struct pt_history history;
	struct pt_planned planned;
	struct pt_report_commands commands;
	struct pt_report_view view;
	struct pt_arena arena; /* of the last two */
	bool read, viewed;
};

static void material_release(struct material *m)
{
	if (m->viewed)
		pt_report_view_release(&m->view);
	if (m->read)
		pt_history_release(&m->history);
	pt_arena_release(&m->arena);
}

static int put_command(const char **out, struct material *m, const struct pt_live *live,
		       const char *verb, const char *options, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;

	pt_live_command(&text, live, verb, m->history.status.run.row.name);
	pt_buf_str(&text, options);
	*out = pt_arena_strdup(&m->arena, pt_buf_text(&text));
	return text.failed || !*out ? pt_err_nomem(err) : 0;
}

static int make_commands(struct material *m, const struct pt_live *live, struct pt_err *err)
{
	const struct {
		const char **out, *verb, *options;
	} of[] = {
	    {&m->commands.status, "status", ""},
	    {&m->commands.resume, "resume", ""},
	    {&m->commands.repush, "repush", ""},
	    {&m->commands.abort_, "abort", ""},
	    {&m->commands.approve, "approve", ""},
	    {&m->commands.why, "why", ""},
	    {&m->commands.csv, "report", " -o left.csv"},
	    {&m->commands.json, "report", " -o report.json"},
	};

	for (size_t i = 0; i < PT_ARRAY_LEN(of); i++) {
		if (put_command(of[i].out, m, live, of[i].verb, of[i].options, err) < 0)
			return -(int)PT_E_NOMEM;
	}
	return 0;
}

static int read_plan(struct material *m, const struct pt_live *live, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	const struct pt_journal journal = {live->store, m->history.status.run.row.run};
	int rc = pt_journal_plan(&text, &journal, err);

	return rc < 0 ? rc
		      : pt_planned_read(&m->planned, pt_buf_text(&text), text.len,
					&m->history.status, &m->arena, err);
}

/* Fills an initialised one. */
static int material_read(struct material *m, const struct pt_live *live, const char *run,
			 unsigned parts, struct pt_err *err)
{
	int rc;

	if (!live->store)
		return pt_err_set(err, PT_E_NOTFOUND, "there is no journal %s", live->state);
	rc = pt_history_read(&m->history, live->store, run, parts, err);
	m->read = rc == 0;
	if (rc == 0)
		rc = make_commands(m, live, err);
	if (rc == 0)
		rc = read_plan(m, live, err);
	if (rc == 0)
		rc = pt_report_view_make(&m->view, &m->history, &m->planned, &m->commands, err);
	m->viewed = rc == 0;
	return rc;
}

/* The run of the board, for who drives it. */
static int find_run(struct pt_board_run *out, struct pt_dash *dash, const struct material *m,
		    struct pt_err *err)
{
	const struct pt_run_row *row = &m->history.status.run.row;

	*out = (struct pt_board_run){.status = m->history.status, .ended = m->view.ended};
	return pt_lock_owner(&out->driver, dash->live.lock_file, row->run, err);
}

/* A virtual clock stands still between two steps of its run; the machine's goes on. */
static int64_t now_of(const struct pt_history *history)
{
	struct pt_clock wall = pt_clock_wall();
	int64_t now_ms = history->status.progress.now_ms;

	if (!history->status.run.row.wall_clock || wall.now_ms(&wall) < now_ms)
		return now_ms;
	return wall.now_ms(&wall);
}

int pt_dash_run(struct pt_screen *out, struct pt_dash *dash, const char *run, struct pt_err *err)
{
	PT_CLEANUP(material_release) struct material m = {.arena = PT_ARENA_INIT};
	struct pt_board_run at;
	int rc = material_read(&m, &dash->live, run,
			       PT_HISTORY_ORGS | PT_HISTORY_REQUESTS | PT_HISTORY_FAILURES, err);

	if (rc == 0)
		rc = find_run(&at, dash, &m, err);
	return rc < 0 ? rc : pt_screen_of_run(out, &m.view, &at, now_of(&m.history), err);
}

/* The options that lead from a command to this journal. */
static void options_of(struct pt_buf *out, const struct pt_args *args)
{
	if (strcmp(args->file, "suite.yaml") != 0)
		pt_buf_printf(out, " -f %s", args->file);
	if (args->state)
		pt_buf_printf(out, " --state %s", args->state);
}

static int find_org(uint32_t *out, const struct pt_history *h, const char *text, struct pt_err *err)
{
	struct pt_org_key key;

	if (pt_org_key_parse(&key, text, strlen(text), err) < 0)
		return -(int)PT_E_INVALID;
	*out = pt_history_find(h, &key);
	if (*out != UINT32_MAX)
		return 0;
	return pt_err_set(err, PT_E_NOTFOUND,
			  "org %s is not in run %s: it had no package of the suite when the run "
			  "last read who has what",
			  text, h->status.run.row.name);
}

int pt_dash_org(struct pt_screen *out, struct pt_dash *dash, const char *run, const char *org,
		struct pt_err *err)
{
	PT_CLEANUP(material_release) struct material m = {.arena = PT_ARENA_INIT};
	PT_CLEANUP(pt_buf_release) struct pt_buf options = PT_BUF_INIT;
	struct pt_story story = {.arena = PT_ARENA_INIT};
	uint32_t at = 0;
	int rc;

	if (!dash->live.store)
		return pt_err_set(err, PT_E_NOTFOUND, "there is no journal %s", dash->live.state);
	rc = pt_history_read(&m.history, dash->live.store, run, PT_HISTORY_ALL, err);
	m.read = rc == 0;
	if (rc == 0)
		rc = find_org(&at, &m.history, org, err);
	options_of(&options, dash->live.c.args);
	if (rc == 0)
		rc = pt_story_tell(&story, &m.history, at, pt_buf_text(&options), err);
	if (rc == 0)
		pt_screen_of_org(out, &story);
	pt_story_release(&story);
	return rc;
}

static int append(void *context, const char *data, size_t size_bytes, struct pt_err *err)
{
	struct pt_buf *out = context;

	pt_buf_bytes(out, data, size_bytes);
	return pt_buf_check(out, err);
}

int pt_dash_report(struct pt_buf *out, struct pt_dash *dash, const char *run, struct pt_err *err)
{
	PT_CLEANUP(material_release) struct material m = {.arena = PT_ARENA_INIT};
	struct pt_report_out whole = {.pass = append, .context = out, .err = PT_ERR_INIT};
	int rc = material_read(&m, &dash->live, run, PT_HISTORY_ALL, err);

	if (rc < 0)
		return rc;
	rc = pt_report_as_html(&whole, &m.view, err);
	int end_rc = pt_report_out_end(&whole, rc < 0 ? NULL : err);

	return rc < 0 ? rc : end_rc;
}
