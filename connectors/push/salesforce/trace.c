/* See trace.h. */
#include "connectors/push/salesforce/trace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/json.h"
#include "connectors/push/salesforce/session.h"

enum { BODY_MAX = 16384, US_PER_MS = 1000 };

struct pt_sf_trace {
	FILE *file;
	const struct pt_auth *auth;
	uint64_t n;
	struct pt_buf line;
};

int pt_sf_trace_open(struct pt_sf_trace **out, const char *path, const struct pt_auth *auth,
		     struct pt_err *err)
{
	struct pt_sf_trace *trace = calloc(1, sizeof(*trace));
	int fd;

	if (!trace)
		return pt_err_nomem(err);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd >= 0)
		trace->file = fdopen(fd, "a");
	if (!trace->file) {
		int why = errno;

		if (fd >= 0)
			(void)close(fd);
		free(trace);
		return pt_err_io(err, why, "cannot write the trace to '%s'", path);
	}
	trace->auth = auth;
	*out = trace;
	return 0;
}

void pt_sf_trace_close(struct pt_sf_trace *trace)
{
	if (!trace)
		return;
	(void)fclose(trace->file);
	pt_buf_release(&trace->line);
	free(trace);
}

static void put_text(struct pt_json *json, const struct pt_sf_trace *trace, const char *key,
		     const char *text, size_t len)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf clean = PT_BUF_INIT;

	if (len == 0)
		return;
	pt_auth_redact(trace->auth, &clean, text, len < BODY_MAX ? len : BODY_MAX);
	if (len > BODY_MAX)
		pt_buf_printf(&clean, " [and %zu bytes more]", len - BODY_MAX);
	pt_json_str(json, key, pt_buf_text(&clean));
}

static void put_question(struct pt_json *json, const struct pt_sf_trace *trace,
			 const struct pt_sf_part *part)
{
	if (!part) {
		pt_json_str(json, "method", "POST");
		pt_json_str(json, "url", pt_auth_url(trace->auth));
		pt_json_str(json, "request", "[secret]");
		return;
	}
	pt_json_str(json, "method", pt_http_method_text(part->question.method));
	pt_json_str(json, "url", part->url);
	put_text(json, trace, "request", pt_buf_text(&part->question.body),
		 part->question.body.len);
}

void pt_sf_trace(struct pt_sf_trace *trace, int64_t now_ms, const struct pt_sf_part *part,
		 const struct pt_http_answer *answer)
{
	struct pt_json json;

	if (!trace)
		return;
	pt_buf_clear(&trace->line);
	pt_json_init(&json, &trace->line);
	json.compact = true;
	pt_json_object(&json, NULL);
	pt_json_int(&json, "n", (int64_t)++trace->n);
	pt_json_time(&json, "at", now_ms);
	put_question(&json, trace, part);
	if (answer->end != PT_HTTP_ANSWERED)
		pt_json_str(&json, "error", answer->text);
	pt_json_int(&json, "status", answer->status);
	pt_json_int(&json, "ms", answer->took_us / US_PER_MS);
	pt_json_int(&json, "bytes", (int64_t)answer->received_bytes);
	if (!part)
		pt_json_str(&json, "answer", "[secret]");
	else
		put_text(&json, trace, "answer", pt_buf_text(answer->body), answer->body->len);
	pt_json_object_end(&json);
	if (trace->line.failed)
		return;
	/* A trace that cannot be written stops no train. */
	(void)fwrite(trace->line.data, 1, trace->line.len, trace->file);
	(void)fflush(trace->file);
}
