/*
 * What the dashboard shows: the journal, opened to be read and looked at once a second, and
 * the pages made of it, kept until something changes. What is dear to make is not made again
 * before ten times as long has passed, so that a large run takes a tenth of a processor.
 */
#ifndef PT_CMD_DASHBOARD_H
#define PT_CMD_DASHBOARD_H

#include "cmd/live.h"
#include "connectors/web/web.h"
#include "pipeline/dashboard/screens.h"

/* Which page: by path and query. */
enum pt_dash_kind { PT_DASH_RUNS, PT_DASH_RUN, PT_DASH_ORG, PT_DASH_NONE };

/* How long something took to make, when, and of what. */
struct pt_dash_age {
	uint64_t change;
	int64_t made_ms, cost_ms;
};

/* A page that was made. */
struct pt_dash_view {
	char *key; /* its path with its query */
	char *run, *org;
	enum pt_dash_kind kind;
	unsigned status;
	struct pt_screen screen;
	struct pt_dash_age age;
	int64_t used_ms;
	struct pt_dash_view *next;
};

struct pt_dash {
	struct pt_live live; /* its store is NULL as long as there is none */
	uint64_t inode;      /* of the journal */
	bool there;
	uint64_t change; /* counts what changed */
	int64_t looked_ms, ticked_ms;
	struct pt_board board;
	struct pt_dash_age board_age;
	struct pt_dash_view *view;
	struct pt_buf metrics;
	struct pt_dash_age metrics_age;
};

/* Opens the journal. PT_E_NOTFOUND when it is missing and nothing says that it will be there. */
int pt_dash_open(struct pt_dash *dash, const struct pt_args *args, struct pt_err *err) PT_MUSTUSE;
void pt_dash_release(struct pt_dash *dash);

/* Looks at the journal, at most once a second. */
void pt_dash_look(struct pt_dash *dash, int64_t now_ms);

/* What was made then may be shown still. */
bool pt_dash_is_fresh(const struct pt_dash *dash, const struct pt_dash_age *age, int64_t now_ms);

/* All runs as they stand, and their metrics. */
int pt_dash_board(struct pt_dash *dash, struct pt_err *err) PT_MUSTUSE;
int pt_dash_metrics(struct pt_dash *dash, struct pt_err *err) PT_MUSTUSE;

/* The page of that key, made anew when it is due. NULL without memory. */
struct pt_dash_view *pt_dash_page(struct pt_dash *dash, const char *key);

/* Makes the page of a view. */
int pt_dash_make(struct pt_screen *out, unsigned *status_out, struct pt_dash *dash,
		 const struct pt_dash_view *view, struct pt_err *err) PT_MUSTUSE;

/* The page of one org in it. */
int pt_dash_org(struct pt_screen *out, struct pt_dash *dash, const char *run, const char *org,
		struct pt_err *err) PT_MUSTUSE;

/* A run's page. */
int pt_dash_run(struct pt_screen *out, struct pt_dash *dash, const char *run,
		struct pt_err *err) PT_MUSTUSE;

/* The whole report of that run, as one document. */
int pt_dash_report(struct pt_buf *out, struct pt_dash *dash, const char *run,
		   struct pt_err *err) PT_MUSTUSE;

#endif
