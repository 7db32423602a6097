/*
 * Programs that are started, stopped by a signal at some instant, and waited for.
 */
#ifndef PT_TESTS_SIMULATION_KILLED_PROCESS_H
#define PT_TESTS_SIMULATION_KILLED_PROCESS_H

#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"

struct process {
	pid_t pid;
	int64_t begun_us;
	char said[160]; /* the file with all that it prints */
};

/* Of a clock that only goes on. */
int64_t process_clock_us(void);
void process_sleep_us(int64_t us);

/* Runs argv, that ends with NULL, in that folder; what it prints is in the file `said` there. */
int process_start(struct process *out, const char *folder, const char *said,
		  const char *const *argv, struct pt_err *err) PT_MUSTUSE;

void process_signal(const struct process *process, int number);

/* Its status, as waitpid() has it. One that does not end within a minute or two is killed. */
int process_wait(int *status_out, struct process *process, struct pt_err *err) PT_MUSTUSE;

int process_said(struct pt_buf *out, const struct process *process, struct pt_err *err) PT_MUSTUSE;

#endif
