/* See play.h. */
#include "tests/simulation/harness/play.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/simulation/harness/shrink.h"

enum { SHRINK_TRIES = 600 };

bool sim_worker_begin(struct sim_worker *w)
{
	static const char *const WHERE[] = {"/dev/shm", "/tmp"};

	for (size_t i = 0; i < 2; i++) {
		snprintf(w->folder, sizeof(w->folder), "%s/pt-simulate-XXXXXX", WHERE[i]);
		if (mkdtemp(w->folder))
			return true;
	}
	return false;
}

void sim_worker_end(struct sim_worker *w)
{
	static const char *const FILES[] = {"suite.yaml",  "population.yaml", "excluded.txt",
					    "first.txt",   "state.db",        "state.db-wal",
					    "state.db-shm"};
	char path[SIM_PATH + 20];

	for (size_t i = 0; i < sizeof(FILES) / sizeof(FILES[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", w->folder, FILES[i]);
		(void)remove(path);
	}
	(void)rmdir(w->folder);
}

/* True: every org ends with what it has undisturbed. */
static bool same_end(const struct sim_story *story, const struct sim_story *calm,
		     struct pt_buf *text)
{
	for (uint32_t i = 0; i < story->norg * story->npackage; i++) {
		if (story->installed[i] == calm->installed[i])
			continue;
		pt_buf_printf(text, "promise 3: org %u ends with another p%u than undisturbed\n",
			      i / story->npackage, i % story->npackage);
		return false;
	}
	return true;
}

static bool play(struct sim_worker *w, const struct sim_case *c, const struct sim_story *calm,
		 FILE *trace, struct pt_buf *text)
{
	struct sim_story story;

	if (!sim_world_play(&story, c, w->folder, trace)) {
		pt_buf_str(text, "it cannot be staged\n");
		return false;
	}
	w->sum.ncall += story.ncall;
	w->sum.nlife += story.nlife;
	for (int k = 0; k < NFAULT; k++)
		w->sum.nhappened[k] += story.nhappened[k];
	pt_buf_str(text, pt_buf_text(&story.text));
	bool good = story.nviolation == 0;

	if (good && calm && sim_case_ends_the_same(c)) {
		w->sum.ncompared++;
		good = same_end(&story, calm, text);
	}
	sim_story_release(&story);
	return good;
}

bool sim_play_traced(struct sim_worker *w, const struct sim_case *c, FILE *trace,
		     struct pt_buf *text)
{
	return play(w, c, NULL, trace, text);
}

bool sim_play_calm(struct sim_story *out, struct sim_worker *w, const struct sim_case *c)
{
	struct sim_case undisturbed = *c;

	undisturbed.nfault = 0;
	if (!sim_world_play(out, &undisturbed, w->folder, NULL))
		*out = (struct sim_story){.text = PT_BUF_INIT};
	return out->installed != NULL;
}

bool sim_play_both(struct sim_worker *w, const struct sim_case *c, struct pt_buf *text)
{
	struct sim_story calm;

	if (!sim_play_calm(&calm, w, c)) {
		pt_buf_str(text, "it cannot be staged\n");
		return false;
	}
	bool good = calm.nviolation == 0;

	if (!good)
		pt_buf_printf(text, "undisturbed: %s", pt_buf_text(&calm.text));
	good = good && play(w, c, &calm, NULL, text);
	sim_story_release(&calm);
	return good;
}

/* A case that cannot be staged is none. */
static bool fails(void *context, const struct sim_case *c)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;

	return !sim_play_both(context, c, &text) && !strstr(pt_buf_text(&text), "staged");
}

static void say_failed(struct sim_worker *w, const struct sim_case *c, const struct pt_buf *text)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf line = PT_BUF_INIT;
	PT_CLEANUP(pt_buf_release) struct pt_buf why = PT_BUF_INIT;
	struct sim_sum before = w->sum;
	struct sim_case small = *c;

	pt_buf_str(&line, "failed: ci/simulate --case '");
	sim_case_write(&line, c);
	pt_buf_printf(&line, "'\n%s", pt_buf_text(text));
	sim_shrink(&small, fails, w, SHRINK_TRIES);
	(void)!sim_play_both(w, &small, &why);
	pt_buf_str(&line, "smaller: ci/simulate --case '");
	sim_case_write(&line, &small);
	pt_buf_printf(&line, "'\n%s", pt_buf_text(&why));
	fputs(pt_buf_text(&line), stdout);
	fflush(stdout);
	w->sum = before;
}

static void count_failed(struct sim_worker *w, const struct sim_case *c, const struct pt_buf *text)
{
	w->sum.nfailed++;
	if (w->sum.first_failed == 0 || c->seed < w->sum.first_failed)
		w->sum.first_failed = c->seed;
	if (!w->quiet)
		say_failed(w, c, text);
}

void sim_play_against(struct sim_worker *w, const struct sim_case *c, const struct sim_story *calm)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;

	w->sum.ncase++;
	if (!play(w, c, calm, NULL, &text))
		count_failed(w, c, &text);
}

void sim_play_seed(struct sim_worker *w, uint64_t seed)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	struct sim_story calm;
	struct sim_case c;

	sim_case_draw(&c, seed);
	if (!sim_play_calm(&calm, w, &c) || calm.nviolation) {
		w->sum.ncase++;
		pt_buf_printf(&text, "undisturbed: %s", pt_buf_text(&calm.text));
		count_failed(w, &c, &text);
	} else {
		sim_case_draw_faults(&c, calm.ncall);
		sim_play_against(w, &c, &calm);
	}
	sim_story_release(&calm);
}

void sim_sum_add(struct sim_sum *into, const struct sim_sum *from)
{
	into->ncase += from->ncase;
	into->nfailed += from->nfailed;
	into->ncall += from->ncall;
	into->nlife += from->nlife;
	into->ncompared += from->ncompared;
	if (from->first_failed &&
	    (into->first_failed == 0 || from->first_failed < into->first_failed))
		into->first_failed = from->first_failed;
	for (int k = 0; k < NFAULT; k++)
		into->nhappened[k] += from->nhappened[k];
	for (int i = 0; i < SIM_MARKS; i++)
		into->marks[i] += from->marks[i];
}
