/* While the run goes on: what was sent, carried out and heard. See auditor.h. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/simulation/harness/auditor_internal.h"

enum { MOST_VIOLATIONS = 12 };

/* The machine sleeps no longer, and nobody cancels anything meanwhile. */
static const int64_t LONGEST_SLEEP_MS = 48 * PT_HOUR_MS;

/* How old a read may be: 15 minutes, and a call and its answer may take two. */
static const int64_t FRESH_MS = 17 * PT_MINUTE_MS;

void sim_violation(struct sim_auditor *a, const char *fmt, ...)
{
	char text[400], when[PT_INSTANT_TEXT];
	va_list args;

	if (a->nviolation++ >= MOST_VIOLATIONS)
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	pt_buf_printf(&a->text, "%s %s\n", pt_instant_text(when, pt_platform_now_ms(a->platform)),
		      text);
}

uint32_t sim_nviolation(const struct sim_auditor *a)
{
	return a->nviolation + a->failed;
}

const char *sim_violations(const struct sim_auditor *a)
{
	return pt_buf_text(&a->text);
}

static void find_levels(struct sim_auditor *a)
{
	for (uint32_t p = 0; p < a->npackage; p++) {
		for (uint32_t b = 0; b < p; b++) {
			if ((a->c->needs[p] >> b & 1) && a->level[b] >= a->level[p])
				a->level[p] = a->level[b] + 1;
		}
	}
}

struct sim_auditor *sim_auditor_new(const struct sim_scene *scene, struct pt_platform *platform,
				    int64_t start_ms)
{
	struct sim_auditor *a = calloc(1, sizeof(*a));

	if (!a)
		return NULL;
	a->scene = scene;
	a->c = scene->c;
	a->platform = platform;
	a->start_ms = start_ms;
	a->norg = pt_platform_norg(platform);
	a->npackage = scene->c->knob[KNOB_PACKAGES];
	a->target = scene->c->knob[KNOB_RELEASES] - 1;
	a->heard = calloc((size_t)a->norg * a->npackage + 1, sizeof(*a->heard));
	a->disturbed = calloc((size_t)a->norg + 1, sizeof(*a->disturbed));
	a->left_out = calloc((size_t)a->norg + 1, sizeof(*a->left_out));
	if (!a->heard || !a->disturbed || !a->left_out) {
		sim_auditor_free(a);
		return NULL;
	}
	for (size_t i = 0; i < (size_t)a->norg * a->npackage; i++)
		a->heard[i] = (struct sim_heard){
		    .record_ms = SIM_NEVER, .live_ms = SIM_NEVER, .version = PT_PLATFORM_NONE};
	find_levels(a);
	if (!hours_make(a)) {
		sim_auditor_free(a);
		return NULL;
	}
	return a;
}

void sim_audit_forget(struct sim_auditor *a)
{
	a->ncanceled_early = 0;
	memset(a->nlate, 0, sizeof(a->nlate));
	if (a->nrequest)
		memset(a->seen_pending, 0, a->nrequest * sizeof(*a->seen_pending));
	while (a->answers) {
		struct sim_answer *answer = a->answers;

		a->answers = answer->next;
		free(answer->row);
		free(answer);
	}
}

void sim_auditor_free(struct sim_auditor *a)
{
	if (!a)
		return;
	sim_audit_forget(a);
	free(a->heard);
	free(a->ours);
	free(a->added_ms);
	free(a->create);
	free(a->approved);
	free(a->seen_pending);
	free(a->trouble);
	hours_free(a);
	free(a->disturbed);
	free(a->left_out);
	pt_buf_release(&a->text);
	free(a);
}

bool sim_audit_ours(const struct sim_auditor *a, uint32_t request)
{
	return request < a->nrequest && a->ours[request] == SIM_OURS;
}

/* It is of a version and of the very second that a request of ours was to be made of. */
static bool same_second(const struct sim_auditor *a, uint32_t request)
{
	struct pt_platform_request record = pt_platform_request(a->platform, request);
	uint32_t package, version;

	for (size_t i = 0; i < a->ncreate; i++) {
		if (a->create[i].start_ms == record.scheduled_ms &&
		    pt_sim_packages_find_version(&package, &version,
						 pt_platform_packages(a->platform),
						 &a->create[i].version) &&
		    package == record.package && version == record.version)
			return true;
	}
	return false;
}

/* A need is met by a job of ours that succeeded, or by the record that the program heard last. */
static bool arrived(const struct sim_auditor *a, uint32_t org, uint32_t base, uint32_t version)
{
	const struct sim_heard *heard = heard_of(a, org, base);

	if (heard->record_ms != SIM_NEVER && heard->installed && heard->version >= version &&
	    heard->version != PT_PLATFORM_NONE)
		return true;
	for (uint32_t job = pt_platform_last_job(a->platform, org, base); job != PT_PLATFORM_NONE;
	     job = pt_platform_previous_job(a->platform, job)) {
		struct pt_platform_job record = pt_platform_job(a->platform, job);

		if (record.state == PT_JOB_SUCCEEDED &&
		    (job_ours(a, job) || same_second(a, record.request)))
			return true;
	}
	return false;
}

static void judge_order(struct sim_auditor *a, uint32_t org, uint32_t package)
{
	for (uint32_t b = 0; b < package; b++) {
		if (!(a->c->needs[package] >> b & 1) || a->c->knob[KNOB_ORDER])
			continue;
		if (!arrived(a, org, b, sim_scene_need(a->c, package, b)))
			sim_violation(a,
				      "promise 1: a job of p%u for org %u, where p%u has not "
				      "arrived",
				      package, org, b);
	}
}

/* What the program knew when it sent the job. */
static void judge_once(struct sim_auditor *a, uint32_t org, uint32_t package, int64_t now_ms)
{
	const struct sim_heard *heard = heard_of(a, org, package);

	if (heard->record_ms == SIM_NEVER || now_ms - heard->record_ms > FRESH_MS)
		sim_violation(a,
			      "promise 2: a job of p%u for org %u, whose record was not read "
			      "within 15 minutes",
			      package, org);
	else if (heard->installed && heard->version >= a->target)
		sim_violation(a, "promise 2: a job of p%u for org %u, which has it", package, org);
	if (heard->live_ms == SIM_NEVER || now_ms - heard->live_ms > FRESH_MS)
		sim_violation(a,
			      "promise 2: a job of p%u for org %u, whose live jobs were not "
			      "read within 15 minutes",
			      package, org);
	else if (heard->live)
		sim_violation(a, "promise 2: a job of p%u for org %u, which has a live one",
			      package, org);
}

static void judge_excluded(struct sim_auditor *a, uint32_t org, uint32_t package)
{
	const struct sim_heard *heard = heard_of(a, org, package);
	const char *why = NULL;

	if (is_in_file(a, org))
		why = "is in the file of exclusions, or its production org is";
	else if (a->left_out[org])
		why = "was left out by hand";
	else if (heard->blocked)
		why = "has opted out";
	else if (heard->inactive)
		why = "is inactive";
	else if (heard->record_ms != SIM_NEVER && !heard->installed)
		why = "has uninstalled it";
	if (why)
		sim_violation(a, "promise 6: a job of p%u for org %u, which %s", package, org, why);
}

/* Everything of the stages before has ended, their soak is over and their gate holds. */
static void judge_stage(struct sim_auditor *a, uint32_t org, int64_t now_ms)
{
	uint8_t stage = stage_of(a, org);
	int64_t soak_ms = a->c->knob[KNOB_SOAK] * PT_HOUR_MS;
	int64_t timeout_ms = a->c->knob[KNOB_JOB_TIMEOUT] * PT_HOUR_MS;

	for (uint32_t job = 0; job < a->njob; job++) {
		struct pt_platform_job record = pt_platform_job(a->platform, job);
		struct pt_platform_request request =
		    pt_platform_request(a->platform, record.request);

		if (!job_ours(a, job) || stage_of(a, record.org) >= stage)
			continue;
		if (!pt_job_terminal(record.state) &&
		    now_ms <
			(request.scheduled_ms > 0 ? request.scheduled_ms : request.created_ms) +
			    timeout_ms)
			sim_violation(a, "stage %u was begun while a job of stage %u had not ended",
				      stage, stage_of(a, record.org));
		else if (record.state == PT_JOB_SUCCEEDED && !a->c->knob[KNOB_PASSES] &&
			 !a->repushed && now_ms < record.end_ms + soak_ms &&
			 !a->disturbed[record.org])
			sim_violation(a, "stage %u was begun before stage %u had soaked", stage,
				      stage_of(a, record.org));
	}
}

static bool first_of_stage(const struct sim_auditor *a, uint32_t org)
{
	uint8_t stage = stage_of(a, org);

	for (uint32_t job = 0; job < a->njob; job++) {
		if (job_ours(a, job) && stage_of(a, pt_platform_job(a->platform, job).org) == stage)
			return false;
	}
	return true;
}

static void judge_job(struct sim_auditor *a, uint32_t org, uint32_t package, int64_t now_ms)
{
	judge_order(a, org, package);
	judge_once(a, org, package, now_ms);
	judge_excluded(a, org, package);
	if (first_of_stage(a, org)) {
		judge_stage(a, org, now_ms);
		judge_gates(a, stage_of(a, org));
	}
}

static bool is_write(enum pt_push_op op)
{
	return op == PT_PUSH_CREATE || op == PT_PUSH_ADD_JOBS || op == PT_PUSH_ACTIVATE;
}

/*
 * Somebody's request of the train's version at the very second of one of ours, for orgs
 * that we would push as well, cannot be told from ours.
 */
static bool may_be_ours(struct sim_auditor *a, uint32_t request)
{
	struct pt_platform_request record = pt_platform_request(a->platform, request);
	const uint32_t *job;
	bool same = same_second(a, request);
	size_t njob;

	if (!same || pt_platform_request_jobs(&job, &njob, a->platform, request, NULL) < 0)
		return false;
	for (size_t i = 0; i < njob; i++) {
		uint32_t org = pt_platform_job(a->platform, job[i]).org;
		const struct sim_heard *heard = heard_of(a, org, record.package);

		same &= !is_in_file(a, org) && heard->installed && heard->version < a->target &&
			!heard->blocked && !heard->inactive;
	}
	return same;
}

static void remember_create(struct sim_auditor *a, const struct pt_push_call *call)
{
	struct sim_create *grown = realloc(a->create, (a->ncreate + 1) * sizeof(*grown));

	if (!grown) {
		a->failed = true;
		return;
	}
	a->create = grown;
	a->create[a->ncreate++] = (struct sim_create){call->version_id, call->start_ms};
}

static bool changes_request(enum pt_push_op op)
{
	return op == PT_PUSH_ADD_JOBS || op == PT_PUSH_ACTIVATE || op == PT_PUSH_CANCEL;
}

void sim_audit_sends(struct sim_auditor *a, const struct pt_push_call *call, int64_t now_ms)
{
	uint32_t request;

	if (a->stopped)
		sim_violation(a, "a call was sent after its users had stopped the run");
	if (a->aborted && is_write(call->op))
		sim_violation(a, "promise 5: something was pushed after the run was aborted");
	if (call->op == PT_PUSH_CREATE) {
		remember_create(a, call);
		if (!stages_approved(a))
			sim_violation(a, "promise 6: a request is made before any stage may begin");
	}
	if (call->op == PT_PUSH_ACTIVATE &&
	    pt_platform_find_request(&request, a->platform, &call->request))
		judge_activation(a, request, now_ms);
	if (call->op == PT_PUSH_CANCEL &&
	    pt_platform_find_request(&request, a->platform, &call->request))
		judge_cancel(a, request, now_ms);
	if (changes_request(call->op) &&
	    pt_platform_find_request(&request, a->platform, &call->request) &&
	    a->ours[request] == SIM_THEIRS) {
		/* Taken for ours in good faith it is ours from then on. */
		if (may_be_ours(a, request))
			a->ours[request] = SIM_OURS;
		else
			sim_violation(a, "promise 2: a request of somebody else's is changed");
	}
	if (call->op != PT_PUSH_ADD_JOBS)
		return;
	if (!pt_platform_find_request(&request, a->platform, &call->request)) {
		sim_violation(a, "jobs are added to a request that there is not");
		return;
	}
	struct pt_platform_request record = pt_platform_request(a->platform, request);

	if (record.version != a->target)
		sim_violation(a, "a request of p%u is not of the train's version", record.package);
	for (size_t i = 0; i < call->norg; i++) {
		uint32_t org = pt_platform_find_org(a->platform, &call->org[i]);

		if (org == PT_PLATFORM_NONE)
			sim_violation(a, "a job for an org that there is not");
		else
			judge_job(a, org, record.package, now_ms);
		if (org != PT_PLATFORM_NONE)
			judge_words(a, request, stage_of(a, org));
	}
	uint32_t most = a->c->knob[KNOB_REQUEST_SIZE];

	if (most && record.njob + call->norg > most && record.njob <= most && call->norg > most)
		sim_violation(a, "promise 5: %zu orgs in one request, at most %u are allowed",
			      call->norg, most);
}

/* Two jobs of ours for one org and package: the one before must have ended, and not well. */
static void judge_twice(struct sim_auditor *a, uint32_t job)
{
	struct pt_platform_job record = pt_platform_job(a->platform, job);
	uint32_t package = job_package(a, job);

	for (uint32_t other = pt_platform_previous_job(a->platform, job); other != PT_PLATFORM_NONE;
	     other = pt_platform_previous_job(a->platform, other)) {
		struct pt_platform_job earlier = pt_platform_job(a->platform, other);

		if (!job_ours(a, other))
			continue;
		if (!pt_job_terminal(earlier.state))
			sim_violation(a, "promise 2: org %u has two live jobs of ours for p%u",
				      record.org, package);
		else if (earlier.state == PT_JOB_SUCCEEDED)
			sim_violation(a, "promise 2: org %u got p%u a second time", record.org,
				      package);
	}
}

static bool grow(struct sim_auditor *a, uint32_t nrequest, uint32_t njob)
{
	if (nrequest > a->cap_request) {
		uint8_t *ours = realloc(a->ours, 2 * (size_t)nrequest), *approved;
		bool *seen;

		if (!ours)
			return false;
		a->ours = ours;
		approved = realloc(a->approved, 2 * (size_t)nrequest);
		if (!approved)
			return false;
		a->approved = approved;
		seen = realloc(a->seen_pending, 2 * (size_t)nrequest * sizeof(*seen));
		if (!seen)
			return false;
		a->seen_pending = seen;
		a->cap_request = 2 * nrequest;
	}
	if (njob > a->cap_job) {
		int64_t *added = realloc(a->added_ms, 2 * (size_t)njob * sizeof(*added));

		if (!added)
			return false;
		a->added_ms = added;
		a->cap_job = 2 * njob;
	}
	return true;
}

void sim_audit_carried(struct sim_auditor *a, bool ours)
{
	uint32_t nrequest = pt_platform_nrequest(a->platform);
	uint32_t njob = pt_platform_njob(a->platform);

	if (!grow(a, nrequest, njob)) {
		a->failed = true;
		return;
	}
	for (; a->nrequest < nrequest; a->nrequest++) {
		a->ours[a->nrequest] = ours ? SIM_OURS : SIM_THEIRS;
		a->approved[a->nrequest] = stages_approved(a);
		a->seen_pending[a->nrequest] = false;
	}
	for (uint32_t job = a->njob; job < njob; job++) {
		a->added_ms[job] = pt_platform_now_ms(a->platform);
		a->njob = job + 1;
		if (!ours)
			continue;
		/* Be it one that the program did not hear of at first. */
		a->ours[pt_platform_job(a->platform, job).request] = SIM_OURS;
		judge_twice(a, job);
	}
}

void sim_audit_orphaned(struct sim_auditor *a)
{
	if (a->nrequest)
		a->ours[a->nrequest - 1] = SIM_ORPHAN;
}

/* How many of our requests of a package are under way, and may hold up nobody yet. */
static uint32_t count_running(const struct sim_auditor *a, uint32_t package)
{
	int64_t timeout_ms = a->c->knob[KNOB_JOB_TIMEOUT] * PT_HOUR_MS;
	uint32_t n = 0;

	for (uint32_t i = 0; i < a->nrequest; i++) {
		struct pt_platform_request r = pt_platform_request(a->platform, i);

		n += a->ours[i] == SIM_OURS && r.package == package && r.activated_ms != PT_NEVER &&
		     !pt_job_terminal(r.state) &&
		     pt_platform_now_ms(a->platform) < r.scheduled_ms + timeout_ms;
	}
	return n;
}

void sim_audit_activated(struct sim_auditor *a, const struct pt_id *request)
{
	uint32_t number, most = a->c->knob[KNOB_RUNNING] * a->c->knob[KNOB_BATCHES];

	if (a->c->knob[KNOB_WINDOW])
		most *= a->c->knob[KNOB_ZONES] + 1;

	if (a->c->knob[KNOB_ORDER] || !pt_platform_find_request(&number, a->platform, request))
		return;
	struct pt_platform_request record = pt_platform_request(a->platform, number);
	int64_t offset_ms = a->level[record.package] * a->c->knob[KNOB_OFFSET] * PT_HOUR_MS;

	if (record.scheduled_ms < a->start_ms + offset_ms)
		sim_violation(a, "p%u is scheduled before its offset", record.package);
	if (count_running(a, record.package) > most)
		sim_violation(a, "promise 5: more than %u requests of p%u are under way", most,
			      record.package);
}

void sim_audit_stopped(struct sim_auditor *a, bool stopped)
{
	a->stopped = stopped;
}

void sim_audit_aborted(struct sim_auditor *a)
{
	if (!a->aborted)
		a->aborted_ms = pt_platform_now_ms(a->platform);
	a->aborted = true;
}

void sim_audit_repushed(struct sim_auditor *a)
{
	a->repushed = true;
}

void sim_audit_slept(struct sim_auditor *a)
{
	if (a->aborted)
		a->aborted_ms = pt_platform_now_ms(a->platform) + LONGEST_SLEEP_MS;
}

void sim_audit_left_out(struct sim_auditor *a, uint32_t org)
{
	a->left_out[org] = true;
}

void sim_audit_disturbed(struct sim_auditor *a, uint32_t org)
{
	a->disturbed[org] = true;
}

void sim_audit_halted(struct sim_auditor *a)
{
	a->halted = true;
}
