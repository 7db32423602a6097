/*
 * suite.yaml as a validated model: what ships together, to whom, when and under
 * which rules. Read it once with pt_suite_read(); everything in it is borrowed
 * from the suite and lives until pt_suite_free().
 *
 * Every default is filled in and every `extends` is resolved: readers of the
 * model never ask what a missing key means. `src` is where a value was written
 * (line 0: it is a default). Ratios are parts per million, so that 97.5% is exact.
 */
#ifndef PT_CONFIG_SUITE_H
#define PT_CONFIG_SUITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/errs.h"
#include "base/instant.h"
#include "base/version.h"

enum {
	PT_RATIO_ONE = 1000000,
	PT_UNSET = -1,
	PT_EXCLUDE_MAX = 1000,
	PT_PACKAGES_MAX = 1000,
	PT_BATCH_MAX = 1000
};

enum pt_connector_type { PT_CONNECTOR_SALESFORCE, PT_CONNECTOR_SIMULATED };

/* Where a secret comes from; its value is never part of the model. */
enum pt_secret_from { PT_SECRET_NONE, PT_SECRET_ENV, PT_SECRET_FILE, PT_SECRET_COMMAND };

struct pt_secret_conf {
	enum pt_secret_from from;
	const char *text; /* the variable, the path or the command */
	const char *json; /* a dotted path into what a command prints, or NULL: all of it */
	struct pt_src src;
};

enum pt_auth_kind {
	PT_AUTH_NONE, /* simulated connectors only */
	PT_AUTH_ACCESS_TOKEN,
	PT_AUTH_JWT,
	PT_AUTH_CLIENT_CREDENTIALS,
	PT_AUTH_REFRESH_TOKEN,
};

struct pt_auth_conf {
	enum pt_auth_kind kind;
	struct pt_secret_conf token; /* access_token: the token; refresh_token: the refresh token */
	struct pt_secret_conf key;   /* jwt: the private key, PEM */
	struct pt_secret_conf secret; /* client_credentials, refresh_token: the client's secret */
	const char *client_id, *username, *login_url; /* NULL where the kind has none; ${X} kept */
	struct pt_src src;
};

struct pt_connector_conf {
	const char *name;
	enum pt_connector_type type;
	struct pt_src src;
	const char *instance_url; /* salesforce; ${X} is kept and expanded when it is opened */
	const char *api_version;  /* "62.0" */
	int64_t poll_ms;
	int64_t timeout_ms; /* of one HTTP call */
	uint32_t in_flight;
	uint32_t bulk_above; /* orgs in one push request */
	int32_t api_floor_ppm;
	struct pt_auth_conf auth;
	const char *population; /* simulated: a path, already as seen from the working folder */
};

struct pt_need_conf {
	uint32_t package;          /* index into packages */
	struct pt_version version; /* at least this one */
	struct pt_src src;
};

struct pt_package_conf {
	const char *name;
	const char *namespace_; /* NULL: none was given */
	const char *git;        /* path or URL; a path is already as seen from the working folder */
	const char *git_text;   /* as written */
	const char *tag;        /* pattern with a group `version`; known to compile */
	const char *path;       /* folder inside the repository that holds its manifest, or NULL */
	uint32_t connector;     /* index into connectors */
	const char **alias;
	size_t nalias;
	struct pt_need_conf *need;
	size_t nneed;
	struct pt_src src, git_src, tag_src;
};

enum pt_org_type { PT_ORG_PRODUCTION = 1 << 0, PT_ORG_SANDBOX = 1 << 1 };

enum pt_org_status {
	PT_ORG_ACTIVE = 1 << 0,
	PT_ORG_DEMO = 1 << 1,
	PT_ORG_FREE = 1 << 2,
	PT_ORG_INACTIVE = 1 << 3,
	PT_ORG_TRIAL = 1 << 4,
};

enum pt_range_kind {
	PT_RANGE_BETWEEN,
	PT_RANGE_NONE, /* the org has not got the package */
	PT_RANGE_ANY,  /* it has it, at whatever version */
};

/*
 * Which versions of a package. Only the parts that a bound was written with count:
 * 3.220.1 is at 3.220, neither above nor below it.
 */
struct pt_range_conf {
	uint32_t package; /* index into packages */
	enum pt_range_kind kind;
	struct pt_version low, high; /* of no parts: no bound */
	bool above_low, below_high;  /* the bound itself is outside */
	struct pt_src src;
};

/* Which orgs: an org must satisfy every condition that is set. */
struct pt_selector_conf {
	const char *file;  /* of org keys; as seen from the working folder; NULL: no condition */
	unsigned types;    /* of enum pt_org_type; 0: no condition */
	unsigned statuses; /* of enum pt_org_status; 0: no condition */
	const char
	    *instance; /* pattern on the instance name; known to compile; NULL: no condition */
	struct pt_range_conf *installed; /* all of them */
	size_t ninstalled;
	const struct pt_selector_conf *not_; /* and not all of these, which name no file and no
						sample; NULL: no condition */
	uint32_t sample;    /* draw that many of those that match; 0: all of them */
	int32_t sample_ppm; /* or that share of them; PT_UNSET: not given */
	const char *seed;   /* orgs are drawn by it; NULL: by the stage's name */
	struct pt_src src, file_src;
};

struct pt_exclude_conf {
	struct pt_selector_conf orgs; /* never a sample */
	const char *reason;
	uint32_t *package; /* indices: of these packages alone; none: of all */
	size_t npackage;
	const char *until; /* the last day on which it holds, "2026-12-31"; NULL: for ever */
	int64_t until_ms;  /* when that day has ended in the suite's zone; PT_NEVER */
	struct pt_src src, until_src;
};

enum pt_failure_class {
	PT_FAILURE_DEPENDENCY,
	PT_FAILURE_TRANSIENT,
	PT_FAILURE_NOT_YET,
	PT_FAILURE_PERMANENT,
	PT_FAILURE_BENIGN,
	PT_FAILURE_NCLASS,
};

enum pt_upgrade { PT_UPGRADE_PATCH, PT_UPGRADE_MINOR, PT_UPGRADE_MAJOR };
enum pt_order { PT_ORDER_CONFIRMED, PT_ORDER_OFFSET };
enum pt_overlap { PT_OVERLAP_WAIT, PT_OVERLAP_SUPERSEDE, PT_OVERLAP_REFUSE };

/* A limit as a share or a count; both PT_UNSET: no limit. */
struct pt_limit_conf {
	int32_t ratio_ppm;
	int64_t count;
	struct pt_src src;
};

/* A command whose exit status says whether the gate holds. */
struct pt_check_conf {
	const char *command; /* for /bin/sh; NULL: there is none */
	int64_t timeout_ms;
	struct pt_src src;
};

struct pt_gate_conf {
	int32_t success_ppm; /* at target / (at target + failed) at least; PT_UNSET: no gate */
	uint32_t minimum;    /* so many outcomes must be known, or all if there are fewer */
	struct pt_limit_conf held, unknown, benign;     /* at most, of the eligible */
	struct pt_limit_conf failed[PT_FAILURE_NCLASS]; /* the same; of benign ones see above */
	struct pt_check_conf check;
	struct pt_src src; /* line 0: no gate was written */
};

struct pt_approval_conf {
	bool required;
	bool four_eyes;    /* by somebody else than who departed the train */
	int64_t within_ms; /* unanswered for so long means no; PT_UNSET: for ever */
	struct pt_src src;
};

enum pt_batch_unit { PT_BATCH_ORGS, PT_BATCH_RATIO, PT_BATCH_REST, PT_BATCH_INSTANCE };

/* All of a stage's are by instance, or none is; the last is the rest. */
struct pt_batch_conf {
	enum pt_batch_unit unit;
	uint32_t size;        /* orgs, or parts per million of the stage's orgs */
	const char *instance; /* pattern; known to compile */
	bool implied;         /* a rest that was not written */
};

struct pt_window_zone_conf {
	const char *instance; /* pattern; known to compile */
	const char *zone;     /* known to exist */
	struct pt_src src;
};

struct pt_window_conf {
	bool set;
	int32_t open_minute, close_minute; /* of the local day; close before open: the next day */
	struct pt_window_zone_conf *zone;
	size_t nzone;
	struct pt_src src;
};

/* Trips at failures > max(count, ratio * finished) once `after` jobs have finished. */
struct pt_breaker_conf {
	bool set;
	int32_t ratio_ppm; /* PT_UNSET: none */
	int64_t count;     /* PT_UNSET: none */
	int64_t after;
	struct pt_src src;
};

struct pt_stage_conf {
	const char *name;
	struct pt_selector_conf orgs;
	int64_t soak_ms;
	struct pt_gate_conf gate;
	struct pt_approval_conf approval;
	struct pt_batch_conf *batch; /* at least one, the last takes the rest */
	size_t nbatch;
	int64_t batch_every_ms;
	struct pt_window_conf window;
	struct pt_breaker_conf breaker;
	uint32_t request_size; /* orgs in one push request; 0: all */
	uint32_t running;      /* requests activated before their jobs are read */
	bool visible;          /* its orgs are customers' */
	struct pt_src src, soak_src;
};

struct pt_trigger_conf {
	const char *repo;      /* as seen from the working folder; NULL: no trigger */
	const char *repo_text; /* as written */
	const char *tag;       /* pattern with a group `id`; known to compile */
	int64_t every_ms;      /* how often 'watch' looks */
	struct pt_src src;
};

struct pt_departs_conf {
	const char *rrule; /* NULL: no calendar; known to be well-formed */
	int32_t at_minute; /* of the local day */
	struct pt_civil from;
	bool has_from; /* a date; INTERVAL counts from it */
	struct pt_src src, rule_src;
};

struct pt_repush_conf {
	int64_t after_ms;
	uint32_t passes;
	int64_t every_ms;
	struct pt_src src;
};

struct pt_train_conf {
	const char *name;
	struct pt_trigger_conf trigger;
	enum pt_upgrade upgrade;
	struct pt_departs_conf departs;
	int64_t offset_ms;
	enum pt_order order;
	enum pt_overlap overlap;
	int64_t settle_ms, fresh_ms, start_slack_ms, topup_ms, job_timeout_ms;
	int32_t drift_ppm;
	int64_t notice_ms; /* from planning and departing to the first visible wave; 0: none */
	int64_t minimum_soak_ms; /* from the sandboxes' waves to the first of production; 0: none */
	struct pt_stage_conf *stage;
	size_t nstage;
	struct pt_repush_conf repush;
	struct pt_src src, upgrade_src, overlap_src, notice_src, minimum_soak_src;
};

struct pt_blackout_conf {
	const char *name;
	enum { PT_BLACKOUT_DATES, PT_BLACKOUT_RRULE, PT_BLACKOUT_ICS } kind;
	struct pt_civil from,
	    to;        /* dates: the half-open span, a date-only `to` is already the day after */
	bool has_from; /* rrule: a date; INTERVAL counts from it */
	const char *rrule;           /* known to be well-formed */
	int32_t at_minute;           /* rrule: of the local day */
	int64_t duration_ms;         /* rrule */
	const char *ics;             /* a path as seen from the working folder */
	struct pt_src src, rule_src; /* rule: of rrule or ics */
};

/* A failed job's error is of that class when all given patterns match; first rule wins. */
struct pt_failure_conf {
	const char *type, *title, *message; /* patterns, known to compile; NULL: no condition */
	enum pt_failure_class class_;
	struct pt_src src;
};

/* What somebody wants to hear of. */
enum pt_notify_on {
	PT_ON_APPROVALS = 1 << 0, /* wanted, given, refused */
	PT_ON_DEPARTS = 1 << 1,
	PT_ON_ENDS = 1 << 2,
	PT_ON_GATES = 1 << 3, /* a stage has ended; its gate held or did not */
	PT_ON_HALTS = 1 << 4,
	PT_ON_STAGES = 1 << 5, /* a stage after the first begins */
	PT_ON_ALL = (1 << 6) - 1,
};

enum pt_notify_kind { PT_NOTIFY_COMMAND, PT_NOTIFY_WEBHOOK };

struct pt_notify_conf {
	enum pt_notify_kind kind;
	const char *command; /* for /bin/sh; NULL for a webhook */
	const char *url;     /* ${X} is kept and expanded when it is opened; NULL for a command */
	unsigned on;         /* of enum pt_notify_on */
	struct pt_secret_conf
	    secret;         /* webhooks are signed with it; PT_SECRET_NONE: they are not */
	int64_t timeout_ms; /* of one try */
	int64_t retries;    /* after the first try */
	int64_t backoff_ms; /* before the first of them, then twice that, and so on */
	struct pt_src src;
};

struct pt_suite {
	const char *name;
	const char *timezone; /* known to exist */
	const char *file;     /* the path it was read from */
	struct pt_connector_conf *connector;
	size_t nconnector;
	struct pt_package_conf *package; /* in file order */
	size_t npackage;
	struct pt_exclude_conf *exclude;
	size_t nexclude;
	bool keep_sandboxes; /* an excluded production org's sandboxes are not excluded with it */
	struct pt_train_conf *train;
	size_t ntrain;
	struct pt_blackout_conf *blackout;
	size_t nblackout;
	struct pt_failure_conf *failure;
	size_t nfailure;
	struct pt_notify_conf *notify;
	size_t nnotify;
	struct pt_src timezone_src;
};

/*
 * Reads and validates. A file that cannot be read or is not YAML gives one
 * error; everything else that is wrong with it is collected in errs, in file
 * order, and the result is -PT_E_INVALID, or -PT_E_NOMEM. Nothing is written to *out
 * on failure.
 */
int pt_suite_read(struct pt_suite **out, const char *path, struct pt_errs *errs) PT_MUSTUSE;

/* The same from memory; `path` names it and says from where paths are seen. */
int pt_suite_parse(struct pt_suite **out, const char *data, size_t size_bytes, const char *path,
		   struct pt_errs *errs) PT_MUSTUSE;

void pt_suite_free(struct pt_suite *suite);
void pt_suite_freep(struct pt_suite **suite);

/* "permanent", "not_yet", …; the words of suite.yaml and of every report. */
const char *pt_failure_class_text(enum pt_failure_class class_);

/* "Sandbox", "Inactive": as the platform says it, and suite.yaml; "": of none of them. */
const char *pt_org_type_text(unsigned type);
const char *pt_org_status_text(unsigned status);

#endif
