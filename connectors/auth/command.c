/* See command.h. */
#include "connectors/auth/command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "connectors/clock/clock.h"

extern char **environ;

enum { CHUNK = 4096 };

/* In a process group of its own, so that all of it can be ended. */
static int spawn(pid_t *out, const char *command, int to, struct pt_err *err)
{
	char shell[] = "sh", option[] = "-c";
	char *text = strdup(command);
	char *args[] = {shell, option, text, NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	int rc;

	if (!text || posix_spawn_file_actions_init(&actions) != 0) {
		free(text);
		return pt_err_nomem(err);
	}
	(void)posix_spawnattr_init(&attr);
	(void)posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP);
	(void)posix_spawnattr_setpgroup(&attr, 0);
	rc = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (rc == 0)
		rc = posix_spawn_file_actions_adddup2(&actions, to, STDOUT_FILENO);
	if (rc == 0)
		rc = posix_spawn(out, "/bin/sh", &actions, &attr, args, environ);
	(void)posix_spawnattr_destroy(&attr);
	(void)posix_spawn_file_actions_destroy(&actions);
	free(text);
	return rc == 0 ? 0 : pt_err_io(err, rc, "cannot run a command");
}

/* Until it closes its output. */
static int read_all(struct pt_buf *out, int from, int64_t until_ms, size_t max_bytes,
		    struct pt_err *err)
{
	for (;;) {
		int64_t left = until_ms - pt_clock_monotonic_ms();
		struct pollfd fd = {.fd = from, .events = POLLIN};
		int ready = left > 0 ? poll(&fd, 1, (int)left) : 0;
		char *room;
		ssize_t n;

		if (ready < 0 && errno == EINTR)
			continue;
		if (ready <= 0)
			return pt_err_set(err, PT_E_IO, "the command takes too long");
		if (out->len + CHUNK > max_bytes)
			return pt_err_set(err, PT_E_LIMIT, "the command prints more than %zu bytes",
					  max_bytes);
		room = pt_buf_reserve(out, CHUNK);
		if (!room)
			return pt_err_nomem(err);
		n = read(from, room, CHUNK - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0 ? 0 : pt_err_io(err, errno, "cannot read from a command");
		out->len += (size_t)n;
		out->data[out->len] = '\0';
	}
}

static int wait_for(pid_t child, bool killed, struct pt_err *err)
{
	int status = 0;

	if (killed)
		(void)kill(-child, SIGKILL);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		continue;
	if (killed || (WIFEXITED(status) && WEXITSTATUS(status) == 0))
		return 0;
	if (WIFEXITED(status))
		return pt_err_set(err, PT_E_IO, "the command ended with status %d",
				  WEXITSTATUS(status));
	return pt_err_set(err, PT_E_IO, "the command was ended by a signal");
}

int pt_command_run(struct pt_buf *out, const char *command, int limit_ms, size_t max_bytes,
		   struct pt_err *err)
{
	int ends[2], rc, ended;
	pid_t child = -1;

	if (pipe(ends) != 0)
		return pt_err_io(err, errno, "cannot run a command");
	(void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	(void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	rc = spawn(&child, command, ends[1], err);
	(void)close(ends[1]);
	if (rc == 0) {
		rc = read_all(out, ends[0], pt_clock_monotonic_ms() + limit_ms, max_bytes, err);
		ended = wait_for(child, rc < 0, err);
		rc = rc < 0 ? rc : ended;
	}
	(void)close(ends[0]);
	return rc;
}
