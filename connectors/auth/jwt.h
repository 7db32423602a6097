/* A JSON Web Token signed by RS256, as the JWT bearer flow wants one. */
#ifndef PT_CONNECTORS_AUTH_JWT_H
#define PT_CONNECTORS_AUTH_JWT_H

#include <stdint.h>

#include "base/buf.h"

struct pt_jwt_claims {
	const char *issuer;   /* the client id */
	const char *subject;  /* the user name */
	const char *audience; /* the login host */
	int64_t expires_s;    /* since 1970 */
};

/*
 * Appends "header.claims.signature". The key is PEM, RSA of 2,048 bits or more, not
 * encrypted: PT_E_INVALID says what it is instead, never what is in it.
 */
int pt_jwt_sign(struct pt_buf *out, const struct pt_jwt_claims *claims, const char *pem,
		struct pt_err *err) PT_MUSTUSE;

#endif
