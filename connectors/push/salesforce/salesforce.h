/*
 * The push API of the real platform, over HTTP. See push.h for how a session is
 * used. receive() waits for the network, a twentieth of a second at most; next_ms()
 * says "now" while something is under way there.
 *
 * What is safe to repeat is repeated, later and later, before a call is said to
 * have failed: PT_PUSH_TEMPORARY comes after half a minute of that. A write that
 * may have taken effect is never repeated: PT_PUSH_LOST.
 */
#ifndef PT_CONNECTORS_PUSH_SALESFORCE_SALESFORCE_H
#define PT_CONNECTORS_PUSH_SALESFORCE_SALESFORCE_H

#include "config/suite.h"
#include "connectors/push/push.h"

struct pt_salesforce_options {
	const char *trace; /* a file that every exchange is written to; NULL: none */
	bool tells_time;   /* the time of the calls is told to the server, which must be this
			      machine: an emulator that follows it */
};

/*
 * The suite's conf, with ${X} expanded from the environment; borrowed until close.
 * Nothing is sent yet. PT_E_INVALID: an address or a setting that cannot be. Owned
 * by the caller, closed with ops->close.
 */
int pt_push_open_salesforce(struct pt_push_session **out, const struct pt_connector_conf *conf,
			    const struct pt_salesforce_options *options,
			    struct pt_err *err) PT_MUSTUSE;

#endif
