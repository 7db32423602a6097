/* See process.h. */
#include "tests/simulation/killed/process.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"

enum {
	SAID_MAX = 1 << 20,
	PATIENCE_S = 100,
	LOOK_EVERY_US = 500,
	NOT_STARTED = 127,
	ARGS_MAX = 16
};
#define SECOND_US INT64_C(1000000)

int64_t process_clock_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * SECOND_US + now.tv_nsec / 1000;
}

void process_sleep_us(int64_t us)
{
	struct timespec left = {us / SECOND_US, us % SECOND_US * 1000};

	while (us > 0 && nanosleep(&left, &left) < 0 && errno == EINTR)
		;
}

/* In the child. It dies with its parent. */
static void become(const char *folder, const char *said, const char *const *argv)
{
	char *args[ARGS_MAX] = {NULL};
	int out = open(said, O_WRONLY | O_CREAT | O_TRUNC, 0600), in = open("/dev/null", O_RDONLY);

	assert(argv[0]);
	/* execv() would have them not const. */
	for (size_t i = 0; i + 1 < ARGS_MAX && argv[i]; i++)
		memcpy(&args[i], &argv[i], sizeof(args[i]));
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && out >= 0 && in >= 0 &&
	    dup2(in, STDIN_FILENO) >= 0 && dup2(out, STDOUT_FILENO) >= 0 &&
	    dup2(out, STDERR_FILENO) >= 0 && chdir(folder) == 0)
		execv(argv[0], args);
	_exit(NOT_STARTED);
}

int process_start(struct process *out, const char *folder, const char *said,
		  const char *const *argv, struct pt_err *err)
{
	snprintf(out->said, sizeof(out->said), "%s/%s", folder, said);
	out->begun_us = process_clock_us();
	out->pid = fork();
	if (out->pid < 0)
		return pt_err_io(err, errno, "fork");
	if (out->pid == 0)
		become(folder, out->said, argv);
	return 0;
}

void process_signal(const struct process *process, int number)
{
	(void)kill(process->pid, number);
}

int process_wait(int *status_out, struct process *process, struct pt_err *err)
{
	int64_t until_us = process_clock_us() + PATIENCE_S * SECOND_US;
	pid_t ended = 0;

	while (ended == 0 && process_clock_us() < until_us) {
		ended = waitpid(process->pid, status_out, WNOHANG);
		if (ended == 0)
			process_sleep_us(LOOK_EVERY_US);
	}
	if (ended == 0) {
		process_signal(process, SIGKILL);
		(void)waitpid(process->pid, status_out, 0);
		return pt_err_set(err, PT_E_IO, "it does not end: %s", process->said);
	}
	return ended < 0 ? pt_err_io(err, errno, "waitpid") : 0;
}

int process_said(struct pt_buf *out, const struct process *process, struct pt_err *err)
{
	return pt_file_read(out, process->said, SAID_MAX, err);
}
