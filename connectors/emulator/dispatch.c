/* Which handler answers which path, and what holds for all of them. See inside.h. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/instant.h"
#include "base/json_load.h"
#include "connectors/emulator/inside.h"

enum { OLDEST_VERSION = 31, NEWEST_VERSION = 68, VERSION_TEXT = 8 };

/* The end of the year 9999: later than any time that can be written. */
#define LAST_MS INT64_C(253402300799999)

/* `path` is what comes after /services/data/vN/; one that ends in '*' matches what begins so. */
static const struct route {
	const char *method, *path;
	emu_handler *handler;
} routes[] = {
    {"GET", "query", emu_query},
    {"GET", "queryAll", emu_query},
    {"GET", "query/*", emu_query_more},
    {"GET", "queryAll/*", emu_query_more},
    {"GET", "tooling/query", emu_tooling_query},
    {"GET", "limits", emu_limits},
    {"POST", "composite/sobjects", emu_composite_sobjects},
    {"POST", "composite/tree/*", emu_composite_tree},
    {"POST", "composite", emu_composite},
    {"POST", "sobjects/packagepushrequest", emu_create_request},
    {"PATCH", "sobjects/packagepushrequest/*", emu_patch_request},
    {"POST", "sobjects/packagepushjob", emu_create_job},
    {"GET", "sobjects/*", emu_get_record},
    {"POST", "jobs/ingest", emu_ingest_make},
    {"GET", "jobs/ingest/*", emu_ingest_job},
    {"PUT", "jobs/ingest/*", emu_ingest_job},
    {"PATCH", "jobs/ingest/*", emu_ingest_job},
    {"DELETE", "jobs/ingest/*", emu_ingest_job},
};

void emu_advance(struct pt_emulator *e, int64_t now_ms)
{
	if (now_ms > LAST_MS)
		now_ms = LAST_MS;
	if (now_ms > e->now_ms)
		e->now_ms = now_ms;
	pt_platform_advance(e->platform, e->now_ms);
}

/* Object names are taken in any case. */
static bool matches(const char *pattern, const char *path)
{
	size_t n = strlen(pattern);

	if (pattern[n - 1] == '*')
		return strncasecmp(pattern, path, n - 1) == 0 && path[n - 1] != '\0';
	if (strncasecmp(pattern, path, n) != 0)
		return false;
	return path[n] == '\0' || strcmp(path + n, "/") == 0;
}

static int route(struct pt_emulator *e, struct emu_request *request, struct emu_answer *out,
		 struct pt_err *err)
{
	bool path_known = false;

	for (size_t i = 0; i < PT_ARRAY_LEN(routes); i++) {
		if (!matches(routes[i].path, request->rest))
			continue;
		path_known = true;
		if (strcmp(routes[i].method, request->method) == 0)
			return routes[i].handler(e, request, out, err);
	}
	if (path_known)
		emu_say_error(out, 405, "METHOD_NOT_ALLOWED",
			      "HTTP Method '%.20s' not allowed here.", request->method);
	else
		emu_say_not_found(out);
	return 0;
}

/* "/services/data/v62.0/rest"; false: answered. */
static bool read_version(struct emu_request *request, struct emu_answer *out,
			 char version[VERSION_TEXT])
{
	static const char start[] = "/services/data/v";
	char *end;
	long number;

	if (strncmp(request->path, start, strlen(start)) != 0) {
		emu_say_not_found(out);
		return false;
	}
	number = strtol(request->path + strlen(start), &end, 10);
	if (number < 1 || number > NEWEST_VERSION || strncmp(end, ".0/", 3) != 0) {
		emu_say_not_found(out);
		return false;
	}
	if (number < OLDEST_VERSION) {
		emu_say_error(out, 410, "UNSUPPORTED_API_VERSION", "API version %ld.0 is retired.",
			      number);
		return false;
	}
	snprintf(version, VERSION_TEXT, "%ld.0", number);
	request->version = version;
	request->rest = end + 3;
	return true;
}

/* False: answered. */
static bool let_in(struct pt_emulator *e, const struct emu_request *request, struct emu_answer *out)
{
	if (!request->bearer || !emu_token_holds(e, request->bearer)) {
		emu_say_error(out, 401, "INVALID_SESSION_ID", "Session expired or invalid");
		return false;
	}
	/* Calls in one call count as one. */
	if (!request->is_part && !emu_count_call(e)) {
		emu_say_error(out, 403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.");
		return false;
	}
	return true;
}

/* The request has no JSON, or good JSON; -PT_E_SYNTAX: answered. */
static int read_json(struct emu_request *request, struct emu_answer *out)
{
	json_error_t why;
	bool csv = strncmp(request->content_type, "text/csv", 8) == 0;
	int rc;

	if (request->body_size == 0 || csv || strcmp(request->method, "GET") == 0)
		return 0;
	rc = pt_json_load(&request->json, request->body, request->body_size, JSON_REJECT_DUPLICATES,
			  &why);
	if (rc == -PT_E_SYNTAX)
		emu_say_error(out, 400, "JSON_PARSER_ERROR", "%s at [line:%d, column:%d]", why.text,
			      why.line, why.column);
	return rc;
}

static int dispatch_data(struct pt_emulator *e, struct emu_request *request, struct emu_answer *out,
			 struct pt_err *err)
{
	char version[VERSION_TEXT];
	int rc;

	request->json = NULL;
	if (!read_version(request, out, version) || !let_in(e, request, out))
		return 0;
	rc = read_json(request, out);
	if (rc < 0)
		return rc == -PT_E_NOMEM ? pt_err_nomem(err) : 0;
	rc = route(e, request, out, err);
	json_decref(request->json);
	return rc;
}

static int dispatch(struct pt_emulator *e, struct emu_request *request, struct emu_answer *out,
		    struct pt_err *err)
{
	/* An instance URL that ends in a slash brings two. */
	while (request->path[0] == '/' && request->path[1] == '/')
		request->path++;
	if (strncmp(request->path, "/services/oauth2/", 17) == 0)
		return strcmp(request->path + 17, "userinfo") == 0
			   ? emu_userinfo(e, request, out, err)
			   : emu_take_token(e, request, out, err);
	if (strcmp(request->path, "/services/data") == 0 ||
	    strcmp(request->path, "/services/data/") == 0)
		return emu_versions(e, request, out, err);
	if (e->conf.control && strncmp(request->path, "/_control/", 10) == 0)
		return emu_control(e, request, out, err);
	return dispatch_data(e, request, out, err);
}

int emu_dispatch(struct pt_emulator *e, struct emu_request *request, struct emu_answer *out,
		 struct pt_err *err)
{
	int rc = emu_ingest_advance(e, err);

	if (rc == 0)
		rc = dispatch(e, request, out, err);
	return rc < 0 ? rc : pt_buf_check(&out->body, err);
}

int emu_versions(struct pt_emulator *e, struct emu_request *request, struct emu_answer *out,
		 struct pt_err *err)
{
	(void)e;
	(void)request;
	(void)err;
	emu_say_json(out, 200);
	pt_buf_char(&out->body, '[');
	for (int v = OLDEST_VERSION; v <= NEWEST_VERSION; v++)
		pt_buf_printf(&out->body,
			      "%s{\"label\":\"emulated %d\",\"url\":\"/services/data/v%d.0\","
			      "\"version\":\"%d.0\"}",
			      v > OLDEST_VERSION ? "," : "", v, v, v);
	pt_buf_char(&out->body, ']');
	return 0;
}
