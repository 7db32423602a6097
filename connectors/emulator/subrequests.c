/* composite: up to 25 calls in one, which may refer to what those before brought. See inside.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/json_load.h"
#include "base/url.h"
#include "connectors/emulator/inside.h"

enum { SUBREQUESTS = 25 };

/* "@{reference.id}" in a text becomes the id that the call of that reference made. */
static void resolve(struct pt_buf *out, const char *text, const json_t *made)
{
	while (*text) {
		const char *end = strncmp(text, "@{", 2) == 0 ? strstr(text, ".id}") : NULL;
		char name[64];

		if (!end || (size_t)(end - text) - 2 >= sizeof(name)) {
			pt_buf_char(out, *text++);
			continue;
		}
		snprintf(name, sizeof(name), "%.*s", (int)(end - text - 2), text + 2);
		const char *id = json_string_value(json_object_get(made, name));

		pt_buf_str(out, id ? id : "");
		text = end + 4;
	}
}

static int carry_out(struct pt_emulator *e, const struct emu_request *outer, const char *method,
		     const struct pt_buf *url, const struct pt_buf *body, struct emu_answer *out,
		     struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf path = PT_BUF_INIT, q = PT_BUF_INIT;
	const char *query = strstr(pt_buf_text(url), "?q=");
	size_t len = strcspn(pt_buf_text(url), "?");

	pt_url_decode(&path, pt_buf_text(url), len, true);
	if (query)
		pt_url_decode(&q, query + 3, strcspn(query + 3, "&"), true);
	if (path.failed || q.failed)
		return pt_err_nomem(err);
	struct emu_request inner = {
	    .method = method,
	    .path = pt_buf_text(&path),
	    .q = query ? pt_buf_text(&q) : NULL,
	    .bearer = outer->bearer,
	    .content_type = "application/json",
	    .body = pt_buf_text(body),
	    .body_size = body->len,
	    .is_part = true,
	};

	/* One that holds others would go on without end, and an ingest job's rows are no JSON. */
	if (strstr(inner.path, "/composite") || strstr(inner.path, "/jobs/") ||
	    strncmp(inner.path, "/services/data/v", 16) != 0) {
		emu_say_error(out, 400, "INVALID_INPUT",
			      "The URL %.80s cannot be part of this call", inner.path);
		return 0;
	}
	return emu_dispatch(e, &inner, out, err);
}

static int note_id(json_t *made, const char *reference, const struct pt_buf *body,
		   struct pt_err *err)
{
	json_t *answer = NULL;
	int rc = pt_json_load(&answer, pt_buf_text(body), body->len, 0, NULL);
	json_t *id = json_object_get(answer, "id");

	if (rc == -PT_E_NOMEM || (json_is_string(id) && json_object_set(made, reference, id) < 0))
		rc = pt_err_nomem(err);
	json_decref(answer);
	return rc == -PT_E_NOMEM ? rc : 0;
}

static int append(const char *bytes, size_t n, void *out)
{
	pt_buf_bytes(out, bytes, n);
	return 0;
}

/* Into a buffer of ours, which knows when it ran out of memory; jansson's goes on. */
static int write_body(struct pt_buf *out, const json_t *part, struct pt_err *err)
{
	const json_t *body = json_object_get(part, "body");

	if (!json_is_object(body) && !json_is_array(body))
		return 0;
	if (json_dump_callback(body, append, out, JSON_COMPACT) < 0)
		return pt_err_nomem(err);
	return pt_buf_check(out, err);
}

static int one(struct pt_emulator *e, const struct emu_request *outer, const json_t *part,
	       json_t *made, struct pt_buf *into, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf url = PT_BUF_INIT, body = PT_BUF_INIT;
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	const char *method = json_string_value(json_object_get(part, "method"));
	const char *address = json_string_value(json_object_get(part, "url"));
	const char *reference = json_string_value(json_object_get(part, "referenceId"));
	struct emu_answer answer = {.status = 0};
	int rc = write_body(&text, part, err);

	resolve(&url, address ? address : "", made);
	resolve(&body, pt_buf_text(&text), made);
	if (rc == 0 && (url.failed || body.failed))
		rc = pt_err_nomem(err);
	if (rc == 0 && method && address && reference)
		rc = carry_out(e, outer, method, &url, &body, &answer, err);
	else
		emu_say_error(&answer, 400, "INVALID_INPUT",
			      "expected method, url and referenceId");
	if (rc == 0 && reference)
		rc = note_id(made, reference, &answer.body, err);
	pt_buf_printf(into,
		      "{\"body\":%s,\"httpHeaders\":{},\"httpStatusCode\":%u,\"referenceId\":",
		      answer.body.len ? pt_buf_text(&answer.body) : "null", answer.status);
	pt_json_quote(into, reference ? reference : "");
	pt_buf_char(into, '}');
	pt_buf_release(&answer.body);
	return rc;
}

int emu_composite(struct pt_emulator *e, struct emu_request *request, struct emu_answer *out,
		  struct pt_err *err)
{
	const json_t *parts = json_object_get(request->json, "compositeRequest"), *part;
	json_t *made = json_object();
	size_t i;
	int rc = made ? 0 : pt_err_nomem(err);

	if (rc == 0 && (!json_is_array(parts) || json_array_size(parts) == 0 ||
			json_array_size(parts) > SUBREQUESTS)) {
		json_decref(made);
		emu_say_error(out, 400, "INVALID_INPUT",
			      "expected 1 to %d parts in compositeRequest", SUBREQUESTS);
		return 0;
	}
	pt_buf_str(&out->body, "{\"compositeResponse\":[");
	json_array_foreach(parts, i, part)
	{
		if (i > 0)
			pt_buf_char(&out->body, ',');
		if (rc == 0)
			rc = one(e, request, part, made, &out->body, err);
	}
	pt_buf_str(&out->body, "]}");
	emu_say_json(out, 200);
	json_decref(made);
	return rc;
}
