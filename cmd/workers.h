/*
 * Worker processes: the same function for each of many numbers, spread over
 * processes that are forks of this one, their results put where they belong. The
 * results do not depend on how many workers there are, since each is made from its
 * number alone. A worker that dies, or whose function fails, ends all of them.
 */
#ifndef PT_CMD_WORKERS_H
#define PT_CMD_WORKERS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { PT_WORKERS_MAX = 256 };

/* Writes the result of one number, below `n`; in a process of its own. */
typedef int pt_work_fn(void *context, uint32_t number, void *result, struct pt_err *err);

struct pt_work {
	pt_work_fn *fn;
	void *context;       /* as it is now; what a worker changes of it stays with the worker */
	uint32_t n;          /* numbers */
	size_t result_bytes; /* of each result */
	uint32_t jobs;       /* workers, 1 to PT_WORKERS_MAX */
	/* MAY be NULL. Told after each result how many there are. */
	void (*on_result)(void *context, uint32_t ndone);
};

/*
 * results has room for n of them. PT_E_IO when a worker died; else the error of the
 * first function that failed, by number. On return no worker is left.
 */
int pt_workers_run(void *results, const struct pt_work *work, struct pt_err *err) PT_MUSTUSE;

/* Processors of this machine, at most PT_WORKERS_MAX. */
uint32_t pt_workers_default(void);

#endif
