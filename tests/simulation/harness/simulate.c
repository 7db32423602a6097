/*
 * simulate: trains drawn from seeds, with everything going wrong that can, each
 * judged by the auditor.
 *
 *     simulate --seeds N [--seed FIRST] [--jobs N]   so many, from that one on
 *     simulate --case 'CASE' [--trace]               that one, as a failing one was printed
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/simulation/harness/shrink.h"
#include "tests/simulation/harness/world.h"

enum { MOST_JOBS = 64, SHRINK_TRIES = 600 };

struct options {
	uint64_t seeds, seed, jobs;
	const char *text;
	bool trace;
};

/* What some seeds came to. */
struct sum {
	uint64_t nseed, nfailed, ncall, nlife, ncompared, nhappened[NFAULT];
};

struct worker {
	char folder[SIM_PATH];
	struct sum sum;
};

static int usage(void)
{
	fputs("usage: simulate --seeds N [--seed FIRST] [--jobs N]\n"
	      "       simulate --case 'CASE' [--trace]\n",
	      stderr);
	return 2;
}

static bool make_folder(char folder[SIM_PATH])
{
	static const char *const WHERE[] = {"/dev/shm", "/tmp"};

	for (size_t i = 0; i < 2; i++) {
		snprintf(folder, SIM_PATH, "%s/pt-simulate-XXXXXX", WHERE[i]);
		if (mkdtemp(folder))
			return true;
	}
	return false;
}

static void remove_folder(const char *folder)
{
	static const char *const FILES[] = {"suite.yaml",  "population.yaml", "excluded.txt",
					    "first.txt",   "state.db",        "state.db-wal",
					    "state.db-shm"};
	char path[SIM_PATH + 20];

	for (size_t i = 0; i < sizeof(FILES) / sizeof(FILES[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, FILES[i]);
		(void)remove(path);
	}
	(void)rmdir(folder);
}

/* The case without its faults, then with them. What is wrong goes into `text`. */
static bool play(struct worker *w, const struct sim_case *c, const uint32_t *calm, FILE *trace,
		 struct pt_buf *text)
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
	bool good = story.nviolation == 0, same = calm && sim_case_ends_the_same(c);

	w->sum.ncompared += same;
	for (uint32_t i = 0; good && same && i < story.norg * story.npackage; i++) {
		if (story.installed[i] == calm[i])
			continue;
		pt_buf_printf(text, "promise 3: org %u ends with another p%u than undisturbed\n",
			      i / story.npackage, i % story.npackage);
		same = false;
	}
	sim_story_release(&story);
	return good && (same || !calm || !sim_case_ends_the_same(c));
}

/* Undisturbed first, to know what should come of it. */
static bool play_both(struct worker *w, const struct sim_case *c, struct pt_buf *text)
{
	struct sim_case undisturbed = *c;
	struct sim_story calm;

	undisturbed.nfault = 0;
	if (!sim_world_play(&calm, &undisturbed, w->folder, NULL)) {
		pt_buf_str(text, "it cannot be staged\n");
		return false;
	}
	bool good = calm.nviolation == 0;

	if (!good)
		pt_buf_printf(text, "undisturbed: %s", pt_buf_text(&calm.text));
	good = good && play(w, c, calm.installed, NULL, text);
	sim_story_release(&calm);
	return good;
}

static bool fails(void *context, const struct sim_case *c)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	struct worker *w = context;

	return !play_both(w, c, &text) && !strstr(pt_buf_text(&text), "staged");
}

static void say_failed(struct worker *w, uint64_t seed, const struct sim_case *c,
		       const struct pt_buf *text)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf line = PT_BUF_INIT;
	PT_CLEANUP(pt_buf_release) struct pt_buf why = PT_BUF_INIT;
	struct sim_case small = *c;

	pt_buf_printf(&line, "seed %llu fails; ci/simulate --seeds 1 --seed %llu\n%s",
		      (unsigned long long)seed, (unsigned long long)seed, pt_buf_text(text));
	sim_shrink(&small, fails, w, SHRINK_TRIES);
	(void)!play_both(w, &small, &why);
	pt_buf_printf(&line, "smaller; ci/simulate --case '");
	sim_case_write(&line, &small);
	pt_buf_printf(&line, "'\n%s", pt_buf_text(&why));
	fputs(pt_buf_text(&line), stdout);
	fflush(stdout);
}

static void play_seed(struct worker *w, uint64_t seed)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	struct sim_story calm;
	struct sim_case c;

	sim_case_draw(&c, seed);
	w->sum.nseed++;
	bool staged = sim_world_play(&calm, &c, w->folder, NULL);

	if (staged)
		sim_case_draw_faults(&c, calm.ncall);
	if (!staged || calm.nviolation || !play(w, &c, calm.installed, NULL, &text)) {
		if (staged && calm.nviolation)
			pt_buf_printf(&text, "undisturbed: %s", pt_buf_text(&calm.text));
		w->sum.nfailed++;
		struct sum before = w->sum;

		say_failed(w, seed, &c, &text);
		w->sum = before;
	}
	if (staged)
		sim_story_release(&calm);
}

/* Every so many-th seed; the sum goes down the pipe. */
static void work(const struct options *o, uint64_t which, int pipe_end)
{
	struct worker w = {.sum = {0}};

	if (make_folder(w.folder)) {
		for (uint64_t s = which; s < o->seeds; s += o->jobs)
			play_seed(&w, o->seed + s);
		remove_folder(w.folder);
		if (write(pipe_end, &w.sum, sizeof(w.sum)) == sizeof(w.sum))
			_exit(0);
	}
	_exit(1);
}

static void add(struct sum *into, const struct sum *from)
{
	into->nseed += from->nseed;
	into->nfailed += from->nfailed;
	into->ncall += from->ncall;
	into->nlife += from->nlife;
	into->ncompared += from->ncompared;
	for (int k = 0; k < NFAULT; k++)
		into->nhappened[k] += from->nhappened[k];
}

/* One process for each job. False: one of them did not come to its end. */
static bool work_in_parallel(struct sum *out, const struct options *o)
{
	struct {
		pid_t pid;
		int end;
	} job[MOST_JOBS];
	bool good = true;

	for (uint64_t i = 0; i < o->jobs; i++) {
		int ends[2];

		if (pipe(ends) < 0)
			return false;
		job[i].pid = fork();
		job[i].end = ends[0];
		if (job[i].pid == 0)
			work(o, i, ends[1]);
		(void)close(ends[1]);
		good &= job[i].pid > 0;
	}
	for (uint64_t i = 0; i < o->jobs; i++) {
		struct sum sum;
		int status;

		if (read(job[i].end, &sum, sizeof(sum)) == sizeof(sum))
			add(out, &sum);
		(void)close(job[i].end);
		if (waitpid(job[i].pid, &status, 0) < 0 || status != 0) {
			printf("a worker died; its seeds are %llu and every %llu-th from there\n",
			       (unsigned long long)(o->seed + i), (unsigned long long)o->jobs);
			good = false;
		}
	}
	return good;
}

static void say_sum(const struct sum *sum, double seconds)
{
	printf(
	    "%llu seeds, %llu failed, in %.0f s: %llu processes, %llu calls, %llu ends compared\n"
	    "faults:",
	    (unsigned long long)sum->nseed, (unsigned long long)sum->nfailed, seconds,
	    (unsigned long long)sum->nlife, (unsigned long long)sum->ncall,
	    (unsigned long long)sum->ncompared);
	for (int k = 0; k < NFAULT; k++)
		printf(" %s %llu", sim_fault_name((enum sim_fault_kind)k),
		       (unsigned long long)sum->nhappened[k]);
	putchar('\n');
}

static int play_seeds(const struct options *o)
{
	struct timespec from, to;
	struct sum sum = {0};

	(void)clock_gettime(CLOCK_MONOTONIC, &from);
	bool good = work_in_parallel(&sum, o);

	(void)clock_gettime(CLOCK_MONOTONIC, &to);
	say_sum(&sum,
		(double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9);
	return good && sum.nfailed == 0 && sum.nseed == o->seeds ? 0 : 1;
}

static int play_case(const struct options *o)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	struct worker w = {.sum = {0}};
	struct sim_case c;

	if (!sim_case_read(&c, o->text)) {
		fputs("simulate: that is no case\n", stderr);
		return 2;
	}
	if (!make_folder(w.folder))
		return 1;
	bool good = o->trace ? play(&w, &c, NULL, stdout, &text) : play_both(&w, &c, &text);

	fputs(good ? "the case holds\n" : pt_buf_text(&text), stdout);
	remove_folder(w.folder);
	return good ? 0 : 1;
}

static bool read_number(uint64_t *out, const char *text, uint64_t least, uint64_t most)
{
	char *end;
	unsigned long long n = strtoull(text, &end, 10);

	*out = n;
	return *text >= '0' && *text <= '9' && !*end && n >= least && n <= most;
}

static bool read_options(struct options *o, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		const char *value = i + 1 < argc ? argv[i + 1] : "";

		if (strcmp(argv[i], "--trace") == 0) {
			o->trace = true;
			continue;
		}
		if (strcmp(argv[i], "--case") == 0)
			o->text = value;
		else if (strcmp(argv[i], "--seeds") == 0) {
			if (!read_number(&o->seeds, value, 1, 1000000000))
				return false;
		} else if (strcmp(argv[i], "--seed") == 0) {
			if (!read_number(&o->seed, value, 0, UINT64_MAX / 2))
				return false;
		} else if (strcmp(argv[i], "--jobs") != 0 ||
			   !read_number(&o->jobs, value, 1, MOST_JOBS)) {
			return false;
		}
		i++;
	}
	return (o->text != NULL) != (o->seeds != 0);
}

int main(int argc, char **argv)
{
	struct options o = {.seed = 1, .jobs = 2};

	if (!read_options(&o, argc, argv))
		return usage();
	return o.text ? play_case(&o) : play_seeds(&o);
}
