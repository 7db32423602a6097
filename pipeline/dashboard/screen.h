/*
 * A page of the dashboard: sections in order, each with its HTML and a digest of it, so that
 * a page that is open is sent only those that changed.
 *
 *     struct pt_html html;
 *     pt_screen_begin(&screen, &html, "state");
 *     pt_html_leaf(&html, "p", NULL, text);
 *     pt_screen_end(&screen, &html);
 */
#ifndef PT_PIPELINE_DASHBOARD_SCREEN_H
#define PT_PIPELINE_DASHBOARD_SCREEN_H

#include "pipeline/report/html.h"

enum { PT_SCREEN_SECTIONS = 16, PT_SCREEN_TITLE = 160, PT_SCREEN_TRAIL = 2 };

struct pt_section {
	const char *id; /* a literal */
	struct pt_buf html;
	uint64_t digest;
};

struct pt_screen {
	char title[PT_SCREEN_TITLE]; /* says how it stands: it is what a tab shows */
	struct pt_screen_step {
		char *name, *path;
	} trail[PT_SCREEN_TRAIL]; /* from all runs to here; owned */
	size_t ntrail;
	struct pt_section section[PT_SCREEN_SECTIONS];
	size_t n;
};

void pt_screen_begin(struct pt_screen *screen, struct pt_html *html, const char *id);
void pt_screen_end(struct pt_screen *screen, struct pt_html *html);
/* A step of the way here. Without memory it is shown without. */
void pt_screen_trail(struct pt_screen *screen, const char *name, const char *path);
void pt_screen_release(struct pt_screen *screen);

/* The digest of that section; 0: there is none. */
uint64_t pt_screen_digest(const struct pt_screen *screen, const char *id);

/* The whole document. `key` is the page's path with its query, which its stream is asked for with.
 */
void pt_screen_html(struct pt_buf *out, const struct pt_screen *screen, const char *key);

/* One section as the data of an event; with NULL the page's title. */
void pt_screen_event(struct pt_buf *out, const struct pt_screen *screen,
		     const struct pt_section *section);

/* What the browser loads beside it, and may do at all. */
extern const char PT_SCREEN_POLICY[];
extern const char pt_dashboard_css[], pt_dashboard_js[], pt_dashboard_icon[];

#endif
