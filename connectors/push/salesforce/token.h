/* The session's token: got when the first part is to be sent, and anew when it holds no more. */
#ifndef PT_CONNECTORS_PUSH_SALESFORCE_TOKEN_H
#define PT_CONNECTORS_PUSH_SALESFORCE_TOKEN_H

#include "connectors/push/salesforce/session.h"

/* Sees to it that there will be one. Why it cannot be had is then in token.why. */
int pt_sf_token_want(struct pt_sf *sf, struct pt_err *err) PT_MUSTUSE;

/* The platform did not take the nth token. */
void pt_sf_token_refused(struct pt_sf *sf, uint64_t nth);

int pt_sf_token_answered(struct pt_sf *sf, const struct pt_http_answer *http,
			 struct pt_err *err) PT_MUSTUSE;

#endif
