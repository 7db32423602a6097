/*
 * The platform's words: why it refuses a call or an org, and the error records
 * of failed jobs. Texts are written on demand and stored nowhere.
 */
#ifndef PT_CONNECTORS_PUSH_SIMULATED_MESSAGES_H
#define PT_CONNECTORS_PUSH_SIMULATED_MESSAGES_H

#include "connectors/push/simulated/outcomes.h"
#include "connectors/push/simulated/packages.h"

/* Why the platform refuses a whole call. */
enum pt_refusal {
	PT_REFUSAL_NONE,
	PT_REFUSAL_VERSION_UNKNOWN,
	PT_REFUSAL_VERSION_BETA,
	PT_REFUSAL_VERSION_DEPRECATED,
	PT_REFUSAL_REQUEST_UNKNOWN,
	PT_REFUSAL_ADD,      /* the request is no longer Created */
	PT_REFUSAL_ACTIVATE, /* the request is not Created */
	PT_REFUSAL_CANCEL,   /* the request has started, has ended or is canceled */
	PT_REFUSAL_NREASON,
};

/* How adding one org went. */
enum pt_platform_add { PT_PLATFORM_ADDED, PT_PLATFORM_DUPLICATE, PT_PLATFORM_INELIGIBLE };

/* Static text: an error code as the REST API gives it, and a sentence. */
struct pt_sim_words {
	const char *code, *text;
};

struct pt_sim_words pt_sim_refusal_words(enum pt_refusal refusal);
struct pt_sim_words pt_sim_add_words(enum pt_platform_add result);

enum { PT_SIM_MESSAGE_TEXT = 480, PT_SIM_DETAILS_TEXT = 96 };

/* One PackagePushError. */
struct pt_sim_error {
	const char *type, *title; /* static */
	char message[PT_SIM_MESSAGE_TEXT];
	char details[PT_SIM_DETAILS_TEXT];
};

/* What a failed job's messages are about. */
struct pt_sim_failed {
	enum pt_job_cause cause;
	const struct pt_platform_package *package; /* that was pushed */
	const char *instance;                      /* where the org lives */
	const struct pt_platform_package *base;    /* PT_CAUSE_DEPENDENCY: what is missing, */
	const struct pt_version *base_version;     /* and at which version */
	uint64_t key;                              /* of the attempt */
};

/* How many error records the job has: at least one. */
uint32_t pt_sim_error_count(const struct pt_sim_failed *failed);

/* The i-th of them. */
void pt_sim_error_write(struct pt_sim_error *out, const struct pt_sim_failed *failed, uint32_t i);

#endif
