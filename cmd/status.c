/*
 * pushtrain status: how a run stands, or which runs there are; beside whoever drives it.
 * With --watch again and again, until the run ends.
 */
#include <string.h>

#include "base/instant.h"
#include "cmd/live.h"
#include "cmd/voice.h"
#include "pipeline/status.h"

#define EVERY_MS (2 * PT_SECOND_MS)

/* One look at a run: what is read of it, and from where it is looked at. */
struct view {
	struct pt_live *live;
	struct pt_status status;
	struct pt_zone *zone;
	int64_t driver;
	struct pt_buf resume;
};

static void release(struct view *view)
{
	pt_status_release(&view->status);
	pt_zone_free(pt_take(view->zone));
	pt_buf_release(&view->resume);
}

static int read_run(struct view *view, struct pt_err *err)
{
	struct pt_live *live = view->live;
	struct pt_status status = {.arena = PT_ARENA_INIT};
	int rc = pt_status_read(&status, live->store, live->c.args->operand, err);

	if (rc < 0)
		return rc;
	pt_status_release(&view->status);
	view->status = status;
	rc = pt_lock_owner(&view->driver, live->lock_file, status.run.row.run, err);
	if (rc == 0 && !view->zone)
		rc = pt_zone_open(&view->zone, status.run.row.timezone, err);
	pt_buf_clear(&view->resume);
	pt_live_command(&view->resume, live, "resume", status.run.row.name);
	return rc;
}

/* A virtual clock stands between two looks. */
static int64_t now_of(const struct view *view)
{
	struct pt_clock wall = pt_clock_wall();

	return view->status.run.row.wall_clock ? wall.now_ms(&wall) : 0;
}

static int show(struct pt_buf *out, const struct view *view, bool brief, struct pt_err *err)
{
	const struct pt_status_view from = {.zone = view->zone,
					    .driver = view->driver,
					    .resume = pt_buf_text(&view->resume),
					    .now_ms = now_of(view),
					    .brief = brief,
					    .look = pt_voice_out()};

	return pt_status_text(out, &view->status, &from, err);
}

/* What is no terminal gets a line whenever it is another one. */
static enum pt_exit say_line(struct pt_buf *last, const struct view *view)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf line = PT_BUF_INIT;
	const struct pt_status_view from = {.zone = view->zone, .look = PT_LOOK_PLAIN};
	char when[PT_INSTANT_TEXT];

	pt_status_line(&line, &view->status, &from);
	if (strcmp(pt_buf_text(&line), pt_buf_text(last)) == 0)
		return PT_EXIT_DONE;
	pt_buf_clear(last);
	pt_buf_str(last, pt_buf_text(&line));
	pt_buf_clear(&line);
	pt_buf_printf(&line, "%s  %s\n",
		      pt_zone_text(when, view->zone, view->status.progress.now_ms),
		      pt_buf_text(last));
	return pt_print(&line, PT_EXIT_DONE);
}

static enum pt_exit draw(const struct view *view, struct pt_buf *last)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	struct pt_err err = PT_ERR_INIT;

	if (!pt_voice_out_moves())
		return say_line(last, view);
	if (show(&text, view, true, &err) < 0 || pt_buf_check(&text, &err) < 0)
		return pt_say_error(&err);
	pt_voice_draw_out(pt_buf_text(&text));
	return PT_EXIT_DONE;
}

static int interval(int64_t *out_ms, const struct pt_args *args, struct pt_err *err)
{
	*out_ms = EVERY_MS;
	if (!args->every)
		return 0;
	if (pt_duration_parse(out_ms, args->every, err) < 0)
		return pt_err_wrap(err, "--every");
	if (*out_ms > 0)
		return 0;
	return pt_err_set(err, PT_E_USAGE, "--every %s: expected more than nothing, such as 2s",
			  args->every);
}

static void wait_for_next(int64_t every_ms)
{
	struct pt_clock wall = pt_clock_wall();
	int64_t until_ms = wall.now_ms(&wall) + every_ms;

	/* A signal ends a wait: another width is drawn at once. */
	if (pt_voice_out_moves())
		wall.wait(&wall, until_ms);
	while (!pt_voice_out_moves() && !pt_live_stopped() && wall.now_ms(&wall) < until_ms)
		wall.wait(&wall, until_ms);
}

/* Between two looks only the time goes on; the journal is read when they are due. */
static enum pt_exit watch(struct view *view)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf last = PT_BUF_INIT;
	enum pt_exit status = PT_EXIT_DONE;
	struct pt_err err = PT_ERR_INIT;
	int64_t every_ms, read_ms = 0;

	if (interval(&every_ms, view->live->c.args, &err) < 0)
		return pt_say_error(&err);
	pt_live_catch_signals();
	while (status == PT_EXIT_DONE && !pt_live_stopped()) {
		if (read_ms == 0 || pt_clock_monotonic_ms() - read_ms >= every_ms) {
			if (read_run(view, &err) < 0)
				return pt_say_error(&err);
			read_ms = pt_clock_monotonic_ms();
		}
		status = draw(view, &last);
		if (pt_status_has_ended(&view->status))
			break;
		wait_for_next(every_ms);
	}
	return status;
}

static enum pt_exit show_run(struct view *view)
{
	const struct pt_args *args = view->live->c.args;
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
	struct pt_err err = PT_ERR_INIT;
	int rc;

	if (args->live)
		return watch(view);
	rc = read_run(view, &err);
	if (rc == 0 && args->json)
		pt_status_json(&out, &view->status, view->driver);
	else if (rc == 0)
		rc = show(&out, view, false, &err);
	return rc < 0 ? pt_say_error(&err) : pt_print(&out, PT_EXIT_DONE);
}

static enum pt_exit list_runs(struct pt_live *live)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
	const struct pt_look look = pt_voice_out();
	struct pt_err err = PT_ERR_INIT;

	if (pt_status_list(&out, live->store, live->c.args->json, &look, &err) < 0)
		return pt_say_error(&err);
	return pt_print(&out, PT_EXIT_DONE);
}

static int check_args(const struct pt_args *args, struct pt_err *err)
{
	if (args->live && !args->operand)
		return pt_err_set(err, PT_E_USAGE,
				  "--watch is of one run, expected its name: 'pushtrain status' "
				  "lists them");
	if (args->live && args->json)
		return pt_err_set(err, PT_E_USAGE, "--watch and --json exclude each other");
	if (args->every && !args->live)
		return pt_err_set(err, PT_E_USAGE, "--every goes with --watch");
	return 0;
}

enum pt_exit pt_cmd_status(const struct pt_args *args)
{
	PT_CLEANUP(pt_live_release) struct pt_live live = {.c = {.args = args}};
	PT_CLEANUP(release)
	struct view view = {
	    .live = &live, .status = {.arena = PT_ARENA_INIT}, .resume = PT_BUF_INIT};
	struct pt_err err = PT_ERR_INIT;

	if (check_args(args, &err) < 0 || pt_live_open(&live, args, PT_STORE_READ, &err) < 0)
		return pt_say_error(&err);
	return args->operand ? show_run(&view) : list_runs(&live);
}
