/*
 * Every exchange with the platform, a line of JSON each, for people who look for
 * what went wrong. Tokens and other secrets are taken out; long bodies are cut.
 */
#ifndef PT_CONNECTORS_PUSH_SALESFORCE_TRACE_H
#define PT_CONNECTORS_PUSH_SALESFORCE_TRACE_H

#include "connectors/push/salesforce/http.h"

struct pt_auth;
struct pt_sf_part;
struct pt_sf_trace;

/* Appends to the file, which is made for its owner's eyes only. `auth` knows the secrets; borrowed.
 */
int pt_sf_trace_open(struct pt_sf_trace **out, const char *path, const struct pt_auth *auth,
		     struct pt_err *err) PT_MUSTUSE;
void pt_sf_trace_close(struct pt_sf_trace *trace);

/* `part` NULL: it was about a token. Does nothing when trace is NULL. */
void pt_sf_trace(struct pt_sf_trace *trace, int64_t now_ms, const struct pt_sf_part *part,
		 const struct pt_http_answer *answer);

#endif
