/* How far a run is, in words and as documents; and when that is said. */
#include "tests/test.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/instant.h"
#include "pipeline/log.h"

#define AT INT64_C(1661302820214) /* Tue 2022-08-23 18:00:20.214 -07:00 */

static struct pt_stage_conf stages[] = {
    {.name = "sand\"box", .soak_ms = 6 * PT_DAY_MS, .nbatch = 1},
    {.name = "production", .nbatch = 2},
};
static struct pt_train_package packages[] = {{.name = "base", .level = 0},
					     {.name = "ext", .level = 1}};
static struct pt_plan_wave waves[] = {{.start_ms = AT + 9 * PT_DAY_MS}};
static struct pt_plan_stage planned[] = {
    {.start_ms = AT},
    {.start_ms = AT + 7 * PT_DAY_MS, .wave = waves, .nwave = 1},
};
static const struct pt_suite suite = {.name = "two", .timezone = "America/Los_Angeles"};
static const struct pt_train train = {.package = packages, .npackage = 2};
static const struct pt_train_conf conf = {.name = "weekly", .stage = stages, .nstage = 2};
static struct pt_plan plan = {
    .setup = {.suite = &suite, .conf = &conf, .train = &train, .id = "3.1"}, .stage = planned};

static struct pt_progress progress_of(struct pt_wait wait)
{
	return (struct pt_progress){
	    .plan = &plan,
	    .run = "weekly-3.1",
	    .per_hour = -1,
	    .now_ms = AT,
	    .tally = {.eligible = 200,
		      .at_target = 120,
		      .failed = {0, 8, 0, 2, 0},
		      .held = 7,
		      .waiting = 63},
	    .outlook = {.state = PT_STAGE_WAVES,
			.nwave = 3,
			.ndone = 1,
			.wait = wait,
			.stage_until_ms = PT_NEVER},
	};
}

static void check_block(const struct pt_progress *progress, unsigned columns, const char *expected)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;

	pt_progress_block(&out, progress, &(struct pt_look){.columns = columns, .utf8 = true});
	assert_string_equal(pt_buf_text(&out), expected);
}

PT_TEST(the_lines_fill_the_terminal)
{
	struct pt_progress progress = progress_of((struct pt_wait){
	    .kind = PT_WAIT_OFFSET, .package = 1, .until_ms = AT + 4 * PT_HOUR_MS});

	check_block(&progress, 80,
		    "weekly-3.1 · sand\"box (1 of 2) · waves 1/3 · █████████████░░░░░░░ · 130/200 "
		    "65%\n"
		    "10 failed (2 permanent, 8 transient) · 7 held\n"
		    "waiting: offset of level 1 (ext) until Tue 22:00 (4h)\n");
	check_block(
	    &progress, 200,
	    "weekly-3.1 · sand\"box (1 of 2) · waves 1/3 · █████████████░░░░░░░ · 130/200 "
	    "65% · 10 failed (2 permanent, 8 transient) · 7 held · waiting: offset of level 1 "
	    "(ext) until Tue 22:00 (4h)\n");
	check_block(&progress, 30,
		    "weekly-3.1\n"
		    "sand\"box (1 of 2) · waves 1/3\n"
		    "130/200 65%\n"
		    "10 failed (2 p…, 8 transient)\n"
		    "7 held\n"
		    "waiting: offse…Tue 22:00 (4h)\n");
}

PT_TEST(what_is_waited_for_is_said_with_its_end)
{
	static const struct {
		struct pt_wait wait;
		const char *text;
	} cases[] = {
	    {{.kind = PT_WAIT_BLACKOUT,
	      .blackout = "quarter end",
	      .until_ms = AT + 3 * PT_HOUR_MS + 12 * PT_MINUTE_MS},
	     "waiting: blackout 'quarter end' until Tue 21:12 (3h 12m)"},
	    {{.kind = PT_WAIT_APPROVAL,
	      .stage = 1,
	      .since_ms = AT - PT_DAY_MS,
	      .until_ms = AT + 9 * PT_DAY_MS},
	     "waiting: an approval of stage 'production' since Mon 18:00 until Thu 2022-09-01 "
	     "18:00 "
	     "(9d): pushtrain approve weekly-3.1 production --by NAME"},
	    {{.kind = PT_WAIT_SOAK, .until_ms = AT + PT_DAY_MS},
	     "waiting: the soak of stage 'sand\"box' until Wed 18:00 (1d)"},
	    {{.kind = PT_WAIT_WINDOW, .until_ms = AT},
	     "waiting: the window of America/Los_Angeles until Tue 18:00"},
	    {{.kind = PT_WAIT_JOBS, .nrequest = 1, .until_ms = PT_NEVER},
	     "1 push request under way; next: batch 2 at Wed 18:00 (1d)"},
	    {{.kind = PT_WAIT_CHECK, .until_ms = PT_NEVER}, "waiting: the gate's check"},
	    {{.kind = PT_WAIT_NOTHING, .until_ms = PT_NEVER}, ""},
	};

	for (size_t i = 0; i < PT_ARRAY_LEN(cases); i++) {
		PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
		struct pt_progress progress = progress_of(cases[i].wait);

		progress.outlook.next = (struct pt_wait){
		    .kind = PT_WAIT_BATCH, .stage = 1, .slot = 1, .until_ms = AT + PT_DAY_MS};
		progress.approve = "pushtrain approve weekly-3.1 production --by NAME";
		pt_progress_waits(&out, &progress, true);
		assert_string_equal(pt_buf_text(&out), cases[i].text);
	}
}

PT_TEST(the_end_is_what_is_left_at_this_rate_and_then_as_planned)
{
	struct pt_progress progress =
	    progress_of((struct pt_wait){.kind = PT_WAIT_JOBS, .until_ms = PT_NEVER});

	/* 63 are left, and nobody knows how fast. */
	assert_int_equal(pt_progress_finish_ms(&progress), PT_NEVER);
	progress.per_hour = 63;
	/* An hour, the soak of six days: before the next stage, whose last wave is two days in. */
	assert_int_equal(pt_progress_finish_ms(&progress), AT + 9 * PT_DAY_MS);
	progress.per_hour = 1;
	assert_int_equal(pt_progress_finish_ms(&progress),
			 AT + 63 * PT_HOUR_MS + (6 + 2) * PT_DAY_MS);
	/* Not before what is waited for. */
	progress.outlook.wait =
	    (struct pt_wait){.kind = PT_WAIT_TOPUP, .until_ms = AT + 4 * PT_DAY_MS};
	assert_int_equal(pt_progress_finish_ms(&progress), AT + (4 + 6 + 2) * PT_DAY_MS);
	progress.outlook.wait.until_ms = PT_NEVER;
	progress.outlook.state = PT_STAGE_SOAKING;
	progress.outlook.stage_until_ms = AT + PT_DAY_MS;
	assert_int_equal(pt_progress_finish_ms(&progress), AT + 9 * PT_DAY_MS);
	progress.outlook.stage = 1;
	assert_int_equal(pt_progress_finish_ms(&progress), AT + PT_DAY_MS);
}

PT_TEST(the_rate_is_of_the_last_hours)
{
	struct pt_rate rate = {.n = 0};
	int64_t now_ms = AT;

	pt_rate_add(&rate, now_ms, 0);
	assert_true(pt_rate_per_hour(&rate, now_ms) < 0);
	pt_rate_add(&rate, now_ms + PT_SECOND_MS, 50);
	assert_true(pt_rate_per_hour(&rate, now_ms + PT_SECOND_MS) < 0); /* too short a time */
	for (int i = 1; i <= 60 * 24; i++)
		pt_rate_add(&rate, now_ms + i * PT_MINUTE_MS, 50 + (uint64_t)i * 10);
	now_ms += 24 * PT_HOUR_MS;
	assert_true(pt_rate_per_hour(&rate, now_ms) > 599.0);
	assert_true(pt_rate_per_hour(&rate, now_ms) < 601.0);
	/* Nothing has ended for long. */
	assert_true(pt_rate_per_hour(&rate, now_ms + PT_DAY_MS) < 0);
}

PT_TEST(lines_are_drawn_after_half_a_second_and_ten_times_a_second)
{
	struct pt_pace pace = {.began_ms = 1000};
	unsigned n = 0;

	for (int64_t now_ms = 1000; now_ms < 1500; now_ms++)
		assert_false(pt_pace_due(&pace, now_ms));
	assert_true(pt_pace_due(&pace, 1500));
	for (int64_t now_ms = 1501; now_ms <= 2500; now_ms++)
		n += pt_pace_due(&pace, now_ms);
	assert_int_equal(n, 10);
}

PT_TEST(heartbeats_come_after_one_five_and_then_every_fifteen_minutes)
{
	static const int64_t due[] = {1, 5, 15, 30, 45, 60};
	struct pt_heartbeat heartbeat;
	size_t n = 0;

	pt_heartbeat_said(&heartbeat, 7);
	for (int64_t now_ms = 7; now_ms <= 7 + PT_HOUR_MS; now_ms += PT_SECOND_MS) {
		if (!pt_heartbeat_due(&heartbeat, now_ms))
			continue;
		assert_true(n < PT_ARRAY_LEN(due));
		assert_int_equal(now_ms, 7 + due[n++] * PT_MINUTE_MS);
	}
	assert_int_equal(n, PT_ARRAY_LEN(due));
	/* What is said begins it anew. */
	pt_heartbeat_said(&heartbeat, 7 + PT_HOUR_MS);
	assert_false(pt_heartbeat_due(&heartbeat, 7 + PT_HOUR_MS + 59 * PT_SECOND_MS));
	assert_true(pt_heartbeat_due(&heartbeat, 7 + PT_HOUR_MS + 60 * PT_SECOND_MS));
}

/* One line that is one document, with these members at least. */
static void check_document(const struct pt_buf *out, const char *type, const char *key,
			   const char *value)
{
	const char *text = pt_buf_text(out);
	json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

	assert_non_null(json);
	assert_ptr_equal(strchr(text, '\n'), text + out->len - 1);
	assert_string_equal(json_string_value(json_object_get(json, "type")), type);
	assert_string_equal(json_string_value(json_object_get(json, "time")),
			    "2022-08-24T01:00:20.214Z");
	assert_non_null(json_object_get(json, "run"));
	if (key)
		assert_string_equal(json_string_value(json_object_get(json, key)), value);
	json_decref(json);
}

PT_TEST(every_line_of_the_log_is_a_document_whatever_the_words)
{
	static const char HOSTILE[] = "no \" \\ \n \x1b[2J \xff \xe2\x80\xa8 end";
	static const char HARMLESS[] = "no \" \\ \n \x1b[2J \xef\xbf\xbd \xe2\x80\xa8 end";
	const struct pt_log log = {.time_ms = AT, .run = "weekly-3.1"};
	const struct pt_log nobody = {.time_ms = AT};
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
	struct pt_err err = PT_ERR_INIT;

	pt_log_version(&out, &nobody, "1.2");
	check_document(&out, "version", "format_version", "1.0");
	pt_buf_clear(&out);
	(void)pt_err_at(&err, PT_E_NOTFOUND, (struct pt_src){"s.yaml", 3, 4}, "%s", HOSTILE);
	pt_log_words(&out, &log, "error", &err, err.text);
	check_document(&out, "error", "code", "not_found");
	pt_buf_clear(&out);
	for (int kind = 0; kind < PT_NOTE_NKIND; kind++) {
		const struct pt_note note = {
		    .kind = (enum pt_note_kind)kind, .at_ms = AT, .until_ms = AT, .text = HOSTILE};

		pt_log_note(&out, &log, &note, &plan, false, PT_RUN_FINISHED);
		check_document(&out, pt_log_note_type(&note, false), "at",
			       "2022-08-24T01:00:20.214Z");
		pt_buf_clear(&out);
	}
	for (int kind = 0; kind <= PT_DETAIL_PLATFORM_ERROR; kind++) {
		struct pt_detail detail = {.kind = (enum pt_detail_kind)kind, .at_ms = AT};

		(void)snprintf(detail.text, sizeof(detail.text), "%s", HOSTILE);
		pt_log_detail(&out, &log, &detail, &plan);
		check_document(&out,
			       kind == PT_DETAIL_PLATFORM_ERROR      ? "platform_error"
			       : kind == PT_DETAIL_REQUEST_MADE      ? "request_made"
			       : kind == PT_DETAIL_REQUEST_ACTIVATED ? "request_activated"
								     : "request_ended",
			       "stage", "sand\"box");
		pt_buf_clear(&out);
	}
	pt_log_words(&out, &log, "message", NULL, HOSTILE);
	check_document(&out, "message", "text", HARMLESS);
}

PT_TEST(a_note_is_called_what_hooks_call_its_event)
{
	static const struct {
		enum pt_note_kind kind;
		uint32_t stage;
		bool asked;
		const char *type;
	} cases[] = {
	    {PT_NOTE_STAGE_WAVES, 0, false, "depart"},
	    {PT_NOTE_STAGE_WAVES, 1, false, "stage"},
	    {PT_NOTE_STAGE_DONE, 0, false, "gate"},
	    {PT_NOTE_HALTED, 0, false, "halt"},
	    {PT_NOTE_HALTED, 0, true, "approval_refused"},
	    {PT_NOTE_APPROVAL, 0, false, "approval_wanted"},
	    {PT_NOTE_APPROVED, 0, false, "approval_given"},
	    {PT_NOTE_ENDED, 0, false, "end"},
	    {PT_NOTE_WAVE_TOPUP, 0, false, "wave_topup"},
	};

	for (size_t i = 0; i < PT_ARRAY_LEN(cases); i++)
		assert_string_equal(pt_log_note_type(&(struct pt_note){.kind = cases[i].kind,
								       .stage = cases[i].stage},
						     cases[i].asked),
				    cases[i].type);
}

static int open_zone(void **state)
{
	static struct pt_zone *zone;
	struct pt_err err = PT_ERR_INIT;

	assert_int_equal(pt_zone_open(&zone, suite.timezone, &err), 0);
	plan.setup.zone = zone;
	*state = zone;
	return 0;
}

static int close_zone(void **state)
{
	pt_zone_free(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PT_RUN(the_lines_fill_the_terminal),
	    PT_RUN(what_is_waited_for_is_said_with_its_end),
	    PT_RUN(the_end_is_what_is_left_at_this_rate_and_then_as_planned),
	    PT_RUN(the_rate_is_of_the_last_hours),
	    PT_RUN(lines_are_drawn_after_half_a_second_and_ten_times_a_second),
	    PT_RUN(heartbeats_come_after_one_five_and_then_every_fifteen_minutes),
	    PT_RUN(every_line_of_the_log_is_a_document_whatever_the_words),
	    PT_RUN(a_note_is_called_what_hooks_call_its_event),
	};

	return cmocka_run_group_tests(tests, open_zone, close_zone);
}
