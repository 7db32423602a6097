/*
 * A folder with a copy of examples/small in it, a run that goes on step by step as the test
 * says, and a dashboard over its journal.
 */
#ifndef PT_TESTS_BROWSER_FIXTURE_H
#define PT_TESTS_BROWSER_FIXTURE_H

#include "tests/test.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "tests/browser/webdriver.h"

struct scene {
	char folder[64];
	struct browser browser;
	pid_t dashboard;
	char url[64]; /* with its slash */
};

/* Runs a shell command in the folder, $pushtrain being the program; its exit status. */
static inline int shell(const struct scene *scene, const char *command)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf line = PT_BUF_INIT;
	int status;

	pt_buf_printf(&line, "cd %s && pushtrain=%s && { %s; } >>log 2>&1", scene->folder,
		      PT_PUSHTRAIN, command);
	status = system(pt_buf_text(&line));
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static inline void make_folder(struct scene *scene)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf line = PT_BUF_INIT;

	(void)snprintf(scene->folder, sizeof(scene->folder), "/tmp/pt-browser-XXXXXX");
	assert_non_null(mkdtemp(scene->folder));
	pt_buf_printf(&line, "cp %s/examples/small/[!.]* . 2>/dev/null; ./make-repos repos",
		      PT_SOURCE_DIR);
	assert_int_equal(shell(scene, pt_buf_text(&line)), 0);
}

/* A train of 200 orgs departs and has done what was due at once. */
static inline void depart(const struct scene *scene)
{
	assert_int_equal(shell(scene, "$pushtrain plan --at 2026-09-20 --start 2026-09-22T18:00 "
				      "weekly -o plan.json"),
			 0);
	assert_int_equal(shell(scene, "$pushtrain run --once --confirm weekly plan.json"), 0);
}

static inline void start_dashboard_on(struct scene *scene, const char *port)
{
	int ends[2];
	FILE *said;

	assert_int_equal(pipe(ends), 0);
	scene->dashboard = fork();
	assert_true(scene->dashboard >= 0);
	if (scene->dashboard == 0) {
		(void)dup2(ends[1], 1);
		(void)close(ends[0]);
		if (chdir(scene->folder) == 0)
			execl(PT_PUSHTRAIN, "pushtrain", "dashboard", "--port", port, (char *)NULL);
		_exit(127);
	}
	(void)close(ends[1]);
	said = fdopen(ends[0], "r");
	assert_non_null(said);
	assert_non_null(fgets(scene->url, sizeof(scene->url), said));
	scene->url[strcspn(scene->url, "\n")] = '\0';
	(void)fclose(said);
}

/* On any port. */
static inline void start_dashboard(struct scene *scene)
{
	start_dashboard_on(scene, "0");
}

/* Where it was before. */
static inline void start_dashboard_at(struct scene *scene, const char *url)
{
	char port[16];

	(void)snprintf(port, sizeof(port), "%.*s", (int)strspn(strrchr(url, ':') + 1, "0123456789"),
		       strrchr(url, ':') + 1);
	start_dashboard_on(scene, port);
}

/* It ends when it is asked to, and says that all was well. */
static inline void stop_dashboard(struct scene *scene)
{
	int status = -1;

	assert_int_equal(kill(scene->dashboard, SIGTERM), 0);
	assert_int_equal(waitpid(scene->dashboard, &status, 0), scene->dashboard);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static inline void remove_folder(const struct scene *scene)
{
	assert_int_equal(shell(scene, "rm -rf -- \"$PWD\""), 0);
}

static inline void visit(struct scene *scene, const char *path)
{
	char url[256];

	(void)snprintf(url, sizeof(url), "%s%s", scene->url, path + 1);
	browser_go(&scene->browser, url);
}

#endif
