/* See notify.h. Here: the queues, and trying again. */
#include "connectors/notify/notify.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/rng.h"
#include "base/url.h"
#include "connectors/clock/clock.h"
#include "connectors/notify/hook.h"

enum {
	TURN_MS = 20, /* between looks at what is under way */
	KILLING_MS = 2500,
	BACKOFF_MOST_MS = 60000,
	NAME_MOST = 60,
	NS_PER_MS = 1000000,
};

struct queued {
	struct queued *next;
	struct pt_arena arena; /* all that the notice is made of */
	struct pt_notice notice;
};

struct line {
	const struct pt_notify_conf *conf;
	struct pt_hook *hook; /* owned; NULL: not open */
	struct queued *first, *last;
	size_t n;
	bool active, ended; /* the first one is being tried; its last try is over */
	unsigned tries;
	int64_t due_ms; /* of the next one */
	struct pt_hook_end end;
};

struct pt_notify {
	struct line *line; /* one per hook */
	size_t n;
	char why[sizeof(((struct pt_hook_end *)NULL)->why)];
};

int pt_notify_new(struct pt_notify **out, const struct pt_notify_conf *conf, size_t n,
		  struct pt_err *err)
{
	struct pt_notify *notify = calloc(1, sizeof(*notify));

	if (!notify)
		return pt_err_nomem(err);
	notify->line = calloc(n + 1, sizeof(*notify->line));
	if (!notify->line) {
		free(notify);
		return pt_err_nomem(err);
	}
	notify->n = n;
	for (size_t i = 0; i < n; i++)
		notify->line[i].conf = &conf[i];
	*out = notify;
	return 0;
}

int pt_notify_open(struct pt_notify *notify, size_t hook, struct pt_err *err)
{
	struct line *line = &notify->line[hook];

	if (line->hook)
		return 0;
	return line->conf->kind == PT_NOTIFY_COMMAND
		   ? pt_hook_open_command(&line->hook, line->conf, err)
		   : pt_hook_open_webhook(&line->hook, line->conf, err);
}

static void queued_free(struct queued *queued)
{
	pt_arena_release(&queued->arena);
	free(queued);
}

void pt_notify_free(struct pt_notify *notify)
{
	for (size_t i = 0; notify && i < notify->n; i++) {
		struct line *line = &notify->line[i];

		if (line->hook)
			line->hook->ops->close(line->hook);
		while (line->first) {
			struct queued *next = line->first->next;

			queued_free(line->first);
			line->first = next;
		}
	}
	if (notify)
		free(notify->line);
	free(notify);
}

static bool copy_variables(struct queued *queued, const struct pt_notice *notice)
{
	struct pt_notice_variable *copy =
	    pt_arena_alloc(&queued->arena, notice->nvariable + 1, sizeof(*copy));
	bool ok = copy != NULL;

	for (size_t i = 0; ok && i < notice->nvariable; i++) {
		copy[i].name = pt_arena_strdup(&queued->arena, notice->variable[i].name);
		copy[i].value = pt_arena_strdup(&queued->arena, notice->variable[i].value);
		ok = copy[i].name && copy[i].value;
	}
	queued->notice.variable = copy;
	queued->notice.nvariable = notice->nvariable;
	return ok;
}

int pt_notify_add(struct pt_notify *notify, size_t hook, const struct pt_notice *notice,
		  struct pt_err *err)
{
	struct line *line = &notify->line[hook];
	struct queued *queued = calloc(1, sizeof(*queued));

	if (!queued)
		return pt_err_nomem(err);
	queued->notice.number = notice->number;
	queued->notice.id = pt_arena_strdup(&queued->arena, notice->id);
	queued->notice.type = pt_arena_strdup(&queued->arena, notice->type);
	queued->notice.body = pt_arena_strdup(&queued->arena, notice->body);
	if (!queued->notice.id || !queued->notice.type || !queued->notice.body ||
	    !copy_variables(queued, notice)) {
		queued_free(queued);
		return pt_err_nomem(err);
	}
	if (line->last)
		line->last->next = queued;
	else
		line->first = queued;
	line->last = queued;
	line->n++;
	return 0;
}

/* Twice as long each time, and less by up to a half, so that many of us do not come at once. */
static int64_t backoff_ms(const struct line *line, int64_t now_ms)
{
	int64_t wait_ms = line->conf->backoff_ms << (line->tries - 1);
	uint64_t key = pt_rng_mix((uint64_t)now_ms, line->tries);

	if (wait_ms > BACKOFF_MOST_MS)
		wait_ms = BACKOFF_MOST_MS;
	wait_ms -= (int64_t)((double)wait_ms * pt_rng_unit(key) / 2);
	return wait_ms > line->end.not_before_ms ? wait_ms : line->end.not_before_ms;
}

static void end_try(struct line *line, int64_t now_ms)
{
	line->active = false;
	line->ended = line->end.delivered || !line->end.again || line->tries > line->conf->retries;
	if (!line->ended)
		line->due_ms = now_ms + backoff_ms(line, now_ms);
}

static void begin_try(struct line *line, int64_t now_ms)
{
	struct pt_err err = PT_ERR_INIT;

	line->tries++;
	if (line->hook->ops->begin(line->hook, &line->first->notice, &err) == 0) {
		line->active = true;
		return;
	}
	line->end = (struct pt_hook_end){.again = true};
	(void)snprintf(line->end.why, sizeof(line->end.why), "%.*s", (int)sizeof(line->end.why) - 1,
		       err.text);
	end_try(line, now_ms);
}

void pt_notify_turn(struct pt_notify *notify)
{
	int64_t now_ms = pt_clock_monotonic_ms();

	for (size_t i = 0; i < notify->n; i++) {
		struct line *line = &notify->line[i];

		if (!line->hook || !line->first || line->ended)
			continue;
		if (!line->active && now_ms >= line->due_ms)
			begin_try(line, now_ms);
		if (line->active && line->hook->ops->poll(&line->end, line->hook))
			end_try(line, now_ms);
	}
}

/* The first of the queue is done with. */
static void drop_first(struct line *line)
{
	struct queued *first = line->first;

	line->first = first->next;
	if (!line->first)
		line->last = NULL;
	queued_free(first);
	line->n--;
	line->ended = false;
	line->tries = 0;
	line->due_ms = 0;
}

bool pt_notify_take(struct pt_notify_outcome *out, struct pt_notify *notify)
{
	for (size_t i = 0; i < notify->n; i++) {
		struct line *line = &notify->line[i];

		if (!line->ended)
			continue;
		memcpy(notify->why, line->end.why, sizeof(notify->why));
		*out = (struct pt_notify_outcome){.hook = i,
						  .number = line->first->notice.number,
						  .delivered = line->end.delivered,
						  .tries = line->tries,
						  .why = notify->why};
		drop_first(line);
		return true;
	}
	return false;
}

size_t pt_notify_left(const struct pt_notify *notify, size_t hook)
{
	return notify->line[hook].n;
}

int64_t pt_notify_due_ms(const struct pt_notify *notify)
{
	int64_t now_ms = pt_clock_monotonic_ms(), due_ms = PT_NEVER;

	for (size_t i = 0; i < notify->n; i++) {
		const struct line *line = &notify->line[i];
		int64_t at_ms = line->due_ms;

		if (!line->hook || !line->first)
			continue;
		if (line->active)
			at_ms = now_ms + TURN_MS;
		else if (line->ended || at_ms < now_ms)
			at_ms = now_ms;
		if (at_ms < due_ms)
			due_ms = at_ms;
	}
	return due_ms;
}

int64_t pt_notify_patience_ms(const struct pt_notify *notify)
{
	int64_t longest_ms = 0;

	for (size_t i = 0; i < notify->n; i++) {
		const struct line *line = &notify->line[i];

		int64_t try_ms = line->conf->timeout_ms + KILLING_MS;

		if (line->hook && line->first && try_ms > longest_ms)
			longest_ms = try_ms;
	}
	return longest_ms;
}

static bool any_ended(const struct pt_notify *notify)
{
	for (size_t i = 0; i < notify->n; i++) {
		if (notify->line[i].ended)
			return true;
	}
	return false;
}

void pt_notify_wait(struct pt_notify *notify, int64_t until_ms)
{
	for (;;) {
		int64_t now_ms, due_ms;

		pt_notify_turn(notify);
		now_ms = pt_clock_monotonic_ms();
		due_ms = pt_notify_due_ms(notify);
		if (any_ended(notify) || due_ms == PT_NEVER || due_ms >= until_ms)
			return;
		/* What is under way is looked after more often than while a train goes on. */
		int64_t wait_ms = due_ms - now_ms < TURN_MS / 4 ? due_ms - now_ms : TURN_MS / 4;
		const struct timespec span = {0, (long)wait_ms * NS_PER_MS};

		(void)nanosleep(&span, NULL);
	}
}

void pt_notify_name(struct pt_buf *out, const struct pt_notify_conf *conf)
{
	const char *text = conf->command, *host;
	size_t len;

	if (conf->kind == PT_NOTIFY_WEBHOOK) {
		/* What comes behind the host may be a secret, and so may be what is before an @. */
		host = strstr(conf->url, "://");
		host = host ? host + 3 : conf->url;
		len = strcspn(host, "/?#");
		if (memchr(host, '@', len) || !strncmp(host, "${", 2))
			pt_buf_printf(out, "the webhook of line %u", conf->src.line);
		else
			pt_buf_printf(out, "%.*s", (int)((size_t)(host - conf->url) + len),
				      conf->url);
		return;
	}
	len = strcspn(text, "\n");
	pt_buf_printf(out, "'%.*s%s'", len > NAME_MOST ? NAME_MOST : (int)len, text,
		      len > NAME_MOST || text[len] ? "..." : "");
}
