/*
 * One hook: tries to deliver a notice, one at a time, without ever blocking. The kinds
 * are in hook_command.c and hook_webhook.c; who tries again and when is in notify.c.
 */
#ifndef PT_CONNECTORS_NOTIFY_HOOK_H
#define PT_CONNECTORS_NOTIFY_HOOK_H

#include "connectors/notify/notify.h"

struct pt_hook;

/* How a try ended. */
struct pt_hook_end {
	bool delivered;
	bool again;            /* it may help to try again */
	int64_t not_before_ms; /* from now on, as the other side wishes; 0: it does not say */
	char why[256];         /* unless delivered: one line, without secrets */
};

struct pt_hook_ops {
	/* MUST. Begins a try; the notice is borrowed until its end. */
	int (*begin)(struct pt_hook *hook, const struct pt_notice *notice, struct pt_err *err);
	/* MUST. Lets it go on; true: that was its end. */
	bool (*poll)(struct pt_hook_end *out, struct pt_hook *hook);
	/* MUST. Gives up what is under way. */
	void (*close)(struct pt_hook *hook);
};

/* First member of every hook. */
struct pt_hook {
	const struct pt_hook_ops *ops;
};

/* The conf is borrowed. */
int pt_hook_open_command(struct pt_hook **out, const struct pt_notify_conf *conf,
			 struct pt_err *err) PT_MUSTUSE;

/* Expands its address and reads its secret, which may run a command for up to a minute. */
int pt_hook_open_webhook(struct pt_hook **out, const struct pt_notify_conf *conf,
			 struct pt_err *err) PT_MUSTUSE;

/*
 * "sha256=" and the HMAC-SHA256 in hex, by the secret, of the time in decimal, a dot and
 * the body.
 */
enum { PT_SIGNATURE_TEXT = 72 };
int pt_hook_sign(char out[PT_SIGNATURE_TEXT], const struct pt_buf *secret, int64_t time_s,
		 const char *body, struct pt_err *err) PT_MUSTUSE;

#endif
