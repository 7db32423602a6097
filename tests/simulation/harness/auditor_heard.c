/* What the platform answered, and what of it the program heard. See auditor.h. */
#include <stdlib.h>

#include "tests/simulation/harness/auditor_internal.h"

static void answer_row(struct sim_answer_row *row, const struct sim_auditor *a,
		       const struct sim_answer *answer, uint32_t org)
{
	struct pt_platform_record record = {.version = PT_PLATFORM_NONE};
	struct pt_platform_org who = pt_platform_org(a->platform, org);

	row->org = org;
	row->heard.live = pt_platform_live(a->platform, org, answer->package);
	if (!pt_platform_record(&record, a->platform, org, answer->package))
		record = (struct pt_platform_record){.version = PT_PLATFORM_NONE};
	row->heard.version = record.version;
	row->heard.installed = record.installed;
	row->heard.blocked = record.blocked;
	row->heard.inactive = who.status == PT_ORG_INACTIVE;
}

/* Which of the requests that were counted had not started. */
static void answer_count(struct sim_answer *answer, const struct sim_auditor *a,
			 const struct pt_push_call *call)
{
	for (size_t i = 0; i < call->nrequest; i++) {
		uint32_t request;

		if (pt_platform_find_request(&request, a->platform, &call->requests[i]) &&
		    pt_platform_request(a->platform, request).state == PT_JOB_PENDING)
			answer->row[answer->nrow++].org = request;
	}
}

void sim_audit_answered(struct sim_auditor *a, const struct pt_push_call *call, uint32_t hub)
{
	struct sim_answer *answer, **end = &a->answers;
	bool count = call->op == PT_PUSH_COUNT_JOBS;
	uint32_t package = 0;

	if (!count &&
	    ((call->op != PT_PUSH_SUBSCRIBERS && call->op != PT_PUSH_LIVE_JOBS) ||
	     !pt_sim_packages_find(&package, pt_platform_packages(a->platform), &call->package_id)))
		return;
	answer = calloc(1, sizeof(*answer));
	if (answer)
		answer->row = calloc(a->norg + call->nrequest + 1U, sizeof(*answer->row));
	if (!answer || !answer->row) {
		free(answer);
		a->failed = true;
		return;
	}
	answer->cookie = call->cookie;
	answer->hub = hub;
	answer->package = package;
	answer->live_jobs = call->op == PT_PUSH_LIVE_JOBS;
	answer->count = count;
	answer->at_ms = pt_platform_now_ms(a->platform);
	if (count)
		answer_count(answer, a, call);
	for (uint32_t i = 0; !count && i < (call->norg ? call->norg : a->norg); i++) {
		uint32_t org = call->norg ? pt_platform_find_org(a->platform, &call->org[i]) : i;

		if (org != PT_PLATFORM_NONE)
			answer_row(&answer->row[answer->nrow++], a, answer, org);
	}
	while (*end)
		end = &(*end)->next;
	*end = answer;
}

static void take_in(struct sim_auditor *a, const struct sim_answer *answer)
{
	for (size_t i = 0; i < answer->nrow; i++) {
		const struct sim_heard *row = &answer->row[i].heard;

		if (answer->count) {
			hours_seen_pending(a, answer->row[i].org, answer->at_ms);
			continue;
		}
		struct sim_heard *heard = heard_of(a, answer->row[i].org, answer->package);

		if (answer->live_jobs) {
			heard->live_ms = answer->at_ms;
			heard->live = row->live;
			continue;
		}
		heard->record_ms = answer->at_ms;
		heard->version = row->version;
		heard->installed = row->installed;
		heard->blocked = row->blocked;
		heard->inactive = row->inactive;
	}
}

void sim_audit_heard(struct sim_auditor *a, uint64_t cookie, uint32_t hub)
{
	for (struct sim_answer **at = &a->answers; *at; at = &(*at)->next) {
		struct sim_answer *answer = *at;

		if (answer->cookie != cookie || answer->hub != hub)
			continue;
		*at = answer->next;
		take_in(a, answer);
		free(answer->row);
		free(answer);
		return;
	}
}
