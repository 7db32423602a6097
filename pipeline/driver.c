/* See driver.h. */
#include "pipeline/driver.h"

#include <string.h>

#include "base/instant.h"
#include "pipeline/probe.h"

static int64_t now_of(const struct pt_driver *d)
{
	return d->clock->now_ms(d->clock);
}

int pt_driver_ask(struct pt_push_reply *reply, struct pt_driver *d, uint32_t package,
		  const struct pt_push_call *call, struct pt_err *err)
{
	struct pt_push_session *session = d->session[d->connector[package]];
	bool got = false;
	int rc = session->ops->submit(session, call, now_of(d), err);

	while (rc == 0 && !got) {
		int64_t next = session->ops->next_ms(session);

		if (next == PT_NEVER)
			return pt_err_set(err, PT_E_PLATFORM, "no answer");
		d->clock->wait(d->clock, next);
		rc = session->ops->receive(reply, &got, session, now_of(d), err);
	}
	if (rc < 0)
		return rc;
	d->http_calls += reply->http_calls;
	if (reply->outcome != PT_PUSH_OK)
		return pt_err_set(err, PT_E_PLATFORM, "%s",
				  reply->text ? reply->text : "no answer");
	return 0;
}

static int survey_package(struct pt_driver *d, const struct pt_train *train, uint32_t p,
			  bool versions_only, struct pt_inventory *inventory, struct pt_err *err)
{
	struct pt_push_call call = {.op = PT_PUSH_VERSIONS,
				    .namespace_ = train->package[p].namespace_};
	struct pt_push_reply reply = {.op = PT_PUSH_NOP};

	memcpy(call.version_id.text, train->package[p].version_id, sizeof(call.version_id.text));
	if (!call.namespace_ && !call.version_id.text[0])
		return pt_err_set(
		    err, PT_E_INVALID,
		    "no namespace: neither the suite file nor its manifest gives one");
	int rc = pt_driver_ask(&reply, d, p, &call, err);

	if (rc == 0)
		rc = pt_inventory_set_versions(inventory, p, &reply, err);
	if (rc < 0 || versions_only)
		return rc;
	call = (struct pt_push_call){.op = PT_PUSH_SUBSCRIBERS};
	call.package_id = pt_inventory_package_id(inventory, p);
	struct pt_inventory_read read = {.asked_ms = now_of(d)};

	rc = pt_driver_ask(&reply, d, p, &call, err);
	read.heard_ms = now_of(d);
	return rc < 0 ? rc : pt_inventory_set_subscribers(inventory, p, &reply, &read, err);
}

int pt_driver_survey(struct pt_driver *d, const struct pt_train *train, bool versions_only,
		     struct pt_inventory *inventory, struct pt_err *err)
{
	for (uint32_t p = 0; p < train->npackage; p++) {
		if (survey_package(d, train, p, versions_only, inventory, err) < 0)
			return pt_err_wrap(err, "reading who has %s", train->package[p].name);
	}
	return 0;
}

static int submit_calls(struct pt_driver *d, struct pt_engine *engine, struct pt_err *err)
{
	const struct pt_push_call *call;
	uint32_t package;
	int rc = 0;

	while (rc == 0 && pt_engine_take_call(&package, &call, engine)) {
		struct pt_push_session *session = d->session[d->connector[package]];

		rc = session->ops->submit(session, call, now_of(d), err);
	}
	return rc;
}

static int receive_replies(struct pt_driver *d, struct pt_engine *engine, struct pt_err *err)
{
	int rc = 0;

	for (uint32_t c = 0; c < d->nconnector; c++) {
		struct pt_push_session *session = d->session[c];
		bool got = session != NULL;

		while (rc == 0 && got) {
			struct pt_push_reply reply;

			rc = session->ops->receive(&reply, &got, session, now_of(d), err);
			if (rc == 0 && got)
				rc = pt_engine_reply(engine, now_of(d), &reply, err);
		}
	}
	return rc;
}

static int64_t next_reply_ms(const struct pt_driver *d)
{
	int64_t next = PT_NEVER;

	for (uint32_t c = 0; c < d->nconnector; c++) {
		struct pt_push_session *session = d->session[c];
		int64_t reply = session ? session->ops->next_ms(session) : PT_NEVER;

		if (reply < next)
			next = reply;
	}
	return next;
}

static void tell_notes(struct pt_driver *d, struct pt_engine *engine)
{
	struct pt_note note;

	while (pt_engine_take_note(&note, engine)) {
		if (d->on_note)
			d->on_note(d->note_context, &note);
	}
}

static int heed(bool *stopping, struct pt_driver *d, struct pt_engine *engine, struct pt_err *err)
{
	enum pt_drive_wish wish = PT_DRIVE_GO_ON;
	int rc = d->ask ? d->ask(d->ask_context, &wish, err) : 0;

	if (rc < 0)
		return rc;
	*stopping |= wish == PT_DRIVE_STOP;
	if (wish != PT_DRIVE_ABORT)
		return 0;
	return pt_engine_abort(engine, d->abort_text ? d->abort_text : "aborted by its users", err);
}

/* Notes are told once, and written before that. */
static bool is_written_now(const struct pt_driver *d, const struct pt_engine *engine)
{
	return d->journal &&
	       (!d->journal_to_read || pt_engine_has_note(engine) || pt_engine_finished(engine));
}

/* One step, written down before anything of it is sent. */
static int take_step(struct pt_driver *d, struct pt_engine *engine, bool stopping,
		     struct pt_err *err)
{
	int rc = stopping ? 0 : pt_engine_step(engine, now_of(d), err);

	if (rc == 0 && PT_DEFECT(journal_after_sending))
		rc = submit_calls(d, engine, err);
	if (rc == 0 && is_written_now(d, engine))
		rc = pt_engine_record(engine, d->journal, err);
	return rc < 0 ? rc : submit_calls(d, engine, err);
}

/* A virtual clock has no time for what goes on beside it: that is real. */
static void wait(struct pt_driver *d, int64_t until_ms)
{
	int64_t turn_ms = d->aside ? d->aside(d->aside_context) : PT_NEVER;

	if (!d->clock->is_virtual && turn_ms != PT_NEVER && turn_ms < until_ms - now_of(d))
		until_ms = now_of(d) + turn_ms;
	d->clock->wait(d->clock, until_ms);
}

/* Nothing is under way while a gate's command runs: the stage is over but for its gate. */
static int run_check(bool *ran_out, struct pt_driver *d, struct pt_engine *engine,
		     struct pt_err *err)
{
	struct pt_check_end end = {.output = "there is nobody to run it"};
	struct pt_check check;

	*ran_out = pt_engine_take_check(&check, engine);
	if (!*ran_out)
		return 0;
	int rc = d->check ? d->check(d->check_context, &check, &end, err) : 0;

	return rc < 0 || end.stopped
		   ? rc
		   : pt_engine_checked(engine, now_of(d), end.holds, end.output, err);
}

/* Goes no further for now. */
static bool ends_here(enum pt_drive_end *end_out, const struct pt_driver *d,
		      const struct pt_engine *engine, bool stopping, int64_t reply_ms,
		      int64_t wake_ms)
{
	uint32_t stage;
	int64_t until_ms;

	if (reply_ms != PT_NEVER)
		return false;
	*end_out = PT_DRIVE_STOPPED;
	if (stopping)
		return true;
	*end_out = PT_DRIVE_APPROVAL;
	if (pt_engine_awaits_approval(&stage, &until_ms, engine))
		return true;
	*end_out = PT_DRIVE_DUE_LATER;
	return wake_ms > d->until_ms;
}

int pt_driver_run(enum pt_drive_end *end_out, struct pt_driver *d, struct pt_engine *engine,
		  struct pt_err *err)
{
	bool stopping = false;

	for (;;) {
		int rc = heed(&stopping, d, engine, err);

		if (rc == 0)
			rc = take_step(d, engine, stopping, err);
		if (d->on_turn)
			d->on_turn(d->turn_context);
		tell_notes(d, engine);
		bool checked = false;

		if (rc == 0)
			rc = run_check(&checked, d, engine, err);
		if (rc < 0)
			return rc;
		if (checked)
			continue;
		*end_out = PT_DRIVE_FINISHED;
		if (pt_engine_finished(engine))
			return 0;
		int64_t reply = next_reply_ms(d), wake = pt_engine_wake_ms(engine);

		if (ends_here(end_out, d, engine, stopping, reply, wake))
			return 0;
		if (reply == PT_NEVER && wake == PT_NEVER)
			return pt_err_set(err, PT_E_PLATFORM,
					  "nothing is under way and nothing is due");
		wait(d, stopping || reply < wake ? reply : wake);
		rc = receive_replies(d, engine, err);
		if (rc < 0)
			return rc;
	}
}
