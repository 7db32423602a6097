/* The journal as it changes, and the pages made of it. See dashboard.h. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/instant.h"
#include "base/url.h"
#include "cmd/dashboard.h"

enum {
	LOOK_MS = 1000,
	TICK_MS = 30000, /* how long until something is changes without the journal */
	COST_FACTOR = 10,
	OPEN_MS = 5000, /* a page that was asked for since is open */
	VIEWS_MOST = 32,
};

/* 0: there is none. */
static uint64_t inode_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? (uint64_t)st.st_ino : 0;
}

static int open_store(struct pt_dash *dash, struct pt_err *err)
{
	int rc;

	dash->inode = inode_of(dash->live.state);
	rc = pt_store_open_sqlite(&dash->live.store, dash->live.state, &pt_journal_schema,
				  PT_STORE_READ, err);
	dash->there = rc == 0;
	dash->change += rc == 0;
	return rc;
}

int pt_dash_open(struct pt_dash *dash, const struct pt_args *args, struct pt_err *err)
{
	struct stat st;
	int rc;

	dash->live.c.args = args;
	dash->change = 1;
	rc = pt_live_open(&dash->live, args, PT_STORE_READ, err);
	if (rc == 0) {
		dash->inode = inode_of(dash->live.state);
		dash->there = true;
		return 0;
	}
	/* Before the first run of a suite there is none. */
	if (err->code == PT_E_NOTFOUND && !args->state && stat(args->file, &st) == 0) {
		*err = (struct pt_err)PT_ERR_INIT;
		return 0;
	}
	return rc;
}

static void release_view(struct pt_dash_view *view)
{
	pt_screen_release(&view->screen);
	free(view->key);
	free(view->run);
	free(view->org);
	free(view);
}

void pt_dash_release(struct pt_dash *dash)
{
	while (dash->view) {
		struct pt_dash_view *next = dash->view->next;

		release_view(dash->view);
		dash->view = next;
	}
	pt_board_release(&dash->board);
	pt_buf_release(&dash->metrics);
	pt_live_release(&dash->live);
}

/* Another file has taken its place: what was open is of the past. */
static void follow_file(struct pt_dash *dash)
{
	struct pt_err err = PT_ERR_INIT;
	uint64_t inode = inode_of(dash->live.state);

	if (dash->live.store && inode == dash->inode)
		return;
	if (dash->live.store)
		dash->change++;
	pt_store_closep(&dash->live.store);
	dash->live.store = NULL;
	dash->there = false;
	pt_board_release(&dash->board);
	if (inode)
		(void)!open_store(dash, &err);
}

/* Who drives what is not in the journal. */
static bool drivers_changed(const struct pt_dash *dash)
{
	bool changed = false;

	for (size_t i = 0; i < dash->board.n; i++) {
		const struct pt_board_run *run = &dash->board.run[i];
		int64_t driver = 0;

		if (!run->ended && pt_lock_owner(&driver, dash->live.lock_file,
						 run->status.run.row.run, NULL) == 0)
			changed |= driver != run->driver;
	}
	return changed;
}

void pt_dash_look(struct pt_dash *dash, int64_t now_ms)
{
	bool changed = false;

	if (now_ms - dash->looked_ms < LOOK_MS)
		return;
	dash->looked_ms = now_ms;
	follow_file(dash);
	if (dash->live.store &&
	    dash->live.store->ops->changed(&changed, dash->live.store, NULL) < 0)
		changed = true;
	if (changed || drivers_changed(dash) || now_ms - dash->ticked_ms >= TICK_MS) {
		dash->change++;
		dash->ticked_ms = now_ms;
	}
}

bool pt_dash_is_fresh(const struct pt_dash *dash, const struct pt_dash_age *age, int64_t now_ms)
{
	return age->change == dash->change || now_ms - age->made_ms < COST_FACTOR * age->cost_ms;
}

static struct pt_dash_age age_of(const struct pt_dash *dash, int64_t begun_ms)
{
	int64_t now_ms = pt_clock_monotonic_ms();

	return (struct pt_dash_age){dash->change, now_ms, now_ms - begun_ms};
}

static int driver_of(void *context, int64_t *out, int64_t run, struct pt_err *err)
{
	const struct pt_dash *dash = context;

	return pt_lock_owner(out, dash->live.lock_file, run, err);
}

int pt_dash_board(struct pt_dash *dash, struct pt_err *err)
{
	int64_t now_ms = pt_clock_monotonic_ms();
	int rc;

	if (!dash->live.store) {
		pt_board_release(&dash->board);
		return 0;
	}
	if (dash->board_age.change && pt_dash_is_fresh(dash, &dash->board_age, now_ms))
		return 0;
	rc = pt_board_read(&dash->board, dash->live.store, driver_of, dash, err);
	dash->board_age = age_of(dash, now_ms);
	return rc;
}

int pt_dash_metrics(struct pt_dash *dash, struct pt_err *err)
{
	int64_t now_ms = pt_clock_monotonic_ms();
	int rc;

	if (dash->metrics.len && pt_dash_is_fresh(dash, &dash->metrics_age, now_ms))
		return 0;
	rc = pt_dash_board(dash, err);
	pt_buf_clear(&dash->metrics);
	if (rc == 0)
		rc = pt_board_metrics(&dash->metrics, &dash->board, err);
	dash->metrics_age = age_of(dash, now_ms);
	return rc;
}

/* Takes "/run/NAME", "/run/NAME/org?q=ORG" apart. */
static bool parse_key(struct pt_dash_view *view)
{
	static const char RUN[] = "/run/", ORG[] = "/org";
	PT_CLEANUP(pt_buf_release) struct pt_buf run = PT_BUF_INIT;
	PT_CLEANUP(pt_buf_release) struct pt_buf org = PT_BUF_INIT;
	const char *path = view->key;
	size_t len = strcspn(path, "?");

	view->kind = PT_DASH_NONE;
	if (len == 1 && path[0] == '/')
		view->kind = PT_DASH_RUNS;
	if (strncmp(path, RUN, strlen(RUN)) != 0 || len == strlen(RUN))
		return true;
	if (strncmp(path + len, "?q=", 3) == 0)
		pt_url_decode(&org, path + len + 3, strlen(path + len + 3), false);
	view->kind = PT_DASH_RUN;
	if (len > strlen(RUN) + strlen(ORG) &&
	    strncmp(path + len - strlen(ORG), ORG, strlen(ORG)) == 0) {
		view->kind = PT_DASH_ORG;
		len -= strlen(ORG);
	}
	pt_url_decode(&run, path + strlen(RUN), len - strlen(RUN), false);
	view->run = strdup(pt_buf_text(&run));
	view->org = strdup(pt_buf_text(&org));
	return view->run && view->org && !run.failed && !org.failed;
}

static struct pt_dash_view *new_view(const char *key)
{
	struct pt_dash_view *view = calloc(1, sizeof(*view));

	if (view)
		view->key = strdup(key);
	if (view && (!view->key || !parse_key(view))) {
		release_view(view);
		return NULL;
	}
	return view;
}

/* Makes room for one more: the one that was asked for longest ago goes. */
static void drop_views(struct pt_dash *dash)
{
	struct pt_dash_view **oldest = NULL;
	size_t n = 0;

	for (struct pt_dash_view **link = &dash->view; *link; link = &(*link)->next) {
		n++;
		if (!oldest || (*link)->used_ms <= (*oldest)->used_ms)
			oldest = link;
	}
	if (n < VIEWS_MOST)
		return;
	struct pt_dash_view *gone = *oldest;

	*oldest = gone->next;
	release_view(gone);
}

static struct pt_dash_view *find_view(struct pt_dash *dash, const char *key)
{
	struct pt_dash_view *view = dash->view;

	while (view && strcmp(view->key, key) != 0)
		view = view->next;
	if (view)
		return view;
	drop_views(dash);
	view = new_view(key);
	if (view) {
		view->next = dash->view;
		dash->view = view;
	}
	return view;
}

static void show_failure(struct pt_dash_view *view, const struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;

	pt_err_print(&text, err);
	bool asked_wrong = err->code == PT_E_NOTFOUND || view->kind == PT_DASH_ORG;

	view->status = asked_wrong ? 404 : 500;
	pt_screen_of_words(&view->screen, asked_wrong ? "Not found" : "It cannot be shown",
			   pt_buf_text(&text));
	if (view->kind == PT_DASH_ORG)
		pt_screen_search(&view->screen, view->run, view->org);
}

/* Pages that are open at the same time share what one alone may cost. */
static bool is_fresh_view(const struct pt_dash *dash, const struct pt_dash_view *view,
			  int64_t now_ms)
{
	struct pt_dash_age age = view->age;
	int64_t nopen = 0;

	for (const struct pt_dash_view *v = dash->view; v; v = v->next)
		nopen += now_ms - v->used_ms < OPEN_MS;
	age.cost_ms *= nopen;
	return pt_dash_is_fresh(dash, &age, now_ms);
}

struct pt_dash_view *pt_dash_page(struct pt_dash *dash, const char *key)
{
	struct pt_dash_view *view = find_view(dash, key);
	struct pt_err err = PT_ERR_INIT;
	int64_t now_ms = pt_clock_monotonic_ms();
	struct pt_screen screen = {.n = 0};

	if (!view)
		return NULL;
	view->used_ms = now_ms;
	if (view->age.change && is_fresh_view(dash, view, now_ms))
		return view;
	int rc = pt_dash_make(&screen, &view->status, dash, view, &err);

	pt_screen_release(&view->screen);
	if (rc < 0)
		show_failure(view, &err);
	else
		view->screen = screen;
	view->age = age_of(dash, now_ms);
	return view;
}

int pt_dash_make(struct pt_screen *out, unsigned *status_out, struct pt_dash *dash,
		 const struct pt_dash_view *view, struct pt_err *err)
{
	int rc;

	*status_out = 200;
	switch (view->kind) {
	case PT_DASH_RUNS:
		rc = pt_dash_board(dash, err);
		return rc < 0 ? rc
			      : pt_screen_of_runs(out, &dash->board, dash->live.state, dash->there,
						  err);
	case PT_DASH_RUN:
		return pt_dash_run(out, dash, view->run, err);
	case PT_DASH_ORG:
		return pt_dash_org(out, dash, view->run, view->org, err);
	case PT_DASH_NONE:
		break;
	}
	return pt_err_set(err, PT_E_NOTFOUND, "there is no page %s", view->key);
}
