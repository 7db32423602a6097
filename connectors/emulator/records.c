/*
 * One record of a write: its fields checked as strictly as the platform does, and
 * then carried out. See inside.h.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/instant.h"
#include "base/json.h"
#include "connectors/emulator/inside.h"

static int refuse(struct emu_result *out, const char *code, const char *field, const char *fmt, ...)
    PT_PRINTF(4, 5);

/* 0: the platform's no is an answer, not a failure. */
static int refuse(struct emu_result *out, const char *code, const char *field, const char *fmt, ...)
{
	va_list args;

	out->code = code;
	out->field = field;
	va_start(args, fmt);
	vsnprintf(out->message, sizeof(out->message), fmt, args);
	va_end(args);
	return 0;
}

static int refuse_words(struct emu_result *out, struct pt_sim_words words, const char *field)
{
	return refuse(out, words.code, field, "%s", words.text);
}

static int refuse_locked(struct emu_result *out)
{
	return refuse(out, "UNABLE_TO_LOCK_ROW", NULL,
		      "unable to obtain exclusive access to this record");
}

/* False: refused. `names` ends in NULL. */
static bool has_only(struct emu_result *out, json_t *record, const char *object,
		     const char *const *names)
{
	const char *key;
	json_t *value;

	json_object_foreach(record, key, value)
	{
		size_t i = 0;

		while (names[i] && strcmp(names[i], key) != 0)
			i++;
		if (names[i])
			continue;
		(void)refuse(out, "INVALID_FIELD", NULL,
			     "No such column '%.40s' on sobject of type %s", key, object);
		return false;
	}
	return true;
}

/* NULL: refused. Otherwise an id of 15 or 18 characters with that prefix. */
static const char *id_field(struct emu_result *out, json_t *record, const char *name,
			    const char *prefix)
{
	const json_t *value = json_object_get(record, name);
	const char *text = json_string_value(value);
	char id[19];

	if (!value || json_is_null(value) || (text && !text[0])) {
		(void)refuse(out, "REQUIRED_FIELD_MISSING", name,
			     "Required fields are missing: [%s]", name);
		return NULL;
	}
	if (!text || pt_id_parse(id, prefix, text, NULL) < 0) {
		(void)refuse(out, "MALFORMED_ID", name, "%s: id value of incorrect type: %.40s",
			     name, text ? text : "");
		return NULL;
	}
	return text;
}

/* A time, or none. False: refused. */
static bool time_field(struct emu_result *out, int64_t *ms, json_t *record, const char *name)
{
	const json_t *value = json_object_get(record, name);
	struct pt_civil civil;
	enum pt_civil_form form;
	int64_t offset_ms;

	*ms = 0;
	if (!value || json_is_null(value))
		return true;
	if (!json_is_string(value) ||
	    pt_civil_parse(&civil, &form, &offset_ms, json_string_value(value), NULL) < 0 ||
	    form == PT_CIVIL_DATE) {
		(void)refuse(
		    out, "JSON_PARSER_ERROR", NULL,
		    "Cannot deserialize instance of datetime from VALUE_STRING value %.60s",
		    json_is_string(value) ? json_string_value(value) : "");
		return false;
	}
	*ms = pt_civil_to_ms(&civil) - offset_ms;
	return true;
}

static bool is_text(const json_t *value, const char *text)
{
	return json_is_string(value) && strcmp(json_string_value(value), text) == 0;
}

int emu_add_request(struct pt_emulator *e, struct emu_result *out, json_t *record, bool dry,
		    struct pt_err *err)
{
	static const char *const names[] = {"attributes", "PackageVersionId", "ScheduledStartTime",
					    "Status",     "IsMigration",      "PackagePushJobs",
					    NULL};
	const json_t *status = json_object_get(record, "Status");
	struct pt_id version = {{0}};
	enum pt_refusal refusal;
	const char *id;
	uint32_t request;
	int64_t ms;
	int rc;

	*out = (struct emu_result){.code = NULL};
	if (!json_is_object(record))
		return refuse(out, "JSON_PARSER_ERROR", NULL, "expected an object");
	if (!has_only(out, record, "PackagePushRequest", names))
		return 0;
	id = id_field(out, record, "PackageVersionId", "04t");
	if (!id || !time_field(out, &ms, record, "ScheduledStartTime"))
		return 0;
	if (status && !is_text(status, "Created"))
		return refuse(out, "INVALID_STATUS", "Status",
			      "A push request is made with the status Created.");
	if (e->lock_records)
		return refuse_locked(out);
	snprintf(version.text, sizeof(version.text), "%s", id);
	refusal = pt_platform_try_create(e->platform, &version);
	if (refusal != PT_REFUSAL_NONE)
		return refuse_words(out, pt_sim_refusal_words(refusal), "PackageVersionId");
	if (dry)
		return 0;
	rc = pt_platform_create(&request, &refusal, e->platform, &version, ms, err);
	if (rc < 0)
		return rc;
	memcpy(out->id, pt_platform_request(e->platform, request).id.text, sizeof(out->id));
	return 0;
}

static int add_job(struct pt_emulator *e, struct emu_result *out, uint32_t request,
		   const struct pt_org_key *key, struct pt_err *err)
{
	enum pt_platform_add added = PT_PLATFORM_ADDED;
	enum pt_refusal refusal;
	int rc = pt_platform_add_jobs(&added, &refusal, e->platform, request, key, 1, err);

	if (rc < 0)
		return rc;
	if (refusal != PT_REFUSAL_NONE)
		return refuse_words(out, pt_sim_refusal_words(refusal), NULL);
	if (added != PT_PLATFORM_ADDED)
		return refuse_words(out, pt_sim_add_words(added), NULL);
	struct pt_platform_job job =
	    pt_platform_job(e->platform, pt_platform_njob(e->platform) - 1);

	memcpy(out->id, job.id.text, sizeof(out->id));
	return 0;
}

static int try_job(const struct pt_emulator *e, struct emu_result *out, const char *version_id,
		   uint32_t request, const struct pt_org_key *key)
{
	struct pt_id version = {{0}};

	snprintf(version.text, sizeof(version.text), "%s", version_id);
	enum pt_platform_add result = pt_platform_try_job(e->platform, &version, request, key);

	return result == PT_PLATFORM_ADDED ? 0 : refuse_words(out, pt_sim_add_words(result), NULL);
}

static int add_or_try(struct pt_emulator *e, struct emu_result *out, const char *request_id,
		      const struct pt_org_key *key, bool dry, struct pt_err *err)
{
	struct pt_id id = {{0}};
	uint32_t number;

	snprintf(id.text, sizeof(id.text), "%s", request_id);
	if (!pt_platform_find_request(&number, e->platform, &id))
		return refuse_words(out, pt_sim_refusal_words(PT_REFUSAL_REQUEST_UNKNOWN),
				    "PackagePushRequestId");
	if (!dry)
		return add_job(e, out, number, key, err);
	struct pt_platform_request request = pt_platform_request(e->platform, number);

	if (request.state != PT_JOB_CREATED)
		return refuse_words(out, pt_sim_refusal_words(PT_REFUSAL_ADD), NULL);
	return try_job(e, out,
		       pt_platform_packages(e->platform)
			   ->item[request.package]
			   .version[request.version]
			   .id.text,
		       number, key);
}

int emu_add_job(struct pt_emulator *e, struct emu_result *out, json_t *record,
		const struct emu_parent *parent, bool dry, struct pt_err *err)
{
	static const char *const names[] = {"attributes", "PackagePushRequestId",
					    "SubscriberOrganizationKey", NULL};
	const char *id = parent ? parent->request_id : NULL, *text;
	struct pt_org_key key;

	*out = (struct emu_result){.code = NULL};
	if (!json_is_object(record))
		return refuse(out, "JSON_PARSER_ERROR", NULL, "expected an object");
	if (!has_only(out, record, "PackagePushJob", names))
		return 0;
	if (!parent)
		id = id_field(out, record, "PackagePushRequestId", "0DV");
	if (!parent && !id)
		return 0;
	text = json_string_value(json_object_get(record, "SubscriberOrganizationKey"));
	if (!text)
		return refuse(out, "REQUIRED_FIELD_MISSING", "SubscriberOrganizationKey",
			      "Required fields are missing: [SubscriberOrganizationKey]");
	/* Text that is no org key belongs to no org. */
	if (pt_org_key_parse(&key, text, strlen(text), NULL) < 0)
		return refuse_words(out, pt_sim_add_words(PT_PLATFORM_INELIGIBLE), NULL);
	if (e->lock_records)
		return refuse_locked(out);
	if (!id)
		return try_job(e, out, parent->version_id, PT_PLATFORM_NONE, &key);
	return add_or_try(e, out, id, &key, dry, err);
}

int emu_set_status(struct pt_emulator *e, struct emu_result *out, const char *id, json_t *record,
		   struct pt_err *err)
{
	static const char *const names[] = {"attributes", "Status", "PackageVersionId",
					    "ScheduledStartTime", NULL};
	const json_t *status = json_object_get(record, "Status");
	struct pt_id wanted = {{0}};
	enum pt_refusal refusal;
	uint32_t request;

	(void)err;
	*out = (struct emu_result){.code = NULL};
	if (pt_id_parse(wanted.text, "0DV", id, NULL) < 0 ||
	    !pt_platform_find_request(&request, e->platform, &wanted))
		return refuse(out, "NOT_FOUND", NULL,
			      "Provided external ID field does not exist or is "
			      "not accessible: %.40s",
			      id);
	if (!json_is_object(record))
		return refuse(out, "JSON_PARSER_ERROR", NULL, "expected an object");
	if (!has_only(out, record, "PackagePushRequest", names))
		return 0;
	if (json_object_get(record, "PackageVersionId") ||
	    json_object_get(record, "ScheduledStartTime"))
		return refuse(out, "INVALID_FIELD_FOR_INSERT_UPDATE", NULL,
			      "This emulator changes a push request's status alone.");
	if (e->lock_records)
		return refuse_locked(out);
	if (is_text(status, "Pending"))
		refusal = pt_platform_activate(e->platform, request);
	else if (is_text(status, "Canceled"))
		refusal = pt_platform_cancel(e->platform, request);
	else
		return refuse(out, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "Status",
			      "Status: bad value for restricted picklist field");
	return refusal == PT_REFUSAL_NONE
		   ? 0
		   : refuse_words(out, pt_sim_refusal_words(refusal), "Status");
}

void emu_write_errors(struct pt_buf *out, const struct emu_result *result)
{
	pt_buf_printf(out, "\"errors\":[{\"statusCode\":\"%s\",\"message\":", result->code);
	pt_json_quote(out, result->message);
	pt_buf_str(out, ",\"fields\":[");
	if (result->field)
		pt_buf_printf(out, "\"%s\"", result->field);
	pt_buf_str(out, "]}]");
}

void emu_write_result(struct pt_buf *out, const struct emu_result *result)
{
	if (!result->code) {
		pt_buf_printf(out, "{\"id\":\"%s\",\"success\":true,\"errors\":[]}", result->id);
		return;
	}
	pt_buf_str(out, "{\"success\":false,");
	emu_write_errors(out, result);
	pt_buf_char(out, '}');
}
