/* See simulated.h. */
#include "connectors/push/simulated/simulated.h"

#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "base/rng.h"
#include "connectors/push/simulated/answers.h"
#include "connectors/push/simulated/events.h"
#include "connectors/push/simulated/grow.h"
#include "connectors/push/simulated/population.h"
#include "connectors/push/simulated/state_file.h"

enum { PAGE_ROWS = 2000, HOURS = 24 };

/* A call under way. */
struct slot {
	struct pt_sim_answer answer;
	uint32_t next_free;
};

struct session {
	struct pt_push_session base;
	struct pt_platform *platform;
	bool owned;                 /* the platform is closed with the session */
	struct pt_sim_state *state; /* MAY be NULL: nothing is kept */
	struct pt_sim_api api;
	struct slot *slot; /* owned */
	uint32_t nslot, first_free;
	size_t slot_cap;
	uint32_t nsubmit;
	struct pt_sim_events due;   /* rank: when submitted; subject: the slot */
	struct pt_sim_answer shown; /* behind the last reply */
	struct pt_arena arena;      /* the same */
	uint32_t used[HOURS];       /* HTTP calls by hour of the day that ended last */
	int64_t hour;               /* since 1970, of the newest entry of used */
};

#define NO_SLOT UINT32_MAX

static struct session *session_of(struct pt_push_session *base)
{
	return (struct session *)(void *)base;
}

static int take_slot(uint32_t *out, struct session *session, struct pt_err *err)
{
	struct slot *grown;

	if (session->first_free != NO_SLOT) {
		*out = session->first_free;
		session->first_free = session->slot[*out].next_free;
		return 0;
	}
	grown = pt_sim_grow(session->slot, &session->slot_cap, (size_t)session->nslot + 1,
			    sizeof(*grown));
	if (!grown)
		return pt_err_nomem(err);
	session->slot = grown;
	if (pt_sim_events_reserve(&session->due, (size_t)session->nslot + 1, err) < 0)
		return -PT_E_NOMEM;
	*out = session->nslot++;
	return 0;
}

static void give_back(struct session *session, uint32_t slot)
{
	session->slot[slot].next_free = session->first_free;
	session->first_free = slot;
}

/* HTTP calls in the 24 hours up to now, by whole hours. */
static uint64_t usage(struct session *session, int64_t now_ms)
{
	int64_t hour = now_ms / PT_HOUR_MS;
	uint64_t sum = 0;

	if (hour - session->hour >= HOURS)
		session->hour = hour - HOURS;
	while (session->hour < hour)
		session->used[++session->hour % HOURS] = 0;
	for (size_t i = 0; i < HOURS; i++)
		sum += session->used[i];
	return sum;
}

/* From the time and what the call is about, never from how many calls came before. */
static int64_t latency_ms(const struct session *session, const struct pt_push_call *call,
			  const struct pt_sim_answer *answer, int64_t now_ms)
{
	uint64_t key = pt_rng_mix(pt_platform_seed(session->platform), call->op);
	const char *about = call->request.text;

	if (!about[0] && call->op != PT_PUSH_VERSIONS)
		about = call->package_id.text[0] ? call->package_id.text : call->version_id.text;
	key = pt_rng_mix_text(pt_rng_mix(key, (uint64_t)now_ms), about, strlen(about));
	return pt_sim_spread_ms(&session->api.latency, key) * answer->head.http_calls;
}

static bool is_write(enum pt_push_op op)
{
	return op == PT_PUSH_CREATE || op == PT_PUSH_ADD_JOBS || op == PT_PUSH_ACTIVATE ||
	       op == PT_PUSH_CANCEL;
}

static int carry_out(struct pt_sim_answer *out, struct session *session,
		     const struct pt_push_call *call, int64_t now_ms, struct pt_err *err)
{
	static const struct pt_sim_words OVER = {"REQUEST_LIMIT_EXCEEDED",
						 "The organization has used up its API calls of "
						 "the last 24 hours."};
	uint32_t limit = session->api.daily_limit;
	int rc;

	if (limit > 0 && usage(session, now_ms) >= limit) {
		*out = (struct pt_sim_answer){.head = {.op = call->op, .cookie = call->cookie},
					      .arena = PT_ARENA_INIT};
		return pt_sim_answer_decline(out, PT_PUSH_TEMPORARY, &OVER, err);
	}
	if (session->state && is_write(call->op)) {
		rc = pt_sim_state_append(session->state, call,
					 pt_platform_now_ms(session->platform), err);
		if (rc < 0)
			return rc;
	}
	rc = pt_sim_answer_apply(out, session->platform, call, session->api.page_rows, err);
	if (rc == 0 && limit > 0)
		session->used[session->hour % HOURS] += out->head.http_calls;
	return rc;
}

static int simulated_submit(struct pt_push_session *base, const struct pt_push_call *call,
			    int64_t now_ms, struct pt_err *err)
{
	struct session *session = session_of(base);
	struct pt_sim_event due = {.at_ms = now_ms};
	struct pt_sim_answer *answer;
	int rc;

	pt_platform_advance(session->platform, now_ms);
	rc = take_slot(&due.subject, session, err);
	if (rc < 0)
		return rc;
	answer = &session->slot[due.subject].answer;
	/* What a slot held before was moved to where it is shown. */
	*answer = (struct pt_sim_answer){.arena = PT_ARENA_INIT};
	rc = carry_out(answer, session, call, now_ms, err);
	if (rc < 0) {
		pt_sim_answer_release(answer);
		give_back(session, due.subject);
		return rc;
	}
	due.at_ms += latency_ms(session, call, answer, now_ms);
	due.rank = session->nsubmit++;
	pt_sim_events_push(&session->due, due);
	return 0;
}

static int64_t simulated_next_ms(struct pt_push_session *base)
{
	return pt_sim_events_next_ms(&session_of(base)->due);
}

static void forget_shown(struct session *session)
{
	pt_sim_answer_release(&session->shown);
	pt_arena_release(&session->arena);
}

static int simulated_receive(struct pt_push_reply *out, bool *got_out, struct pt_push_session *base,
			     int64_t now_ms, struct pt_err *err)
{
	struct session *session = session_of(base);
	struct pt_sim_event due;
	struct pt_push_reply reply;
	int rc;

	forget_shown(session);
	if (!pt_sim_events_pop(&due, &session->due, now_ms)) {
		*got_out = false;
		return 0;
	}
	session->shown = session->slot[due.subject].answer;
	give_back(session, due.subject);
	rc = pt_sim_answer_show(&reply, &session->arena, &session->shown, session->platform, err);
	if (rc < 0)
		return rc;
	*out = reply;
	out->api_limit = session->api.daily_limit;
	if (out->api_limit)
		out->api_used = (uint32_t)usage(session, now_ms);
	*got_out = true;
	return 0;
}

static void simulated_close(struct pt_push_session *base)
{
	struct session *session = session_of(base);
	struct pt_sim_event due;

	if (!session)
		return;
	while (pt_sim_events_pop(&due, &session->due, PT_NEVER))
		pt_sim_answer_release(&session->slot[due.subject].answer);
	forget_shown(session);
	pt_sim_events_release(&session->due);
	free(session->slot);
	if (session->owned)
		pt_platform_free(session->platform);
	pt_sim_state_close(session->state);
	free(session);
}

static const struct pt_push_ops SIMULATED = {
    .type = "simulated",
    .submit = simulated_submit,
    .next_ms = simulated_next_ms,
    .receive = simulated_receive,
    .close = simulated_close,
};

int pt_push_open_platform(struct pt_push_session **out, struct pt_platform *platform,
			  const struct pt_sim_api *api, struct pt_err *err)
{
	struct session *session = calloc(1, sizeof(*session));

	if (!session)
		return pt_err_nomem(err);
	session->base.ops = &SIMULATED;
	session->platform = platform;
	session->api = *api;
	if (session->api.page_rows == 0)
		session->api.page_rows = PAGE_ROWS;
	session->first_free = NO_SLOT;
	*out = &session->base;
	return 0;
}

void pt_push_simulated_keep(struct pt_push_session *base, struct pt_sim_state *state)
{
	session_of(base)->state = state;
	session_of(base)->owned = true;
}

struct pt_platform *pt_push_simulated_platform(struct pt_push_session *session)
{
	return session_of(session)->platform;
}

int pt_push_open_population(struct pt_push_session **out, const struct pt_population *population,
			    const struct pt_sim_catalogue *catalogue, int64_t seed, int64_t now_ms,
			    struct pt_err *err)
{
	uint64_t from = seed < 0 ? population->seed : (uint64_t)seed;

	PT_CLEANUP(pt_platform_freep) struct pt_platform *platform = NULL;
	int rc = pt_population_people(&platform, population, catalogue, from, now_ms, err);

	if (rc == 0)
		rc = pt_push_open_platform(out, platform, &population->api, err);
	if (rc < 0)
		return rc;
	session_of(*out)->owned = true;
	platform = NULL;
	return 0;
}

int pt_push_open_simulated(struct pt_push_session **out, const char *population,
			   const struct pt_sim_catalogue *catalogue, int64_t seed, int64_t now_ms,
			   struct pt_errs *errs)
{
	PT_CLEANUP(pt_population_freep) struct pt_population *read = NULL;
	struct pt_err err = PT_ERR_INIT;
	int rc = pt_population_read(&read, population, catalogue, errs);

	if (rc < 0)
		return rc;
	/* The population is good; what can fail now is not about a place in the file. */
	rc = pt_push_open_population(out, read, catalogue, seed, now_ms, &err);
	if (rc < 0)
		pt_errs_add(errs, &err);
	return rc;
}
