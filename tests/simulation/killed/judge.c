/* See judge.h. */
#include "tests/simulation/killed/judge.h"

#include <stdlib.h>
#include <string.h>

enum { EVERY_NTH_EXCLUDED = 9, TIME_TEXT = 32 };

/* Times are of one form, so that they compare as texts. */
struct job {
	uint32_t org, package;
	bool trains, succeeded;
	char id[HUB_KEY_TEXT], made[TIME_TEXT], end[TIME_TEXT];
};

struct jobs {
	struct job *job; /* in the order they were made */
	size_t n;
};

bool judge_is_excluded(uint32_t org)
{
	return org % EVERY_NTH_EXCLUDED == 1;
}

static int broken(struct pt_err *err, const struct scene *scene, const struct hub_orgs *before,
		  const struct job *job, const char *what)
{
	return pt_err_set(err, PT_E_REFUSED, "job %s of %s for %s, made %s: %s", job->id,
			  scene->package[job->package].name, before->org[job->org].key, job->made,
			  what);
}

/* Nothing waits, nothing is under way. */
static int check_ended(const json_t *row, const char *what, struct pt_err *err)
{
	const char *status = hub_text(row, "Status");

	if (strcmp(status, "Succeeded") == 0 || strcmp(status, "Failed") == 0 ||
	    strcmp(status, "Canceled") == 0)
		return 0;
	return pt_err_set(err, PT_E_REFUSED, "%s %s is left %s", what, hub_text(row, "Id"), status);
}

static int check_requests(const struct hub *hub, struct pt_err *err)
{
	json_t *rows = NULL, *row;
	size_t i;
	int rc = hub_rows(&rows, hub, "SELECT Id, Status FROM PackagePushRequest", err);

	json_array_foreach(rows, i, row)
	{
		if (rc == 0)
			rc = check_ended(row, "request", err);
	}
	json_decref(rows);
	return rc;
}

static int take_job(struct jobs *out, const json_t *row, const struct hub_versions *versions,
		    const struct hub_orgs *before, struct pt_err *err)
{
	const json_t *request = json_object_get(row, "PackagePushRequest");
	uint32_t v = hub_find_version(versions, hub_text(request, "PackageVersionId"));
	struct job *job = &out->job[out->n++];

	job->org = hub_find_org(before, hub_text(row, "SubscriberOrganizationKey"));
	snprintf(job->id, sizeof(job->id), "%s", hub_text(row, "Id"));
	if (v == versions->n || job->org == before->norg)
		return pt_err_set(err, PT_E_REFUSED, "job %s is of no version or org", job->id);
	job->package = versions->version[v].package;
	job->trains = versions->version[v].trains;
	job->succeeded = strcmp(hub_text(row, "Status"), "Succeeded") == 0;
	snprintf(job->made, sizeof(job->made), "%s", hub_text(row, "SystemModstamp"));
	snprintf(job->end, sizeof(job->end), "%s", hub_text(row, "EndTime"));
	return check_ended(row, "job", err);
}

static int read_jobs(struct jobs *out, const struct hub *hub, const struct scene *scene,
		     const struct hub_orgs *before, struct pt_err *err)
{
	struct hub_versions versions;
	json_t *rows = NULL, *row;
	size_t i;
	int rc = hub_read_versions(&versions, hub, scene, err);

	if (rc == 0)
		rc = hub_rows(&rows, hub,
			      "SELECT Id, PackagePushRequest.PackageVersionId, "
			      "SubscriberOrganizationKey, Status, EndTime, SystemModstamp FROM "
			      "PackagePushJob",
			      err);
	out->job = calloc(json_array_size(rows) + 1, sizeof(*out->job));
	if (rc == 0 && !out->job)
		rc = pt_err_nomem(err);
	json_array_foreach(rows, i, row)
	{
		if (rc == 0)
			rc = take_job(out, row, &versions, before, err);
	}
	json_decref(rows);
	return rc;
}

/* It was there before the run, or by a job that had succeeded when this one was made. */
static bool base_arrived(const struct jobs *jobs, const struct hub_orgs *before,
			 const struct job *job, uint32_t base)
{
	if (before->org[job->org].has[base] == HUB_TRAINS)
		return true;
	for (size_t i = 0; i < jobs->n; i++) {
		const struct job *other = &jobs->job[i];

		if (other->org == job->org && other->package == base && other->succeeded &&
		    other->trains && strcmp(other->end, job->made) <= 0)
			return true;
	}
	return false;
}

static bool order_holds(const struct jobs *jobs, const struct scene *scene,
			const struct hub_orgs *before, const struct job *job)
{
	for (uint32_t base = 0; base < scene->npackage; base++) {
		if ((scene->package[job->package].needs >> base & 1) &&
		    !base_arrived(jobs, before, job, base))
			return false;
	}
	return true;
}

/* Against the jobs before it: one that succeeded is the last, one that lives the only one. */
static const char *check_once(const struct jobs *jobs, const struct job *job)
{
	for (const struct job *other = jobs->job; other < job; other++) {
		if (other->org != job->org || other->package != job->package)
			continue;
		if (other->succeeded)
			return "the org had a job that succeeded";
		if (strcmp(other->end, job->made) > 0)
			return "the org had a live job";
	}
	return NULL;
}

static const char *check_job(const struct jobs *jobs, const struct scene *scene,
			     const struct hub_orgs *before, const struct job *job)
{
	if (!job->trains)
		return "it is not of the train's version";
	if (judge_is_excluded(job->org))
		return "the org is excluded";
	if (before->org[job->org].opted_out)
		return "the org has opted out";
	if (before->org[job->org].has[job->package] != HUB_OTHER)
		return "the org had nothing to upgrade";
	if (scene->confirmed && !order_holds(jobs, scene, before, job))
		return "what it needs had not arrived";
	return check_once(jobs, job);
}

static int check_jobs(struct judged *out, const struct jobs *jobs, const struct scene *scene,
		      const struct hub_orgs *before, struct pt_err *err)
{
	for (const struct job *job = jobs->job; job < jobs->job + jobs->n; job++) {
		const char *wrong = check_job(jobs, scene, before, job);

		if (wrong)
			return broken(err, scene, before, job, wrong);
		out->njob[job->package]++;
		out->nsucceeded[job->package] += job->succeeded;
	}
	return 0;
}

/* What has succeeded is there. */
static int check_arrived(const struct judged *judged, const struct scene *scene,
			 const struct hub_orgs *before, struct pt_err *err)
{
	for (uint32_t p = 0; p < scene->npackage; p++) {
		uint32_t had = 0, has = 0;

		for (uint32_t org = 0; org < before->norg; org++) {
			had += before->org[org].has[p] == HUB_TRAINS;
			has += judged->after.org[org].has[p] == HUB_TRAINS;
		}
		if (has != had + judged->nsucceeded[p])
			return pt_err_set(err, PT_E_REFUSED,
					  "%u orgs had %s, %u jobs succeeded, %u orgs have it", had,
					  scene->package[p].name, judged->nsucceeded[p], has);
	}
	return 0;
}

int judge_run(struct judged *out, const struct hub *hub, const struct scene *scene,
	      const struct hub_orgs *before, struct pt_err *err)
{
	struct jobs jobs = {.job = NULL};
	json_t *told = NULL;
	int rc;

	memset(out, 0, sizeof(*out));
	rc = check_requests(hub, err);
	if (rc == 0)
		rc = read_jobs(&jobs, hub, scene, before, err);
	if (rc == 0)
		rc = check_jobs(out, &jobs, scene, before, err);
	if (rc == 0)
		rc = hub_ask(&told, hub, "POST", "/_control/clock", "{\"advance_ms\": 604800000}",
			     err);
	if (rc == 0)
		rc = hub_read_orgs(&out->after, hub, scene, err);
	if (rc == 0)
		rc = check_arrived(out, scene, before, err);
	json_decref(told);
	free(jobs.job);
	return rc;
}

int judge_same_end(const struct hub_orgs *got, const struct hub_orgs *expected,
		   const struct scene *scene, struct pt_err *err)
{
	if (got->norg != expected->norg)
		return pt_err_set(err, PT_E_REFUSED, "other orgs than undisturbed");
	for (uint32_t org = 0; org < got->norg; org++) {
		for (uint32_t p = 0; p < scene->npackage; p++) {
			if (got->org[org].has[p] != expected->org[org].has[p])
				return pt_err_set(
				    err, PT_E_REFUSED,
				    "%s ends %s the train's %s, undisturbed otherwise",
				    got->org[org].key,
				    got->org[org].has[p] == HUB_TRAINS ? "with" : "without",
				    scene->package[p].name);
		}
	}
	return 0;
}
