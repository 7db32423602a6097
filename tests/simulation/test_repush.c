/*
 * One more re-push pass because somebody wants it: after the end, after a halt, and on
 * the way; judged by the platform's own record of what was pushed since.
 */
#include "tests/simulation/life_fixture.h"

#include <sqlite3.h>

#include "pipeline/figures.h"

/* How things stood before the pass. */
struct before {
	struct pt_pair *pair; /* owned; by package, then org */
	bool *ready;          /* owned; its bases had arrived */
	uint32_t norg, npackage, njob;
	uint64_t ncalls;
};

static struct before look(const struct life *life)
{
	const struct pt_context *c = &life->r.c;
	struct before b = {.norg = pt_inventory_norg(c->inventory),
			   .npackage = life->r.npackage,
			   .njob = pt_platform_njob(life->r.platform),
			   .ncalls = pt_engine_http_calls(c->engine)};

	b.pair = calloc((size_t)b.norg * b.npackage, sizeof(*b.pair));
	b.ready = calloc((size_t)b.norg * b.npackage, sizeof(*b.ready));
	assert_non_null(b.pair);
	assert_non_null(b.ready);
	for (uint32_t p = 0; p < b.npackage; p++) {
		for (uint32_t org = 0; org < b.norg; org++) {
			b.pair[p * b.norg + org] = *pt_engine_pair(c->engine, p, org);
			b.ready[p * b.norg + org] =
			    pt_pair_missing(&c->targets, c->inventory, p, org) == UINT32_MAX;
		}
	}
	return b;
}

static void forget(struct before *b)
{
	free(b->pair);
	free(b->ready);
}

static const struct pt_pair *was(const struct before *b, uint32_t package, uint32_t org)
{
	return &b->pair[package * b->norg + org];
}

/* As the command does: the wish is written down, and heard of. */
static void wish(struct life *life, const struct pt_org_key *org)
{
	struct pt_context *c = &life->r.c;
	struct pt_err err = PT_ERR_INIT;
	const struct pt_run_row run = {.run = life->journal.run, .suite = "s", .name = "t-1"};
	int64_t now_ms = c->clock.now_ms(&c->clock);

	if (pt_journal_repush(&life->journal, &run, org, now_ms, &err) < 0 ||
	    pt_engine_hear(c->engine, &life->journal, &err) < 0)
		fail_msg("%s", err.text);
}

static void reopen(struct life *life)
{
	struct pt_err err = PT_ERR_INIT;

	if (pt_engine_reopen(life->r.c.engine, &err) < 0)
		fail_msg("%s", err.text);
}

static void live_on(struct life *life)
{
	life->mortal.death = DEATH_BEFORE_CALL;
	life->mortal.left = UINT64_MAX;
	assert_true(live(life));
}

static void run_to_end(struct life *life, int64_t seed)
{
	begin(life, seed, "confirmed");
	live_on(life);
}

static void again(struct life *life, const struct pt_org_key *org)
{
	wish(life, org);
	reopen(life);
	live_on(life);
}

static uint32_t package_of(const struct life *life, uint32_t job)
{
	const struct pt_platform *platform = life->r.platform;

	return pt_platform_request(platform, pt_platform_job(platform, job).request).package;
}

/* Whoever was tried and may be tried again, or was held behind a base. */
static bool retryable(const struct pt_pair *pair)
{
	return pair->state == PT_PAIR_WAITING || pair->state == PT_PAIR_HELD ||
	       (pair->state == PT_PAIR_FAILED && pair->class_ != PT_FAILURE_PERMANENT);
}

static uint32_t jobs_since(const struct life *life, const struct before *b, uint32_t package,
			   uint32_t org)
{
	uint32_t n = 0;

	for (uint32_t job = b->njob; job < pt_platform_njob(life->r.platform); job++)
		n += package_of(life, job) == package && org_of(&life->r, job) == org;
	return n;
}

/* Nobody was pushed who should not have been, nor twice; all who were ready have been. */
static uint32_t check_pass(const struct life *life, const struct before *b)
{
	uint32_t npushed = 0;

	for (uint32_t p = 0; p < b->npackage; p++) {
		for (uint32_t org = 0; org < b->norg; org++) {
			uint32_t n = jobs_since(life, b, p, org);

			assert_true(n <= 1);
			if (n)
				assert_true(retryable(was(b, p, org)));
			else if (retryable(was(b, p, org)) && b->ready[p * b->norg + org])
				fail_msg("package %u was not pushed to org %u", p, org);
			npushed += n;
		}
	}
	return npushed;
}

/* Package by package: within a stage none begins before the one before it is done. */
static void check_serial(const struct life *life, const struct before *b)
{
	const struct pt_platform *platform = life->r.platform;
	const struct rehearsal *r = &life->r;

	for (uint32_t job = b->njob + 1; job < pt_platform_njob(platform); job++) {
		struct pt_platform_request now =
		    pt_platform_request(platform, pt_platform_job(platform, job).request);

		for (uint32_t i = b->njob; i < job; i++) {
			struct pt_platform_job earlier = pt_platform_job(platform, i);

			if (package_of(life, i) != now.package ||
			    r->c.audience.stage[org_of(r, i)] !=
				r->c.audience.stage[org_of(r, job)])
				assert_true(earlier.end_ms <= now.created_ms);
		}
	}
}

static uint64_t count(const struct life *life, enum pt_pair_state state)
{
	uint64_t n = 0;

	for (uint32_t p = 0; p < life->r.npackage; p++) {
		for (uint32_t org = 0; org < pt_inventory_norg(life->r.c.inventory); org++)
			n += pt_engine_pair(life->r.c.engine, p, org)->state == state;
	}
	return n;
}

PT_TEST(promise_4_a_pass_after_the_end_pushes_what_can_be_and_nobody_else)
{
	for (int64_t seed = 1; seed <= 4; seed++) {
		struct life life;

		run_to_end(&life, seed);
		struct before b = look(&life);
		uint64_t at_target = count(&life, PT_PAIR_AT_TARGET);

		assert_int_equal(pt_engine_state(life.r.c.engine), PT_RUN_FINISHED);
		again(&life, NULL);
		assert_true(check_pass(&life, &b) > 10);
		check_serial(&life, &b);
		audit(&life, true);
		assert_true(count(&life, PT_PAIR_AT_TARGET) > at_target + 5);
		assert_int_equal(pt_engine_state(life.r.c.engine), PT_RUN_FINISHED);
		forget(&b);
		end(&life);
	}
}

PT_TEST(promise_2_lost_answers_in_the_pass_push_nobody_twice)
{
	struct life life;

	run_to_end(&life, 2);
	struct before b = look(&life);

	life.mortal.lost_percent = 30;
	again(&life, NULL);
	assert_true(life.mortal.nlost[0] > 0 && life.mortal.nlost[1] > 0);
	check_pass(&life, &b);
	audit(&life, true);
	forget(&b);
	end(&life);
}

/* All who could be tried again are left out: then nobody is asked for anything. */
PT_TEST(a_pass_with_nothing_to_push_sends_nothing)
{
	struct life life;
	struct pt_err err = PT_ERR_INIT;

	run_to_end(&life, 1);
	struct before b = look(&life);

	for (uint32_t org = 0; org < b.norg; org++) {
		struct pt_org_key key = pt_inventory_org(life.r.c.inventory, org)->key;
		bool left = false;

		for (uint32_t p = 0; p < b.npackage; p++)
			left |= retryable(was(&b, p, org));
		if (left)
			assert_int_equal(pt_engine_exclude(life.r.c.engine, &key, &err), 0);
	}
	assert_true(count(&life, PT_PAIR_FAILED) > 0);
	again(&life, NULL);
	assert_int_equal(pt_engine_http_calls(life.r.c.engine), b.ncalls);
	assert_true(pt_engine_finished(life.r.c.engine));
	assert_int_equal(pt_engine_state(life.r.c.engine), PT_RUN_FINISHED);
	forget(&b);
	end(&life);
}

/* The first org with a pair of that state and class, and what it lacks. */
static uint32_t find_failed(const struct life *life, enum pt_failure_class class_)
{
	for (uint32_t org = 0; org < pt_inventory_norg(life->r.c.inventory); org++) {
		for (uint32_t p = 0; p < life->r.npackage; p++) {
			const struct pt_pair *pair = pt_engine_pair(life->r.c.engine, p, org);

			if (pair->state == PT_PAIR_FAILED && pair->class_ == class_)
				return org;
		}
	}
	fail_msg("nothing failed so");
	return 0;
}

PT_TEST(a_pass_of_one_org_pushes_that_org_alone_and_its_permanent_failures)
{
	struct life life;
	uint32_t npermanent = 0;

	run_to_end(&life, 2);
	struct before b = look(&life);
	uint32_t named = find_failed(&life, PT_FAILURE_PERMANENT);
	struct pt_org_key key = pt_inventory_org(life.r.c.inventory, named)->key;

	again(&life, &key);
	assert_true(pt_platform_njob(life.r.platform) > b.njob);
	for (uint32_t job = b.njob; job < pt_platform_njob(life.r.platform); job++)
		assert_int_equal(org_of(&life.r, job), named);
	for (uint32_t p = 0; p < b.npackage; p++) {
		const struct pt_pair *pair = was(&b, p, named);
		bool permanent = pair->state == PT_PAIR_FAILED &&
				 pair->class_ == PT_FAILURE_PERMANENT &&
				 b.ready[p * b.norg + named];

		npermanent += permanent;
		assert_true(jobs_since(&life, &b, p, named) >= permanent);
	}
	assert_true(npermanent > 0);
	/* Few calls: nobody else is read either. */
	assert_true(pt_engine_http_calls(life.r.c.engine) - b.ncalls < 150);
	audit(&life, true);
	forget(&b);
	end(&life);
}

/* What an org got by other means is seen, and what waits for it is pushed. */
PT_TEST(what_a_customer_mended_since_is_seen)
{
	struct life life;
	struct pt_err err = PT_ERR_INIT;

	run_to_end(&life, 2);
	struct before b = look(&life);
	uint32_t org = UINT32_MAX, base = 0, held = 0;

	for (uint32_t i = 0; org == UINT32_MAX && i < b.norg; i++) {
		for (held = 0; held < b.npackage; held++) {
			const struct pt_pair *pair = was(&b, held, i);

			base = pair->detail;
			if (pair->state == PT_PAIR_HELD &&
			    was(&b, base, i)->state == PT_PAIR_FAILED &&
			    was(&b, base, i)->class_ == PT_FAILURE_PERMANENT) {
				org = i;
				break;
			}
		}
	}
	assert_int_not_equal(org, UINT32_MAX);
	struct pt_org_key key = pt_inventory_org(life.r.c.inventory, org)->key;
	size_t nversion;
	const struct pt_push_version *version =
	    pt_inventory_versions(&nversion, life.r.c.inventory, base);
	uint32_t number = life.r.c.targets.target[base].version;
	struct pt_platform_change change = {.kind = PT_CHANGE_INSTALLED,
					    .org = pt_platform_find_org(life.r.platform, &key),
					    .package = base,
					    .value = number};

	assert_true(version[number].released);
	assert_int_equal(pt_platform_change(life.r.platform, &change, &err), 0);
	/* The record of what was installed is a while behind. */
	life.r.c.clock.wait(&life.r.c.clock, life.r.c.clock.now_ms(&life.r.c.clock) + PT_DAY_MS);
	again(&life, NULL);
	assert_int_equal(pt_engine_pair(life.r.c.engine, base, org)->state, PT_PAIR_AT_TARGET);
	assert_int_equal(jobs_since(&life, &b, base, org), 0);
	const struct pt_pair *then = pt_engine_pair(life.r.c.engine, held, org);

	assert_true(then->state != PT_PAIR_HELD || then->detail != base);
	forget(&b);
	end(&life);
}

/* Who opted out, went inactive or was left out since is not pushed. */
PT_TEST(promise_6_who_is_excluded_since_is_not_pushed)
{
	struct life life;
	struct pt_err err = PT_ERR_INIT;
	uint32_t nchanged = 0;

	run_to_end(&life, 3);
	struct before b = look(&life);
	struct pt_context *c = &life.r.c;
	bool *out = calloc(b.norg, sizeof(*out));

	assert_non_null(out);
	c->lists.by_hand.key = calloc(b.norg, sizeof(*c->lists.by_hand.key));
	assert_non_null(c->lists.by_hand.key);
	for (uint32_t i = 0; i < b.norg; i++) {
		uint32_t org = pt_inventory_by_key(c->inventory)[i];
		struct pt_org_key key = pt_inventory_org(c->inventory, org)->key;
		uint32_t number = pt_platform_find_org(life.r.platform, &key);
		bool left = false;

		for (uint32_t p = 0; p < b.npackage; p++)
			left |= retryable(was(&b, p, org));
		if (!left)
			continue;
		out[org] = true;
		if (++nchanged % 3 == 0) {
			c->lists.by_hand.key[c->lists.by_hand.n++] = key;
			continue;
		}
		for (uint32_t p = 0; p < b.npackage; p++) {
			struct pt_platform_change change = {
			    .kind = PT_CHANGE_BLOCKED, .org = number, .package = p, .value = 1};

			if (nchanged % 3 == 1)
				change = (struct pt_platform_change){.kind = PT_CHANGE_STATUS,
								     .org = number,
								     .value = PT_ORG_INACTIVE};
			assert_int_equal(pt_platform_change(life.r.platform, &change, &err), 0);
		}
	}
	assert_true(nchanged > 6);
	c->clock.wait(&c->clock, c->clock.now_ms(&c->clock) + PT_DAY_MS);
	again(&life, NULL);
	for (uint32_t job = b.njob; job < pt_platform_njob(life.r.platform); job++)
		assert_false(out[org_of(&life.r, job)]);
	for (uint32_t s = 0; s < c->conf.nstage; s++) {
		for (uint32_t p = 0; p < life.r.npackage; p++) {
			struct pt_stage_figures figures;

			pt_engine_figures(&figures, c->engine, s, p);
			assert_true(pt_tally_adds_up(&figures.tally));
		}
	}
	free(out);
	forget(&b);
	end(&life);
}

/* An org left out while the pass is under way: nothing of later. */
struct late {
	struct life *life;
	uint32_t org;
	int64_t at_ms;
	uint64_t left;
};

static int leave_out_late(void *context, enum pt_drive_wish *out, struct pt_err *err)
{
	struct late *late = context;
	struct pt_context *c = &late->life->r.c;

	*out = PT_DRIVE_GO_ON;
	if (late->left-- != 0)
		return 0;
	late->at_ms = c->clock.now_ms(&c->clock);
	c->lists.by_hand.key = calloc(1, sizeof(*c->lists.by_hand.key));
	assert_non_null(c->lists.by_hand.key);
	c->lists.by_hand.key[0] = pt_inventory_org(c->inventory, late->org)->key;
	c->lists.by_hand.n = 1;
	return pt_engine_exclude(c->engine, &c->lists.by_hand.key[0], err);
}

PT_TEST(promise_6_an_org_left_out_in_the_pass_that_names_it_is_pushed_no_more)
{
	for (uint64_t step = 0; step < 40; step += 3) {
		struct life life;
		struct late late = {.life = &life, .left = step};

		run_to_end(&life, 2);
		struct before b = look(&life);

		late.org = find_failed(&life, PT_FAILURE_PERMANENT);
		struct pt_org_key key = pt_inventory_org(life.r.c.inventory, late.org)->key;

		wish(&life, &key);
		reopen(&life);
		life.r.c.driver.ask = leave_out_late;
		life.r.c.driver.ask_context = &late;
		assert_true(live(&life));
		for (uint32_t job = b.njob; job < pt_platform_njob(life.r.platform); job++) {
			struct pt_platform_job record = pt_platform_job(life.r.platform, job);
			struct pt_platform_request request =
			    pt_platform_request(life.r.platform, record.request);

			/* A call that was under way may have made it; it is canceled then. */
			assert_true(request.created_ms <= late.at_ms + 30 * PT_SECOND_MS);
			assert_true(record.state == PT_JOB_CANCELED ||
				    request.start_ms <= late.at_ms + 30 * PT_SECOND_MS);
		}
		forget(&b);
		end(&life);
	}
}

static struct outcome undisturbed_again(int64_t seed, enum death death)
{
	struct outcome out;
	struct life life;

	run_to_end(&life, seed);
	wish(&life, NULL);
	reopen(&life);
	life.mortal.death = death;
	life.mortal.left = UINT64_MAX;
	assert_true(live(&life));
	out = outcome_of(&life);
	out.ncalls = UINT64_MAX - life.mortal.left;
	end(&life);
	return out;
}

/* Dies once in the pass, and is gone on with as `resume` does. */
static void die_in_pass(const struct outcome *expected, int64_t seed, enum death death, uint64_t at)
{
	struct life life;

	run_to_end(&life, seed);
	struct before b = look(&life);

	wish(&life, NULL);
	reopen(&life);
	life.mortal.death = death;
	life.mortal.left = at;
	assert_false(live(&life));
	resurrect(&life);
	reopen(&life);
	live_on(&life);
	check_pass(&life, &b);
	check_serial(&life, &b);
	audit(&life, true);
	same_outcome(&life, expected);
	assert_int_equal(pt_engine_state(life.r.c.engine), PT_RUN_FINISHED);
	forget(&b);
	end(&life);
}

static void die_everywhere_in_pass(enum death death)
{
	struct outcome expected = undisturbed_again(3, death);
	uint64_t step = getenv("PT_EVERY_DEATH") ? 1 : expected.ncalls / 12 + 1;

	assert_true(expected.ncalls > 50);
	for (uint64_t at = 0; at < expected.ncalls; at += step)
		die_in_pass(&expected, 3, death, at);
	free(expected.installed);
}

PT_TEST(promise_3_death_in_the_pass_before_a_step_loses_nothing)
{
	die_everywhere_in_pass(DEATH_BEFORE_STEP);
}

PT_TEST(promise_3_death_in_the_pass_before_a_call_loses_nothing)
{
	die_everywhere_in_pass(DEATH_BEFORE_CALL);
}

PT_TEST(promise_3_death_in_the_pass_after_a_call_loses_nothing)
{
	die_everywhere_in_pass(DEATH_AFTER_CALL);
}

/* A gate that cannot hold, so that the second stage never begins. */
static void halt_at_gate(struct life *life, int64_t seed)
{
	begin(life, seed, "confirmed");
	life->r.c.conf.stage[0].gate.success_ppm = PT_RATIO_ONE;
	live_on(life);
	assert_int_equal(pt_engine_state(life->r.c.engine), PT_RUN_HALTED);
}

PT_TEST(promise_5_a_run_that_halted_makes_a_pass_in_what_had_begun_and_is_halted_again)
{
	struct life life;

	halt_at_gate(&life, 2);
	struct before b = look(&life);

	again(&life, NULL);
	assert_true(pt_platform_njob(life.r.platform) > b.njob);
	for (uint32_t job = b.njob; job < pt_platform_njob(life.r.platform); job++)
		assert_int_equal(life.r.c.audience.stage[org_of(&life.r, job)], 0);
	check_serial(&life, &b);
	assert_int_equal(pt_engine_state(life.r.c.engine), PT_RUN_HALTED);
	assert_non_null(strstr(pt_engine_halt_text(life.r.c.engine), "gate of stage"));
	/* `resume` goes on with the train all the same. */
	life.r.c.conf.stage[0].gate.success_ppm = PT_UNSET;
	pt_engine_go_on(life.r.c.engine);
	live_on(&life);
	assert_int_equal(pt_engine_state(life.r.c.engine), PT_RUN_FINISHED);
	audit(&life, true);
	forget(&b);
	end(&life);
}

PT_TEST(promise_3_a_halted_run_that_dies_in_the_pass_is_halted_after_it)
{
	for (uint64_t at = 0; at < 60; at += 7) {
		struct life life;

		halt_at_gate(&life, 2);
		wish(&life, NULL);
		reopen(&life);
		life.mortal.left = at;
		assert_false(live(&life));
		resurrect(&life);
		reopen(&life);
		live_on(&life);
		assert_int_equal(pt_engine_state(life.r.c.engine), PT_RUN_HALTED);
		for (uint32_t job = 0; job < pt_platform_njob(life.r.platform); job++)
			assert_int_equal(life.r.c.audience.stage[org_of(&life.r, job)], 0);
		audit(&life, true);
		end(&life);
	}
}

/* A breaker in the midst of the waves: what it kept from being pushed is not a pass's to push. */
PT_TEST(promise_5_what_a_halt_kept_from_being_pushed_waits_for_resume)
{
	struct life life;
	uint64_t nwaiting;

	begin(&life, 1, "confirmed");
	life.r.c.conf.stage[1].breaker =
	    (struct pt_breaker_conf){.set = true, .ratio_ppm = PT_UNSET, .count = 2, .after = 3};
	live_on(&life);
	assert_int_equal(pt_engine_state(life.r.c.engine), PT_RUN_HALTED);
	assert_non_null(strstr(pt_engine_halt_text(life.r.c.engine), "breaker"));
	nwaiting = count(&life, PT_PAIR_WAITING);
	assert_true(nwaiting > 20);
	struct before b = look(&life);

	life.r.c.conf.stage[1].breaker.set = false;
	again(&life, NULL);
	assert_true(pt_platform_njob(life.r.platform) > b.njob);
	for (uint32_t job = b.njob; job < pt_platform_njob(life.r.platform); job++) {
		uint32_t org = org_of(&life.r, job);

		if (life.r.c.audience.stage[org] == 1)
			assert_int_not_equal(was(&b, package_of(&life, job), org)->state,
					     PT_PAIR_WAITING);
	}
	assert_true(count(&life, PT_PAIR_WAITING) + 5 > nwaiting);
	assert_int_equal(pt_engine_state(life.r.c.engine), PT_RUN_HALTED);
	assert_non_null(strstr(pt_engine_halt_text(life.r.c.engine), "; pushed again since"));
	pt_engine_go_on(life.r.c.engine);
	live_on(&life);
	assert_int_equal(count(&life, PT_PAIR_WAITING), 0);
	assert_int_equal(pt_engine_state(life.r.c.engine), PT_RUN_FINISHED);
	audit(&life, true);
	forget(&b);
	end(&life);
}

/* A breaker that trips in the pass itself: it halts there, and `resume` goes on with the pass. */
PT_TEST(promise_5_a_breaker_stops_the_pass_and_resume_goes_on_with_it)
{
	struct life life;

	run_to_end(&life, 2);
	for (uint32_t s = 0; s < 2; s++)
		life.r.c.conf.stage[s].breaker = (struct pt_breaker_conf){
		    .set = true, .ratio_ppm = PT_UNSET, .count = 0, .after = 1};
	again(&life, NULL);
	assert_int_equal(pt_engine_state(life.r.c.engine), PT_RUN_HALTED);
	for (uint32_t s = 0; s < 2; s++)
		life.r.c.conf.stage[s].breaker.set = false;
	resurrect(&life);
	pt_engine_go_on(life.r.c.engine);
	live_on(&life);
	assert_int_equal(pt_engine_state(life.r.c.engine), PT_RUN_FINISHED);
	audit(&life, true);
	end(&life);
}

/* Asked while the run is under way: heard of at that step, made before the gate is judged. */
struct late_wish {
	struct life *life;
	uint64_t left;
};

static int wish_late(void *context, enum pt_drive_wish *out, struct pt_err *err)
{
	struct late_wish *late = context;

	(void)err;
	*out = PT_DRIVE_GO_ON;
	if (late->left-- == 0)
		wish(late->life, NULL);
	return 0;
}

struct pass_notes {
	uint32_t nby_hand, nstage_done_before;
	bool stage_done;
};

static void count_passes(void *context, const struct pt_note *note)
{
	struct pass_notes *notes = context;

	if (note->kind == PT_NOTE_STAGE_DONE && note->stage == 0)
		notes->stage_done = true;
	if (note->kind != PT_NOTE_PASS_OPENED || !note->a)
		return;
	notes->nby_hand++;
	notes->nstage_done_before += notes->stage_done;
}

PT_TEST(a_pass_asked_for_on_the_way_is_made_before_the_gate)
{
	for (uint64_t step = 30; step < 130; step += 40) {
		struct life life;
		struct late_wish late = {.life = &life, .left = step};
		struct pass_notes notes = {.nby_hand = 0};

		begin(&life, 3, "confirmed");
		life.r.c.driver.ask = wish_late;
		life.r.c.driver.ask_context = &late;
		life.mortal.left = UINT64_MAX;
		life.mortal.death = DEATH_BEFORE_CALL;
		life.r.c.driver.on_note = count_passes;
		life.r.c.driver.note_context = &notes;
		assert_true(live(&life));
		assert_int_equal(notes.nby_hand, 1);
		assert_int_equal(notes.nstage_done_before, 0);
		assert_int_equal(pt_engine_state(life.r.c.engine), PT_RUN_FINISHED);
		audit(&life, true);
		end(&life);
	}
}

static void sql(const struct life *life, const char *statements)
{
	sqlite3 *db;
	char *said = NULL;

	assert_int_equal(sqlite3_open(life->path, &db), SQLITE_OK);
	if (sqlite3_exec(db, statements, NULL, NULL, &said) != SQLITE_OK)
		fail_msg("%s", said);
	sqlite3_close(db);
}

/* The journal of a run that ended before there were such passes. */
PT_TEST(a_journal_of_the_first_format_is_brought_up_to_date)
{
	struct life life;

	run_to_end(&life, 1);
	struct before b = look(&life);

	pt_store_closep(&life.store);
	sql(&life, "ALTER TABLE progress DROP COLUMN repush_taken;"
		   "ALTER TABLE progress DROP COLUMN repush_served;"
		   "ALTER TABLE progress DROP COLUMN home;"
		   "ALTER TABLE progress DROP COLUMN home_state;"
		   "ALTER TABLE progress DROP COLUMN home_halted_in;"
		   "ALTER TABLE progress DROP COLUMN home_text;"
		   "ALTER TABLE stage DROP COLUMN by_hand;"
		   "DROP TABLE repush; PRAGMA user_version = 1");
	resurrect(&life);
	again(&life, NULL);
	assert_true(check_pass(&life, &b) > 10);
	audit(&life, true);
	forget(&b);
	end(&life);
}

/* Its job hung, and nothing else is left of it. */
static bool only_hangs(const struct before *b, uint32_t org)
{
	bool any = false;

	for (uint32_t p = 0; p < b->npackage; p++) {
		if (retryable(was(b, p, org)))
			return false;
		any |= was(b, p, org)->state == PT_PAIR_UNKNOWN;
	}
	return any;
}

/* A job that hung has ended since, which is read before the run ends again. */
PT_TEST(what_hung_is_looked_at_again)
{
	struct life life;
	char command[256];
	uint32_t nhung = 0;

	snprintf(command, sizeof(command),
		 "sed -i 's/transient: 35%%.*}/transient: 5%%, stuck: { share: 15%%, for: 60h } "
		 "}/' %s/population.yaml",
		 folder);
	assert_int_equal(system(command), 0);
	run_to_end(&life, 1);
	struct before b = look(&life);
	struct pt_clock *clock = &life.r.c.clock;

	clock->wait(clock, clock->now_ms(clock) + 5 * PT_DAY_MS);
	for (uint32_t org = 0; org < b.norg; org++) {
		struct pt_org_key key = pt_inventory_org(life.r.c.inventory, org)->key;

		if (!only_hangs(&b, org))
			continue;
		resurrect(&life);
		again(&life, &key);
		nhung++;
		for (uint32_t p = 0; p < b.npackage; p++)
			assert_int_not_equal(pt_engine_pair(life.r.c.engine, p, org)->state,
					     PT_PAIR_UNKNOWN);
	}
	assert_true(nhung > 0);
	audit(&life, true);
	forget(&b);
	end(&life);
}

/* Few orgs, many failures and one pass of its own leave much to do. */
static int make_hasty_folder(void **state)
{
	char command[512];
	int rc = make_steady_folder(state);

	snprintf(command, sizeof(command),
		 "sed -i 's/orgs: 240/orgs: 100/; s/transient: 15%%/transient: 35%%/' "
		 "%s/population.yaml; sed -i 's/passes: 3/passes: 1/' %s",
		 folder, suite_path);
	return rc ? rc : system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PT_RUN(promise_4_a_pass_after_the_end_pushes_what_can_be_and_nobody_else),
	    PT_RUN(promise_2_lost_answers_in_the_pass_push_nobody_twice),
	    PT_RUN(a_pass_with_nothing_to_push_sends_nothing),
	    PT_RUN(a_pass_of_one_org_pushes_that_org_alone_and_its_permanent_failures),
	    PT_RUN(what_a_customer_mended_since_is_seen),
	    PT_RUN(promise_6_who_is_excluded_since_is_not_pushed),
	    PT_RUN(promise_6_an_org_left_out_in_the_pass_that_names_it_is_pushed_no_more),
	    PT_RUN(promise_3_death_in_the_pass_before_a_step_loses_nothing),
	    PT_RUN(promise_3_death_in_the_pass_before_a_call_loses_nothing),
	    PT_RUN(promise_3_death_in_the_pass_after_a_call_loses_nothing),
	    PT_RUN(promise_5_a_run_that_halted_makes_a_pass_in_what_had_begun_and_is_halted_again),
	    PT_RUN(promise_3_a_halted_run_that_dies_in_the_pass_is_halted_after_it),
	    PT_RUN(promise_5_what_a_halt_kept_from_being_pushed_waits_for_resume),
	    PT_RUN(promise_5_a_breaker_stops_the_pass_and_resume_goes_on_with_it),
	    PT_RUN(a_pass_asked_for_on_the_way_is_made_before_the_gate),
	    PT_RUN(a_journal_of_the_first_format_is_brought_up_to_date),
	    PT_RUN(what_hung_is_looked_at_again),
	};

	return cmocka_run_group_tests(tests, make_hasty_folder, remove_folder);
}
