/* Access tokens: given out, and taken as long as they hold. See inside.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "base/url.h"
#include "connectors/emulator/inside.h"

enum { MOST_TOKENS = 64 };

/* In the form of a session id, which the Salesforce CLI insists on. */
static void make_up(struct pt_emulator *e, char out[EMU_TOKEN_TEXT])
{
	uint64_t key = pt_rng_mix(pt_rng_mix(e->conf.seed, 0x70616e), e->token_made++);

	snprintf(out, EMU_TOKEN_TEXT, "%.15s!emulated.%016llx%016llx", EMU_ORG_ID,
		 (unsigned long long)pt_rng_mix(key, 1), (unsigned long long)pt_rng_mix(key, 2));
}

int emu_token_add(struct pt_emulator *e, const char *text, struct pt_err *err)
{
	struct emu_token *grown;

	if (text && strlen(text) >= EMU_TOKEN_TEXT)
		return pt_err_set(err, PT_E_INVALID, "a token of %zu characters, at most %d",
				  strlen(text), EMU_TOKEN_TEXT - 1);
	/* The oldest but the first makes room. */
	if (e->ntoken == MOST_TOKENS) {
		memmove(e->token + 1, e->token + 2, (MOST_TOKENS - 2) * sizeof(*e->token));
		e->ntoken--;
	}
	grown = realloc(e->token, (e->ntoken + 1) * sizeof(*grown));
	if (!grown)
		return pt_err_nomem(err);
	e->token = grown;
	e->token[e->ntoken].given_ms = e->now_ms;
	if (text)
		snprintf(e->token[e->ntoken].text, EMU_TOKEN_TEXT, "%s", text);
	else
		make_up(e, e->token[e->ntoken].text);
	e->ntoken++;
	return 0;
}

bool emu_token_holds(const struct pt_emulator *e, const char *text)
{
	for (size_t i = 0; i < e->ntoken; i++) {
		if (strcmp(e->token[i].text, text) == 0)
			return e->conf.token_life_ms == 0 ||
			       e->now_ms - e->token[i].given_ms < e->conf.token_life_ms;
	}
	return false;
}

/* Where the value of a form's field begins, still encoded; NULL: it is not there. */
static const char *field_of(const char *form, const char *name)
{
	size_t len = strlen(name);

	while (strncmp(form, name, len) != 0 || form[len] != '=') {
		form = strchr(form, '&');
		if (!form)
			return NULL;
		form++;
	}
	return form + len + 1;
}

/* Header, claims, signature: what is in them is not looked at. */
static bool is_assertion(const char *form)
{
	const char *part = field_of(form, "assertion");
	int nparts = 0;

	for (; part && nparts < 3; nparts++) {
		size_t len = strcspn(part, ".&");

		if (len == 0)
			return false;
		part = part[len] == '.' ? part + len + 1 : NULL;
	}
	return nparts == 3 && !part;
}

static void say_no(struct emu_answer *out, const char *error, const char *description)
{
	emu_say_json(out, 400);
	pt_buf_printf(&out->body, "{\"error\":\"%s\",\"error_description\":\"%s\"}", error,
		      description);
}

/* What each grant cannot do without. */
static bool check_grant(const char *form, const char *grant, struct emu_answer *out)
{
	static const struct {
		const char *grant, *needs[3];
	} grants[] = {
	    {"urn:ietf:params:oauth:grant-type:jwt-bearer", {"assertion"}},
	    {"client_credentials", {"client_id", "client_secret"}},
	    {"refresh_token", {"client_id", "refresh_token"}},
	};
	for (size_t i = 0; i < PT_ARRAY_LEN(grants); i++) {
		if (strcmp(grants[i].grant, grant) != 0)
			continue;
		for (size_t k = 0; k < 3 && grants[i].needs[k]; k++) {
			const char *value = field_of(form, grants[i].needs[k]);

			if (value && *value && *value != '&')
				continue;
			say_no(out, "invalid_request", "missing required parameter");
			return false;
		}
		if (i == 0 && !is_assertion(form)) {
			say_no(out, "invalid_grant", "invalid assertion");
			return false;
		}
		return true;
	}
	say_no(out, "unsupported_grant_type", "grant type not supported");
	return false;
}

int emu_take_token(struct pt_emulator *e, struct emu_request *request, struct emu_answer *out,
		   struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf grant = PT_BUF_INIT;
	const char *value;
	int rc;

	if (strcmp(request->path, "/services/oauth2/token") != 0 ||
	    strcmp(request->method, "POST") != 0) {
		emu_say_not_found(out);
		return 0;
	}
	value = field_of(request->body, "grant_type");
	if (value)
		pt_url_decode(&grant, value, strcspn(value, "&"), true);
	rc = pt_buf_check(&grant, err);
	if (rc < 0)
		return rc;
	if (!check_grant(request->body, pt_buf_text(&grant), out))
		return 0;
	rc = emu_token_add(e, NULL, err);
	if (rc < 0)
		return rc;
	emu_say_json(out, 200);
	pt_buf_printf(&out->body,
		      "{\"access_token\":\"%s\",\"scope\":\"api\","
		      "\"instance_url\":\"http://127.0.0.1:%u\","
		      "\"id\":\"http://127.0.0.1:%u/id/%s/%s\",\"token_type\":\"Bearer\","
		      "\"issued_at\":\"%lld\",\"signature\":\"emulated\"}",
		      e->token[e->ntoken - 1].text, e->port, e->port, EMU_ORG_ID, EMU_USER_ID,
		      (long long)e->now_ms);
	return 0;
}

int emu_userinfo(struct pt_emulator *e, struct emu_request *request, struct emu_answer *out,
		 struct pt_err *err)
{
	(void)err;
	if (!request->bearer || !emu_token_holds(e, request->bearer)) {
		emu_say_error(out, 403, "Bad_OAuth_Token", "Bad_OAuth_Token");
		return 0;
	}
	emu_say_json(out, 200);
	pt_buf_printf(&out->body,
		      "{\"sub\":\"http://127.0.0.1:%u/id/%s/%s\",\"user_id\":\"%s\","
		      "\"organization_id\":\"%s\",\"preferred_username\":\"" EMU_USER_NAME
		      "\",\"email\":\"" EMU_USER_NAME "\"}",
		      e->port, EMU_ORG_ID, EMU_USER_ID, EMU_USER_ID, EMU_ORG_ID);
	return 0;
}
