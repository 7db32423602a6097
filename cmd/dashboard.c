/* pushtrain dashboard: how runs stand, live in a browser of this machine. */
#include "cmd/dashboard.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "base/url.h"
#include "pipeline/report/page.h"

enum {
	PORT = 8473,
	PORT_MAX = 65535,
	VISITS = 64,
	STREAMS = 24,
	PATIENCE_MS = 20000,
	BEAT_MS = 15000,
	TURN_MS = 250,
};

static const char HTML[] = "text/html; charset=utf-8";
static const char REPORT_POLICY[] =
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'";

/* What the page of a stream shows by now: a digest of each section. */
struct shown {
	char title[PT_SCREEN_TITLE];
	uint64_t digest[PT_SCREEN_SECTIONS];
	const char *id[PT_SCREEN_SECTIONS];
	size_t n;
};

/* Before the style of the dashboard's own comes the reports'. */
static int put_file(struct pt_web_answer *out, const char *type, const char *text)
{
	out->status = 200;
	out->type = type;
	for (size_t i = 0; text == pt_dashboard_css && pt_page_style[i]; i++)
		pt_buf_str(&out->body, pt_page_style[i]);
	pt_buf_str(&out->body, text);
	return 0;
}

static const struct asset {
	const char *path, *type, *text;
} assets[] = {
    {"/dashboard.css", "text/css; charset=utf-8", pt_dashboard_css},
    {"/dashboard.js", "text/javascript; charset=utf-8", pt_dashboard_js},
    {"/icon.svg", "image/svg+xml", pt_dashboard_icon},
};

static int put_words(struct pt_web_answer *out, unsigned status, const char *title,
		     const char *words)
{
	struct pt_screen screen;

	pt_screen_of_words(&screen, title, words);
	pt_screen_html(&out->body, &screen, "");
	pt_screen_release(&screen);
	out->status = status;
	out->type = HTML;
	out->policy = PT_SCREEN_POLICY;
	return 0;
}

static int put_metrics(struct pt_web_answer *out, struct pt_dash *dash)
{
	struct pt_err err = PT_ERR_INIT;

	out->type = "text/plain; version=0.0.4; charset=utf-8";
	out->status = 200;
	if (pt_dash_metrics(dash, &err) == 0) {
		pt_buf_bytes(&out->body, pt_buf_text(&dash->metrics), dash->metrics.len);
		return 0;
	}
	out->status = 500;
	pt_buf_printf(&out->body, "%s\n", err.text);
	return 0;
}

/* "/run/NAME/report": the name, in `name`. */
static bool is_report(struct pt_buf *name, const char *path)
{
	static const char BEFORE[] = "/run/", AFTER[] = "/report";
	size_t len = strlen(path), around = strlen(BEFORE) + strlen(AFTER);

	if (len <= around || strncmp(path, BEFORE, strlen(BEFORE)) != 0 ||
	    strcmp(path + len - strlen(AFTER), AFTER) != 0)
		return false;
	pt_buf_bytes(name, path + strlen(BEFORE), len - around);
	return true;
}

static int put_report(struct pt_web_answer *out, struct pt_dash *dash, const char *run)
{
	struct pt_err err = PT_ERR_INIT;

	if (pt_dash_report(&out->body, dash, run, &err) < 0) {
		pt_buf_clear(&out->body);
		return put_words(out, err.code == PT_E_NOTFOUND ? 404 : 500, "No report", err.text);
	}
	out->status = 200;
	out->type = HTML;
	out->policy = REPORT_POLICY;
	return 0;
}

/* The page's path, with the query that belongs to it. */
static void key_of(struct pt_buf *out, const struct pt_web_request *request)
{
	const char *org = pt_web_query(request, "q");

	pt_url_encode(out, request->path, strlen(request->path), "/", false);
	if (org && *org) {
		pt_buf_str(out, "?q=");
		pt_url_encode(out, org, strlen(org), "", false);
	}
}

static int put_page(struct pt_web_answer *out, struct pt_dash *dash,
		    const struct pt_web_request *request)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf key = PT_BUF_INIT;
	const struct pt_dash_view *view;

	key_of(&key, request);
	view = pt_dash_page(dash, pt_buf_text(&key));
	if (!view)
		return put_words(out, 500, "Out of memory", "This page could not be made.");
	out->status = view->status;
	out->type = HTML;
	out->policy = PT_SCREEN_POLICY;
	pt_screen_html(&out->body, &view->screen, view->key);
	return 0;
}

static int answer(void *context, struct pt_web_answer *out, const struct pt_web_request *request,
		  struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf run = PT_BUF_INIT;
	struct pt_dash *dash = context;

	(void)err;
	for (size_t i = 0; i < PT_ARRAY_LEN(assets); i++) {
		if (strcmp(request->path, assets[i].path) == 0)
			return put_file(out, assets[i].type, assets[i].text);
	}
	pt_dash_look(dash, pt_clock_monotonic_ms());
	out->stream = strcmp(request->path, "/events") == 0;
	if (out->stream)
		return 0;
	if (strcmp(request->path, "/metrics") == 0)
		return put_metrics(out, dash);
	if (is_report(&run, request->path))
		return put_report(out, dash, pt_buf_text(&run));
	return put_page(out, dash, request);
}

static uint64_t *digest_of(struct shown *shown, const char *id)
{
	size_t i = 0;

	while (i < shown->n && strcmp(shown->id[i], id) != 0)
		i++;
	if (i == shown->n && shown->n < PT_SCREEN_SECTIONS)
		shown->id[shown->n++] = id;
	return &shown->digest[i < PT_SCREEN_SECTIONS ? i : 0];
}

/* What its page does not show yet. */
static void send_changes(struct pt_web_stream *stream, struct shown *shown,
			 const struct pt_screen *screen)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;

	for (size_t i = 0; i < screen->n; i++) {
		uint64_t *digest = digest_of(shown, screen->section[i].id);

		if (*digest == screen->section[i].digest)
			continue;
		*digest = screen->section[i].digest;
		pt_buf_clear(&text);
		pt_screen_event(&text, screen, &screen->section[i]);
		pt_web_send(stream, "section", pt_buf_text(&text));
	}
	if (strcmp(shown->title, screen->title) != 0) {
		snprintf(shown->title, sizeof(shown->title), "%s", screen->title);
		pt_buf_clear(&text);
		pt_screen_event(&text, screen, NULL);
		pt_web_send(stream, "title", pt_buf_text(&text));
	}
}

/*
 * A new stream is sent everything: its page may be from before a change. One that is slow is sent
 * what has changed once it has taken what it was sent: never what is of the past by then.
 */
static void feed(struct pt_dash *dash, const struct pt_web *web)
{
	for (struct pt_web_stream *s = pt_web_stream(web, NULL); s; s = pt_web_stream(web, s)) {
		if (pt_web_stream_is_behind(s))
			continue;
		void **kept = pt_web_stream_kept(s);
		const struct pt_dash_view *view = pt_dash_page(dash, pt_web_stream_page(s));

		if (!*kept)
			*kept = calloc(1, sizeof(struct shown));
		if (*kept && view)
			send_changes(s, *kept, &view->screen);
	}
}

static int serve(struct pt_dash *dash, struct pt_web *web, struct pt_err *err)
{
	int rc = 0;

	printf("http://127.0.0.1:%u/\n", pt_web_port(web));
	if (fflush(stdout) != 0)
		return pt_err_set(err, PT_E_IO, "cannot write to stdout");
	if (!dash->there)
		pt_say("there is no journal %s yet; it is shown as soon as there is a run",
		       dash->live.state);
	while (rc == 0 && !pt_live_stopped()) {
		rc = pt_web_turn(web, TURN_MS, err);
		pt_dash_look(dash, pt_clock_monotonic_ms());
		feed(dash, web);
	}
	return rc;
}

static int open_web(struct pt_web **out, struct pt_dash *dash, int64_t port, struct pt_err *err)
{
	const struct pt_web_conf conf = {.port = port < 0 ? PORT : (uint16_t)port,
					 .visits = VISITS,
					 .streams = STREAMS,
					 .patience_ms = PATIENCE_MS,
					 .beat_ms = BEAT_MS,
					 .answer = answer,
					 .context = dash,
					 .forget = free};
	int rc;

	if (port > PORT_MAX)
		return pt_err_set(err, PT_E_USAGE, "--port %lld, expected 0 to %d", (long long)port,
				  PORT_MAX);
	rc = pt_web_new(out, &conf, err);
	if (rc < 0 && err->sys == EADDRINUSE)
		(void)snprintf(err->text, sizeof(err->text),
			       "port %u is taken, perhaps by another dashboard: look at "
			       "http://127.0.0.1:%u/, or take any free port with --port 0",
			       conf.port, conf.port);
	return rc;
}

enum pt_exit pt_cmd_dashboard(const struct pt_args *args)
{
	PT_CLEANUP(pt_dash_release) struct pt_dash dash = {.there = false};
	PT_CLEANUP(pt_web_freep) struct pt_web *web = NULL;
	struct pt_err err = PT_ERR_INIT;

	pt_live_catch_signals();
	if (pt_dash_open(&dash, args, &err) < 0 || open_web(&web, &dash, args->port, &err) < 0 ||
	    serve(&dash, web, &err) < 0)
		return pt_say_error(&err);
	return PT_EXIT_DONE;
}
