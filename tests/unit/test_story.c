/* What happens next is said for every state of a push, in every situation of stage and run. */
#include "tests/unit/history_fixture.h"

#include "base/instant.h"
#include "pipeline/history/story.h"
#include "pipeline/pair_text.h"

static struct pt_next next_of(struct pt_history *h, uint32_t package, uint32_t org)
{
	struct pt_err err = PT_ERR_INIT;
	struct pt_next next = {.at_ms = 0};
	const struct pt_next_of of = {
	    .history = h, .package = package, .org = org, .options = " -f s.yaml"};

	if (pt_next_tell(&next, &of, &h->arena, &err) < 0)
		fail_msg("%s", err.text);
	return next;
}

static void is(struct pt_history *h, uint32_t package, const char *stands, const char *words,
	       const char *command)
{
	struct pt_next next = next_of(h, package, 0);

	assert_string_equal(next.stands, stands);
	assert_string_equal(next.next, words);
	if (command)
		assert_string_equal(next.command, command);
	else
		assert_null(next.command);
}

/* Its wave in the first stage. */
static void give_wave(struct pt_history *h, uint32_t package, uint32_t pass, bool opened, bool done)
{
	h->wave = fixture_alloc(h, 1, sizeof(*h->wave));
	*h->wave = (struct pt_history_wave){.package = package,
					    .pass = pass,
					    .opens_ms = FIXTURE_START_MS + 2 * PT_HOUR_MS,
					    .start_ms = FIXTURE_START_MS + 2 * PT_HOUR_MS,
					    .opened = opened,
					    .done = done};
	h->nwave = 1;
}

static void give_text(struct pt_history *h, const char *words)
{
	h->text = fixture_alloc(h, 2, sizeof(*h->text));
	h->text[0] = "";
	h->text[1] = words;
	h->ntext = 2;
}

static void halt(struct pt_history *h, enum pt_stage_state halted_in)
{
	h->status.progress.halting = h->status.progress.finished = 1;
	h->status.progress.state = PT_RUN_HALTED;
	h->status.progress.halt_text = "too many failed";
	h->status.stage[0].state = PT_STAGE_HALTED;
	h->stage[0].halted_in = halted_in;
}

#define REPUSH "pushtrain repush -f s.yaml weekly-1.2 --org 00D000000000000"
#define RESUME "pushtrain resume -f s.yaml weekly-1.2"

PT_TEST(what_is_done_or_left_out_has_nothing_to_come)
{
	struct pt_exclusion_row row = {.org = "00D000000000000", .reason = "asked by phone"};
	struct pt_history h;

	fixture_make(&h, 1);
	h.pair[0][0].state = PT_PAIR_CURRENT;
	is(&h, 0, "had 1.2 or a newer one before", "nothing: it is where it is to be", NULL);
	h.pair[0][0].state = PT_PAIR_AT_TARGET;
	is(&h, 0, "at 1.2, by this run", "nothing: it is where it is to be", NULL);
	h.pair[0][0].state = PT_PAIR_NONE;
	is(&h, 0, "not installed there", "nothing: an upgrade goes where the package is", NULL);
	h.pair[0][0] = (struct pt_pair){.state = PT_PAIR_EXCLUDED, .detail = PT_REASON_NBUILTIN};
	is(&h, 0, "excluded: customer upgrades by hand", "nothing: an excluded org is never pushed",
	   NULL);
	h.exclusion = &row;
	h.nexclusion = 1;
	h.pair[0][0].detail = PT_REASON_BY_HAND;
	is(&h, 0, "excluded: left out by hand, \"asked by phone\"",
	   "nothing: an excluded org is never pushed", NULL);
	give_text(&h, "Salesforce Subscription Expired");
	h.pair[0][0] = (struct pt_pair){.state = PT_PAIR_BENIGN, .text = 1};
	is(&h, 0, "no failure, benign: \"Salesforce Subscription Expired\"",
	   "nothing: there is nobody to push it to", NULL);
	h.pair[0][0].state = PT_PAIR_NONE;
	h.place[0].stage = PT_NO_STAGE;
	is(&h, 0, "not part of the run: the org is in no stage of the train",
	   "nothing: no stage takes this org", NULL);
	h.place[0] = (struct pt_org_place){.stage = 1, .reason = PT_REASON_NBUILTIN};
	is(&h, 0, "excluded: customer upgrades by hand", "nothing: an excluded org is never pushed",
	   NULL);
	pt_history_release(&h);
}

PT_TEST(a_stage_that_has_not_begun_is_waited_for)
{
	struct pt_history h;

	fixture_make(&h, 1);
	h.pair[0][0].state = PT_PAIR_NONE;
	h.place[0].stage = 1;
	is(&h, 0, "not looked at yet: its stage has not begun",
	   "looked at when stage production begins, not before Tue 2022-08-30 18:00 -07:00, once "
	   "the stages before it are done",
	   NULL);
	h.stage[1].wants_approval = true;
	h.status.stage[0].state = PT_STAGE_DONE;
	is(&h, 0, "not looked at yet: its stage has not begun",
	   "looked at when stage production begins, not before Tue 2022-08-30 18:00 -07:00, and "
	   "somebody has approved it",
	   NULL);
	h.status.stage[1].asked_ms = FIXTURE_START_MS;
	is(&h, 0, "not looked at yet: its stage has not begun",
	   "waits for the approval of stage production",
	   "pushtrain approve -f s.yaml weekly-1.2 production --by NAME");
	h.status.stage[1].state = PT_STAGE_READING;
	is(&h, 0, "not looked at yet: its stage begins",
	   "the platform is being asked what the org has", NULL);
	h.status.stage[1].state = PT_STAGE_AHEAD;
	h.status.progress.state = PT_RUN_ABORTED;
	is(&h, 0, "not looked at yet: its stage has not begun",
	   "nothing: the run was aborted; a new plan pushes what is left",
	   "pushtrain plan -f s.yaml -o plan.json weekly");
	pt_history_release(&h);
}

PT_TEST(what_waits_is_pushed_with_its_wave_or_a_pass)
{
	struct pt_history h;

	fixture_make(&h, 1);
	give_wave(&h, 0, 0, false, false);
	is(&h, 0, "to be pushed",
	   "pushed when its wave opens, not before Tue 2022-08-23 20:00 -07:00", NULL);
	assert_int_equal(next_of(&h, 0, 0).at_ms, FIXTURE_START_MS + 2 * PT_HOUR_MS);
	h.wave[0].opened = true;
	is(&h, 0, "to be pushed",
	   "pushed as soon as there is room among the running requests, not before Tue 2022-08-23 "
	   "20:00 -07:00",
	   NULL);
	h.wave[0].done = true;
	h.pair[0][0].live = true;
	is(&h, 0, "to be pushed; somebody else is upgrading it",
	   "pushed in re-push pass 1, 1d after the last push of the stage's waves has ended", NULL);
	h.stage[0].passes = 0;
	h.pair[0][0].live = false;
	is(&h, 0, "to be pushed", "nothing by itself: the stage's re-push passes are over", REPUSH);
	pt_history_release(&h);
}

PT_TEST(what_failed_is_pushed_again_while_there_are_passes)
{
	struct pt_history h;

	fixture_make(&h, 1);
	give_text(&h, "Unable to Lock: row");
	h.pair[0][0] = (struct pt_pair){
	    .state = PT_PAIR_FAILED, .class_ = PT_FAILURE_TRANSIENT, .npush = 1, .text = 1};
	h.status.stage[0].state = PT_STAGE_PASSES;
	h.stage[0].pass = 1;
	h.stage[0].pass_start_ms = FIXTURE_START_MS + PT_DAY_MS;
	is(&h, 0, "failed, transient: \"Unable to Lock: row\"",
	   "pushed again in re-push pass 1, not before Wed 2022-08-24 18:00 -07:00", NULL);
	h.status.progress.now_ms = FIXTURE_START_MS + PT_DAY_MS + 1;
	is(&h, 0, "failed, transient: \"Unable to Lock: row\"",
	   "pushed again in re-push pass 1, which is under way", NULL);
	give_wave(&h, 0, 1, true, true);
	is(&h, 0, "failed, transient: \"Unable to Lock: row\"",
	   "pushed again in re-push pass 2, not before Thu 2022-08-25 18:00 -07:00", NULL);
	h.stage[0].pass = h.wave[0].pass = 3;
	is(&h, 0, "failed, transient: \"Unable to Lock: row\"",
	   "nothing by itself: the stage's re-push passes are over", REPUSH);
	h.stage[0].rules_known = false;
	is(&h, 0, "failed, transient: \"Unable to Lock: row\"",
	   "pushed again in the stage's next re-push pass, if the train has one", NULL);
	h.pair[0][0].class_ = PT_FAILURE_PERMANENT;
	is(&h, 0, "failed, permanent: \"Unable to Lock: row\"",
	   "nothing: permanent; mend it at the customer, then push it again by hand", REPUSH);
	pt_history_release(&h);
}

PT_TEST(a_pass_that_somebody_asked_for_comes)
{
	struct pt_repush_row row = {.repush = 2, .org = "00D000000000000"};
	struct pt_history h;

	fixture_make(&h, 2);
	h.repush = &row;
	h.nrepush = 1;
	h.pair[0][0] =
	    (struct pt_pair){.state = PT_PAIR_FAILED, .class_ = PT_FAILURE_PERMANENT, .npush = 1};
	h.pair[0][1] = h.pair[0][0];
	is(&h, 0, "failed, permanent", "pushed again in the re-push pass that somebody asked for",
	   NULL);
	assert_string_equal(next_of(&h, 0, 1).next,
			    "nothing: permanent; mend it at the customer, then push it again by "
			    "hand");
	h.status.progress.finished = 1;
	h.status.progress.state = PT_RUN_FINISHED;
	is(&h, 0, "failed, permanent", "pushed again in the re-push pass that somebody asked for",
	   RESUME);
	h.status.progress.repush_served = 2;
	is(&h, 0, "failed, permanent",
	   "nothing: permanent; mend it at the customer, then push it again by hand", REPUSH);
	pt_history_release(&h);
}

PT_TEST(what_is_held_goes_by_its_base)
{
	struct pt_err err = PT_ERR_INIT;
	struct pt_history h;
	struct pt_next next;

	fixture_make(&h, 1);
	give_text(&h, "needs Chatter");
	h.pair[0][0] = (struct pt_pair){
	    .state = PT_PAIR_FAILED, .class_ = PT_FAILURE_PERMANENT, .npush = 1, .text = 1};
	fixture_hold(&h, 1, 0, 0);
	fixture_hold(&h, 2, 0, 1);
	is(&h, 1, "held: base has not arrived there",
	   "held until base arrives there; base: failed, permanent: \"needs Chatter\"; nothing: "
	   "permanent; mend it at the customer, then push it again by hand",
	   REPUSH);
	assert_non_null(strstr(next_of(&h, 2, 0).next, "held until middle arrives there"));
	assert_string_equal(next_of(&h, 2, 0).command, REPUSH);
	h.pair[0][0] = (struct pt_pair){.state = PT_PAIR_AT_TARGET};
	give_wave(&h, 1, 0, true, false);
	is(&h, 1, "held until now: base has arrived there since",
	   "pushed when its wave is topped up", NULL);
	h.wave[0].done = true;
	is(&h, 1, "held until now: base has arrived there since",
	   "pushed in re-push pass 1, 1d after the last push of the stage's waves has ended", NULL);
	/* What cannot be is refused, and not followed for ever. */
	fixture_hold(&h, 0, 0, 2);
	h.package[2].level = 0;
	const struct pt_next_of of = {.history = &h, .package = 1, .options = ""};

	assert_int_equal(pt_next_tell(&next, &of, &h.arena, &err), -PT_E_INVALID);
	pt_history_release(&h);
}

PT_TEST(what_is_in_flight_says_in_which_request)
{
	struct pt_history h;
	const uint8_t org[4] = {0};
	uint8_t view = 1; /* a live job */
	struct pt_history_request request = {.id = "0DV000000000001AAA",
					     .start_ms = FIXTURE_START_MS + 2 * PT_HOUR_MS,
					     .orgs = org,
					     .views = &view,
					     .norg = 1};
	struct pt_next_of of = {.history = &h, .request = &request, .options = ""};
	struct pt_err err = PT_ERR_INIT;
	struct pt_next next;

	fixture_make(&h, 1);
	h.pair[0][0].state = PT_PAIR_IN_FLIGHT;
	assert_int_equal(pt_next_tell(&next, &of, &h.arena, &err), 0);
	assert_string_equal(next.stands, "in flight in push request 0DV000000000001AAA, scheduled "
					 "for Tue 2022-08-23 20:00 -07:00");
	assert_string_equal(next.next, "its outcome is read when the platform has ended the job, "
				       "not before Tue 2022-08-23 20:00 -07:00");
	request.start_ms = FIXTURE_START_MS;
	view = 0;
	assert_int_equal(pt_next_tell(&next, &of, &h.arena, &err), 0);
	assert_string_equal(next.stands, "in flight in push request 0DV000000000001AAA, its job is "
					 "about to be made");
	request.doubted = true;
	request.id = NULL;
	assert_int_equal(pt_next_tell(&next, &of, &h.arena, &err), 0);
	assert_string_equal(next.stands, "in flight in push request (its id is not known yet), of "
					 "which an answer was lost");
	assert_string_equal(next.next, "the platform is asked what became of it");
	halt(&h, PT_STAGE_WAVES);
	assert_int_equal(pt_next_tell(&next, &of, &h.arena, &err), 0);
	assert_string_equal(next.next, "the platform ends the job by itself; its outcome is read "
				       "when the run goes on");
	assert_string_equal(next.command, "pushtrain resume weekly-1.2");
	pt_history_release(&h);
}

PT_TEST(what_hangs_or_was_canceled_names_the_way_out)
{
	struct pt_history h;

	fixture_make(&h, 1);
	h.pair[0][0].state = PT_PAIR_UNKNOWN;
	is(&h, 0, "unknown: its job has not ended in time",
	   "looked at now and then; not pushed again before the platform has ended the job", NULL);
	h.status.progress.finished = 1;
	h.status.progress.state = PT_RUN_FINISHED;
	is(&h, 0, "unknown: its job has not ended in time",
	   "nothing by itself: the run has ended; a pass by hand looks at the job once more",
	   REPUSH);
	h.pair[0][0].state = PT_PAIR_CANCELED;
	is(&h, 0, "canceled on the platform by somebody else",
	   "nothing by itself: what somebody else canceled is left so", REPUSH);
	h.pair[0][0].detail = PT_CANCELED_BY_US;
	halt(&h, PT_STAGE_WAVES);
	is(&h, 0, "canceled by us before it started, when the run stopped",
	   "nothing until somebody goes on: the run has halted: too many failed", RESUME);
	pt_history_release(&h);
}

PT_TEST(a_run_that_stands_still_says_how_to_go_on)
{
	struct pt_wish_row wish = {.kind = PT_WISH_PAUSE};
	struct pt_history h;

	fixture_make(&h, 1);
	give_wave(&h, 0, 0, true, false);
	h.wish = &wish;
	h.nwish = 1;
	is(&h, 0, "to be pushed", "nothing until the run is resumed: somebody paused it", RESUME);
	h.nwish = 0;
	halt(&h, PT_STAGE_WAVES);
	is(&h, 0, "to be pushed",
	   "nothing until somebody goes on: the run has halted: too many failed", RESUME);
	halt(&h, PT_STAGE_SOAKING);
	h.place[0].stage = 1;
	h.pair[0][0].state = PT_PAIR_NONE;
	is(&h, 0, "not looked at yet: its stage has not begun",
	   "nothing until somebody goes on: the run has halted: too many failed; it takes an "
	   "approval, then 'pushtrain resume -f s.yaml weekly-1.2'",
	   "pushtrain approve -f s.yaml weekly-1.2 sandbox --by NAME");
	h.stage[0].excused = true;
	is(&h, 0, "not looked at yet: its stage has not begun",
	   "nothing until somebody goes on: the run has halted: too many failed", RESUME);
	pt_history_release(&h);
}

static void place_run(struct pt_history *h, enum pt_run_state run)
{
	h->status.progress.state = run;
	h->status.progress.finished = run == PT_RUN_HALTED || run == PT_RUN_FINISHED ||
				      run == PT_RUN_CONVERGED || run == PT_RUN_ABORTED;
	h->status.progress.halting = run == PT_RUN_HALTED;
}

/* Every state, class and base, in every stage and run: something is said, and a line that ends in
   "nothing by itself" has a command. */
static unsigned say_all(struct pt_history *h, enum pt_pair_state state)
{
	unsigned n = 0;

	for (int class_ = 0; class_ < PT_FAILURE_NCLASS; class_++) {
		for (int detail = 0; detail < 2; detail++) {
			h->pair[1][0] = (struct pt_pair){
			    .state = (uint8_t)state,
			    .class_ = (uint8_t)class_,
			    .detail = (uint16_t)(state == PT_PAIR_HELD ? 0 : detail)};
			struct pt_next next = next_of(h, 1, 0);

			assert_true(next.stands[0] && next.next[0]);
			assert_null(strstr(next.next, ", ,"));
			if (strstr(next.next, "by itself:") || strstr(next.next, "by hand"))
				assert_non_null(next.command);
			n++;
		}
	}
	return n;
}

PT_TEST(there_is_a_sentence_for_everything)
{
	unsigned n = 0;

	for (int run = 0; run <= PT_RUN_PAUSED; run++) {
		for (int stage = 0; stage <= PT_STAGE_HALTED; stage++) {
			struct pt_history h;

			fixture_make(&h, 1);
			place_run(&h, (enum pt_run_state)run);
			h.status.stage[0].state = (enum pt_stage_state)stage;
			for (int base = 0; base < PT_PAIR_NSTATE; base++) {
				h.pair[0][0].state =
				    (uint8_t)(base == PT_PAIR_HELD ? PT_PAIR_WAITING : base);
				for (int s = 0; s < PT_PAIR_NSTATE; s++)
					n += say_all(&h, (enum pt_pair_state)s);
			}
			pt_history_release(&h);
		}
	}
	assert_int_equal(n, 7 * 7 * PT_PAIR_NSTATE * PT_PAIR_NSTATE * PT_FAILURE_NCLASS * 2);
	for (int s = 0; s < PT_PAIR_NSTATE; s++) {
		assert_non_null(pt_pair_state_text((enum pt_pair_state)s));
		assert_non_null(pt_pair_words((enum pt_pair_state)s));
	}
	for (int kind = 0; kind < PT_STORY_NKIND; kind++)
		assert_non_null(pt_story_kind_text((enum pt_story_kind)kind));
}

PT_TEST(long_words_of_others_are_cut_between_characters)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
	char *words = malloc(1 << 20);

	assert_non_null(words);
	memset(words, 'x', 399);
	for (size_t i = 399; i + 2 < 1 << 20; i += 2)
		memcpy(words + i, "\xc3\xa4", 2);
	words[(1 << 20) - 1] = '\0';
	pt_next_quote(&out, words);
	assert_int_equal(out.len, 399 + 2 + strlen("…"));
	assert_string_equal(pt_buf_text(&out) + 395, "xxxxx…\"");
	free(words);
}

/* One that is hostile, from its departure to where it stands, as a page and as a document. */
PT_TEST(a_story_is_told_in_order_and_cannot_write_on_the_terminal)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	PT_CLEANUP(pt_buf_release) struct pt_buf json = PT_BUF_INIT;
	const uint8_t orgs[8] = {0};
	const uint8_t views[2] = {3, 3}; /* both ended */
	struct pt_err err = PT_ERR_INIT;
	struct pt_history h;
	struct pt_story story;

	fixture_make(&h, 1);
	h.org[0].name = "Evil\x1b[2J\nOrg";
	fixture_fail(&h, 0, 0, PT_FAILURE_TRANSIENT,
		     "Un\x07"
		     "expected",
		     "line\n1\x1b]0;x\x07");
	h.request = fixture_alloc(&h, 2, sizeof(*h.request));
	h.request[0] = (struct pt_history_request){.id = "0DV000000000001AAA",
						   .made_ms = FIXTURE_START_MS,
						   .start_ms = FIXTURE_START_MS,
						   .done_ms = FIXTURE_START_MS + PT_HOUR_MS,
						   .done = true,
						   .orgs = orgs,
						   .views = views,
						   .norg = 1};
	h.request[1] = h.request[0];
	h.request[1].id = "0DV000000000002AAA";
	h.request[1].made_ms = h.request[1].start_ms = FIXTURE_START_MS + 2 * PT_HOUR_MS;
	h.request[1].done_ms = FIXTURE_START_MS + 3 * PT_HOUR_MS;
	h.nrequest = 2;
	give_wave(&h, 0, 0, true, true);
	h.pair[0][0] = (struct pt_pair){.state = PT_PAIR_AT_TARGET, .npush = 2};
	assert_int_equal(pt_story_tell(&story, &h, 0, "", &err), 0);
	assert_int_equal(story.nevent, 5);
	for (size_t i = 1; i < story.nevent; i++)
		assert_true(story.event[i].at_ms >= story.event[i - 1].at_ms);
	assert_int_equal(story.event[2].kind, PT_STORY_FAILED);
	assert_int_equal(story.event[4].kind, PT_STORY_ARRIVED);
	assert_string_equal(story.id, "00D000000000000EAA");
	assert_string_equal(story.summary, "1 of 3 packages are where they are to be; middle "
					   "waiting, top waiting");
	assert_int_equal(pt_story_text(&text, &story, &err), 0);
	for (const char *c = pt_buf_text(&text); *c; c++)
		assert_true((unsigned char)*c >= 0x20 || *c == '\n');
	assert_non_null(strstr(pt_buf_text(&text), "Evil\xef\xbf\xbd[2J Org\n"));
	assert_non_null(strstr(pt_buf_text(&text),
			       "failed, transient: Un\xef\xbf\xbd"
			       "expected: \"line 1\xef\xbf\xbd]0;x\xef\xbf\xbd\""));
	pt_story_json(&json, &story);
	assert_non_null(strstr(pt_buf_text(&json), "\"message\": \"line\\n1\\u001b]0;x\\u0007\""));
	pt_story_release(&story);
	pt_history_release(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PT_RUN(what_is_done_or_left_out_has_nothing_to_come),
	    PT_RUN(a_stage_that_has_not_begun_is_waited_for),
	    PT_RUN(what_waits_is_pushed_with_its_wave_or_a_pass),
	    PT_RUN(what_failed_is_pushed_again_while_there_are_passes),
	    PT_RUN(a_pass_that_somebody_asked_for_comes),
	    PT_RUN(what_is_held_goes_by_its_base),
	    PT_RUN(what_is_in_flight_says_in_which_request),
	    PT_RUN(what_hangs_or_was_canceled_names_the_way_out),
	    PT_RUN(a_run_that_stands_still_says_how_to_go_on),
	    PT_RUN(there_is_a_sentence_for_everything),
	    PT_RUN(long_words_of_others_are_cut_between_characters),
	    PT_RUN(a_story_is_told_in_order_and_cannot_write_on_the_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
