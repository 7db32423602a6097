/*
 * A lock on one numbered thing, held by one process at a time and gone with its
 * owner however that ends. It is a byte of a file, so it costs nothing to have
 * one for each of many things. A process opens a lock file once: closing any
 * descriptor of it would drop the locks of all.
 */
#ifndef PT_CONNECTORS_STORE_LOCK_H
#define PT_CONNECTORS_STORE_LOCK_H

#include <stdint.h>

#include "base/err.h"

struct pt_lock;

/* The lock on thing `number` of the file, which is made when there is none. PT_E_BUSY: another
   process has it. Owned by the caller. */
int pt_lock_take(struct pt_lock **out, const char *path, int64_t number,
		 struct pt_err *err) PT_MUSTUSE;
void pt_lock_free(struct pt_lock *lock);
void pt_lock_freep(struct pt_lock **lock);

/* Which process has it; 0: none. */
int pt_lock_owner(int64_t *pid_out, const char *path, int64_t number,
		  struct pt_err *err) PT_MUSTUSE;

#endif
