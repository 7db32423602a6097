/* Which notes of a run others hear of, and as what; and what the journal keeps of that. */
#include "tests/test.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "connectors/store/sqlite.h"
#include "pipeline/event.h"
#include "pipeline/journal_hook.h"

#define AT INT64_C(1661302820214) /* 2022-08-24T01:00:20.214Z */

static struct pt_stage_conf stages[] = {
    {.name = "sand\"box", .gate = {.success_ppm = 970000, .src = {.line = 3}}},
    {.name = "production", .gate = {.success_ppm = PT_UNSET}},
};
static const struct pt_suite suite = {.name = "three"};
static const struct pt_train_conf conf = {.name = "weekly", .stage = stages, .nstage = 2};
static struct pt_train_package packages[] = {{.name = "base"}};
static const struct pt_train train = {.suite = &suite, .package = packages, .npackage = 1};
static struct pt_plan plan = {
    .setup = {.suite = &suite, .conf = &conf, .train = &train, .id = "3.1"}};

static void check_json(const struct pt_event *event, const char *expected)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;

	pt_event_json(&out, event);
	assert_string_equal(pt_buf_text(&out), expected);
	json_t *json = json_loads(pt_buf_text(&out), 0, NULL);

	assert_non_null(json);
	assert_int_equal(json_object_size(json), 14);
	json_decref(json);
}

#define HEAD(type)                                                                                 \
	"{\"id\": \"weekly-3.1/12\", \"type\": \"" type "\", "                                     \
	"\"at\": \"2022-08-24T01:00:20.214Z\", \"suite\": \"three\", "                             \
	"\"train\": \"weekly\", \"train_id\": \"3.1\", \"run\": \"weekly-3.1\", "
#define FIRST "\"stage\": \"sand\\\"box\", \"package\": null, "

static struct pt_event event_of(const struct pt_note *note, enum pt_event_type type)
{
	return (struct pt_event){.type = type,
				 .number = 12,
				 .run = "weekly-3.1",
				 .suite = &suite,
				 .plan = &plan,
				 .note = *note};
}

PT_TEST(an_event_is_a_document_with_all_its_keys)
{
	struct pt_note note = {
	    .kind = PT_NOTE_STAGE_WAVES, .at_ms = AT, .a = 10, .b = 2, .c = 3, .d = 15};
	struct pt_event event = event_of(&note, PT_EVENT_DEPART);

	check_json(&event, HEAD("depart") FIRST
		   "\"gate_held\": null, \"state\": null, \"until\": null, \"text\": \"begins: 15 "
		   "orgs, 10 pushes, 2 "
		   "excluded, 3 already current\", \"counts\": {\"orgs\": 15, \"eligible\": 10, "
		   "\"excluded\": 2, \"already_current\": 3}}");
	note = (struct pt_note){
	    .kind = PT_NOTE_STAGE_DONE, .at_ms = AT, .a = 9, .b = 1, .ppm = 900000};
	event = event_of(&note, PT_EVENT_GATE);
	check_json(
	    &event, HEAD("gate") FIRST
	    "\"gate_held\": false, \"state\": null, \"until\": null, \"text\": \"ends: 9 at "
	    "target, 1 failed, "
	    "0 held: 90.00% success, the gate does not hold\", \"counts\": {\"at_target\": 9, "
	    "\"failed\": 1, \"held\": 0, \"success_ppm\": 900000}}");
	note = (struct pt_note){.kind = PT_NOTE_HALTED, .at_ms = AT, .text = "no \n \x1b \xff"};
	event = event_of(&note, PT_EVENT_HALT);
	check_json(&event, HEAD("halt") FIRST
		   "\"gate_held\": null, \"state\": null, \"until\": null, \"text\": \"no "
		   "\\n \\u001b \xef\xbf\xbd\", \"counts\": {}}");
	const struct pt_tally tally = {.selected = 7, .eligible = 7, .failed = {1, 2, 0, 4, 0}};

	note.kind = PT_NOTE_ENDED;
	event = event_of(&note, PT_EVENT_END);
	event.state = PT_RUN_FINISHED;
	event.tally = &tally;
	check_json(
	    &event,
	    HEAD("end") "\"stage\": null, \"package\": null, \"gate_held\": null, \"state\": "
			"\"finished\", \"until\": null, \"text\": \"the train has ended: "
			"finished\", "
			"\"counts\": {\"selected\": 7, \"already_current\": 0, "
			"\"excluded\": 0, \"eligible\": 7, \"at_target\": 0, \"waiting\": 0, "
			"\"held\": 0, \"in_flight\": 0, \"unknown\": 0, \"canceled\": 0, "
			"\"benign\": 0, \"failed\": 7}}");
}

PT_TEST(a_stage_without_a_gate_has_none_that_held)
{
	const struct pt_note note = {.kind = PT_NOTE_STAGE_DONE, .at_ms = AT, .stage = 1};
	struct pt_event event = event_of(&note, PT_EVENT_GATE);
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;

	event.held = true;
	assert_string_equal(pt_event_held_text(&event), "");
	pt_event_text(&text, &event);
	assert_string_equal(pt_buf_text(&text),
			    "ends: 0 at target, 0 failed, 0 held: 0.00% success");
}

PT_TEST(few_notes_are_events)
{
	const struct pt_note halt = {.kind = PT_NOTE_HALTED, .stage = 0};
	const struct pt_note gate = {.kind = PT_NOTE_STAGE_DONE, .stage = 0};
	static const struct {
		enum pt_note_kind kind;
		uint32_t stage;
		enum pt_run_state state;
		enum pt_event_type type;
		unsigned on;
	} cases[] = {
	    {PT_NOTE_STAGE_WAVES, 0, PT_RUN_RUNNING, PT_EVENT_DEPART, PT_ON_DEPARTS},
	    {PT_NOTE_STAGE_WAVES, 1, PT_RUN_RUNNING, PT_EVENT_STAGE, PT_ON_STAGES},
	    {PT_NOTE_STAGE_DONE, 1, PT_RUN_WAITING, PT_EVENT_GATE, PT_ON_GATES},
	    {PT_NOTE_HALTED, 1, PT_RUN_RUNNING, PT_EVENT_HALT, PT_ON_HALTS},
	    {PT_NOTE_ENDED, 1, PT_RUN_HALTED, PT_EVENT_NONE, 0},
	    {PT_NOTE_ENDED, 1, PT_RUN_CONVERGED, PT_EVENT_END, PT_ON_ENDS},
	    {PT_NOTE_ENDED, 1, PT_RUN_ABORTED, PT_EVENT_END, PT_ON_ENDS},
	    {PT_NOTE_WAVE_DONE, 1, PT_RUN_RUNNING, PT_EVENT_NONE, 0},
	    {PT_NOTE_APPROVAL, 1, PT_RUN_WAITING, PT_EVENT_APPROVAL_WANTED, PT_ON_APPROVALS},
	    {PT_NOTE_APPROVED, 1, PT_RUN_WAITING, PT_EVENT_APPROVAL_GIVEN, PT_ON_APPROVALS},
	    {PT_NOTE_EXCUSED, 1, PT_RUN_HALTED, PT_EVENT_APPROVAL_GIVEN, PT_ON_APPROVALS},
	    {PT_NOTE_CHECKING, 1, PT_RUN_WAITING, PT_EVENT_NONE, 0},
	    {PT_NOTE_PAUSED, 1, PT_RUN_PAUSED, PT_EVENT_NONE, 0},
	    {PT_NOTE_SILENT, 1, PT_RUN_RUNNING, PT_EVENT_SILENT, PT_ON_HALTS},
	};

	for (size_t i = 0; i < PT_ARRAY_LEN(cases); i++) {
		const struct pt_note note = {.kind = cases[i].kind, .stage = cases[i].stage};

		assert_int_equal(pt_event_type_of(&note, false, cases[i].state), cases[i].type);
		assert_int_equal(pt_event_on(cases[i].type), cases[i].on);
	}
	assert_true(pt_event_gate_held(&gate, NULL));
	assert_true(pt_event_gate_held(&gate, &gate));
	assert_false(pt_event_gate_held(&gate, &halt));
}

static void check_until(const struct pt_event *event, const char *expected)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
	json_t *json;
	const char *until;

	pt_event_json(&out, event);
	json = json_loads(pt_buf_text(&out), 0, NULL);
	assert_non_null(json);
	until = json_string_value(json_object_get(json, "until"));
	assert_int_equal(until != NULL, expected != NULL);
	if (until)
		assert_string_equal(until, expected);
	json_decref(json);
}

PT_TEST(to_halt_where_an_approval_is_asked_for_is_to_refuse_it)
{
	const struct pt_note notes[] = {
	    {.kind = PT_NOTE_HALTED},   {.kind = PT_NOTE_APPROVAL, .at_ms = AT},
	    {.kind = PT_NOTE_FOREIGN},  {.kind = PT_NOTE_HALTED, .text = "no, says Ann"},
	    {.kind = PT_NOTE_APPROVAL}, {.kind = PT_NOTE_APPROVED},
	    {.kind = PT_NOTE_HALTED},
	};
	static const enum pt_event_type types[] = {
	    PT_EVENT_HALT,
	    PT_EVENT_APPROVAL_WANTED,
	    PT_EVENT_NONE,
	    PT_EVENT_APPROVAL_REFUSED,
	    PT_EVENT_APPROVAL_WANTED,
	    PT_EVENT_APPROVAL_GIVEN,
	    PT_EVENT_HALT,
	};
	bool asked = false;

	for (size_t i = 0; i < PT_ARRAY_LEN(notes); i++) {
		assert_int_equal(pt_event_type_of(&notes[i], asked, PT_RUN_WAITING), types[i]);
		asked = pt_event_asked(asked, &notes[i]);
	}
	/* Both who wait for approvals and who wait for halts hear of it. */
	assert_int_equal(pt_event_on(PT_EVENT_APPROVAL_REFUSED), PT_ON_APPROVALS | PT_ON_HALTS);
	struct pt_event event = event_of(&notes[1], PT_EVENT_APPROVAL_WANTED);
	struct pt_zone *zone = NULL;
	struct pt_err err = PT_ERR_INIT;

	assert_int_equal(pt_zone_open(&zone, "UTC", &err), 0);
	plan.setup.zone = zone;

	event.note.until_ms = AT;
	check_until(&event, "2022-08-24T01:00:20.214Z");
	event.note.until_ms = PT_NEVER;
	check_until(&event, NULL);
	plan.setup.zone = NULL;
	pt_zone_free(zone);
}

/* A journal of one run in a file of its own. */
struct kept {
	char path[32];
	struct pt_store *store;
	struct pt_journal journal;
};

static void kept_open(struct kept *kept)
{
	struct pt_err err = PT_ERR_INIT;
	int fd;

	(void)snprintf(kept->path, sizeof(kept->path), "/tmp/pt-event-XXXXXX");
	fd = mkstemp(kept->path);
	assert_true(fd >= 0);
	assert_int_equal(close(fd), 0);
	if (pt_store_open_sqlite(&kept->store, kept->path, &pt_journal_schema, PT_STORE_MAKE,
				 &err) < 0)
		fail_msg("%s", err.text);
	kept->journal = (struct pt_journal){kept->store, 1};
}

static void kept_close(struct kept *kept)
{
	char path[64];

	pt_store_closep(&kept->store);
	assert_int_equal(unlink(kept->path), 0);
	(void)snprintf(path, sizeof(path), "%s-wal", kept->path);
	(void)unlink(path);
	(void)snprintf(path, sizeof(path), "%s-shm", kept->path);
	(void)unlink(path);
}

static void put(struct kept *kept, size_t table, const void *row)
{
	struct pt_err err = PT_ERR_INIT;

	assert_int_equal(kept->store->ops->begin(kept->store, PT_STORE_SOON, &err), 0);
	assert_int_equal(kept->store->ops->put(kept->store, table, row, &err), 0);
	assert_int_equal(kept->store->ops->commit(kept->store, &err), 0);
}

PT_TEST(how_far_a_hook_is_is_kept_for_each)
{
	struct kept kept;
	struct pt_arena texts = PT_ARENA_INIT;
	struct pt_hook_row row;
	struct pt_err err = PT_ERR_INIT;
	bool found = true;

	kept_open(&kept);
	assert_int_equal(pt_journal_hook(&found, &row, &texts, &kept.journal, "a", &err), 0);
	assert_false(found);
	for (int64_t done = 1; done <= 3; done++) {
		const struct pt_hook_row a = {.run = 1, .hook = "a", .done = done};
		const struct pt_hook_row b = {
		    .run = 1, .hook = "b", .done = 10 * done, .failed = 1, .why = "it hangs"};

		assert_int_equal(pt_journal_hook_put(&kept.journal, &a, &err), 0);
		assert_int_equal(pt_journal_hook_put(&kept.journal, &b, &err), 0);
	}
	assert_int_equal(pt_journal_hook(&found, &row, &texts, &kept.journal, "a", &err), 0);
	assert_true(found);
	assert_int_equal(row.done, 3);
	assert_null(row.why);
	assert_int_equal(pt_journal_hook(&found, &row, &texts, &kept.journal, "b", &err), 0);
	assert_int_equal(row.done, 30);
	assert_string_equal(row.why, "it hangs");
	/* Another run's are its own. */
	kept.journal.run = 2;
	assert_int_equal(pt_journal_hook(&found, &row, &texts, &kept.journal, "a", &err), 0);
	assert_false(found);
	put(&kept, PT_ROWS_HOOK, &(struct pt_hook_row){.run = 2, .hook = "a", .done = -1});
	assert_true(pt_journal_hook(&found, &row, &texts, &kept.journal, "a", &err) < 0);
	assert_string_equal(err.text, "the journal is damaged: what its hooks were told");
	pt_arena_release(&texts);
	kept_close(&kept);
}

static int add_up(void *context, const struct pt_note *note, int64_t number, struct pt_err *err)
{
	(void)err;
	*(int64_t *)context += number * 100 + (int64_t)note->a;
	return 0;
}

static int read_notes(const struct kept *kept, int64_t *sum, struct pt_err *err)
{
	const struct pt_note_reading reading = {2, 3, add_up, sum};

	*sum = 0;
	return pt_journal_notes(&kept->journal, &reading, err);
}

PT_TEST(notes_that_cannot_be_are_refused)
{
	static const struct pt_note_row wrong[] = {
	    {.run = 1, .note = 4, .at_ms = AT},
	    {.run = 1, .note = 3, .stage = 2, .at_ms = AT},
	    {.run = 1, .note = 3, .package = 3, .at_ms = AT},
	    {.run = 1, .note = 3, .package = -1, .at_ms = AT},
	    {.run = 1, .note = 3, .kind = -1, .at_ms = AT},
	    {.run = 1, .note = 3, .a = -1, .at_ms = AT},
	    {.run = 1, .note = 3, .at_ms = INT64_MAX},
	};

	for (size_t i = 0; i < PT_ARRAY_LEN(wrong); i++) {
		struct pt_err err = PT_ERR_INIT;
		struct kept kept;
		int64_t sum;

		kept_open(&kept);
		put(&kept, PT_ROWS_NOTE,
		    &(struct pt_note_row){.run = 1, .note = 1, .a = 5, .at_ms = AT});
		put(&kept, PT_ROWS_NOTE,
		    &(struct pt_note_row){.run = 1, .note = 2, .a = 6, .at_ms = AT, .stage = 1});
		assert_int_equal(read_notes(&kept, &sum, &err), 0);
		assert_int_equal(sum, 311);
		put(&kept, PT_ROWS_NOTE, &wrong[i]);
		assert_int_equal(read_notes(&kept, &sum, &err), -PT_E_INVALID);
		assert_string_equal(err.text, "the journal is damaged: its notes");
		kept_close(&kept);
	}
}

PT_TEST_MAIN(PT_RUN(an_event_is_a_document_with_all_its_keys),
	     PT_RUN(a_stage_without_a_gate_has_none_that_held), PT_RUN(few_notes_are_events),
	     PT_RUN(to_halt_where_an_approval_is_asked_for_is_to_refuse_it),
	     PT_RUN(how_far_a_hook_is_is_kept_for_each), PT_RUN(notes_that_cannot_be_are_refused))
