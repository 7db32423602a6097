/*
 * The pages of the dashboard. Each is made of one moment of the journal and knows of no
 * sockets; what it links to is said by path alone.
 */
#ifndef PT_PIPELINE_DASHBOARD_SCREENS_H
#define PT_PIPELINE_DASHBOARD_SCREENS_H

#include "base/zone.h"
#include "pipeline/dashboard/board.h"
#include "pipeline/dashboard/screen.h"
#include "pipeline/history/story.h"
#include "pipeline/report/view.h"

/* The path of a run's page, of something below it. */
void pt_screen_path(struct pt_buf *out, const char *run, const char *below);

/* All runs. `journal`: its path; `there`: it exists. */
int pt_screen_of_runs(struct pt_screen *out, const struct pt_board *board, const char *journal,
		      bool there, struct pt_err *err) PT_MUSTUSE;

/* One run at that moment of its clock; `run` says who drives it. The view has orgs, requests and
   failures. */
int pt_screen_of_run(struct pt_screen *out, struct pt_report_view *view,
		     const struct pt_board_run *run, int64_t now_ms, struct pt_err *err) PT_MUSTUSE;

/* One org's story. */
void pt_screen_of_org(struct pt_screen *out, const struct pt_story *story);

/* A section to look for another one in. */
void pt_screen_search(struct pt_screen *out, const char *run, const char *key);

/* What is not there, or went wrong: a title and a sentence. */
void pt_screen_of_words(struct pt_screen *out, const char *title, const char *words);

#endif
