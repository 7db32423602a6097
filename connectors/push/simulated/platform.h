/*
 * The model of the platform: orgs and what they have installed, push requests
 * and their jobs, and what becomes of them as time passes. It does no I/O, knows
 * nothing of whoever pushes, and decides by itself who can be upgraded.
 *
 * Make one, add orgs and what they have (or let population.h do both), then call
 * it at times that never decrease: advance to now, then ask or tell. Packages,
 * versions, orgs, requests and jobs are numbered from 0 in the order they came;
 * numbers stay valid. A version's number is its place in the catalogue.
 *
 * What is not known of the real platform is decided here so:
 *  - Two live jobs for the same org and package, in different requests, are
 *    allowed. Each looks at the org when it starts and when it ends; the later one
 *    to end finds the version there and fails.
 *  - DUPLICATE_VALUE is about one request.
 *  - An org that has the same version is refused like one with a newer version.
 *  - A request without jobs succeeds when it starts.
 *  - A job that cannot go through fails an eighth of its time after its start.
 */
#ifndef PT_CONNECTORS_PUSH_SIMULATED_PLATFORM_H
#define PT_CONNECTORS_PUSH_SIMULATED_PLATFORM_H

#include "connectors/push/simulated/messages.h"
#include "connectors/push/simulated/orgs.h"

struct pt_platform;

/* No version, no org. */
#define PT_PLATFORM_NONE UINT32_MAX

/*
 * A platform without orgs at time now_ms. Catalogue and behaviour are copied.
 * PT_E_INVALID and PT_E_LIMIT for a catalogue that cannot be. Owned by the caller.
 */
int pt_platform_new(struct pt_platform **out, const struct pt_sim_catalogue *catalogue,
		    const struct pt_sim_behaviour *behaviour, uint64_t seed, int64_t now_ms,
		    struct pt_err *err) PT_MUSTUSE;
void pt_platform_free(struct pt_platform *platform);
void pt_platform_freep(struct pt_platform **platform);

/* Lets everything happen that is due by then; an earlier time than before does nothing. */
void pt_platform_advance(struct pt_platform *platform, int64_t now_ms);

int64_t pt_platform_now_ms(const struct pt_platform *platform);

/* When something happens next by itself; PT_NEVER. */
int64_t pt_platform_next_ms(const struct pt_platform *platform);

/* How many events there were by now: what the advances let happen. */
uint64_t pt_platform_nevent(const struct pt_platform *platform);

uint64_t pt_platform_seed(const struct pt_platform *platform);

/* Packages. */
const struct pt_sim_packages *pt_platform_packages(const struct pt_platform *platform);

/* What a later catalogue of the same packages has more; see packages.h. */
int pt_platform_upload(struct pt_platform *platform, const struct pt_sim_catalogue *catalogue,
		       struct pt_err *err) PT_MUSTUSE;

/* Orgs. */
struct pt_platform_org {
	struct pt_org_key key, parent;       /* parent: all NUL unless a sandbox has a known one */
	uint8_t type, status;                /* of config/suite.h */
	char instance[PT_SIM_INSTANCE_TEXT]; /* "NA12" */
};

/* Room for so many orgs in all, to spare growing. */
int pt_platform_reserve_orgs(struct pt_platform *platform, size_t total,
			     struct pt_err *err) PT_MUSTUSE;

/* Its number in *out. PT_E_INVALID when the key is taken. O(1) in ascending order of keys. */
int pt_platform_add_org(uint32_t *out, struct pt_platform *platform,
			const struct pt_platform_org *org, struct pt_err *err) PT_MUSTUSE;

uint32_t pt_platform_norg(const struct pt_platform *platform);
uint32_t pt_platform_find_org(const struct pt_platform *platform, const struct pt_org_key *key);
/* For keys that mostly ascend; *place is 0 at first. See pt_sim_orgs_find_next(). */
uint32_t pt_platform_find_next_org(const struct pt_platform *platform, const struct pt_org_key *key,
				   uint32_t *place);
uint32_t pt_platform_ranked_org(const struct pt_platform *platform, uint32_t rank); /* by key */
struct pt_platform_org pt_platform_org(const struct pt_platform *platform, uint32_t org);

/* No more of it than that; the key is borrowed until the next org is added. */
const struct pt_org_key *pt_platform_org_key(const struct pt_platform *platform, uint32_t org);
uint8_t pt_platform_org_status(const struct pt_platform *platform, uint32_t org);

enum { PT_PLATFORM_NAME_TEXT = 48 };

/* A made-up name; a sandbox has that of its parent. Returns buf. */
const char *pt_platform_org_name(char buf[PT_PLATFORM_NAME_TEXT],
				 const struct pt_platform *platform, uint32_t org);

/* What happens to an org by its own doing or its owner's. */
enum pt_platform_change_kind {
	PT_CHANGE_STATUS,    /* value: one of enum pt_org_status */
	PT_CHANGE_BLOCKED,   /* of a package; value: 1 it blocks push upgrades, 0 it does not */
	PT_CHANGE_INSTALLED, /* of a package; value: a version, or PT_PLATFORM_NONE */
};

struct pt_platform_change {
	int64_t at_ms; /* now or before: at once */
	enum pt_platform_change_kind kind;
	uint32_t org, package, value;
};

int pt_platform_change(struct pt_platform *platform, const struct pt_platform_change *change,
		       struct pt_err *err) PT_MUSTUSE;

/* What the org really has now; PT_PLATFORM_NONE. */
uint32_t pt_platform_installed(const struct pt_platform *platform, uint32_t org, uint32_t package);

/* What its subscriber record says. */
struct pt_platform_record {
	uint32_t version;
	bool installed; /* false: uninstalled since; version is what it had */
	bool blocked;
	int64_t modified_ms; /* when it changed last, to the second */
};

/* False when there is no record: it never had the package. */
bool pt_platform_record(struct pt_platform_record *out, const struct pt_platform *platform,
			uint32_t org, uint32_t package);

/*
 * Push requests. Where there is a refusal_out, the call returns 0 and says there
 * whether the platform carried it out; it returns negative without memory only.
 */
int pt_platform_create(uint32_t *request_out, enum pt_refusal *refusal_out,
		       struct pt_platform *platform, const struct pt_id *version,
		       int64_t scheduled_ms, struct pt_err *err) PT_MUSTUSE;

/* What making a push request of that version would come to. */
enum pt_refusal pt_platform_try_create(const struct pt_platform *platform,
				       const struct pt_id *version);

/* result_out has room for norg; it says for each org how it went unless all was refused. */
int pt_platform_add_jobs(enum pt_platform_add *result_out, enum pt_refusal *refusal_out,
			 struct pt_platform *platform, uint32_t request,
			 const struct pt_org_key *org, size_t norg, struct pt_err *err) PT_MUSTUSE;

/* What adding a job for that org to a request of that version would come to; PT_PLATFORM_NONE: to
   one that has no jobs yet. */
enum pt_platform_add pt_platform_try_job(const struct pt_platform *platform,
					 const struct pt_id *version_id, uint32_t request,
					 const struct pt_org_key *org);

/* Created to Pending. */
enum pt_refusal pt_platform_activate(struct pt_platform *platform, uint32_t request);

/* Created or Pending to Canceled, with all its jobs. */
enum pt_refusal pt_platform_cancel(struct pt_platform *platform, uint32_t request);

struct pt_platform_request {
	struct pt_id id;
	uint32_t package, version;
	enum pt_job_state state; /* Failed as soon as one of its jobs failed */
	int64_t created_ms;
	int64_t scheduled_ms;     /* earliest start; 0 or below: when activated */
	int64_t activated_ms;     /* PT_NEVER: not yet */
	int64_t start_ms, end_ms; /* first start and last end of a job; PT_NEVER */
	uint32_t njob, count[PT_JOB_NSTATE];
};

/* The history: every request that was ever made, oldest first. */
uint32_t pt_platform_nrequest(const struct pt_platform *platform);
struct pt_platform_request pt_platform_request(const struct pt_platform *platform,
					       uint32_t request);

/* By its 0DV id. */
bool pt_platform_find_request(uint32_t *out, const struct pt_platform *platform,
			      const struct pt_id *id);

/* Its jobs by org key ascending; borrowed until the next job is added to it. */
int pt_platform_request_jobs(const uint32_t **out, size_t *n_out, struct pt_platform *platform,
			     uint32_t request, struct pt_err *err) PT_MUSTUSE;

struct pt_platform_job {
	struct pt_id id;
	uint32_t request, org;
	enum pt_job_state state;
	enum pt_job_cause cause;  /* unless Failed: PT_CAUSE_NONE */
	uint32_t attempt;         /* from 0; known once it has started */
	int64_t start_ms, end_ms; /* PT_NEVER: not yet */
};

uint32_t pt_platform_njob(const struct pt_platform *platform);
struct pt_platform_job pt_platform_job(const struct pt_platform *platform, uint32_t job);

/* No more of it than that. */
uint32_t pt_platform_job_org(enum pt_job_state *state_out, const struct pt_platform *platform,
			     uint32_t job);

/* By its 0DX id. */
bool pt_platform_find_job(uint32_t *out, const struct pt_platform *platform,
			  const struct pt_id *id);

/* The newest job of an org and a package, and the one before that; PT_PLATFORM_NONE. */
uint32_t pt_platform_last_job(const struct pt_platform *platform, uint32_t org, uint32_t package);
uint32_t pt_platform_previous_job(const struct pt_platform *platform, uint32_t job);

/* How many error records a job has: none unless it failed. The i-th of them. */
uint32_t pt_platform_nerror(const struct pt_platform *platform, uint32_t job);
void pt_platform_error(struct pt_sim_error *out, const struct pt_platform *platform, uint32_t job,
		       uint32_t i);

/* The org has a job for the package that is not terminal. O(its jobs for the package). */
bool pt_platform_live(const struct pt_platform *platform, uint32_t org, uint32_t package);

/*
 * Orgs that do, by key ascending: an array owned by the caller, to be freed.
 * O(jobs of requests that have live jobs + orgs / 64).
 */
int pt_platform_live_orgs(uint32_t **out, size_t *n_out, struct pt_platform *platform,
			  uint32_t package, struct pt_err *err) PT_MUSTUSE;

#endif
