/* See workers.h. */
#include "cmd/workers.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/attr.h"

/* What a worker says of one number: this, then the result unless it failed. */
struct frame {
	uint32_t number;
	struct pt_err err; /* PT_OK: the result follows */
};

struct worker {
	pid_t pid;     /* 0: none, or its end was waited for */
	int fd;        /* where it writes to; -1: it has ended */
	uint32_t next; /* the number that its next frame is about */
	char *frame;   /* owned; what has come of that frame */
	size_t nframe;
};

struct crew {
	const struct pt_work *work;
	struct worker *worker;
	struct pollfd *poll;
	uint32_t nopen, ndone;
	char *results;
};

uint32_t pt_workers_default(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	if (n < 1)
		return 1;
	return n > PT_WORKERS_MAX ? PT_WORKERS_MAX : (uint32_t)n;
}

static bool write_all(int fd, const void *bytes, size_t size_bytes)
{
	const char *at = bytes;

	while (size_bytes > 0) {
		ssize_t n = write(fd, at, size_bytes);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += n;
		size_bytes -= (size_t)n;
	}
	return true;
}

/* In the worker: every jobs-th number from the first on. Returns its exit status. */
static int work_through(const struct pt_work *work, uint32_t first, int fd)
{
	void *result = calloc(1, work->result_bytes);
	bool written = result != NULL;

	for (uint32_t number = first; written && number < work->n; number += work->jobs) {
		struct frame frame = {.number = number, .err = PT_ERR_INIT};
		int rc;

		memset(result, 0, work->result_bytes);
		rc = work->fn(work->context, number, result, &frame.err);
		written = write_all(fd, &frame, sizeof(frame));
		if (rc < 0)
			break;
		written = written && write_all(fd, result, work->result_bytes);
	}
	free(result);
	return written ? 0 : 1;
}

/* A worker writes where nobody reads any more when this process has died: that ends it too. */
static int start(struct crew *crew, uint32_t i, struct pt_err *err)
{
	struct worker *worker = &crew->worker[i];
	int ends[2];

	if (pipe(ends) < 0)
		return pt_err_io(err, errno, "a pipe for a worker");
	fflush(NULL);
	worker->pid = fork();
	if (worker->pid < 0) {
		worker->pid = 0;
		(void)close(ends[0]);
		(void)close(ends[1]);
		return pt_err_io(err, errno, "starting a worker");
	}
	if (worker->pid == 0) {
		for (uint32_t k = 0; k < i; k++)
			(void)close(crew->worker[k].fd);
		(void)close(ends[0]);
		_exit(work_through(crew->work, i, ends[1]));
	}
	(void)close(ends[1]);
	worker->fd = ends[0];
	crew->nopen++;
	return 0;
}

/* Its pipe is at its end; that is all right when all its numbers came. */
static int ended(struct crew *crew, struct worker *worker, struct pt_err *err)
{
	int status = 0;

	(void)close(worker->fd);
	worker->fd = -1;
	crew->nopen--;
	while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR)
		;
	worker->pid = 0;
	if (worker->next >= crew->work->n)
		return 0;
	if (WIFSIGNALED(status))
		return pt_err_set(err, PT_E_IO,
				  "a worker process was killed by signal %d before rehearsal %u "
				  "was done; with fewer --jobs each has more memory",
				  WTERMSIG(status), worker->next + 1);
	return pt_err_set(err, PT_E_IO, "a worker process ended before rehearsal %u was done",
			  worker->next + 1);
}

/* A whole frame has come: 0, or what the function said. */
static int take_frame(struct crew *crew, struct worker *worker, struct pt_err *err)
{
	const struct pt_work *work = crew->work;
	struct frame frame;

	assert(worker->frame);
	memcpy(&frame, worker->frame, sizeof(frame));
	if (frame.err.code != PT_OK) {
		*err = frame.err;
		return -(int)err->code;
	}
	memcpy(crew->results + (size_t)worker->next * work->result_bytes,
	       worker->frame + sizeof(frame), work->result_bytes);
	worker->nframe = 0;
	worker->next += work->jobs;
	crew->ndone++;
	if (work->on_result)
		work->on_result(work->context, crew->ndone);
	return 0;
}

/* How much of a frame must have come before something can be done with it. */
static size_t frame_bytes(const struct crew *crew, const struct worker *worker)
{
	struct frame frame;

	assert(worker->frame);
	if (worker->nframe < sizeof(frame))
		return sizeof(frame);
	memcpy(&frame, worker->frame, sizeof(frame));
	return frame.err.code == PT_OK ? sizeof(frame) + crew->work->result_bytes : sizeof(frame);
}

static int listen_to(struct crew *crew, struct worker *worker, struct pt_err *err)
{
	size_t whole = frame_bytes(crew, worker);
	ssize_t n = read(worker->fd, worker->frame + worker->nframe, whole - worker->nframe);

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return 0;
	if (n < 0)
		return pt_err_io(err, errno, "reading from a worker");
	if (n == 0)
		return ended(crew, worker, err);
	worker->nframe += (size_t)n;
	return worker->nframe == frame_bytes(crew, worker) ? take_frame(crew, worker, err) : 0;
}

static int listen_to_all(struct crew *crew, struct pt_err *err)
{
	uint32_t jobs = crew->work->jobs;
	int rc = 0;

	while (rc == 0 && crew->nopen > 0) {
		for (uint32_t i = 0; i < jobs; i++)
			crew->poll[i] = (struct pollfd){.fd = crew->worker[i].fd, .events = POLLIN};
		if (poll(crew->poll, jobs, -1) < 0 && errno != EINTR)
			return pt_err_io(err, errno, "waiting for workers");
		for (uint32_t i = 0; rc == 0 && i < jobs; i++) {
			if (crew->worker[i].fd >= 0 && crew->poll[i].revents)
				rc = listen_to(crew, &crew->worker[i], err);
		}
	}
	return rc;
}

static void dismiss(struct crew *crew)
{
	for (uint32_t i = 0; crew->worker && i < crew->work->jobs; i++) {
		struct worker *worker = &crew->worker[i];

		if (worker->fd >= 0)
			(void)close(worker->fd);
		if (worker->pid > 0) {
			(void)kill(worker->pid, SIGKILL);
			while (waitpid(worker->pid, NULL, 0) < 0 && errno == EINTR)
				;
		}
		free(worker->frame);
	}
	free(crew->worker);
	free(crew->poll);
}

static int hire(struct crew *crew, struct pt_err *err)
{
	uint32_t jobs = crew->work->jobs;

	crew->worker = calloc(jobs, sizeof(*crew->worker));
	crew->poll = calloc(jobs, sizeof(*crew->poll));
	if (!crew->worker || !crew->poll)
		return pt_err_nomem(err);
	for (uint32_t i = 0; i < jobs; i++)
		crew->worker[i].fd = -1;
	for (uint32_t i = 0; i < jobs; i++) {
		crew->worker[i].next = i;
		crew->worker[i].frame = malloc(sizeof(struct frame) + crew->work->result_bytes);
		if (!crew->worker[i].frame)
			return pt_err_nomem(err);
		int rc = start(crew, i, err);

		if (rc < 0)
			return rc;
	}
	return 0;
}

int pt_workers_run(void *results, const struct pt_work *work, struct pt_err *err)
{
	struct pt_work limited = *work;
	struct crew crew = {.work = &limited, .results = results};
	int rc;

	if (limited.jobs > limited.n)
		limited.jobs = limited.n;
	rc = hire(&crew, err);
	if (rc == 0)
		rc = listen_to_all(&crew, err);
	dismiss(&crew);
	return rc;
}
