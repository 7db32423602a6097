/*
 * Inside the platform: what platform.c, platform_requests.c and platform_jobs.c
 * share. Nobody else includes it.
 */
#ifndef PT_CONNECTORS_PUSH_SIMULATED_MODEL_H
#define PT_CONNECTORS_PUSH_SIMULATED_MODEL_H

#include "connectors/push/simulated/events.h"
#include "connectors/push/simulated/orgs.h"
#include "connectors/push/simulated/platform.h"

/* One org and one package. Versions are numbers plus one; 0: none. */
struct pt_sim_pair {
	uint32_t last_job;   /* the newest job of the pair; PT_PLATFORM_NONE */
	uint32_t modified_s; /* when what its record says changed last, since 1970 */
	uint16_t installed, recorded;
};

enum pt_sim_pair_flag { PT_PAIR_BLOCKED = 1 << 0, PT_PAIR_UNINSTALLED = 1 << 1 };

/* 24 bytes: there may be millions. */
struct pt_sim_job {
	uint32_t org, request;
	uint32_t previous; /* the job of the same pair that was added before; PT_PLATFORM_NONE */
	uint32_t delay_ms; /* from request->base_ms to its start */
	uint32_t lasts_ms; /* from its start to its end; UINT32_MAX: no end */
	uint8_t state, cause;
	uint8_t attempt; /* 255: or more */
	uint8_t need;    /* PT_CAUSE_DEPENDENCY: which of the version's needs is missing */
};

struct pt_sim_request {
	uint32_t package, version;
	enum pt_job_state state;
	bool sorted; /* job is in order of org keys */
	int64_t created_ms, scheduled_ms, activated_ms;
	int64_t base_ms; /* when it starts: its jobs' delays count from here */
	int64_t start_ms, end_ms;
	uint32_t *job; /* owned; job numbers */
	size_t njob, cap;
	uint32_t count[PT_JOB_NSTATE];
};

/*
 * Events at one moment in this order, then by package: what an org does itself,
 * what ends, what starts. So an upgrade sees what ended at the same moment.
 */
enum pt_sim_event_kind {
	PT_EVENT_CHANGE,        /* subject: a change */
	PT_EVENT_JOB_END,       /* a job */
	PT_EVENT_RECORD,        /* a job, whose result the subscriber record now shows */
	PT_EVENT_REQUEST_START, /* a request */
	PT_EVENT_JOB_START,     /* a job */
};

/* Requests of a package that may have live jobs. */
struct pt_sim_live {
	uint32_t *request; /* owned */
	size_t n, cap;
};

/*
 * At any moment each request, job and change has at most one event planned, so
 * their number bounds the events.
 */
struct pt_platform {
	uint64_t seed;
	int64_t now_ms;
	struct pt_sim_packages packages;
	struct pt_sim_behaviour behaviour;
	struct pt_sim_failures *failures; /* owned; by package */
	struct pt_sim_live *live;         /* owned; by package */
	struct pt_sim_orgs orgs;
	struct pt_sim_pair *pair; /* owned; by org, then package */
	uint8_t *flags;           /* owned; the same */
	size_t pair_cap, flags_cap;
	struct pt_platform_change *change; /* owned; those to come and those past */
	size_t nchange, change_cap;
	struct pt_sim_request *request; /* owned */
	size_t nrequest, request_cap;
	struct pt_sim_job *job; /* owned */
	size_t njob, job_cap;
	struct pt_sim_events events;
	uint64_t nevent; /* that happened */
};

static inline size_t pt_sim_pair_at(const struct pt_platform *platform, uint32_t org,
				    uint32_t package)
{
	return (size_t)org * platform->packages.n + package;
}

static inline struct pt_platform_version *pt_sim_request_version(
    const struct pt_platform *platform, const struct pt_sim_request *request)
{
	return &platform->packages.item[request->package].version[request->version];
}

static inline void pt_sim_touch(struct pt_platform *platform, size_t at)
{
	platform->pair[at].modified_s = (uint32_t)(platform->now_ms / 1000);
}

/* Makes room for the events that so many more subjects can have. */
int pt_sim_reserve_events(struct pt_platform *platform, size_t more, struct pt_err *err) PT_MUSTUSE;

void pt_sim_plan(struct pt_platform *platform, int64_t at_ms, enum pt_sim_event_kind kind,
		 uint32_t package, uint32_t subject);

/* Puts a job, or all jobs of a request, into another state; keeps the counts. */
void pt_sim_job_set(struct pt_platform *platform, struct pt_sim_job *job, enum pt_job_state state);
void pt_sim_request_set(struct pt_platform *platform, struct pt_sim_request *request,
			enum pt_job_state state);

/* Why the org cannot be upgraded to that version at all; PT_CAUSE_NONE. */
enum pt_job_cause pt_sim_ineligible(const struct pt_platform *platform, uint32_t org,
				    uint32_t package, uint32_t version);

/* What happens at the events' times. */
void pt_sim_on_request_start(struct pt_platform *platform, uint32_t request);
void pt_sim_on_job_start(struct pt_platform *platform, uint32_t job);
void pt_sim_on_job_end(struct pt_platform *platform, uint32_t job);
void pt_sim_on_record(struct pt_platform *platform, uint32_t job);

#endif
