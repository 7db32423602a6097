/* See strike.h. */
#include "tests/simulation/killed/strike.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "base/rng.h"

enum { HUNDRED = 100, TENTHS = 10, NTH_MAX = 12, AGAIN_US = 3000, PATIENCE_US = 90000000 };

enum draw {
	DRAW_KIND,
	DRAW_EARLY,
	DRAW_INSTANT,
	DRAW_AGAIN,
	DRAW_BESIDE,
	DRAW_WRITE,
	DRAW_NTH,
	DRAW_AFTER
};

static uint64_t below(const struct odds *odds, enum draw what, uint64_t bound)
{
	return pt_rng_below(pt_rng_mix(odds->key, what), bound);
}

static enum strike_kind draw_kind(const struct odds *odds)
{
	static const unsigned up_to[STRIKE_NKIND] = {45, 75, 85, 95, HUNDRED};
	uint64_t percent = below(odds, DRAW_KIND, HUNDRED);
	unsigned kind = 0;

	while (percent >= up_to[kind])
		kind++;
	return (enum strike_kind)kind;
}

/*
 * Anywhere from the first instant to a little beyond the end; of every third that resumes
 * soon after its start, where it restores.
 */
static int64_t draw_instant_us(const struct odds *odds)
{
	const double early = 0.1, beyond = 1.05;
	double left = beyond - odds->done;

	if (left < early || (odds->resumes && below(odds, DRAW_EARLY, 3) == 0))
		left = early;
	return (int64_t)(pt_rng_unit(pt_rng_mix(odds->key, DRAW_INSTANT)) * left *
			 (double)odds->length_us);
}

struct strike strike_draw(const struct odds *odds)
{
	static const struct {
		const char *method, *path;
	} writes[] = {
	    {"POST", "sobjects/PackagePushRequest"},  {"POST", "composite/sobjects|jobs/ingest"},
	    {"PATCH", "sobjects/PackagePushRequest"}, {"PUT", "jobs/ingest"},
	    {"PATCH", "jobs/ingest|PushRequest"},
	};
	uint64_t write = below(odds, DRAW_WRITE, PT_ARRAY_LEN(writes));

	return (struct strike){.kind = draw_kind(odds),
			       .at_us = draw_instant_us(odds),
			       .again_us = (int64_t)below(odds, DRAW_AGAIN, AGAIN_US),
			       .nth = 1 + (unsigned)below(odds, DRAW_NTH, NTH_MAX),
			       .method = writes[write].method,
			       .path = writes[write].path,
			       .carried_out = below(odds, DRAW_AFTER, 2) == 0,
			       .beside = below(odds, DRAW_BESIDE, 3) == 0};
}

int strike_order(const struct strike *strike, const struct hub *hub, struct pt_err *err)
{
	char body[192];
	json_t *told = NULL;

	if (strike->kind != STRIKE_MID_WRITE)
		return 0;
	snprintf(body, sizeof(body),
		 "{\"kind\": \"%s\", \"method\": \"%s\", \"path\": \"%s\", \"nth\": %u}",
		 strike->carried_out ? "silent-after" : "silent", strike->method, strike->path,
		 strike->nth);
	int rc = hub_ask(&told, hub, "POST", "/_control/faults", body, err);

	json_decref(told);
	return rc;
}

int strike_clear(const struct strike *strike, const struct hub *hub, struct pt_err *err)
{
	json_t *told = NULL;

	if (strike->kind != STRIKE_MID_WRITE)
		return 0;
	int rc = hub_ask(&told, hub, "DELETE", "/_control/faults", NULL, err);

	json_decref(told);
	return rc;
}

static int nfault(json_int_t *out, const struct hub *hub, struct pt_err *err)
{
	json_t *state = NULL;
	int rc = hub_ask(&state, hub, "GET", "/_control/state", NULL, err);

	*out = json_integer_value(json_object_get(state, "faults"));
	json_decref(state);
	return rc;
}

static bool has_ended(const struct process *process)
{
	siginfo_t info = {.si_pid = 0};

	return waitid(P_PID, (id_t)process->pid, &info, WEXITED | WNOHANG | WNOWAIT) < 0 ||
	       info.si_pid != 0;
}

/* The write that is not answered has come. */
static int await_write(const struct process *process, const struct hub *hub, struct pt_err *err)
{
	int64_t until_us = process_clock_us() + PATIENCE_US;
	json_int_t before = 0, now = 0;
	int rc = nfault(&before, hub, err);

	for (now = before; rc == 0 && now == before && !has_ended(process);) {
		process_sleep_us(1000);
		rc = nfault(&now, hub, err);
		if (process_clock_us() > until_us)
			return pt_err_set(err, PT_E_IO, "neither a write nor an end");
	}
	return rc;
}

int strike_await(const struct strike *strike, const struct process *process, const struct hub *hub,
		 struct pt_err *err)
{
	if (strike->kind == STRIKE_MID_WRITE)
		return await_write(process, hub, err);
	process_sleep_us(strike->at_us - (process_clock_us() - process->begun_us));
	return 0;
}

void strike_land(const struct strike *strike, const struct process *process)
{
	static const int signals[STRIKE_NKIND] = {SIGKILL, SIGKILL, SIGINT, SIGTERM, SIGINT};

	process_signal(process, signals[strike->kind]);
	if (strike->kind == STRIKE_TWICE) {
		process_sleep_us(strike->again_us);
		process_signal(process, SIGINT);
	}
}

int strike_read_log(json_t **out, const struct hub *hub, struct pt_err *err)
{
	int rc = hub_ask(out, hub, "GET", "/_control/log", NULL, err);

	for (size_t i = rc < 0 ? 0 : json_array_size(*out); i-- > 0;) {
		const char *path = hub_text(json_array_get(*out, i), "path");

		if (strncmp(path, "/_control", strlen("/_control")) == 0)
			(void)json_array_remove(*out, i);
	}
	return rc;
}

static bool is_write(const json_t *asked)
{
	return strcmp(hub_text(asked, "method"), "GET") != 0;
}

bool strike_wrote_since(const json_t *log, size_t from)
{
	for (size_t i = from; i < json_array_size(log); i++) {
		if (is_write(json_array_get(log, i)))
			return true;
	}
	return false;
}

static enum moment moment_of(const json_t *asked)
{
	const char *path = hub_text(asked, "path");

	if (!is_write(asked))
		return MOMENT_READ;
	if (strstr(path, "/composite") || strstr(path, "/jobs/"))
		return MOMENT_ADD;
	return strcmp(hub_text(asked, "method"), "POST") == 0 ? MOMENT_CREATE : MOMENT_PATCH;
}

/* Of those that were struck while a write was not answered, that write. */
static enum moment last_moment(enum strike_kind kind, const json_t *log, size_t from)
{
	for (size_t i = json_array_size(log); i-- > from;) {
		const json_t *asked = json_array_get(log, i);

		if (kind != STRIKE_MID_WRITE || json_object_get(asked, "fault"))
			return moment_of(asked);
	}
	return MOMENT_NOTHING;
}

void strike_count(struct tally *tally, enum strike_kind kind, bool resumed, const json_t *log,
		  size_t from, uint64_t nwhole)
{
	size_t tenth = json_array_size(log) * TENTHS / (size_t)nwhole;

	tally->struck[kind]++;
	if (!strike_kills(kind))
		return;
	tally->nresume += resumed;
	tally->moment[kind == STRIKE_MID_WRITE][last_moment(kind, log, from)]++;
	tally->tenth[tenth < STRIKE_NTENTH ? tenth : STRIKE_NTENTH - 1]++;
}
