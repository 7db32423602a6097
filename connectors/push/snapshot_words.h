/*
 * The words of a snapshot file, shared by what writes and what reads it.
 */
#ifndef PT_CONNECTORS_PUSH_SNAPSHOT_WORDS_H
#define PT_CONNECTORS_PUSH_SNAPSHOT_WORDS_H

#include "connectors/push/snapshot.h"

#define PT_SNAPSHOT_WORD "pushtrain-snapshot"

enum { PT_SNAPSHOT_VERSION = 1, PT_SNAPSHOT_NSTATUS = 5 };

extern const char *const pt_snapshot_length_word[PT_SNAPSHOT_NLENGTH];
extern const char *const pt_snapshot_status_word[PT_SNAPSHOT_NSTATUS]; /* by enum pt_org_status */

#endif
