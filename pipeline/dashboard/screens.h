/*
 * The pages of the dashboard. Each is made of one moment of the journal and knows of no
 * sockets; what it links to is said by path alone.
 */
#ifndef PT_PIPELINE_DASHBOARD_SCREENS_H
#define PT_PIPELINE_DASHBOARD_SCREENS_H

#include "base/zone.h"
#include "pipeline/dashboard/board.h"
#include "pipeline/dashboard/screen.h"

/* The path of a run's page, of something below it. */
void pt_screen_path(struct pt_buf *out, const char *run, const char *below);

/* "converged" and the like, painted by what it means. */
void pt_screen_state(struct pt_html *html, const struct pt_progress_row *progress);

/* The bar of a tally: at target, failed, held and waiting of what is eligible. */
void pt_screen_bar(struct pt_html *html, const struct pt_tally *tally);

/* All runs. `journal`: its path; `there`: it exists. */
int pt_screen_of_runs(struct pt_screen *out, const struct pt_board *board, const char *journal,
		    bool there, struct pt_err *err) PT_MUSTUSE;

/* What is not there, or went wrong: a title and a sentence. */
void pt_screen_of_words(struct pt_screen *out, const char *title, const char *words);

#endif
