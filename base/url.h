/*
 * Addresses. Of git repositories: https://, ssh://, file://, user@host:path, and
 * http:// to this machine only. They may carry credentials, which no message may
 * repeat: print what pt_url_show() makes of an address, never the address.
 */
#ifndef PT_BASE_URL_H
#define PT_BASE_URL_H

#include <stdbool.h>

#include "base/buf.h"

enum pt_url_kind { PT_URL_HTTPS, PT_URL_HTTP, PT_URL_SSH, PT_URL_FILE };

struct pt_url {
	enum pt_url_kind kind;
	struct pt_buf address;        /* without credentials; of ssh the user stays */
	struct pt_buf user, password; /* of http and https, decoded; "" if there is none */
	size_t origin_len; /* of http and https: how much of the address is scheme, host, port */
};

#define PT_URL_INIT                                                                                \
	{                                                                                          \
		.kind = PT_URL_HTTPS                                                               \
	}

/* An address rather than a path: "scheme://..." or "user@host:path". */
bool pt_url_is(const char *text);

/* "http://" and a host that is this machine, perhaps with a port and a path; nothing else. */
bool pt_url_is_loopback(const char *text);

/*
 * Takes the slashes off the end of an address that must be https, or http to this
 * machine, and no more than scheme, host and port. NULL: it is; otherwise what was expected.
 */
const char *pt_url_trim_origin(struct pt_buf *url);

/*
 * Appends the text, every byte but letters, digits, "-_.~" and those of `also` as %XX;
 * and back. `plus`: a blank is a '+'. What is no %XX, or %00, is left as it stands.
 */
void pt_url_encode(struct pt_buf *out, const char *text, size_t len, const char *also, bool plus);
void pt_url_decode(struct pt_buf *out, const char *text, size_t len, bool plus);

/*
 * Takes an address apart; fills an initialised *out, to be released whatever comes back.
 * PT_E_INVALID for a scheme that is not taken, plain http to elsewhere, a password for ssh,
 * and characters that programs read differently.
 */
int pt_url_parse(struct pt_url *out, const char *text, struct pt_err *err) PT_MUSTUSE;
void pt_url_release(struct pt_url *url);

/* Appends an address, or a path, as it may be printed: without user, password and query. */
void pt_url_show(struct pt_buf *out, const char *text);

#endif
