/* PackagePushRequest, PackagePushJob and PackagePushError as tables. See inside.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "connectors/emulator/inside.h"
#include "connectors/push/simulated/ids.h"

enum { ERRORS_PER_JOB = 4 }; /* rows kept for each; most are holes */

static struct pt_soql_value copied(char *room, const char *text)
{
	snprintf(room, PT_SOQL_TEXT, "%s", text);
	return emu_text(room);
}

/* From the first start to the last end, in whole seconds. */
static struct pt_soql_value duration(int64_t start_ms, int64_t end_ms)
{
	if (start_ms == PT_NEVER || end_ms == PT_NEVER || end_ms < start_ms)
		return emu_null();
	return emu_number((end_ms - start_ms) / PT_SECOND_MS);
}

/* PackagePushRequest: a row each, in the order they were made. */
static const struct pt_soql_field request_fields[] = {
    {"Id", PT_SOQL_ID, EMU_FSG, NULL, NULL},
    {"PackageVersionId", PT_SOQL_ID, EMU_FSG, "PackageVersion", "MetadataPackageVersion"},
    {"ScheduledStartTime", PT_SOQL_TIME, EMU_FS, NULL, NULL},
    {"Status", PT_SOQL_STRING, EMU_FSG, NULL, NULL},
    {"StartTime", PT_SOQL_TIME, 0, NULL, NULL},
    {"EndTime", PT_SOQL_TIME, 0, NULL, NULL},
    {"DurationSeconds", PT_SOQL_INT, PT_SOQL_GROUP, NULL, NULL},
    {"IsMigration", PT_SOQL_BOOL, PT_SOQL_FILTER, NULL, NULL},
    {"SystemModstamp", PT_SOQL_TIME, EMU_FS, NULL, NULL},
};

static uint32_t request_nrow(void *context)
{
	const struct pt_emulator *e = context;

	return pt_platform_nrequest(e->platform);
}

static struct pt_soql_value request_value(void *context, uint32_t row, size_t field, char *room)
{
	const struct pt_emulator *e = context;
	struct pt_platform_request request = pt_platform_request(e->platform, row);
	const struct pt_platform_package *package =
	    &pt_platform_packages(e->platform)->item[request.package];

	switch (field) {
	case 0:
		return copied(room, request.id.text);
	case 1:
		return emu_text(package->version[request.version].id.text);
	case 2:
		return emu_time(request.scheduled_ms);
	case 3:
		return emu_text(emu_state_text(request.state));
	case 4:
		return emu_time(request.start_ms);
	case 5:
		return emu_time(request.end_ms);
	case 6:
		return duration(request.start_ms, request.end_ms);
	case 7:
		return emu_number(0);
	default:
		return emu_time(request.created_ms);
	}
}

static bool request_find(void *context, uint32_t *out, const char *text)
{
	const struct pt_emulator *e = context;
	struct pt_id id = {{0}};

	return emu_id_of(&id, text) && pt_platform_find_request(out, e->platform, &id);
}

static const struct pt_soql_children request_children[] = {
    {"PackagePushJobs", "PackagePushJob", "PackagePushRequestId"},
};

const struct pt_soql_object emu_push_request = {
    .name = "PackagePushRequest",
    .field = request_fields,
    .nfield = PT_ARRAY_LEN(request_fields),
    .children = request_children,
    .nchildren = PT_ARRAY_LEN(request_children),
    .nrow = request_nrow,
    .value = request_value,
    .find = request_find,
};

/* PackagePushJob: the same. */
enum { JOB_REQUEST = 1, JOB_ORG_KEY = 2 };
static const struct pt_soql_field job_fields[] = {
    {"Id", PT_SOQL_ID, EMU_FSG, NULL, NULL},
    {"PackagePushRequestId", PT_SOQL_ID, EMU_FSG, "PackagePushRequest", "PackagePushRequest"},
    {"SubscriberOrganizationKey", PT_SOQL_STRING, EMU_FSG, NULL, NULL},
    {"Status", PT_SOQL_STRING, EMU_FSG, NULL, NULL},
    {"StartTime", PT_SOQL_TIME, 0, NULL, NULL},
    {"EndTime", PT_SOQL_TIME, 0, NULL, NULL},
    {"DurationSeconds", PT_SOQL_INT, PT_SOQL_GROUP, NULL, NULL},
    {"SystemModstamp", PT_SOQL_TIME, EMU_FS, NULL, NULL},
};

static uint32_t job_nrow(void *context)
{
	const struct pt_emulator *e = context;

	return pt_platform_njob(e->platform);
}

static struct pt_soql_value job_value(void *context, uint32_t row, size_t field, char *room)
{
	const struct pt_emulator *e = context;
	struct pt_platform_job job = pt_platform_job(e->platform, row);

	switch (field) {
	case 0:
		return copied(room, job.id.text);
	case JOB_REQUEST:
		return copied(room, pt_platform_request(e->platform, job.request).id.text);
	case JOB_ORG_KEY:
		return copied(room, pt_platform_org(e->platform, job.org).key.text);
	case 3:
		return emu_text(emu_state_text(job.state));
	case 4:
		return emu_time(job.start_ms);
	case 5:
		return emu_time(job.end_ms);
	case 6:
		return duration(job.start_ms, job.end_ms);
	default:
		return emu_time(pt_platform_request(e->platform, job.request).created_ms);
	}
}

static bool job_find(void *context, uint32_t *out, const char *text)
{
	const struct pt_emulator *e = context;
	struct pt_id id = {{0}};

	return emu_id_of(&id, text) && pt_platform_find_job(out, e->platform, &id);
}

static int by_number(const void *left, const void *right)
{
	const uint32_t *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

static bool narrow_to_request(struct pt_emulator *e, const char *text)
{
	const uint32_t *job;
	uint32_t request;
	size_t n;

	e->scratch.n = 0;
	if (!request_find(e, &request, text))
		return emu_scratch_reserve(e, 1);
	if (pt_platform_request_jobs(&job, &n, e->platform, request, NULL) < 0 ||
	    !emu_scratch_reserve(e, n + 1))
		return false;
	if (n > 0)
		memcpy(e->scratch.row, job, n * sizeof(*job));
	if (n > 1)
		qsort(e->scratch.row, n, sizeof(*job), by_number);
	e->scratch.n = n;
	return true;
}

/* The org's jobs of every package. */
static bool narrow_to_org(struct pt_emulator *e, const char *text)
{
	uint32_t npackage = pt_platform_packages(e->platform)->n, org;
	struct pt_org_key key;
	size_t n = 0;

	if (pt_org_key_parse(&key, text, strlen(text), NULL) < 0)
		return false;
	org = pt_platform_find_org(e->platform, &key);
	if (org == PT_PLATFORM_NONE)
		return false;
	for (uint32_t p = 0; p < npackage; p++) {
		uint32_t job = pt_platform_last_job(e->platform, org, p);

		for (; job != PT_PLATFORM_NONE; job = pt_platform_previous_job(e->platform, job))
			n++;
	}
	if (!emu_scratch_reserve(e, n + 1))
		return false;
	for (uint32_t p = 0; p < npackage; p++) {
		uint32_t job = pt_platform_last_job(e->platform, org, p);

		for (; job != PT_PLATFORM_NONE; job = pt_platform_previous_job(e->platform, job))
			e->scratch.row[e->scratch.n++] = job;
	}
	qsort(e->scratch.row, n, sizeof(*e->scratch.row), by_number);
	return true;
}

static bool job_narrow(void *context, size_t field, const char *text, const uint32_t **out,
		       size_t *n_out)
{
	struct pt_emulator *e = context;
	bool known = (field == JOB_REQUEST && narrow_to_request(e, text)) ||
		     (field == JOB_ORG_KEY && narrow_to_org(e, text));

	*out = e->scratch.row;
	*n_out = e->scratch.n;
	return known;
}

static const struct pt_soql_children job_children[] = {
    {"PackagePushErrors", "PackagePushError", "PackagePushJobId"},
};

const struct pt_soql_object emu_push_job = {
    .name = "PackagePushJob",
    .field = job_fields,
    .nfield = PT_ARRAY_LEN(job_fields),
    .children = job_children,
    .nchildren = PT_ARRAY_LEN(job_children),
    .nrow = job_nrow,
    .value = job_value,
    .find = job_find,
    .narrow = job_narrow,
};

/* PackagePushError: some rows for every job; those that it has no error for are holes. */
enum { ERROR_JOB = 1 };
static const struct pt_soql_field error_fields[] = {
    {"Id", PT_SOQL_ID, EMU_FSG, NULL, NULL},
    {"PackagePushJobId", PT_SOQL_ID, EMU_FSG, "PackagePushJob", "PackagePushJob"},
    {"ErrorSeverity", PT_SOQL_STRING, EMU_FSG, NULL, NULL},
    {"ErrorType", PT_SOQL_STRING, EMU_FSG, NULL, NULL},
    {"ErrorTitle", PT_SOQL_STRING, PT_SOQL_SORT, NULL, NULL},
    {"ErrorMessage", PT_SOQL_STRING, PT_SOQL_SORT, NULL, NULL},
    {"ErrorDetails", PT_SOQL_STRING, PT_SOQL_SORT, NULL, NULL},
    {"SystemModstamp", PT_SOQL_TIME, EMU_FS, NULL, NULL},
};

static uint32_t error_nrow(void *context)
{
	return job_nrow(context) * ERRORS_PER_JOB;
}

static bool error_exists(void *context, uint32_t row)
{
	const struct pt_emulator *e = context;

	return row % ERRORS_PER_JOB < pt_platform_nerror(e->platform, row / ERRORS_PER_JOB);
}

static struct pt_soql_value error_value(void *context, uint32_t row, size_t field, char *room)
{
	const struct pt_emulator *e = context;
	struct pt_platform_job job = pt_platform_job(e->platform, row / ERRORS_PER_JOB);
	struct pt_sim_error error;

	if (field == 0)
		return copied(room, pt_sim_id_numbered("0DY", row).text);
	if (field == ERROR_JOB)
		return copied(room, job.id.text);
	if (field == 2)
		return emu_text("Error");
	if (field == 7)
		return emu_time(job.end_ms);
	pt_platform_error(&error, e->platform, row / ERRORS_PER_JOB, row % ERRORS_PER_JOB);
	if (field == 3)
		return emu_text(error.type);
	if (field == 4)
		return emu_text(error.title);
	if (field == 5)
		return copied(room, error.message);
	return error.details[0] ? copied(room, error.details) : emu_null();
}

static bool error_find(void *context, uint32_t *out, const char *text)
{
	struct pt_id id = {{0}};

	return emu_id_of(&id, text) && pt_sim_id_number(out, "0DY", &id) &&
	       *out < error_nrow(context) && error_exists(context, *out);
}

static bool error_narrow(void *context, size_t field, const char *text, const uint32_t **out,
			 size_t *n_out)
{
	struct pt_emulator *e = context;
	uint32_t job;

	if (field != ERROR_JOB || !emu_scratch_reserve(e, ERRORS_PER_JOB))
		return false;
	if (job_find(e, &job, text)) {
		for (uint32_t i = 0; i < ERRORS_PER_JOB; i++)
			e->scratch.row[e->scratch.n++] = job * ERRORS_PER_JOB + i;
	}
	*out = e->scratch.row;
	*n_out = e->scratch.n;
	return true;
}

const struct pt_soql_object emu_push_error = {
    .name = "PackagePushError",
    .field = error_fields,
    .nfield = PT_ARRAY_LEN(error_fields),
    .nrow = error_nrow,
    .value = error_value,
    .find = error_find,
    .narrow = error_narrow,
    .exists = error_exists,
};
