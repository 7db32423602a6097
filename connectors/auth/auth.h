/*
 * How a connector gets its access token, without the HTTP: the caller posts what
 * it is told to and hands the answer back.
 *
 *     pt_auth_new(&auth, &conf->auth, "https://acme.my.salesforce.com", err);
 *     pt_auth_begin(&post, auth, now_ms, err);
 *     if (post)       POST pt_auth_body(auth) to pt_auth_url(auth)
 *             pt_auth_answer(auth, status, body, size, err);
 *     pt_auth_token(auth)
 */
#ifndef PT_CONNECTORS_AUTH_AUTH_H
#define PT_CONNECTORS_AUTH_AUTH_H

#include "base/buf.h"
#include "config/suite.h"

struct pt_auth;

/*
 * Expands ${X} and checks the login host, which is instance_url unless the conf names
 * another: https, or http to this machine. Reads no secret yet. The conf is borrowed.
 * PT_E_INVALID. Owned by the caller.
 */
int pt_auth_new(struct pt_auth **out, const struct pt_auth_conf *conf, const char *instance_url,
		struct pt_err *err) PT_MUSTUSE;

/* Wipes what it knows. */
void pt_auth_free(struct pt_auth *auth);

/*
 * Begins to get a token, a new one if there was one. *post_out false: it is there.
 * Reads secrets, which may run a command for up to a minute; fails as that does.
 */
int pt_auth_begin(bool *post_out, struct pt_auth *auth, int64_t now_ms,
		  struct pt_err *err) PT_MUSTUSE;

/* What to post, as application/x-www-form-urlencoded; the body is a secret. Borrowed. */
const char *pt_auth_url(const struct pt_auth *auth);
const char *pt_auth_body(const struct pt_auth *auth);

/*
 * What came back. PT_E_REFUSED: the platform gives none, in its words; PT_E_PLATFORM:
 * something on the way, and trying again may help.
 */
int pt_auth_answer(struct pt_auth *auth, long status, const char *body, size_t size,
		   struct pt_err *err) PT_MUSTUSE;

/* Borrowed until the next begin or answer; NULL: there is none. */
const char *pt_auth_token(const struct pt_auth *auth);

/* Appends the text with "[secret]" in place of every secret that is in use. */
void pt_auth_redact(const struct pt_auth *auth, struct pt_buf *out, const char *text, size_t len);

#endif
