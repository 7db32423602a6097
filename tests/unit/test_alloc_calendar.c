/* The calendar with every allocation failing. What libical allocates is its own. */
#include "tests/unit/alloc_fixture.h"

#include "connectors/calendar/calendar.h"
#include "connectors/calendar/closing.h"
#include "connectors/calendar/ics_file.h"
#include "pipeline/timetable.h"

static const char text[] =
    "suite: small\ntimezone: America/New_York\n"
    "connectors: { sim: { type: simulated, population: p.yaml } }\n"
    "packages: [ { name: a, git: a.git, tag: '^(?<version>.+)$' } ]\n"
    "trains:\n"
    "  t: { departs: { rrule: FREQ=DAILY, at: '18:00', from: 2025-12-28 },\n"
    "       stages: [ { name: s, orgs: { type: Sandbox }, soak: 6d },\n"
    "                 { name: p, orgs: { all: true } } ] }\n"
    "  gone: { departs: { rrule: FREQ=DAILY;COUNT=2, from: 2020-01-01 },\n"
    "          stages: [ { name: s, orgs: { all: true } } ] }\n"
    "blackouts:\n"
    "  - { name: day, from: 2026-01-02, to: 2026-01-03 }\n"
    "  - { name: rule, rrule: FREQ=WEEKLY, duration: 1d, from: 2025-12-29 }\n"
    "  - { name: none, ics: there-is-none.ics }\n";

struct made {
	struct pt_suite *suite;
	struct pt_zone *zone;
	int64_t from_ms;
};

static struct made make(void)
{
	struct pt_errs errs = PT_ERRS_INIT;
	struct made m = {.from_ms = INT64_C(1767225600000)};

	assert_int_equal(pt_suite_parse(&m.suite, text, sizeof(text) - 1, "suite.yaml", &errs), 0);
	assert_int_equal(pt_zone_open(&m.zone, m.suite->timezone, NULL), 0);
	return m;
}

static void release(struct made *m)
{
	pt_suite_free(m->suite);
	pt_zone_free(m->zone);
}

static int read_closures(uint64_t *result, void *context, struct pt_err *err)
{
	struct made *m = context;
	struct pt_closures closures = PT_CLOSURES_INIT;
	int rc = pt_calendar_closures(&closures, m->suite, m->zone, m->from_ms,
				      m->from_ms + 1000 * PT_DAY_MS, err);

	for (size_t i = 0; i < closures.n; i++)
		*result = *result * 31 + (uint64_t)closures.closure[i].start_ms;
	pt_closures_release(&closures);
	return rc;
}

static int check(uint64_t *result, void *context, struct pt_err *err)
{
	struct made *m = context;
	struct pt_errs errs = PT_ERRS_INIT;
	int rc = 0;

	pt_calendar_check(&errs, m->suite, m->zone, m->from_ms);
	if (errs.nomem)
		rc = pt_err_nomem(err);
	for (size_t i = 0; rc == 0 && i < errs.n; i++) {
		if (errs.item[i].code == PT_E_NOMEM)
			rc = pt_err_nomem(err);
		alloc_result(result, errs.item[i].text);
	}
	pt_errs_release(&errs);
	return rc;
}

static int make_timetable(uint64_t *result, void *context, struct pt_err *err)
{
	struct made *m = context;
	struct pt_closure closure = {m->from_ms, m->from_ms + PT_DAY_MS, 0, "closed"};
	struct pt_closures closures = {.closure = &closure, .n = 1};
	struct pt_timetable_setup setup = {.suite = m->suite,
					   .zone = m->zone,
					   .closures = &closures,
					   .from_ms = m->from_ms,
					   .to_ms = m->from_ms + 20 * PT_DAY_MS};
	struct pt_timetable timetable = {.departure = NULL};
	struct pt_buf out = PT_BUF_INIT;
	int rc = pt_timetable_make(&timetable, &setup, err);

	if (rc == 0)
		rc = pt_timetable_text(&out, &timetable, err);
	if (rc == 0) {
		pt_timetable_json(&out, &timetable);
		pt_timetable_ics(&out, &timetable);
		rc = pt_buf_check(&out, err);
	}
	if (rc == 0)
		alloc_result(result, pt_buf_text(&out));
	pt_timetable_release(&timetable);
	pt_buf_release(&out);
	return rc;
}

PT_TEST(calendar_survives_every_failed_allocation)
{
	struct made m = make();

	survives("a calendar that lacks a file", read_closures, &m);
	survives("a calendar that is checked", check, &m);
	m.suite->nblackout--;
	survives("a calendar", read_closures, &m);
	survives("a timetable", make_timetable, &m);
	release(&m);
}

struct file {
	const struct made *made;
	const char *data;
};

static int read_ics(uint64_t *result, void *context, struct pt_err *err)
{
	const struct file *file = context;
	struct pt_closing closing = {.suite = file->made->suite,
				     .zone = file->made->zone,
				     .from_ms = file->made->from_ms,
				     .to_ms = file->made->from_ms + 366 * PT_DAY_MS};
	int rc = pt_ics_file_parse(&closing, file->data, strlen(file->data), "b.ics", err);

	if (rc == 0)
		rc = pt_buf_check(&closing.texts, err);
	for (size_t i = 0; rc == 0 && i < closing.n; i++)
		*result = *result * 31 + (uint64_t)closing.closure[i].end_ms;
	if (rc == 0 && closing.texts.len)
		alloc_result(result, closing.texts.data);
	pt_closing_release(&closing);
	return rc;
}

PT_TEST(calendar_files_survive_every_failed_allocation)
{
	struct made m = make();
	struct file good = {
	    &m,
	    "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART;TZID=Europe/Berlin:20260105T080000\n"
	    "DTEND;TZID=Asia/Tokyo:20260105T180000\nRRULE:FREQ=WEEKLY\n"
	    "EXDATE:20260112T070000Z,20260119T070000Z\nRDATE;VALUE=PERIOD:20260107T080000/PT1H\n"
	    "SUMMARY:folded\n  text\nEND:VEVENT\n"
	    "BEGIN:VEVENT\nUID:a\nRECURRENCE-ID:20260126T070000Z\nDTSTART:20260126\nEND:VEVENT\n"
	    "END:VCALENDAR\n"};
	struct file zone = {&m,
			    "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;TZID=/a/b/c:20260105T080000\n"
			    "END:VEVENT\nEND:VCALENDAR\n"};

	survives("a calendar file", read_ics, &good);
	survives("a calendar file with an unknown zone", read_ics, &zone);
	release(&m);
}

PT_TEST_MAIN(PT_RUN(calendar_survives_every_failed_allocation),
	     PT_RUN(calendar_files_survive_every_failed_allocation))
