/*
 * Telling others what happens: notices in a queue for each hook, delivered one after
 * the other beside everything else. Nobody waits for a hook, and none of them changes
 * what the caller does.
 *
 *     pt_notify_new(&notify, suite->notify, suite->nnotify, err);
 *     pt_notify_open(notify, hook, err);
 *     pt_notify_add(notify, hook, &notice, err);
 *     pt_notify_turn(notify);                  often; never blocks
 *     while (pt_notify_take(&outcome, notify)) ...
 */
#ifndef PT_CONNECTORS_NOTIFY_NOTIFY_H
#define PT_CONNECTORS_NOTIFY_NOTIFY_H

#include "base/buf.h"
#include "config/suite.h"

struct pt_notify;

/* One variable of the environment that a command hook is run in. */
struct pt_notice_variable {
	const char *name, *value;
};

/* Borrowed until the function returns. */
struct pt_notice {
	int64_t number;   /* comes back with the outcome */
	const char *id;   /* the same for every delivery of it: "biweekly-3.223/12" */
	const char *type; /* "halt" */
	const char *body; /* a JSON document */
	const struct pt_notice_variable *variable;
	size_t nvariable;
};

struct pt_notify_outcome {
	size_t hook;
	int64_t number;
	bool delivered;
	unsigned tries;
	const char
	    *why; /* unless delivered: one line, without secrets; borrowed until the next take */
};

/* The confs are borrowed. Owned by the caller. */
int pt_notify_new(struct pt_notify **out, const struct pt_notify_conf *conf, size_t n,
		  struct pt_err *err) PT_MUSTUSE;

/*
 * Opens one: expands its address and reads its secret, which may run a command for up to
 * a minute. Until then its queue only grows. PT_E_INVALID, PT_E_NOTFOUND, PT_E_IO.
 */
int pt_notify_open(struct pt_notify *notify, size_t hook, struct pt_err *err) PT_MUSTUSE;

/* What is under way is given up. */
void pt_notify_free(struct pt_notify *notify);

/* Appends it to the queue of that hook. */
int pt_notify_add(struct pt_notify *notify, size_t hook, const struct pt_notice *notice,
		  struct pt_err *err) PT_MUSTUSE;

/* Begins what can be, looks after what is under way. */
void pt_notify_turn(struct pt_notify *notify);

/* What has ended since, after its last try. */
bool pt_notify_take(struct pt_notify_outcome *out, struct pt_notify *notify);

/* Notices of that hook whose end was not taken. */
size_t pt_notify_left(const struct pt_notify *notify, size_t hook);

/* When it wants its next turn, by pt_clock_monotonic_ms(); PT_NEVER: there is nothing to do. */
int64_t pt_notify_due_ms(const struct pt_notify *notify);

/* The longest that one try of any open hook that has something to do may take. */
int64_t pt_notify_patience_ms(const struct pt_notify *notify);

/* Turns, until something can be taken, or there is nothing to do before that time. */
void pt_notify_wait(struct pt_notify *notify, int64_t until_ms);

/* Appends what a hook is called in messages: its command, or where its address leads to. */
void pt_notify_name(struct pt_buf *out, const struct pt_notify_conf *conf);

#endif
