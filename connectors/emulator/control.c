/*
 * /_control: for tests and for people who try things out. It moves the clock, orders
 * faults, does to orgs what their owners would, and tells what happened. See inside.h.
 */
#include <string.h>

#include "base/instant.h"
#include "base/json.h"
#include "base/json_load.h"
#include "config/suite.h"
#include "connectors/emulator/inside.h"

#define MOST_ADVANCE_MS (3650 * PT_DAY_MS)

static int refuse(struct emu_answer *out, const char *expected)
{
	emu_say_error(out, 400, "INVALID_INPUT", "expected %s", expected);
	return 0;
}

static int show_state(struct pt_emulator *e, struct emu_answer *out)
{
	struct pt_json json;
	uint32_t n = pt_platform_nrequest(e->platform);

	pt_json_init(&json, &out->body);
	pt_json_object(&json, NULL);
	pt_json_int(&json, "now_ms", e->now_ms);
	pt_json_int(&json, "requests", (int64_t)e->nrequest);
	pt_json_int(&json, "faults", (int64_t)e->nfault);
	pt_json_int(&json, "api_used", emu_calls_used(e));
	pt_json_array(&json, "push_requests");
	for (uint32_t i = 0; i < n; i++) {
		struct pt_platform_request request = pt_platform_request(e->platform, i);

		json.compact = true;
		pt_json_object(&json, NULL);
		pt_json_str(&json, "id", request.id.text);
		pt_json_str(&json, "package",
			    pt_platform_packages(e->platform)->item[request.package].name);
		pt_json_str(&json, "status", emu_state_text(request.state));
		pt_json_int(&json, "jobs", request.njob);
		pt_json_object_end(&json);
		json.compact = false;
	}
	pt_json_array_end(&json);
	pt_json_object_end(&json);
	return 0;
}

static int show_log(const struct pt_emulator *e, struct emu_answer *out)
{
	pt_buf_str(&out->body, "[");
	pt_buf_bytes(&out->body, pt_buf_text(&e->log), e->log.len);
	pt_buf_str(&out->body, "]\n");
	return 0;
}

static int set_clock(struct pt_emulator *e, const json_t *json, struct emu_answer *out)
{
	const json_t *advance = json_object_get(json, "advance_ms");
	const json_t *to = json_object_get(json, "to_ms");
	int64_t before_ms = e->now_ms;

	if (json_is_integer(advance) && json_integer_value(advance) >= 0 &&
	    json_integer_value(advance) < MOST_ADVANCE_MS)
		emu_advance(e, e->now_ms + json_integer_value(advance));
	else if (json_is_integer(to) && json_integer_value(to) < before_ms + MOST_ADVANCE_MS)
		emu_advance(e, json_integer_value(to));
	else
		return refuse(out, "advance_ms or to_ms, within ten years");
	/* A clock that runs goes on from there. */
	e->conf.start_ms += e->now_ms - before_ms;
	return show_state(e, out);
}

static uint32_t count_of(const json_t *json, const char *name)
{
	const json_t *value = json_object_get(json, name);
	json_int_t n = json_is_integer(value) ? json_integer_value(value) : 1;

	return n < 1 || n > UINT32_MAX ? 1 : (uint32_t)n;
}

static int order_fault(struct pt_emulator *e, const json_t *json, struct emu_answer *out,
		       struct pt_err *err)
{
	const char *kind = json_string_value(json_object_get(json, "kind"));
	struct pt_err wrong = PT_ERR_INIT;
	const struct pt_fault fault = {
	    .method = json_string_value(json_object_get(json, "method")),
	    .path = json_string_value(json_object_get(json, "path")),
	    .nth = count_of(json, "nth"),
	    .times = count_of(json, "times"),
	    .kind = kind ? pt_fault_of_text(kind) : PT_FAULT_NONE,
	};
	int rc;

	if (fault.kind == PT_FAULT_NONE)
		return refuse(out, "a kind of fault");
	rc = pt_faults_add(e->faults, &fault, &wrong);
	if (rc == -PT_E_NOMEM)
		return pt_err_nomem(err);
	if (rc < 0)
		return refuse(out, wrong.text);
	pt_buf_str(&out->body, "{}\n");
	return 0;
}

static bool find_package(const struct pt_emulator *e, const json_t *json, uint32_t *out)
{
	const char *name = json_string_value(json_object_get(json, "package"));
	const struct pt_sim_packages *packages = pt_platform_packages(e->platform);

	for (*out = 0; name && *out < packages->n; ++*out) {
		if (strcmp(packages->item[*out].name, name) == 0)
			return true;
	}
	return false;
}

/* "3.223" of the package, or null: uninstalled. False: no such version. */
static bool read_installed(const struct pt_emulator *e, struct pt_platform_change *change,
			   const json_t *value)
{
	const struct pt_platform_package *package =
	    &pt_platform_packages(e->platform)->item[change->package];
	struct pt_version wanted;

	change->kind = PT_CHANGE_INSTALLED;
	change->value = PT_PLATFORM_NONE;
	if (json_is_null(value))
		return true;
	if (!json_is_string(value) || pt_version_parse(&wanted, json_string_value(value), NULL) < 0)
		return false;
	for (uint32_t i = 0; i < package->nversion; i++) {
		if (pt_version_cmp(&package->version[i].version, &wanted) == 0)
			change->value = i;
	}
	return change->value != PT_PLATFORM_NONE;
}

/* {"org", "package", "installed"|"blocked"}, or {"org", "active"} */
static bool read_change(const struct pt_emulator *e, struct pt_platform_change *change,
			const json_t *json)
{
	const char *org = json_string_value(json_object_get(json, "org"));
	const json_t *active = json_object_get(json, "active");
	const json_t *blocked = json_object_get(json, "blocked");
	struct pt_org_key key;

	if (!org || pt_org_key_parse(&key, org, strlen(org), NULL) < 0)
		return false;
	change->org = pt_platform_find_org(e->platform, &key);
	if (change->org == PT_PLATFORM_NONE)
		return false;
	if (json_is_boolean(active)) {
		change->kind = PT_CHANGE_STATUS;
		change->value = json_is_true(active) ? PT_ORG_ACTIVE : PT_ORG_INACTIVE;
		return true;
	}
	if (!find_package(e, json, &change->package))
		return false;
	if (!json_is_boolean(blocked))
		return read_installed(e, change, json_object_get(json, "installed"));
	change->kind = PT_CHANGE_BLOCKED;
	change->value = json_is_true(blocked);
	return true;
}

static int change_org(struct pt_emulator *e, const json_t *json, struct emu_answer *out,
		      struct pt_err *err)
{
	struct pt_platform_change change = {.at_ms = e->now_ms};

	if (!read_change(e, &change, json))
		return refuse(out, "org with active, or org and package with installed or blocked");
	pt_buf_str(&out->body, "{}\n");
	return pt_platform_change(e->platform, &change, err);
}

static int control(struct pt_emulator *e, const struct emu_request *request, const json_t *json,
		   struct emu_answer *out, struct pt_err *err)
{
	const char *what = request->path + strlen("/_control/");
	bool reads = strcmp(request->method, "GET") == 0;
	bool posts = strcmp(request->method, "POST") == 0 && json;

	if (reads && strcmp(what, "state") == 0)
		return show_state(e, out);
	if (reads && strcmp(what, "log") == 0)
		return show_log(e, out);
	if (posts && strcmp(what, "clock") == 0)
		return set_clock(e, json, out);
	if (posts && strcmp(what, "faults") == 0)
		return order_fault(e, json, out, err);
	if (posts && strcmp(what, "change") == 0)
		return change_org(e, json, out, err);
	if (strcmp(request->method, "DELETE") == 0 && strcmp(what, "faults") == 0) {
		pt_faults_clear(e->faults);
		pt_buf_str(&out->body, "{}\n");
		return 0;
	}
	return refuse(out, "GET state or log, POST clock, faults or change with JSON, or DELETE "
			   "faults");
}

int emu_control(struct pt_emulator *e, struct emu_request *request, struct emu_answer *out,
		struct pt_err *err)
{
	json_t *json = NULL;
	int rc = 0;

	if (request->body_size)
		rc = pt_json_load(&json, request->body, request->body_size, 0, NULL);
	if (rc == -PT_E_NOMEM)
		return pt_err_nomem(err);
	emu_say_json(out, 200);
	rc = control(e, request, json, out, err);
	json_decref(json);
	return rc;
}
