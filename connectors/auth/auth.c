/* See auth.h. */
#include "connectors/auth/auth.h"

#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "base/json_load.h"
#include "base/url.h"
#include "config/expand.h"
#include "connectors/auth/jwt.h"
#include "connectors/auth/secret.h"

enum { JWT_LIFE_S = 180, ANSWER_MAX = 1 << 20, TOKEN_MAX = 16 * 1024, LEAST_SECRET = 6 };

struct pt_auth {
	const struct pt_auth_conf *conf;          /* borrowed */
	struct pt_buf client_id, username, login; /* expanded */
	struct pt_buf url;
	/* Wiped rather than released: */
	struct pt_buf secret; /* client secret, or key */
	struct pt_buf refresh;
	struct pt_buf body;
	struct pt_buf token;
};

static int expand(struct pt_buf *out, const char *text, const char *key, struct pt_err *err)
{
	if (!text)
		return 0;
	return pt_expand(out, text, err) < 0 ? pt_err_wrap(err, "%s", key) : 0;
}

static int set_up(struct pt_auth *auth, const char *instance_url, struct pt_err *err)
{
	const struct pt_auth_conf *conf = auth->conf;
	const char *wrong;
	int rc = expand(&auth->client_id, conf->client_id, "client_id", err);

	if (rc == 0)
		rc = expand(&auth->username, conf->username, "username", err);
	if (rc == 0 && conf->login_url)
		rc = expand(&auth->login, conf->login_url, "login_url", err);
	else
		pt_buf_str(&auth->login, instance_url);
	if (rc == 0)
		rc = pt_buf_check(&auth->login, err);
	wrong = pt_url_trim_origin(&auth->login);
	if (rc == 0 && wrong)
		rc = pt_err_set(err, PT_E_INVALID, "login_url: %s", wrong);
	pt_buf_printf(&auth->url, "%s/services/oauth2/token", pt_buf_text(&auth->login));
	return rc < 0 ? rc : pt_buf_check(&auth->url, err);
}

int pt_auth_new(struct pt_auth **out, const struct pt_auth_conf *conf, const char *instance_url,
		struct pt_err *err)
{
	struct pt_auth *auth = calloc(1, sizeof(*auth));
	int rc;

	if (!auth)
		return pt_err_nomem(err);
	auth->conf = conf;
	rc = set_up(auth, instance_url, err);
	if (rc < 0) {
		pt_auth_free(auth);
		return pt_err_wrap(err, "auth");
	}
	*out = auth;
	return 0;
}

void pt_auth_free(struct pt_auth *auth)
{
	if (!auth)
		return;
	pt_buf_release(&auth->client_id);
	pt_buf_release(&auth->username);
	pt_buf_release(&auth->login);
	pt_buf_release(&auth->url);
	pt_secret_wipe(&auth->secret);
	pt_secret_wipe(&auth->refresh);
	pt_secret_wipe(&auth->body);
	pt_secret_wipe(&auth->token);
	free(auth);
}

static void form_field(struct pt_buf *out, const char *name, const char *value)
{
	pt_buf_printf(out, "%s%s=", out->len ? "&" : "", name);
	pt_url_encode(out, value, strlen(value), "", false);
}

static int read_secret(struct pt_buf *out, const struct pt_secret_conf *conf, bool lines,
		       const char *what, struct pt_err *err)
{
	return pt_secret_read(out, conf, lines, err) < 0 ? pt_err_wrap(err, "auth.%s", what) : 0;
}

static int begin_jwt(struct pt_auth *auth, int64_t now_ms, struct pt_err *err)
{
	PT_CLEANUP(pt_secret_wipe) struct pt_buf assertion = PT_BUF_INIT;
	const struct pt_jwt_claims claims = {.issuer = pt_buf_text(&auth->client_id),
					     .subject = pt_buf_text(&auth->username),
					     .audience = pt_buf_text(&auth->login),
					     .expires_s = now_ms / PT_SECOND_MS + JWT_LIFE_S};
	int rc = read_secret(&auth->secret, &auth->conf->key, true, "key", err);

	if (rc == 0 && pt_jwt_sign(&assertion, &claims, pt_buf_text(&auth->secret), err) < 0)
		rc = pt_err_wrap(err, "auth.key");
	form_field(&auth->body, "grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
	form_field(&auth->body, "assertion", pt_buf_text(&assertion));
	return rc;
}

static int begin_client(struct pt_auth *auth, struct pt_err *err)
{
	int rc = read_secret(&auth->secret, &auth->conf->secret, false, "secret", err);

	form_field(&auth->body, "grant_type", "client_credentials");
	form_field(&auth->body, "client_id", pt_buf_text(&auth->client_id));
	form_field(&auth->body, "client_secret", pt_buf_text(&auth->secret));
	return rc;
}

static int begin_refresh(struct pt_auth *auth, struct pt_err *err)
{
	int rc = read_secret(&auth->refresh, &auth->conf->token, false, "token", err);

	form_field(&auth->body, "grant_type", "refresh_token");
	form_field(&auth->body, "client_id", pt_buf_text(&auth->client_id));
	if (rc == 0 && auth->conf->secret.from != PT_SECRET_NONE) {
		rc = read_secret(&auth->secret, &auth->conf->secret, false, "secret", err);
		form_field(&auth->body, "client_secret", pt_buf_text(&auth->secret));
	}
	form_field(&auth->body, "refresh_token", pt_buf_text(&auth->refresh));
	return rc;
}

int pt_auth_begin(bool *post_out, struct pt_auth *auth, int64_t now_ms, struct pt_err *err)
{
	int rc = 0;

	pt_secret_wipe(&auth->token);
	pt_secret_wipe(&auth->body);
	*post_out = auth->conf->kind != PT_AUTH_ACCESS_TOKEN;
	/* A buffer that grows leaves copies behind. */
	if (*post_out && !pt_buf_reserve(&auth->body, 4 * (size_t)TOKEN_MAX))
		return pt_err_nomem(err);
	switch (auth->conf->kind) {
	case PT_AUTH_ACCESS_TOKEN:
		rc = read_secret(&auth->token, &auth->conf->token, false, "access_token", err);
		break;
	case PT_AUTH_JWT:
		rc = begin_jwt(auth, now_ms, err);
		break;
	case PT_AUTH_CLIENT_CREDENTIALS:
		rc = begin_client(auth, err);
		break;
	case PT_AUTH_REFRESH_TOKEN:
		rc = begin_refresh(auth, err);
		break;
	case PT_AUTH_NONE:
		rc = pt_err_set(err, PT_E_INVALID, "the connector has no auth");
		break;
	}
	return rc < 0 ? rc : pt_buf_check(&auth->body, err);
}

const char *pt_auth_url(const struct pt_auth *auth)
{
	return pt_buf_text(&auth->url);
}

const char *pt_auth_body(const struct pt_auth *auth)
{
	return pt_buf_text(&auth->body);
}

const char *pt_auth_token(const struct pt_auth *auth)
{
	return auth->token.len ? pt_buf_text(&auth->token) : NULL;
}

/* Nothing that a header must not have. */
static bool is_token(const char *text)
{
	size_t len = strlen(text);

	if (len == 0 || len > TOKEN_MAX)
		return false;
	for (const char *c = text; *c; c++) {
		if (*c <= ' ' || *c > '~')
			return false;
	}
	return true;
}

static int refused(const struct pt_auth *auth, const json_t *answer, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf clean = PT_BUF_INIT;
	const char *error = json_string_value(json_object_get(answer, "error"));
	const char *why = json_string_value(json_object_get(answer, "error_description"));

	pt_auth_redact(auth, &clean, why ? why : "", why ? strlen(why) : 0);
	char *words = pt_buf_take(&clean);

	if (!words)
		return pt_err_nomem(err);
	pt_buf_plain(words);
	pt_err_set(err, PT_E_REFUSED, "%.80s: %.300s", error, words);
	free(words);
	return -PT_E_REFUSED;
}

static int take_answer(struct pt_auth *auth, long status, const json_t *answer, struct pt_err *err)
{
	const char *token = json_string_value(json_object_get(answer, "access_token"));

	if (status >= 400 && status < 500 && json_is_string(json_object_get(answer, "error")))
		return refused(auth, answer, err);
	if (status != 200 || !token)
		return pt_err_set(err, PT_E_PLATFORM, "HTTP %ld without a token", status);
	if (!is_token(token))
		return pt_err_set(err, PT_E_PLATFORM, "a token that is none");
	if (!pt_buf_reserve(&auth->token, strlen(token) + 1))
		return pt_err_nomem(err);
	pt_buf_str(&auth->token, token);
	return 0;
}

int pt_auth_answer(struct pt_auth *auth, long status, const char *body, size_t size,
		   struct pt_err *err)
{
	json_t *answer = NULL;
	int rc = 0;

	/* What is no JSON has no token in it. */
	if (size <= ANSWER_MAX)
		rc = pt_json_load(&answer, body, size, JSON_REJECT_DUPLICATES, NULL);
	rc = rc == -PT_E_NOMEM ? pt_err_nomem(err) : take_answer(auth, status, answer, err);
	json_decref(answer);
	pt_secret_wipe(&auth->body);
	return rc;
}

/* How much of the text at that place is a secret; short ones are in any text. */
static size_t secret_at(const struct pt_auth *auth, const char *text, size_t len)
{
	const struct pt_buf *const secrets[] = {&auth->token, &auth->secret, &auth->refresh};

	for (size_t i = 0; i < PT_ARRAY_LEN(secrets); i++) {
		const struct pt_buf *secret = secrets[i];

		if (secret->len >= LEAST_SECRET && secret->len <= len &&
		    memcmp(text, secret->data, secret->len) == 0)
			return secret->len;
	}
	return 0;
}

void pt_auth_redact(const struct pt_auth *auth, struct pt_buf *out, const char *text, size_t len)
{
	for (size_t i = 0; i < len;) {
		size_t n = secret_at(auth, text + i, len - i);

		if (n > 0)
			pt_buf_str(out, "[secret]");
		else
			pt_buf_char(out, text[i]);
		i += n ? n : 1;
	}
}
