/* See child.h. Built with _GNU_SOURCE, for posix_spawn_file_actions_addclosefrom_np(). */
#include "connectors/command/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "connectors/clock/clock.h"

enum {
	CHUNK = 4096,
	CHUNKS_AT_ONCE = 64, /* so that one who floods does not keep us reading */
	SLICE_MS = 20,       /* the end of a process wakes nobody who polls its output */
	CLOSED_MS = 2,       /* but comes soon when it has closed that */
	GRACE_MS = 2000,
};

struct pt_child {
	pid_t pid;
	int from; /* -1: it has closed its output */
	int64_t term_ms, kill_ms;
	struct pt_buf *printed;
	size_t kept_from, max; /* where its part of `printed` begins, and how long it may be */
	enum pt_child_output output;
	bool termed, too_much, ended;
	struct pt_child_result result;
};

static int make_pipe(int ends[2], struct pt_err *err)
{
	if (pipe(ends) != 0)
		return pt_err_io(err, errno, "cannot run a command");
	(void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	(void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	return 0;
}

/* The whole input is in the pipe before anybody reads: nobody waits, and no SIGPIPE. */
static int make_input(int *out, const struct pt_child_conf *conf, struct pt_err *err)
{
	int ends[2];
	ssize_t n;

	if (!conf->input) {
		*out = open("/dev/null", O_RDONLY | O_CLOEXEC);
		return *out < 0 ? pt_err_io(err, errno, "cannot run a command") : 0;
	}
	if (make_pipe(ends, err) < 0)
		return -PT_E_IO;
	(void)fcntl(ends[1], F_SETFL, O_NONBLOCK);
	n = conf->input_size ? write(ends[1], conf->input, conf->input_size) : 0;
	(void)close(ends[1]);
	if (n < 0 || (size_t)n != conf->input_size) {
		(void)close(ends[0]);
		return pt_err_set(err, PT_E_LIMIT, "%zu bytes are more than a command is given",
				  conf->input_size);
	}
	*out = ends[0];
	return 0;
}

static int set_files(posix_spawn_file_actions_t *actions, int in, int to,
		     enum pt_child_output output)
{
	int rc = posix_spawn_file_actions_adddup2(actions, in, STDIN_FILENO);

	if (rc == 0)
		rc = posix_spawn_file_actions_adddup2(actions, to, STDOUT_FILENO);
	if (rc == 0 && output == PT_CHILD_TAIL)
		rc = posix_spawn_file_actions_adddup2(actions, to, STDERR_FILENO);
	return rc == 0 ? posix_spawn_file_actions_addclosefrom_np(actions, STDERR_FILENO + 1) : rc;
}

/* A group of its own, so that all of it can be ended; signals as after a login. */
static int set_attributes(posix_spawnattr_t *attr)
{
	sigset_t none, all;
	int rc = posix_spawnattr_setflags(attr, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF |
						    POSIX_SPAWN_SETSIGMASK);

	sigemptyset(&none);
	sigfillset(&all);
	if (rc == 0)
		rc = posix_spawnattr_setpgroup(attr, 0);
	if (rc == 0)
		rc = posix_spawnattr_setsigmask(attr, &none);
	return rc == 0 ? posix_spawnattr_setsigdefault(attr, &all) : rc;
}

static int spawn(pid_t *out, const struct pt_child_conf *conf, int in, int to, struct pt_err *err)
{
	char shell[] = "sh", option[] = "-c";
	char *text = strdup(conf->command);
	char *args[] = {shell, option, text, NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	int rc;

	if (!text || posix_spawn_file_actions_init(&actions) != 0) {
		free(text);
		return pt_err_nomem(err);
	}
	(void)posix_spawnattr_init(&attr);
	rc = set_files(&actions, in, to, conf->output);
	if (rc == 0)
		rc = set_attributes(&attr);
	if (rc == 0)
		rc = posix_spawn(out, "/bin/sh", &actions, &attr, args,
				 conf->env ? conf->env : environ);
	(void)posix_spawnattr_destroy(&attr);
	(void)posix_spawn_file_actions_destroy(&actions);
	free(text);
	return rc == 0 ? 0 : pt_err_io(err, rc, "cannot run a command");
}

static int start(struct pt_child *child, const struct pt_child_conf *conf, struct pt_err *err)
{
	int in = -1, ends[2], rc = make_input(&in, conf, err);

	if (rc < 0)
		return rc;
	rc = make_pipe(ends, err);
	if (rc == 0) {
		(void)fcntl(ends[0], F_SETFL, O_NONBLOCK);
		rc = spawn(&child->pid, conf, in, ends[1], err);
		(void)close(ends[1]);
		if (rc == 0)
			child->from = ends[0];
		else
			(void)close(ends[0]);
	}
	(void)close(in);
	return rc;
}

int pt_child_start(struct pt_child **out, const struct pt_child_conf *conf, struct pt_err *err)
{
	struct pt_child *child = calloc(1, sizeof(*child));
	int rc;

	if (!child)
		return pt_err_nomem(err);
	child->from = -1;
	child->printed = conf->printed;
	child->kept_from = conf->printed->len;
	child->max = conf->printed_max;
	child->output = conf->output;
	child->term_ms = pt_clock_monotonic_ms() + conf->limit_ms;
	child->kill_ms = child->term_ms + (conf->grace_ms ? conf->grace_ms : GRACE_MS);
	rc = start(child, conf, err);
	if (rc < 0) {
		free(child);
		return rc;
	}
	*out = child;
	return 0;
}

static void keep_tail(struct pt_child *child)
{
	struct pt_buf *buf = child->printed;
	size_t len = buf->len - child->kept_from;

	if (len <= child->max)
		return;
	memmove(buf->data + child->kept_from, buf->data + buf->len - child->max, child->max);
	buf->len = child->kept_from + child->max;
	buf->data[buf->len] = '\0';
}

static void close_output(struct pt_child *child)
{
	if (child->from >= 0)
		(void)close(child->from);
	child->from = -1;
}

/* A chunk of what it has printed; false: there is no more now. */
static bool read_chunk(struct pt_child *child)
{
	struct pt_buf *buf = child->printed;
	char *room = pt_buf_reserve(buf, CHUNK);
	ssize_t n = room ? read(child->from, room, CHUNK - 1) : -1;

	if (n < 0 && room && (errno == EAGAIN || errno == EINTR))
		return errno == EINTR;
	/* Without memory it is read no more, as if it were silent: the buffer says so. */
	if (n <= 0) {
		close_output(child);
		return false;
	}
	buf->len += (size_t)n;
	buf->data[buf->len] = '\0';
	if (child->output == PT_CHILD_TAIL) {
		keep_tail(child);
	} else if (buf->len - child->kept_from > child->max) {
		child->too_much = true;
		close_output(child);
	}
	return child->from >= 0;
}

static void read_some(struct pt_child *child)
{
	for (int i = 0; child->from >= 0 && i < CHUNKS_AT_ONCE; i++) {
		if (!read_chunk(child))
			return;
	}
}

static void reap(struct pt_child *child)
{
	int status = 0;
	pid_t pid;

	do {
		pid = waitpid(child->pid, &status, 0);
	} while (pid < 0 && errno == EINTR);
	if (pid < 0)
		child->result = (struct pt_child_result){PT_CHILD_LOST, 0};
	else if (child->too_much)
		child->result = (struct pt_child_result){PT_CHILD_TOO_MUCH, 0};
	else if (child->termed)
		child->result = (struct pt_child_result){PT_CHILD_TOO_LONG, 0};
	else if (WIFEXITED(status))
		child->result = (struct pt_child_result){PT_CHILD_EXITED, WEXITSTATUS(status)};
	else
		child->result = (struct pt_child_result){PT_CHILD_SIGNALED, WTERMSIG(status)};
	child->ended = true;
}

/* The shell has ended and is not reaped, so that the number of its group is nobody else's yet. */
static void finish(struct pt_child *child)
{
	(void)kill(-child->pid, SIGKILL);
	read_some(child);
	close_output(child);
	reap(child);
}

static bool has_ended(const struct pt_child *child)
{
	siginfo_t info = {.si_pid = 0};
	int rc = waitid(P_PID, (id_t)child->pid, &info, WEXITED | WNOHANG | WNOWAIT);

	return rc == 0 ? info.si_pid == child->pid : errno == ECHILD;
}

static void enforce_limits(struct pt_child *child)
{
	int64_t now_ms = pt_clock_monotonic_ms();

	if (child->too_much || now_ms >= child->kill_ms)
		(void)kill(-child->pid, SIGKILL);
	else if (now_ms >= child->term_ms && !child->termed)
		(void)kill(-child->pid, SIGTERM);
	child->termed |= now_ms >= child->term_ms;
}

bool pt_child_poll(struct pt_child_result *out, struct pt_child *child, int wait_ms)
{
	int64_t until_ms = pt_clock_monotonic_ms() + wait_ms;

	while (!child->ended) {
		int64_t left_ms = until_ms - pt_clock_monotonic_ms();
		int64_t slice_ms;

		read_some(child);
		if (has_ended(child)) {
			finish(child);
			break;
		}
		enforce_limits(child);
		if (left_ms <= 0)
			return false;
		struct pollfd fd = {.fd = child->from, .events = POLLIN};

		slice_ms = child->from < 0 ? CLOSED_MS : SLICE_MS;
		(void)poll(&fd, 1, (int)(left_ms < slice_ms ? left_ms : slice_ms));
	}
	*out = child->result;
	return true;
}

bool pt_child_succeeded(const struct pt_child_result *result)
{
	return result->end == PT_CHILD_EXITED && result->number == 0;
}

void pt_child_result_text(struct pt_buf *out, const struct pt_child_result *result)
{
	switch (result->end) {
	case PT_CHILD_EXITED:
		pt_buf_printf(out, "ended with status %d", result->number);
		break;
	case PT_CHILD_SIGNALED:
		pt_buf_printf(out, "was ended by signal %d", result->number);
		break;
	case PT_CHILD_TOO_LONG:
		pt_buf_str(out, "takes too long");
		break;
	case PT_CHILD_TOO_MUCH:
		pt_buf_str(out, "prints too much");
		break;
	case PT_CHILD_LOST:
		pt_buf_str(out, "ended, it is not known how");
		break;
	}
}

void pt_child_last_line(char *out, size_t size_bytes, const struct pt_buf *printed)
{
	const char *text = pt_buf_text(printed);
	size_t end = printed->len, from;

	while (end > 0 && strchr(" \t\r\n", text[end - 1]))
		end--;
	from = end;
	while (from > 0 && text[from - 1] != '\n')
		from--;
	(void)snprintf(out, size_bytes, "%.*s", (int)(end - from), text + from);
	pt_buf_plain(out);
}

void pt_child_free(struct pt_child *child)
{
	if (!child)
		return;
	if (!child->ended) {
		(void)kill(-child->pid, SIGKILL);
		close_output(child);
		reap(child);
	}
	free(child);
}

void pt_child_freep(struct pt_child **child)
{
	pt_child_free(*child);
}
