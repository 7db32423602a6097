/* The line between the program and one hub, and what goes wrong on it. See world.h. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "connectors/push/simulated/simulated.h"
#include "tests/simulation/harness/world.h"

static const int64_t TIMEOUT_MS = 2 * PT_MINUTE_MS;

static const char *const OPS[] = {
    [PT_PUSH_VERSIONS] = "versions",   [PT_PUSH_SUBSCRIBERS] = "subscribers",
    [PT_PUSH_LIVE_JOBS] = "live jobs", [PT_PUSH_CREATE] = "create",
    [PT_PUSH_ADD_JOBS] = "add jobs",   [PT_PUSH_ACTIVATE] = "activate",
    [PT_PUSH_CANCEL] = "cancel",       [PT_PUSH_COUNT_JOBS] = "count jobs",
    [PT_PUSH_JOBS] = "jobs",           [PT_PUSH_ERRORS] = "errors",
    [PT_PUSH_FIND] = "find",
};

static struct sim_line *line_of(struct pt_push_session *base)
{
	return (struct sim_line *)(void *)base;
}

void sim_trace(const struct sim_world *world, const char *fmt, ...)
{
	char when[PT_INSTANT_TEXT];
	va_list args;

	if (!world->trace)
		return;
	fprintf(world->trace, "%s #%u ", pt_instant_text(when, world->context.clock.at_ms),
		world->ncall);
	va_start(args, fmt);
	vfprintf(world->trace, fmt, args);
	va_end(args);
	fputc('\n', world->trace);
}

bool sim_take_fault(struct sim_fault *out, struct sim_world *world, enum sim_fault_kind from,
		    enum sim_fault_kind to)
{
	const struct sim_case *c = world->c;

	if (!world->armed || world->next_fault == c->nfault)
		return false;
	*out = c->fault[world->next_fault];
	if (out->at > world->ncall || out->kind < from || out->kind > to)
		return false;
	world->next_fault++;
	world->nhappened[out->kind]++;
	sim_audit_trouble(world->auditor, world->context.clock.at_ms, world->context.clock.at_ms);
	sim_trace(world, "fault %s", sim_fault_name(out->kind));
	return true;
}

/* The platform has the call; the auditor is told. */
static int carry(struct sim_line *line, const struct pt_push_call *call, int64_t now_ms,
		 struct pt_err *err)
{
	struct sim_auditor *auditor = line->world->auditor;

	pt_platform_advance(line->world->platform, now_ms);
	sim_audit_carried(auditor, false);
	int rc = line->platform->ops->submit(line->platform, call, now_ms, err);

	if (rc < 0)
		return rc;
	sim_audit_carried(auditor, true);
	if (call->op == PT_PUSH_ACTIVATE)
		sim_audit_activated(auditor, &call->request);
	sim_audit_answered(auditor, call, line->hub);
	return 0;
}

static void answer(struct sim_line *line, const struct pt_push_call *call,
		   enum pt_push_outcome outcome, int64_t at_ms)
{
	if (line->nanswer == SIM_WAITING)
		return;
	line->answer[line->nanswer] =
	    (struct pt_push_reply){.op = call->op,
				   .cookie = call->cookie,
				   .outcome = outcome,
				   .text = outcome == PT_PUSH_LOST ? NULL : "the line is disturbed",
				   .http_calls = 1};
	line->answer_ms[line->nanswer++] = at_ms;
}

static int delay(struct sim_line *line, const struct pt_push_call *call, int64_t due_ms, bool heard,
		 struct pt_err *err)
{
	struct sim_delayed *d = &line->delayed[line->ndelayed];

	*d = (struct sim_delayed){.due_ms = due_ms, .heard = heard, .call = *call};
	d->org = calloc(call->norg + 1, sizeof(*d->org));
	d->requests = calloc(call->nrequest + 1, sizeof(*d->requests));
	if (!d->org || !d->requests) {
		free(d->org);
		free(d->requests);
		return pt_err_nomem(err);
	}
	if (call->norg)
		memcpy(d->org, call->org, call->norg * sizeof(*d->org));
	if (call->nrequest)
		memcpy(d->requests, call->requests, call->nrequest * sizeof(*d->requests));
	d->call.org = d->org;
	d->call.requests = d->requests;
	line->ndelayed++;
	return 0;
}

/* What was under way for long is carried out now. */
static int catch_up(struct sim_line *line, int64_t now_ms, struct pt_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < line->ndelayed;) {
		struct sim_delayed d = line->delayed[i];

		if (d.due_ms > now_ms) {
			i++;
			continue;
		}
		line->delayed[i] = line->delayed[--line->ndelayed];
		if (!d.heard && line->nskipped < SIM_WAITING)
			line->skipped[line->nskipped++] = d.call.cookie;
		rc = carry(line, &d.call, now_ms, err);
		free(d.org);
		free(d.requests);
	}
	return rc;
}

/* The first half of the rows; the others are to be tried again. */
static int carry_some(struct sim_line *line, const struct pt_push_call *call, int64_t now_ms,
		      struct pt_err *err)
{
	struct pt_push_call some = *call;

	some.norg = call->norg / 2;
	line->nrow = 0;
	for (size_t i = some.norg; i < call->norg && line->nrow < SIM_WAITING; i++)
		line->row[line->nrow++] = (struct pt_push_add_failure){
		    .org = call->org[i], .result = PT_ADD_TEMPORARY, .text = "row locked"};
	line->rows_of = call->cookie;
	return carry(line, &some, now_ms, err);
}

static int die(struct sim_line *line, struct pt_err *err)
{
	line->world->dead = true;
	return pt_err_set(err, PT_E_IO, "killed");
}

/* One call that something happens to. */
static int disturb(struct sim_line *line, const struct pt_push_call *call, int64_t now_ms,
		   const struct sim_fault *fault, struct pt_err *err)
{
	bool room = line->ndelayed < SIM_WAITING && line->nunheard < SIM_WAITING &&
		    line->nskipped < SIM_WAITING && line->nanswer < SIM_WAITING;
	int rc = 0;

	if (!room)
		return carry(line, call, now_ms, err);
	/* Whoever looks for it then finds another one as well. */
	if (call->op == PT_PUSH_CREATE && fault->kind <= FAULT_UNHEARD && fault->draw % 4 == 1)
		sim_push_beside(line->world, call, fault->draw);
	switch ((int)fault->kind) {
	case FAULT_LOST:
		answer(line, call, PT_PUSH_LOST, now_ms + TIMEOUT_MS);
		return 0;
	case FAULT_UNHEARD:
		line->unheard[line->nunheard++] = call->cookie;
		return carry(line, call, now_ms, err);
	case FAULT_TARDY:
		answer(line, call, PT_PUSH_LOST, now_ms + TIMEOUT_MS);
		return delay(line, call, now_ms + (1 + fault->draw % 9) * PT_MINUTE_MS, false, err);
	case FAULT_LATE:
		return delay(line, call, now_ms + (1 + fault->draw % 110) * 1000, true, err);
	case FAULT_TWICE:
		line->skipped[line->nskipped++] = call->cookie;
		rc = carry(line, call, now_ms, err);
		if (call->op == PT_PUSH_CREATE)
			sim_audit_orphaned(line->world->auditor);
		return rc < 0 ? rc : carry(line, call, now_ms, err);
	case FAULT_ECHO:
		line->echoed = call->cookie;
		return carry(line, call, now_ms, err);
	case FAULT_ERROR:
		line->nerror = fault->draw % 4;
		answer(line, call, PT_PUSH_TEMPORARY, now_ms + 1000);
		return 0;
	case FAULT_ROWS:
		if (call->op == PT_PUSH_ADD_JOBS && call->norg > 1)
			return carry_some(line, call, now_ms, err);
		answer(line, call, PT_PUSH_TEMPORARY, now_ms + 1000);
		return 0;
	case FAULT_REFUSED:
		answer(line, call, PT_PUSH_REFUSED, now_ms + 1000);
		return 0;
	case FAULT_DIE_BEFORE_CALL:
		return die(line, err);
	case FAULT_DIE_AFTER_CALL:
		rc = carry(line, call, now_ms, err);
		return rc < 0 ? rc : die(line, err);
	default:
		return carry(line, call, now_ms, err);
	}
}

static bool is_of_calls(const struct sim_fault *fault)
{
	return fault->kind <= FAULT_ROWS || fault->kind == FAULT_DIE_BEFORE_CALL ||
	       fault->kind == FAULT_DIE_AFTER_CALL;
}

static void trace_call(const struct sim_world *world, const struct pt_push_call *call)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf orgs = PT_BUF_INIT;

	for (size_t i = 0; world->trace && i < call->norg; i++)
		pt_buf_printf(&orgs, " %u", pt_platform_find_org(world->platform, &call->org[i]));
	sim_trace(world, "> %s %llx %s%s%s", OPS[call->op], (unsigned long long)call->cookie,
		  call->request.text, call->norg ? ", orgs" : "", pt_buf_text(&orgs));
}

static int line_submit(struct pt_push_session *base, const struct pt_push_call *call,
		       int64_t now_ms, struct pt_err *err)
{
	struct sim_line *line = line_of(base);
	struct sim_world *world = line->world;
	struct sim_fault fault;
	int rc = catch_up(line, now_ms, err);

	if (rc < 0)
		return rc;
	if (!world->armed)
		return carry(line, call, now_ms, err);
	world->ncall++;
	trace_call(world, call);
	pt_platform_advance(world->platform, now_ms);
	sim_people_act(world);
	sim_audit_sends(world->auditor, call, now_ms);
	if (line->nerror) {
		line->nerror--;
		sim_audit_trouble(world->auditor, now_ms, now_ms);
		answer(line, call, PT_PUSH_TEMPORARY, now_ms + 1000);
		return 0;
	}
	if (world->next_fault < world->c->nfault &&
	    is_of_calls(&world->c->fault[world->next_fault]) &&
	    sim_take_fault(&fault, world, FAULT_LOST, NFAULT))
		return disturb(line, call, now_ms, &fault, err);
	return carry(line, call, now_ms, err);
}

static int64_t line_next_ms(struct pt_push_session *base)
{
	struct sim_line *line = line_of(base);
	int64_t next = line->platform->ops->next_ms(line->platform);

	if (line->has_echo)
		return PT_LONG_AGO;
	for (size_t i = 0; i < line->nanswer; i++)
		next = line->answer_ms[i] < next ? line->answer_ms[i] : next;
	for (size_t i = 0; i < line->ndelayed; i++)
		next = line->delayed[i].due_ms < next ? line->delayed[i].due_ms : next;
	return next;
}

/* Is it in the list? Then it is taken out. */
static bool take_cookie(uint64_t *list, size_t *n, uint64_t cookie)
{
	for (size_t i = 0; i < *n; i++) {
		if (list[i] == cookie) {
			list[i] = list[--*n];
			return true;
		}
	}
	return false;
}

static bool own_answer(struct pt_push_reply *out, struct sim_line *line, int64_t now_ms)
{
	for (size_t i = 0; i < line->nanswer; i++) {
		if (line->answer_ms[i] > now_ms)
			continue;
		*out = line->answer[i];
		line->answer[i] = line->answer[--line->nanswer];
		line->answer_ms[i] = line->answer_ms[line->nanswer];
		return true;
	}
	return false;
}

static void pass_on(struct pt_push_reply *reply, struct sim_line *line)
{
	if (take_cookie(line->unheard, &line->nunheard, reply->cookie)) {
		*reply = (struct pt_push_reply){.op = reply->op,
						.cookie = reply->cookie,
						.outcome = PT_PUSH_LOST,
						.http_calls = 1};
		return;
	}
	if (line->rows_of && line->rows_of == reply->cookie) {
		for (size_t i = 0; i < reply->nadd_failure && line->nrow < SIM_WAITING; i++)
			line->row[line->nrow++] = reply->add_failure[i];
		reply->add_failure = line->row;
		reply->nadd_failure = line->nrow;
		line->rows_of = 0;
	}
	sim_audit_heard(line->world->auditor, reply->cookie, line->hub);
	line->has_echo = line->echoed && line->echoed == reply->cookie;
	if (line->has_echo) {
		line->echo = *reply;
		line->echoed = 0;
	}
}

static int next_answer(struct pt_push_reply *out, bool *got_out, struct sim_line *line,
		       int64_t now_ms, struct pt_err *err)
{
	int rc = catch_up(line, now_ms, err);

	*got_out = true;
	if (line->has_echo) {
		*out = line->echo;
		line->has_echo = false;
		return rc;
	}
	if (rc == 0 && own_answer(out, line, now_ms))
		return 0;
	while (rc == 0) {
		rc = line->platform->ops->receive(out, got_out, line->platform, now_ms, err);
		if (rc == 0 && *got_out && take_cookie(line->skipped, &line->nskipped, out->cookie))
			continue;
		break;
	}
	if (rc == 0 && *got_out)
		pass_on(out, line);
	return rc;
}

static int line_receive(struct pt_push_reply *out, bool *got_out, struct pt_push_session *base,
			int64_t now_ms, struct pt_err *err)
{
	struct sim_line *line = line_of(base);
	int rc = next_answer(out, got_out, line, now_ms, err);

	if (rc == 0 && *got_out)
		sim_trace(line->world, "< %s %llx: %d %s, %zu not added", OPS[out->op],
			  (unsigned long long)out->cookie, (int)out->outcome,
			  out->text ? out->text : "", out->nadd_failure);
	return rc;
}

void sim_line_hang_up(struct sim_line *line)
{
	if (line->platform)
		line->platform->ops->close(line->platform);
	line->platform = NULL;
	/* What is under way arrives at the platform all the same. */
	for (size_t i = 0; i < line->ndelayed; i++) {
		line->delayed[i].heard = false;
		line->delayed[i].call.cookie = UINT64_MAX - i;
	}
	line->nanswer = line->nunheard = line->nskipped = 0;
	line->echoed = line->rows_of = 0;
	line->has_echo = false;
	line->nerror = 0;
}

void sim_line_release(struct sim_line *line)
{
	sim_line_hang_up(line);
	for (size_t i = 0; i < line->ndelayed; i++) {
		free(line->delayed[i].org);
		free(line->delayed[i].requests);
	}
	line->ndelayed = 0;
}

static void line_close(struct pt_push_session *base)
{
	if (base)
		sim_line_hang_up(line_of(base));
}

const struct pt_push_ops SIM_LINE = {"simulated", line_submit, line_next_ms, line_receive,
				     line_close};
