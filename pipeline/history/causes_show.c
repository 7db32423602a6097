/* See causes_show.h. */
#include "pipeline/history/causes_show.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "pipeline/history/story.h"
#include "pipeline/pair_text.h"

/* They are over: the eye is to stay with those that are not. */
enum { MOST_MENDED = 5 };

static void cause_words(struct pt_buf *out, const struct pt_cause *cause)
{
	pt_buf_str(out, cause->title);
	if (cause->title[0])
		pt_buf_str(out, ": ");
	if (cause->message[0])
		pt_next_quote(out, cause->message);
	else
		pt_buf_str(out, "(the journal has no words of it)");
	if (cause->type[0])
		pt_buf_printf(out, " (%s)", cause->type);
}

void pt_held_words(struct pt_buf *out, const struct pt_held_cause *held,
		   const struct pt_history *history)
{
	const char *base = history->status.package[held->base].name;

	if (held->cause) {
		pt_buf_printf(out, "%s failed, %s: ", base,
			      pt_failure_class_text(held->cause->class_));
		cause_words(out, held->cause);
		return;
	}
	switch (held->state) {
	case PT_PAIR_EXCLUDED:
		pt_buf_printf(out, "%s is excluded there: %s", base,
			      pt_history_reason(history, held->reason));
		break;
	case PT_PAIR_WAITING:
		pt_buf_printf(out, "%s waits to be pushed", base);
		break;
	case PT_PAIR_IN_FLIGHT:
		pt_buf_printf(out, "%s is in flight", base);
		break;
	case PT_PAIR_UNKNOWN:
		pt_buf_printf(out, "the job of %s has not ended in time", base);
		break;
	case PT_PAIR_CANCELED:
		pt_buf_printf(out, "the push of %s was canceled", base);
		break;
	case PT_PAIR_CURRENT:
	case PT_PAIR_AT_TARGET:
		pt_buf_printf(out, "%s has arrived there since", base);
		break;
	case PT_PAIR_NONE:
	case PT_PAIR_HELD:
	case PT_PAIR_BENIGN:
	case PT_PAIR_FAILED:
	case PT_PAIR_NSTATE:
		pt_buf_printf(out, "%s has not arrived there", base);
		break;
	}
}

static void count(struct pt_buf *out, uint64_t n, const char *one, const char *many)
{
	pt_buf_printf(out, "%llu %s", (unsigned long long)n, n == 1 ? one : many);
}

static void package_words(struct pt_buf *out, const struct pt_cause *cause,
			  const struct pt_history *h)
{
	const struct pt_status_package *package = &h->status.package[cause->package];

	pt_buf_printf(out, "%s %s, %s", package->name, package->version,
		      pt_failure_class_text(cause->class_));
}

static void say_plain(struct pt_buf *out, struct pt_buf *words, const struct pt_cause *cause)
{
	pt_buf_clear(words);
	cause_words(words, cause);
	pt_next_plain(out, pt_buf_text(words));
	pt_buf_lean(out, words);
}

static void text_cause(struct pt_buf *out, const struct pt_cause *cause, uint64_t nleft,
		       const struct pt_history *h, struct pt_buf *words)
{
	char first[PT_INSTANT_TEXT], last[PT_INSTANT_TEXT];

	pt_buf_printf(out, "\n%6llu  (%.1f%%) ", (unsigned long long)cause->nleft,
		      100.0 * (double)cause->nleft / (double)nleft);
	package_words(out, cause, h);
	pt_buf_str(out, "\n        ");
	say_plain(out, words, cause);
	pt_buf_str(out, "\n        ");
	count(out, cause->njob, "failed push", "failed pushes");
	pt_buf_str(out, " in ");
	count(out, cause->norg, "org", "orgs");
	if (cause->first_ms)
		pt_buf_printf(out, ", %s", pt_zone_text(first, h->zone, cause->first_ms));
	if (cause->last_ms > cause->first_ms)
		pt_buf_printf(out, " to %s", pt_zone_text(last, h->zone, cause->last_ms));
	if (cause->nheld) {
		pt_buf_str(out, "; ");
		count(out, cause->nheld, "org is held", "orgs are held");
		pt_buf_str(out, " because of it");
	}
	pt_buf_printf(out, "\n        such as %s, ", h->org[cause->org].key.text);
	pt_next_plain(out, h->org[cause->org].name);
	pt_buf_char(out, '\n');
}

/* What went wrong and is right by now, a line for each of the causes with most failures. */
static void text_mended(struct pt_buf *out, const struct pt_causes *causes,
			const struct pt_history *h, struct pt_buf *words)
{
	uint64_t njob = 0;
	size_t ncause = 0, n = 0;

	for (size_t i = 0; i < causes->n; i++) {
		if (causes->cause[i].nleft)
			continue;
		njob += causes->cause[i].njob;
		ncause++;
	}
	if (!njob)
		return;
	pt_buf_char(out, '\n');
	count(out, njob, "failed push is", "failed pushes are");
	pt_buf_str(out, " of causes that no org fails by any more\n");
	for (size_t i = 0; i < causes->n; i++) {
		if (causes->cause[i].nleft)
			continue;
		if (++n > MOST_MENDED)
			break;
		pt_buf_printf(out, "%6llu  ", (unsigned long long)causes->cause[i].njob);
		package_words(out, &causes->cause[i], h);
		pt_buf_str(out, ": ");
		say_plain(out, words, &causes->cause[i]);
		pt_buf_char(out, '\n');
	}
	if (ncause > MOST_MENDED)
		pt_buf_printf(out, "        and %zu more; --json lists them all\n",
			      ncause - MOST_MENDED);
}

static void text_held(struct pt_buf *out, const struct pt_causes *causes,
		      const struct pt_history *h, struct pt_buf *words)
{
	if (!causes->nheld)
		return;
	pt_buf_char(out, '\n');
	count(out, causes->nheld_pair, "push is held", "pushes are held");
	pt_buf_char(out, '\n');
	for (size_t i = 0; i < causes->nheld; i++) {
		const struct pt_held_cause *held = &causes->held[i];

		pt_buf_printf(out, "%6llu  in ", (unsigned long long)held->npair);
		count(out, held->norg, "org", "orgs");
		pt_buf_printf(out, ", such as %s, since ", h->org[held->org].key.text);
		pt_buf_clear(words);
		pt_held_words(words, held, h);
		pt_next_plain(out, pt_buf_text(words));
		pt_buf_lean(out, words);
		pt_buf_char(out, '\n');
	}
}

int pt_causes_text(struct pt_buf *out, const struct pt_causes *causes,
		   const struct pt_history *history, const char *options, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf words = PT_BUF_INIT;
	const char *run = history->status.run.row.name;

	pt_buf_printf(out, "run %s, %s: ", run,
		      pt_run_state_text((enum pt_run_state)history->status.progress.state));
	if (causes->n == 0) {
		pt_buf_str(out, "no push of these has failed\n");
	} else {
		count(out, causes->nleft, "push is", "pushes are");
		pt_buf_str(out, " failed now; ");
		count(out, causes->njob, "push", "pushes");
		pt_buf_str(out, " failed in all, by ");
		count(out, causes->n, "cause\n", "causes\n");
	}
	for (size_t i = 0; i < causes->n && causes->cause[i].nleft; i++)
		text_cause(out, &causes->cause[i], causes->nleft, history, &words);
	text_held(out, causes, history, &words);
	text_mended(out, causes, history, &words);
	if (causes->n)
		pt_buf_printf(out, "\none org's story: pushtrain why%s %s %s\n", options, run,
			      history->org[causes->cause[0].org].key.text);
	return pt_buf_check(out, err);
}

static void json_cause(struct pt_json *json, const struct pt_cause *cause,
		       const struct pt_history *h)
{
	pt_json_str(json, "package", h->status.package[cause->package].name);
	pt_json_str(json, "class", pt_failure_class_text(cause->class_));
	pt_json_str(json, "type", cause->type);
	pt_json_str(json, "title", cause->title);
	pt_json_str(json, "message", cause->message);
	pt_json_str(json, "said", cause->said);
	pt_json_int(json, "pushes", (int64_t)cause->njob);
	pt_json_int(json, "orgs", (int64_t)cause->norg);
	pt_json_int(json, "failed_now", (int64_t)cause->nleft);
	pt_json_int(json, "held_orgs", (int64_t)cause->nheld);
	pt_json_str(json, "org", h->org[cause->org].key.text);
	pt_json_str(json, "org_name", h->org[cause->org].name);
	if (cause->first_ms) {
		pt_json_time(json, "first", cause->first_ms);
		pt_json_time(json, "last", cause->last_ms);
	}
}

static void json_held(struct pt_json *json, const struct pt_held_cause *held,
		      const struct pt_history *h)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf words = PT_BUF_INIT;

	pt_held_words(&words, held, h);
	pt_buf_lean(json->out, &words);
	pt_json_object(json, NULL);
	pt_json_str(json, "base", h->status.package[held->base].name);
	pt_json_str(json, "base_state", pt_pair_state_text(held->state));
	pt_json_int(json, "pushes", (int64_t)held->npair);
	pt_json_int(json, "orgs", (int64_t)held->norg);
	pt_json_str(json, "org", h->org[held->org].key.text);
	pt_json_str(json, "since", pt_buf_text(&words));
	if (held->cause) {
		pt_json_object(json, "cause");
		json_cause(json, held->cause, h);
		pt_json_object_end(json);
	}
	pt_json_object_end(json);
}

void pt_causes_json(struct pt_buf *out, const struct pt_causes *causes,
		    const struct pt_history *history)
{
	const struct pt_status *s = &history->status;
	struct pt_json json;

	pt_json_init(&json, out);
	pt_json_object(&json, NULL);
	pt_json_str(&json, "run", s->run.row.name);
	pt_json_str(&json, "state", pt_run_state_text((enum pt_run_state)s->progress.state));
	pt_json_time(&json, "at", s->progress.now_ms);
	pt_json_int(&json, "failed_pushes", (int64_t)causes->njob);
	pt_json_int(&json, "failed_now", (int64_t)causes->nleft);
	pt_json_array(&json, "causes");
	for (size_t i = 0; i < causes->n; i++) {
		pt_json_object(&json, NULL);
		json_cause(&json, &causes->cause[i], history);
		pt_json_object_end(&json);
	}
	pt_json_array_end(&json);
	pt_json_int(&json, "held_pushes", (int64_t)causes->nheld_pair);
	pt_json_array(&json, "held");
	for (size_t i = 0; i < causes->nheld; i++)
		json_held(&json, &causes->held[i], history);
	pt_json_array_end(&json);
	pt_json_object_end(&json);
}
