/* See closing.h. */
#include "connectors/calendar/closing.h"

#include <stdlib.h>
#include <string.h>

void pt_closing_release(struct pt_closing *closing)
{
	free(closing->closure);
	free(closing->name_at);
	pt_buf_release(&closing->texts);
}

int64_t pt_closing_end(const struct pt_zone *zone, const struct pt_civil *local, int64_t ms,
		       const struct pt_closing_length *length)
{
	int64_t end = ms + length->elapsed_ms;

	if (length->wall_ms) {
		struct pt_civil shown = pt_civil_of_ms(pt_civil_to_ms(local) + length->wall_ms);
		int64_t wall = pt_zone_resolve(zone, &shown, PT_ZONE_SECOND);

		end = wall > end ? wall : end;
	}
	return end;
}

static int grow(struct pt_closing *closing, struct pt_err *err)
{
	size_t cap = closing->cap ? 2 * closing->cap : 64;
	struct pt_closure *closure = realloc(closing->closure, cap * sizeof(*closure));

	if (closure)
		closing->closure = closure;
	size_t *name_at = realloc(closing->name_at, cap * sizeof(*name_at));

	if (name_at)
		closing->name_at = name_at;
	if (!closure || !name_at)
		return pt_err_nomem(err);
	closing->cap = cap;
	return 0;
}

int pt_closing_add(struct pt_closing *closing, int64_t start_ms, int64_t end_ms, size_t name_at,
		   struct pt_err *err)
{
	if (start_ms >= end_ms || end_ms <= closing->from_ms || start_ms >= closing->to_ms)
		return 0;
	if (closing->n == PT_CLOSURES_MAX)
		return pt_err_set(err, PT_E_LIMIT, "it closes more than %d times", PT_CLOSURES_MAX);
	int rc = closing->n == closing->cap ? grow(closing, err) : 0;

	if (rc < 0)
		return rc;
	closing->closure[closing->n] = (struct pt_closure){
	    .start_ms = start_ms, .end_ms = end_ms, .blackout = closing->blackout};
	closing->name_at[closing->n++] = name_at;
	return 0;
}

size_t pt_closing_name(struct pt_closing *closing, const char *name)
{
	size_t at = closing->texts.len;

	pt_buf_bytes(&closing->texts, name, strlen(name) + 1);
	if (closing->texts.failed)
		return 0;
	pt_buf_plain(closing->texts.data + at);
	return at + 1;
}

int pt_closing_wrong(const struct pt_closing *closing, const struct pt_err *why, struct pt_err *err)
{
	const struct pt_blackout_conf *conf = &closing->suite->blackout[closing->blackout];

	/* An error inside a calendar file has the place there. */
	if (why->file[0])
		return pt_err_at(err, why->code, (struct pt_src){why->file, why->line, why->col},
				 "blackout '%.60s': %s", conf->name, why->text);
	return pt_err_at(err, why->code, conf->rule_src, "blackout '%.60s': %s", conf->name,
			 why->text);
}
