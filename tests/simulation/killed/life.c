/* See life.h. */
#include "tests/simulation/killed/life.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "base/rng.h"

enum { EXIT_STOPPED = 3, EXIT_RESIDUE = 4, NARG = 9 };

static const char HEADING[] = "run " SCENE_RUN ": ";

static int start(struct process *out, struct life *life, const char *const *argv,
		 struct pt_err *err)
{
	char said[32];

	snprintf(said, sizeof(said), "said-%03u-%s", life->nprocess, argv[1]);
	return process_start(out, life->folder, said, argv, err);
}

static int complain(struct pt_err *err, const struct process *process, int status, const char *what)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf said = PT_BUF_INIT;

	(void)!process_said(&said, process, NULL);
	if (said.data)
		pt_buf_plain(said.data);
	return pt_err_set(err, PT_E_REFUSED, "%s: %s, wait status %#x, said '%.200s'",
			  strrchr(process->said, '/') + 1, what, (unsigned)status,
			  pt_buf_text(&said));
}

/* "run NAME: STATE, …". It may have come to its end and not have told. */
static void take_state(struct life *life, const char *state)
{
	bool converged = strncmp(state, "converged", strlen("converged")) == 0;

	life->begun = true;
	if (converged || strncmp(state, "finished", strlen("finished")) == 0) {
		life->ended = true;
		life->exit_status = converged ? 0 : EXIT_RESIDUE;
	}
}

/* It reads the journal. There is a run from some moment on, and then always. */
static int check_status(struct life *life, struct process *process, bool wrote, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf said = PT_BUF_INIT;
	int status = 0;
	int rc = process_wait(&status, process, err);

	if (rc == 0)
		rc = process_said(&said, process, err);
	if (rc < 0)
		return rc;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0 &&
	    strncmp(pt_buf_text(&said), HEADING, strlen(HEADING)) == 0) {
		take_state(life, pt_buf_text(&said) + strlen(HEADING));
		return 0;
	}
	/* No journal yet, or none that has the run. */
	if (WIFEXITED(status) && !life->begun && !wrote)
		return 0;
	return complain(err, process, status, "how the run stands is not told");
}

static int ask_status(struct life *life, bool wrote, struct pt_err *err)
{
	const char *const argv[] = {life->pushtrain, "status", SCENE_RUN, NULL};
	struct process process;
	int rc = start(&process, life, argv, err);

	return rc < 0 ? rc : check_status(life, &process, wrote, err);
}

/* Somebody who asks how the run stands may meet it at that instant. */
static int strike_down(struct life *life, const struct process *process,
		       const struct strike *strike, struct pt_err *err)
{
	const char *const argv[] = {life->pushtrain, "status", SCENE_RUN, NULL};
	struct process beside = {.pid = 0};
	int rc = strike_await(strike, process, &life->hub, err);

	if (rc == 0 && strike->beside)
		rc = start(&beside, life, argv, err);
	strike_land(strike, process);
	/* What the other one wrote it may have written since. */
	if (rc == 0 && strike->beside)
		rc = check_status(life, &beside, false, err);
	return rc;
}

/* It ended by itself, or in order. */
static int check_exit(struct life *life, const struct process *process, enum strike_kind kind,
		      int status, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf said = PT_BUF_INIT;
	int code = WEXITSTATUS(status);
	int rc = process_said(&said, process, err);

	if (rc < 0)
		return rc;
	life->ended = code == 0 || code == EXIT_RESIDUE;
	life->exit_status = code;
	if (life->ended)
		return 0;
	if (code == EXIT_STOPPED && !strike_kills(kind) &&
	    strstr(pt_buf_text(&said), "\nto go on: pushtrain resume " SCENE_RUN "\n"))
		return 0;
	return complain(err, process, status, "it did not end as it should");
}

/*
 * At once, by a signal that stops a run in order: only where it has not begun to drive, so
 * that there is nothing to write down.
 */
static int check_death(const struct process *process, enum strike_kind kind, int status,
		       bool nothing_done, struct pt_err *err)
{
	int by = WTERMSIG(status), asked = kind == STRIKE_TERMINATE ? SIGTERM : SIGINT;

	if (strike_kills(kind) ? by == SIGKILL
			       : by == asked && (nothing_done || kind == STRIKE_TWICE))
		return 0;
	return complain(err, process, status, "it died");
}

static int check_end(struct life *life, struct process *process, enum strike_kind kind, size_t from,
		     int status, struct pt_err *err)
{
	bool died = !WIFEXITED(status);
	json_t *log = NULL;
	int rc = strike_read_log(&log, &life->hub, err);

	if (rc == 0 && !died)
		rc = check_exit(life, process, kind, status, err);
	if (rc == 0 && (died || !life->ended))
		strike_count(life->tally, kind, life->resumes, log, from, life->course->nrequest);
	if (rc == 0)
		rc = ask_status(life, strike_wrote_since(log, 0), err);
	if (rc == 0 && died)
		rc =
		    check_death(process, kind, status,
				life->resumes ? !strike_wrote_since(log, from) : !life->begun, err);
	json_decref(log);
	return rc;
}

/* How much the platform was asked so far. */
static int count_asked(size_t *out, const struct life *life, struct pt_err *err)
{
	json_t *log = NULL;
	int rc = strike_read_log(&log, &life->hub, err);

	*out = json_array_size(log);
	json_decref(log);
	return rc;
}

static int start_driving(struct process *out, struct life *life, struct pt_err *err)
{
	const char *const run[NARG] = {life->pushtrain, "run",     "--confirm", SCENE_TRAIN,
				       "--clock",       "virtual", "plan.json", NULL};
	const char *const resume[NARG] = {life->pushtrain, "resume", SCENE_RUN, NULL};

	life->resumes = life->begun;
	return start(out, life, life->resumes ? resume : run, err);
}

/* One process of the run, struck down on its way. */
static int go_on_struck(struct life *life, struct pt_err *err)
{
	struct odds odds = {.key = pt_rng_mix(life->key, life->nprocess),
			    .resumes = life->begun,
			    .length_us = life->course->length_us};
	struct process process;
	int status = 0;
	size_t from = 0;
	int rc = count_asked(&from, life, err);

	odds.done = life->begun ? (double)from / (double)life->course->nrequest : 0;
	struct strike strike = strike_draw(&odds);

	if (rc == 0)
		rc = strike_order(&strike, &life->hub, err);
	if (rc == 0)
		rc = start_driving(&process, life, err);
	if (rc < 0)
		return rc;
	rc = strike_down(life, &process, &strike, err);
	if (rc == 0)
		rc = process_wait(&status, &process, err);
	if (rc == 0)
		rc = strike_clear(&strike, &life->hub, err);
	return rc < 0 ? rc : check_end(life, &process, strike.kind, from, status, err);
}

/* One process of the run that is left in peace: it comes to the end. */
static int go_on(struct life *life, struct pt_err *err)
{
	struct process process;
	int status = 0;
	int rc = start_driving(&process, life, err);

	if (rc == 0)
		rc = process_wait(&status, &process, err);
	if (rc < 0)
		return rc;
	life->length_us = process_clock_us() - process.begun_us;
	if (!WIFEXITED(status))
		return complain(err, &process, status, "it died");
	rc = check_exit(life, &process, STRIKE_KILL, status, err);
	if (rc == 0)
		rc = count_asked(&life->nasked, life, err);
	return rc < 0 ? rc : ask_status(life, true, err);
}

static int exclude_some(const struct life *life, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf keys = PT_BUF_INIT;

	for (uint32_t org = 0; org < life->before.norg; org++) {
		if (judge_is_excluded(org))
			pt_buf_printf(&keys, "%s\n", life->before.org[org].key);
	}
	if (pt_buf_check(&keys, err) < 0)
		return -PT_E_NOMEM;
	return scene_write_file(life->folder, "excluded.txt", pt_buf_text(&keys), err);
}

static int plan(struct life *life, struct pt_err *err)
{
	const char *const argv[] = {
	    life->pushtrain,    "plan", "--at",      "2026-02-01", "--start",
	    "2026-02-03T18:00", "-o",   "plan.json", NULL};
	struct process process;
	int status = 0;
	int rc = start(&process, life, argv, err);

	if (rc == 0)
		rc = process_wait(&status, &process, err);
	if (rc == 0 && status != 0)
		rc = complain(err, &process, status, "no plan");
	return rc;
}

static int prepare(struct life *life, struct pt_err *err)
{
	int rc = scene_write(life->scene, life->folder, err);

	if (rc == 0)
		rc = hub_start(&life->hub, life->pushtrain, life->folder, life->scene, life->seed,
			       err);
	if (rc == 0)
		rc = hub_read_orgs(&life->before, &life->hub, life->scene, err);
	if (rc == 0)
		rc = exclude_some(life, err);
	return rc < 0 ? rc : plan(life, err);
}

/* What the run says of itself at its end is what the platform has on record. */
static int check_figures(struct life *life, const struct judged *judged, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf said = PT_BUF_INIT;
	const char *const argv[] = {life->pushtrain, "status", "--json", SCENE_RUN, NULL};
	struct process process;
	int status = 0;
	int rc = start(&process, life, argv, err);

	if (rc == 0)
		rc = process_wait(&status, &process, err);
	if (rc == 0)
		rc = process_said(&said, &process, err);
	if (rc < 0)
		return rc;
	json_t *json = json_loads(pt_buf_text(&said), 0, NULL), *row;
	const json_t *packages = json_object_get(json, "packages");
	uint32_t nright = 0;
	size_t i;

	json_array_foreach(packages, i, row)
	{
		uint32_t p = hub_find_package(life->scene, hub_text(row, "name"));

		nright +=
		    p < life->scene->npackage &&
		    json_integer_value(json_object_get(row, "at_target")) == judged->nsucceeded[p];
	}
	json_decref(json);
	return nright == life->scene->npackage
		   ? 0
		   : complain(err, &process, status, "other figures than the platform's");
}

/* It is over, and says so to whoever would go on with it. */
static int check_over(struct life *life, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf said = PT_BUF_INIT;
	const char *const argv[] = {life->pushtrain, "resume", SCENE_RUN, NULL};
	struct process process;
	int status = 0;
	int rc = start(&process, life, argv, err);

	if (rc == 0)
		rc = process_wait(&status, &process, err);
	if (rc == 0)
		rc = process_said(&said, &process, err);
	if (rc == 0 && (status == 0 || !strstr(pt_buf_text(&said), "has ended")))
		rc = complain(err, &process, status, "a run that has ended goes on");
	return rc;
}

static int judge(struct judged *out, struct life *life, struct pt_err *err)
{
	const struct course *course = life->course;
	int rc = judge_run(out, &life->hub, life->scene, &life->before, err);

	if (rc == 0 && course)
		rc = judge_same_end(&out->after, &course->end, life->scene, err);
	if (rc == 0 && course && life->exit_status != course->exit_status)
		rc = pt_err_set(err, PT_E_REFUSED, "ended with status %d, undisturbed with %d",
				life->exit_status, course->exit_status);
	if (rc == 0)
		rc = check_figures(life, out, err);
	return rc < 0 ? rc : check_over(life, err);
}

static int drive(struct life *life, struct judged *judged, struct pt_err *err)
{
	int rc = prepare(life, err);

	for (; rc == 0 && !life->ended; life->nprocess++)
		rc = life->nprocess < life->nstrike ? go_on_struck(life, err) : go_on(life, err);
	return rc < 0 ? rc : judge(judged, life, err);
}

static int live(struct judged *judged, struct life *life, struct pt_err *err)
{
	int rc = drive(life, judged, err);
	int stopped = hub_stop(&life->hub, rc < 0 ? NULL : err);

	return rc < 0 ? rc : stopped;
}

int life_live(struct life *life, struct pt_err *err)
{
	struct judged judged;

	return live(&judged, life, err);
}

int life_measure(struct course *out, struct life *life, struct pt_err *err)
{
	struct judged judged;
	int rc = live(&judged, life, err);

	if (rc < 0)
		return rc;
	*out = (struct course){.length_us = life->length_us,
			       .nrequest = life->nasked,
			       .exit_status = life->exit_status,
			       .end = judged.after};
	return 0;
}
