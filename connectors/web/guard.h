/*
 * Which requests are answered at all. Every page that a browser has open may ask our
 * address for things; what it must not is read them, which is up to these checks and to
 * the headers of our answers.
 */
#ifndef PT_CONNECTORS_WEB_GUARD_H
#define PT_CONNECTORS_WEB_GUARD_H

#include <stdbool.h>
#include <stdint.h>

/* What a request's headers say; NULL: nothing. */
struct pt_web_headers {
	const char *host, *origin;
	const char *fetch_site, *fetch_mode; /* Sec-Fetch-Site, Sec-Fetch-Mode */
};

/* The Host is this machine by one of its own names, with that port: a name of somebody else's that
   was made to lead here is not. */
bool pt_web_host_is_ours(const char *host, uint16_t port);

/* Another site's page asked: it is not a person who follows a link. */
bool pt_web_is_foreign(const struct pt_web_headers *headers, uint16_t port);

#endif
