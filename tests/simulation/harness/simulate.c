/*
 * simulate: trains drawn from seeds, with everything going wrong that can, each
 * judged by the auditor. See docs/testing.md.
 *
 *     simulate --seeds N [--seed FIRST]    so many, from that one on
 *     simulate --small [--every N]         all small scopes, or every N-th
 *     simulate --case 'CASE' [--trace]     that one, as a failing one was printed
 *     simulate --cases FILE                those of a file, and that their defects break them
 *     simulate --defects --seeds N         each deliberate defect, until a seed shows it
 *
 * --jobs N processes share the work. --marks: fails when a mark was never reached.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/simulation/harness/cases.h"
#include "tests/simulation/harness/proof.h"
#include "tests/simulation/harness/small.h"

enum { MOST_JOBS = 64 };

struct options {
	uint64_t seeds, seed, jobs, every;
	const char *text, *defect, *cases;
	bool trace, small, marks, defects;
};

static int usage(void)
{
	fputs("usage: simulate --seeds N [--seed FIRST] [--jobs N] [--marks] [--defect NAME]\n"
	      "       simulate --small [--every N] [--jobs N]\n"
	      "       simulate --defects --seeds N [--jobs N]\n"
	      "       simulate --case 'CASE' [--trace] [--defect NAME]\n"
	      "       simulate --cases FILE\n",
	      stderr);
	return 2;
}

/* The part of one process; the sum goes down the pipe. */
static void work(const struct options *o, uint64_t which, int pipe_end)
{
	struct sim_worker w = {.quiet = o->defects};

	if (!sim_worker_begin(&w))
		_exit(1);
	if (o->small)
		sim_play_small(&w, which * o->every, o->jobs * o->every);
	/* A defect is caught once. */
	for (uint64_t s = which; s < o->seeds && !(o->defect && w.sum.nfailed); s += o->jobs)
		sim_play_seed(&w, o->seed + s);
	sim_worker_end(&w);
	sim_take_marks(&w.sum);
	_exit(write(pipe_end, &w.sum, sizeof(w.sum)) == sizeof(w.sum) ? 0 : 1);
}

struct job {
	pid_t pid;
	int end;
};

static bool start(struct job *job, const struct options *o, uint64_t which)
{
	int ends[2];

	if (pipe(ends) < 0)
		return false;
	fflush(stdout);
	job->pid = fork();
	job->end = ends[0];
	if (job->pid == 0)
		work(o, which, ends[1]);
	(void)close(ends[1]);
	return job->pid > 0;
}

static bool finish(struct sim_sum *into, struct job *job)
{
	struct sim_sum sum;
	int status = 1;
	bool whole = read(job->end, &sum, sizeof(sum)) == sizeof(sum);

	if (whole)
		sim_sum_add(into, &sum);
	(void)close(job->end);
	return waitpid(job->pid, &status, 0) == job->pid && status == 0 && whole;
}

/* False: one of the processes did not come to its end. */
static bool work_in_parallel(struct sim_sum *out, const struct options *o)
{
	struct job job[MOST_JOBS];
	bool good = true;

	*out = (struct sim_sum){0};
	for (uint64_t i = 0; i < o->jobs; i++) {
		if (!start(&job[i], o, i))
			return false;
	}
	for (uint64_t i = 0; i < o->jobs; i++) {
		if (finish(out, &job[i]))
			continue;
		printf("process %llu of %llu died\n", (unsigned long long)i + 1,
		       (unsigned long long)o->jobs);
		good = false;
	}
	return good;
}

static void say_sum(const struct sim_sum *sum, double seconds)
{
	printf(
	    "%llu cases, %llu failed, in %.0f s: %llu processes, %llu calls, %llu ends compared\n"
	    "faults:",
	    (unsigned long long)sum->ncase, (unsigned long long)sum->nfailed, seconds,
	    (unsigned long long)sum->nlife, (unsigned long long)sum->ncall,
	    (unsigned long long)sum->ncompared);
	for (int k = 0; k < NFAULT; k++)
		printf(" %s %llu", sim_fault_name((enum sim_fault_kind)k),
		       (unsigned long long)sum->nhappened[k]);
	putchar('\n');
}

static int play_many(const struct options *o)
{
	struct timespec from, to;
	struct sim_sum sum;
	uint32_t nmissing = 0;

	(void)clock_gettime(CLOCK_MONOTONIC, &from);
	bool good = work_in_parallel(&sum, o);

	(void)clock_gettime(CLOCK_MONOTONIC, &to);
	say_sum(&sum,
		(double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9);
	if (o->marks)
		nmissing = sim_say_marks(&sum);
	if (nmissing)
		printf("%u places were never reached\n", nmissing);
	return good && sum.nfailed == 0 && sum.ncase > 0 && nmissing == 0 ? 0 : 1;
}

/* Each defect in turn: how many seeds until one shows it. */
static int play_defects(const struct options *o)
{
	const char *name, *what;
	uint32_t nmissed = 0;

	for (uint32_t i = 0; (name = sim_defect(&what, i)); i++) {
		struct options one = *o;
		struct sim_sum sum;

		if (sim_defect_is_rare(name))
			continue;
		one.defect = name;
		(void)sim_switch_defect(name);
		if (!work_in_parallel(&sum, &one))
			return 1;
		unsigned long long nseed = sum.first_failed - o->seed + 1;

		nmissed += sum.nfailed == 0;
		printf("%-22s %-64s ", name, what);
		if (sum.nfailed)
			printf("%5llu\n", nseed);
		else
			printf("not in %llu\n", (unsigned long long)o->seeds);
	}
	return nmissed ? 1 : 0;
}

static int play_case(const struct options *o)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	struct sim_worker w = {.quiet = true};
	struct sim_case c;

	if (!sim_case_read(&c, o->text)) {
		fputs("simulate: that is no case\n", stderr);
		return 2;
	}
	if (!sim_worker_begin(&w))
		return 1;
	bool good =
	    o->trace ? sim_play_traced(&w, &c, stdout, &text) : sim_play_both(&w, &c, &text);

	fputs(good ? "the case holds\n" : pt_buf_text(&text), stdout);
	sim_worker_end(&w);
	return good ? 0 : 1;
}

static bool read_number(uint64_t *out, const char *text, uint64_t least, uint64_t most)
{
	char *end;
	unsigned long long n = strtoull(text, &end, 10);

	*out = n;
	return *text >= '0' && *text <= '9' && !*end && n >= least && n <= most;
}

static bool read_switch(struct options *o, const char *word)
{
	const struct {
		const char *name;
		bool *into;
	} switches[] = {{"--trace", &o->trace},
			{"--small", &o->small},
			{"--marks", &o->marks},
			{"--defects", &o->defects}};

	for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]); i++) {
		if (strcmp(switches[i].name, word) == 0) {
			*switches[i].into = true;
			return true;
		}
	}
	return false;
}

static bool read_value(struct options *o, const char *word, const char *value)
{
	if (strcmp(word, "--seeds") == 0)
		return read_number(&o->seeds, value, 1, 1000000000);
	if (strcmp(word, "--seed") == 0)
		return read_number(&o->seed, value, 1, UINT32_MAX);
	if (strcmp(word, "--jobs") == 0)
		return read_number(&o->jobs, value, 1, MOST_JOBS);
	if (strcmp(word, "--every") == 0)
		return read_number(&o->every, value, 1, 1000000000);
	if (strcmp(word, "--case") == 0)
		o->text = value;
	else if (strcmp(word, "--cases") == 0)
		o->cases = value;
	else if (strcmp(word, "--defect") == 0)
		o->defect = value;
	else
		return false;
	return true;
}

static bool read_options(struct options *o, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (read_switch(o, argv[i]))
			continue;
		if (i + 1 == argc || !read_value(o, argv[i], argv[i + 1]))
			return false;
		i++;
	}
	if ((o->marks || o->defects) && !sim_has_probes()) {
		fputs("simulate: this build has no marks and no defects\n", stderr);
		return false;
	}
	return (o->text != NULL) + (o->seeds != 0) + (o->cases != NULL) + o->small == 1;
}

int main(int argc, char **argv)
{
	struct options o = {.seed = 1, .jobs = 2, .every = 1};

	if (!read_options(&o, argc, argv))
		return usage();
	if (o.defect && !sim_switch_defect(o.defect)) {
		fprintf(stderr, "simulate: there is no defect '%s' in this build\n", o.defect);
		return 2;
	}
	if (o.text)
		return play_case(&o);
	if (o.cases)
		return sim_play_cases(o.cases);
	return o.defects ? play_defects(&o) : play_many(&o);
}
