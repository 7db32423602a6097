/*
 * killed /PATH/OF/PUSHTRAIN [--kills N] [--seed S] [--run R]: the built program drives trains over
 * HTTP against its own emulator and is killed at random instants, again and again, each time
 * to be resumed, until N kills have struck. Each run ends as it does undisturbed, and with
 * every promise kept, by the platform's record. See docs/testing.md.
 *
 * What is drawn depends on the seed and the number of the run; where a kill strikes depends
 * on the machine as well. --run does that one run over and over.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/rng.h"
#include "tests/simulation/killed/life.h"

enum { MOST_STRIKES = 14, DEFAULT_KILLS = 300, TIMES = 30, FOLDER_TEXT = 96, DECIMAL = 10 };

struct asked {
	const char *pushtrain;
	uint64_t kills, seed;
	bool one; /* this run only */
	uint64_t run;
};

struct bench {
	struct asked asked;
	char folder[32];
	struct course *course; /* of each scene; of no length: not measured yet */
	struct tally tally;
	int64_t begun_us;
};

static bool read_number(uint64_t *out, const char *text)
{
	char *end;

	*out = strtoull(text, &end, DECIMAL);
	return text[0] >= '0' && text[0] <= '9' && *end == '\0';
}

static bool read_args(struct asked *out, int argc, char **argv)
{
	*out = (struct asked){.kills = DEFAULT_KILLS, .seed = 1};
	if (argc < 2 || argc % 2 != 0)
		return false;
	for (int i = 2; i < argc; i += 2) {
		bool known = true;

		if (strcmp(argv[i], "--kills") == 0)
			known = read_number(&out->kills, argv[i + 1]);
		else if (strcmp(argv[i], "--seed") == 0)
			known = read_number(&out->seed, argv[i + 1]);
		else if (strcmp(argv[i], "--run") == 0)
			known = out->one = read_number(&out->run, argv[i + 1]);
		else
			known = false;
		if (!known)
			return false;
	}
	/* It is run in other folders. */
	out->pushtrain = argv[1];
	return argv[1][0] == '/';
}

static int remove_folder(const char *folder)
{
	char command[FOLDER_TEXT + 16];

	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	return system(command);
}

static int make_folder(char *out, const struct bench *bench, const char *what, uint64_t number,
		       struct pt_err *err)
{
	char command[FOLDER_TEXT + 16];

	snprintf(out, FOLDER_TEXT, "%s/%s-%llu", bench->folder, what, (unsigned long long)number);
	snprintf(command, sizeof(command), "mkdir '%s'", out);
	return system(command) == 0 ? 0 : pt_err_set(err, PT_E_IO, "no folder %s", out);
}

/* A scene has one platform for all its runs. */
static struct life life_of(const struct bench *bench, uint64_t scene, const char *folder)
{
	return (struct life){.pushtrain = bench->asked.pushtrain,
			     .folder = folder,
			     .scene = &scene_all[scene],
			     .seed = pt_rng_mix(bench->asked.seed, scene) % 1000};
}

static int measure(struct bench *bench, uint64_t scene, struct pt_err *err)
{
	char folder[FOLDER_TEXT] = "";
	struct life life = life_of(bench, scene, folder);

	if (bench->course[scene].length_us)
		return 0;
	int rc = make_folder(folder, bench, "undisturbed", scene, err);

	if (rc == 0)
		rc = life_measure(&bench->course[scene], &life, err);
	if (rc == 0)
		(void)!remove_folder(folder);
	return rc < 0 ? pt_err_wrap(err, "undisturbed, in %s", folder) : 0;
}

static int live_once(struct bench *bench, uint64_t run, struct pt_err *err)
{
	uint64_t scene = run % SCENE_NSCENE, key = pt_rng_mix(bench->asked.seed, run);
	char folder[FOLDER_TEXT] = "";
	struct life life = life_of(bench, scene, folder);
	int rc = measure(bench, scene, err);

	if (rc == 0)
		rc = make_folder(folder, bench, "run", run, err);
	if (rc < 0)
		return rc;
	life.key = key;
	life.course = &bench->course[scene];
	life.nstrike = 1 + (unsigned)pt_rng_below(pt_rng_mix(key, 0), MOST_STRIKES);
	life.tally = &bench->tally;
	rc = life_live(&life, err);
	bench->tally.nrun++;
	if (rc == 0)
		(void)!remove_folder(folder);
	return rc < 0 ? pt_err_wrap(err, "in %s", folder) : 0;
}

static unsigned nkill(const struct tally *tally)
{
	return tally->struck[STRIKE_KILL] + tally->struck[STRIKE_MID_WRITE];
}

static int live_many(struct bench *bench, uint64_t *run, struct pt_err *err)
{
	const struct asked *asked = &bench->asked;
	int rc = 0;

	for (*run = asked->one ? asked->run : 0; rc == 0;) {
		rc = live_once(bench, *run, err);
		if (rc < 0 || (asked->one ? bench->tally.nrun >= TIMES
					  : nkill(&bench->tally) >= asked->kills))
			break;
		*run += !asked->one;
	}
	return rc;
}

static void report(const struct bench *bench)
{
	static const char *const names[2] = {"at an instant", "while a write was not answered"};
	const struct tally *t = &bench->tally;

	printf("killed: %u kills in %u runs, %u of a process that resumed; beside them %u SIGINT, "
	       "%u SIGTERM, %u SIGINT twice; %.1f s\n",
	       nkill(t), t->nrun, t->nresume, t->struck[STRIKE_INTERRUPT],
	       t->struck[STRIKE_TERMINATE], t->struck[STRIKE_TWICE],
	       (double)(process_clock_us() - bench->begun_us) / 1e6);
	for (size_t i = 0; i < PT_ARRAY_LEN(names); i++)
		printf("killed: %s: last asked nothing %u, a question %u, for a request %u, for "
		       "jobs %u, to change one %u\n",
		       names[i], t->moment[i][MOMENT_NOTHING], t->moment[i][MOMENT_READ],
		       t->moment[i][MOMENT_CREATE], t->moment[i][MOMENT_ADD],
		       t->moment[i][MOMENT_PATCH]);
	printf("killed: by tenths of what an undisturbed run asks:");
	for (size_t i = 0; i < STRIKE_NTENTH; i++)
		printf(" %u", t->tenth[i]);
	printf(" beyond\n");
}

static int strike_all(struct bench *bench)
{
	struct pt_err err = PT_ERR_INIT;
	uint64_t run = 0;
	int rc = scene_make_repos(bench->folder, &err);

	if (rc == 0)
		rc = live_many(bench, &run, &err);
	report(bench);
	if (rc == 0) {
		(void)!remove_folder(bench->folder);
		return EXIT_SUCCESS;
	}
	printf("killed: FAILED in run %llu: %s\nkilled: again: ci/killed --seed %llu --run %llu\n",
	       (unsigned long long)run, err.text, (unsigned long long)bench->asked.seed,
	       (unsigned long long)run);
	return EXIT_FAILURE;
}

int main(int argc, char **argv)
{
	struct bench bench = {.folder = "/tmp/pt-killed-XXXXXX", .begun_us = process_clock_us()};
	int status = EXIT_FAILURE;

	if (!read_args(&bench.asked, argc, argv)) {
		fprintf(stderr,
			"usage: killed /PATH/OF/PUSHTRAIN [--kills N] [--seed S] [--run R]\n");
		return 2;
	}
	bench.course = calloc(SCENE_NSCENE, sizeof(*bench.course));
	if (bench.course && mkdtemp(bench.folder) && setenv("TZ", "UTC", 1) == 0)
		status = strike_all(&bench);
	free(bench.course);
	return status;
}
