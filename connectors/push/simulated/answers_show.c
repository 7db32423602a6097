/* See answers.h. Here: writing out what a call came back with. */
#include "connectors/push/simulated/answers.h"

#include <string.h>

#include "base/instant.h"

static int show_versions(struct pt_push_reply *out, struct pt_arena *arena,
			 const struct pt_sim_answer *answer, const struct pt_platform *platform,
			 struct pt_err *err)
{
	const struct pt_platform_package *package;
	struct pt_push_version *version;

	if (answer->package == PT_PLATFORM_NONE)
		return 0;
	package = &pt_platform_packages(platform)->item[answer->package];
	version = pt_arena_alloc(arena, (size_t)package->nversion + 1, sizeof(*version));
	if (!version)
		return pt_err_nomem(err);
	for (uint32_t i = 0; i < package->nversion; i++)
		version[i] = (struct pt_push_version){
		    .id = package->version[i].id,
		    .version = package->version[i].version,
		    .released = !package->version[i].beta,
		    .deprecated = package->version[i].deprecated,
		};
	out->version = version;
	out->nversion = package->nversion;
	return 0;
}

static void show_subscriber(struct pt_subscriber *out, char *name, const struct pt_sim_row *row,
			    const struct pt_platform_package *package,
			    const struct pt_platform *platform)
{
	struct pt_platform_org org = pt_platform_org(platform, row->subject);

	*out = (struct pt_subscriber){
	    .org = org.key,
	    .type = org.type,
	    .status = row->state,
	    .installed = row->installed,
	    .blocked = row->blocked,
	    .version_id = package->version[row->version].id,
	    .parent = org.parent,
	    .name = pt_platform_org_name(name, platform, row->subject),
	};
	memcpy(out->instance, org.instance, sizeof(out->instance));
}

static int show_subscribers(struct pt_push_reply *out, struct pt_arena *arena,
			    const struct pt_sim_answer *answer, const struct pt_platform *platform,
			    struct pt_err *err)
{
	struct pt_subscriber *subscriber =
	    pt_arena_alloc(arena, answer->nrow + 1, sizeof(*subscriber));
	char *names = pt_arena_alloc(arena, answer->nrow + 1, PT_PLATFORM_NAME_TEXT);

	if (!subscriber || !names)
		return pt_err_nomem(err);
	for (size_t i = 0; i < answer->nrow; i++)
		show_subscriber(&subscriber[i], names + i * PT_PLATFORM_NAME_TEXT, &answer->row[i],
				&pt_platform_packages(platform)->item[answer->package], platform);
	out->subscriber = subscriber;
	out->nsubscriber = answer->nrow;
	return 0;
}

static int show_live(struct pt_push_reply *out, struct pt_arena *arena,
		     const struct pt_sim_answer *answer, const struct pt_platform *platform,
		     struct pt_err *err)
{
	struct pt_org_key *live = pt_arena_alloc(arena, answer->nrow + 1, sizeof(*live));

	if (!live)
		return pt_err_nomem(err);
	for (size_t i = 0; i < answer->nrow; i++)
		live[i] = *pt_platform_org_key(platform, answer->row[i].subject);
	out->live = live;
	out->nlive = answer->nrow;
	return 0;
}

static int show_jobs(struct pt_push_reply *out, struct pt_arena *arena,
		     const struct pt_sim_answer *answer, const struct pt_platform *platform,
		     struct pt_err *err)
{
	struct pt_push_job *job = pt_arena_alloc(arena, answer->nrow + 1, sizeof(*job));

	if (!job)
		return pt_err_nomem(err);
	for (size_t i = 0; i < answer->nrow; i++) {
		job[i].org = *pt_platform_org_key(platform, answer->row[i].subject);
		job[i].state = (enum pt_job_state)answer->row[i].state;
	}
	out->job = job;
	out->njob = answer->nrow;
	return 0;
}

static size_t count_errors(const struct pt_sim_answer *answer, const struct pt_platform *platform)
{
	size_t n = 0;

	for (size_t i = 0; i < answer->nrow; i++)
		n += pt_platform_nerror(platform, answer->row[i].subject);
	return n;
}

static int show_error(struct pt_push_error *out, struct pt_arena *arena,
		      const struct pt_platform *platform, uint32_t job, uint32_t i)
{
	struct pt_sim_error error;
	enum pt_job_state state;

	pt_platform_error(&error, platform, job, i);
	out->org = pt_platform_org(platform, pt_platform_job_org(&state, platform, job)).key;
	out->severity = "Error";
	out->type = error.type;
	out->title = error.title;
	out->message = pt_arena_strdup(arena, error.message);
	out->details = pt_arena_strdup(arena, error.details);
	return out->message && out->details ? 0 : -PT_E_NOMEM;
}

static int show_errors(struct pt_push_reply *out, struct pt_arena *arena,
		       const struct pt_sim_answer *answer, const struct pt_platform *platform,
		       struct pt_err *err)
{
	struct pt_push_error *error =
	    pt_arena_alloc(arena, count_errors(answer, platform) + 1, sizeof(*error));
	size_t n = 0;

	if (!error)
		return pt_err_nomem(err);
	for (size_t i = 0; i < answer->nrow; i++) {
		uint32_t job = answer->row[i].subject, nerror = pt_platform_nerror(platform, job);

		for (uint32_t j = 0; j < nerror; j++)
			if (show_error(&error[n++], arena, platform, job, j) < 0)
				return pt_err_nomem(err);
	}
	out->error = error;
	out->nerror = n;
	return 0;
}

static int show_past_job(struct pt_push_past *out, struct pt_arena *arena,
			 const struct pt_platform *platform, uint32_t number, struct pt_err *err)
{
	struct pt_platform_job job = pt_platform_job(platform, number);
	struct pt_platform_request request = pt_platform_request(platform, job.request);
	const struct pt_platform_package *package =
	    &pt_platform_packages(platform)->item[request.package];

	*out = (struct pt_push_past){
	    .org = *pt_platform_org_key(platform, job.org),
	    .version_id = package->version[request.version].id,
	    .state = job.state,
	    .scheduled_ms = request.scheduled_ms > 0 ? request.scheduled_ms : PT_NEVER,
	    .request_start_ms = request.start_ms,
	    .start_ms = job.start_ms,
	    .end_ms = job.end_ms,
	    .error = {.org = *pt_platform_org_key(platform, job.org),
		      .type = "",
		      .title = "",
		      .message = "",
		      .details = ""},
	};
	if (pt_platform_nerror(platform, number) > 0 &&
	    show_error(&out->error, arena, platform, number, 0) < 0)
		return pt_err_nomem(err);
	return 0;
}

static int show_history(struct pt_push_reply *out, struct pt_arena *arena,
			const struct pt_sim_answer *answer, const struct pt_platform *platform,
			struct pt_err *err)
{
	struct pt_push_past *past = pt_arena_alloc(arena, answer->nrow + 1, sizeof(*past));
	int rc = past ? 0 : pt_err_nomem(err);

	for (size_t i = 0; rc == 0 && i < answer->nrow; i++)
		rc = show_past_job(&past[i], arena, platform, answer->row[i].subject, err);
	out->past = past;
	out->npast = rc == 0 ? answer->nrow : 0;
	return rc;
}

int pt_sim_answer_show(struct pt_push_reply *out, struct pt_arena *arena,
		       const struct pt_sim_answer *answer, const struct pt_platform *platform,
		       struct pt_err *err)
{
	*out = answer->head;
	if (out->outcome != PT_PUSH_OK)
		return 0;
	switch (out->op) {
	case PT_PUSH_VERSIONS:
		return show_versions(out, arena, answer, platform, err);
	case PT_PUSH_SUBSCRIBERS:
		return show_subscribers(out, arena, answer, platform, err);
	case PT_PUSH_LIVE_JOBS:
		return show_live(out, arena, answer, platform, err);
	case PT_PUSH_JOBS:
		return show_jobs(out, arena, answer, platform, err);
	case PT_PUSH_ERRORS:
		return show_errors(out, arena, answer, platform, err);
	case PT_PUSH_HISTORY:
		return show_history(out, arena, answer, platform, err);
	case PT_PUSH_CREATE:
	case PT_PUSH_ADD_JOBS:
	case PT_PUSH_ACTIVATE:
	case PT_PUSH_CANCEL:
	case PT_PUSH_COUNT_JOBS:
	case PT_PUSH_FIND:
	case PT_PUSH_NOP:
		return 0;
	}
	return 0;
}
