/*
 * A snapshot: who has what at one moment, and what is known of how pushes go there,
 * in a file that a simulated platform can take for its population. Org keys are
 * hashed unless the file says otherwise; names are not in it. docs/snapshot.md has
 * the format.
 */
#ifndef PT_CONNECTORS_PUSH_SNAPSHOT_H
#define PT_CONNECTORS_PUSH_SNAPSHOT_H

#include "base/arena.h"
#include "base/buf.h"
#include "connectors/push/push.h"

enum {
	PT_SNAPSHOT_ORGS_MAX = 1000000,
	PT_SNAPSHOT_PACKAGES_MAX = 256,
	PT_SNAPSHOT_VERSIONS_MAX = 4096,
	PT_SNAPSHOT_NOTHING = 0xffff, /* the org never had the package */
};

struct pt_snapshot_version {
	struct pt_version version;
	bool released; /* not a beta */
};

/* How the package's pushes went, as counts; each share is one of them in another. */
struct pt_snapshot_pushes {
	uint64_t jobs;      /* that succeeded or failed in a way that another attempt may mend */
	uint64_t transient; /* of them: failed so */
	uint64_t stuck;     /* of them: had not ended a day after their start */
	uint64_t orgs;      /* that had a job */
	uint64_t permanent; /* of them: with one that failed for good */
	uint64_t places;    /* versions on instances that they were pushed to */
	uint64_t not_yet;   /* of them: where the version was not yet available at first */
};

struct pt_snapshot_package {
	const char *name; /* as the suite calls it */
	struct pt_snapshot_version *version;
	size_t nversion;
	struct pt_snapshot_pushes pushes;
};

/* What an org has of a package. */
struct pt_snapshot_cell {
	uint16_t version; /* an index; PT_SNAPSHOT_NOTHING */
	bool uninstalled; /* since */
	bool blocked;
};

struct pt_snapshot_org {
	struct pt_org_key key, parent; /* parent: all NUL unless a sandbox has a known one */
	char instance[14];
	uint8_t type, status; /* of config/suite.h */
};

/* Lengths of time that were measured; `n` of them, 0: none were. */
struct pt_snapshot_delay {
	uint64_t n;
	int64_t typical_ms, max_ms;
};

enum pt_snapshot_length {
	PT_SNAPSHOT_START,    /* from when a request might start until it did */
	PT_SNAPSHOT_JOB,      /* from there to the start of each job */
	PT_SNAPSHOT_DURATION, /* of succeeded jobs */
	PT_SNAPSHOT_NOT_YET,  /* from a version's first push until it had reached an instance */
	PT_SNAPSHOT_NLENGTH,
};

struct pt_snapshot {
	struct pt_arena arena; /* what the pointers point to */
	const char *suite;
	int64_t taken_ms;
	bool hashed;
	char fingerprint[17]; /* of the key that org keys were hashed with; "": they were not */
	struct pt_snapshot_package *package;
	size_t npackage;
	struct pt_snapshot_org *org; /* by key ascending */
	size_t norg;
	struct pt_snapshot_cell *cell; /* by org, then package */
	struct pt_snapshot_delay delay[PT_SNAPSHOT_NLENGTH];
};

/* Appends the file's text. The buffer may have failed. */
void pt_snapshot_write(struct pt_buf *out, const struct pt_snapshot *snapshot);

/*
 * Reads and checks: PT_E_UNSUPPORTED for a file of another version, PT_E_INVALID with the
 * row for anything else that is not as docs/snapshot.md says. Owned by the caller.
 */
int pt_snapshot_read(struct pt_snapshot **out, const char *path, struct pt_err *err) PT_MUSTUSE;

/* The same from memory; `path` names it. */
int pt_snapshot_parse(struct pt_snapshot **out, const char *text, size_t size_bytes,
		      const char *path, struct pt_err *err) PT_MUSTUSE;

void pt_snapshot_free(struct pt_snapshot *snapshot);
void pt_snapshot_freep(struct pt_snapshot **snapshot);

#endif
