/*
 * What can go wrong between a client and the platform, on order or at random: the
 * same seed and the same requests meet the same faults.
 */
#ifndef PT_CONNECTORS_EMULATOR_FAULTS_H
#define PT_CONNECTORS_EMULATOR_FAULTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

enum pt_fault_kind {
	PT_FAULT_NONE,
	/* Not carried out, and the client is told. */
	PT_FAULT_THROTTLED,   /* 429 */
	PT_FAULT_SPENT,       /* 403 REQUEST_LIMIT_EXCEEDED */
	PT_FAULT_EXPIRED,     /* 401 INVALID_SESSION_ID */
	PT_FAULT_RETIRED,     /* 410 */
	PT_FAULT_REDIRECTED,  /* 302 */
	PT_FAULT_ERROR,       /* 500 UNKNOWN_EXCEPTION */
	PT_FAULT_BAD_GATEWAY, /* 502, HTML */
	PT_FAULT_UNAVAILABLE, /* 503, HTML */
	PT_FAULT_LOCKED,      /* 400 UNABLE_TO_LOCK_ROW; of several records each */
	PT_FAULT_RESET,       /* the connection is reset */
	PT_FAULT_SILENT,      /* no answer ever comes */
	/* Carried out, and the client does not learn it. */
	PT_FAULT_RESET_AFTER,
	PT_FAULT_SILENT_AFTER,
	PT_FAULT_ERROR_AFTER,   /* 500 */
	PT_FAULT_GATEWAY_AFTER, /* 502, HTML */
	PT_FAULT_TRUNCATED,     /* the answer breaks off in the middle */
	PT_FAULT_MALFORMED,     /* the answer is not JSON */
	PT_FAULT_EMPTY,         /* 200 without anything */
	PT_FAULT_NKIND,
};

/* "throttled" …; NULL for none. And back: PT_FAULT_NONE for a word that is none. */
const char *pt_fault_text(enum pt_fault_kind kind);
enum pt_fault_kind pt_fault_of_text(const char *text);

static inline bool pt_fault_is_after(enum pt_fault_kind kind)
{
	return kind >= PT_FAULT_RESET_AFTER;
}

/* Which requests meet it. */
struct pt_fault {
	const char *method; /* NULL: any */
	const char *path;   /* a pattern found in it, of queries in "path?q=soql"; NULL: any */
	uint32_t nth;       /* from 1: which of those that match, counted from now */
	uint32_t times;     /* and so many in all, from that one on */
	enum pt_fault_kind kind;
};

struct pt_faults;

int pt_faults_new(struct pt_faults **out, uint64_t seed, int32_t ppm,
		  struct pt_err *err) PT_MUSTUSE;
void pt_faults_free(struct pt_faults *faults);

/* Copies. */
int pt_faults_add(struct pt_faults *faults, const struct pt_fault *fault,
		  struct pt_err *err) PT_MUSTUSE;
void pt_faults_clear(struct pt_faults *faults);

/* What the next request meets. */
enum pt_fault_kind pt_faults_meet(struct pt_faults *faults, const char *method, const char *path);

#endif
