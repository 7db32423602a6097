/* What the platform answers with when something is wrong, in its shapes. See inside.h. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "connectors/emulator/inside.h"

void emu_say_json(struct emu_answer *out, unsigned status)
{
	out->status = status;
	out->content_type = "application/json;charset=UTF-8";
}

static void say_nothing(struct emu_answer *out, unsigned status)
{
	pt_buf_clear(&out->body);
	emu_say_json(out, status);
}

static void say(struct emu_answer *out, unsigned status, const char *code, const char *field,
		const char *message)
{
	say_nothing(out, status);
	pt_buf_str(&out->body, "[{\"message\":");
	pt_json_quote(&out->body, message);
	pt_buf_printf(&out->body, ",\"errorCode\":\"%s\"", code);
	if (field)
		pt_buf_printf(&out->body, ",\"fields\":[\"%s\"]", field);
	pt_buf_str(&out->body, "}]");
}

void emu_say_error(struct emu_answer *out, unsigned status, const char *code, const char *fmt, ...)
{
	char message[PT_SOQL_MESSAGE];
	va_list args;

	va_start(args, fmt);
	vsnprintf(message, sizeof(message), fmt, args);
	va_end(args);
	say(out, status, code, NULL, message);
}

void emu_say_not_found(struct emu_answer *out)
{
	say(out, 404, "NOT_FOUND", NULL, "The requested resource does not exist");
}

void emu_say_result(struct emu_answer *out, const struct emu_result *result)
{
	if (!result->code) {
		emu_say_json(out, 201);
		emu_write_result(&out->body, result);
		return;
	}
	say(out, strcmp(result->code, "NOT_FOUND") == 0 ? 404 : 400, result->code, result->field,
	    result->message);
}

static void say_html(struct emu_answer *out, unsigned status, const char *title)
{
	pt_buf_clear(&out->body);
	out->status = status;
	out->content_type = "text/html";
	pt_buf_printf(&out->body,
		      "<!DOCTYPE html>\n<html><head><title>%s</title></head>\n<body><h1>%s</h1>"
		      "</body></html>\n",
		      title, title);
}

/* A redirect leads to where nobody listens: a client that follows it fails. */
static void say_elsewhere(struct emu_answer *out)
{
	say_nothing(out, 302);
	out->location = "https://login.invalid/?ec=302";
}

void emu_fault_answer(struct emu_answer *out, enum pt_fault_kind kind)
{
	switch (kind) {
	case PT_FAULT_THROTTLED:
		emu_say_error(out, 429, "TOO_MANY_REQUESTS", "Too many requests at a time.");
		break;
	case PT_FAULT_SPENT:
		emu_say_error(out, 403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.");
		break;
	case PT_FAULT_EXPIRED:
		emu_say_error(out, 401, "INVALID_SESSION_ID", "Session expired or invalid");
		break;
	case PT_FAULT_RETIRED:
		emu_say_error(out, 410, "UNSUPPORTED_API_VERSION", "This API version is retired.");
		break;
	case PT_FAULT_REDIRECTED:
		say_elsewhere(out);
		break;
	case PT_FAULT_ERROR:
	case PT_FAULT_ERROR_AFTER:
		emu_say_error(out, 500, "UNKNOWN_EXCEPTION", "An unexpected error occurred.");
		break;
	case PT_FAULT_BAD_GATEWAY:
	case PT_FAULT_GATEWAY_AFTER:
		say_html(out, 502, "Bad Gateway");
		break;
	case PT_FAULT_UNAVAILABLE:
		say_html(out, 503, "Down for Maintenance");
		break;
	case PT_FAULT_LOCKED:
		/* Calls about single records have said it of each of them. */
		if (out->status == 0)
			emu_say_error(out, 400, "UNABLE_TO_LOCK_ROW",
				      "unable to obtain exclusive access to this record");
		break;
	case PT_FAULT_MALFORMED:
		say_nothing(out, out->status);
		pt_buf_str(&out->body, "{\"totalSize\":1,\"done\":true,\"records\":[{\"Id\"");
		break;
	case PT_FAULT_EMPTY:
		say_nothing(out, 200);
		break;
	case PT_FAULT_NONE:
	case PT_FAULT_RESET:
	case PT_FAULT_SILENT:
	case PT_FAULT_RESET_AFTER:
	case PT_FAULT_SILENT_AFTER:
	case PT_FAULT_TRUNCATED:
	case PT_FAULT_NKIND:
		break;
	}
}
