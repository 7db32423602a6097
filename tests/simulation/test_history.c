/*
 * A run read back from its journal alone: it says what the engine says, loses and doubles
 * no failure whatever crashes, and whatever stands in the journal is one error or a history.
 */
#include "tests/simulation/life_fixture.h"

#include <sqlite3.h>

#include "base/instant.h"
#include "pipeline/history/history.h"
#include "pipeline/journal_hours.h"
#include "pipeline/report/view.h"
#include "tests/unit/report_fixture.h"

/* Like begin(), with the plan file in the journal. */
static void begin_with_plan(struct life *life, int64_t seed, const char *order)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	struct pt_err err = PT_ERR_INIT;

	begin(life, seed, order);
	assert_int_equal(pt_plan_file_write(&text, life->r.c.plan, &err), 0);
	const struct pt_plan_row row = {.run = life->journal.run,
					.text = {pt_buf_text(&text), text.len}};

	assert_int_equal(life->store->ops->begin(life->store, PT_STORE_SOON, &err), 0);
	assert_int_equal(life->store->ops->put(life->store, PT_ROWS_PLAN, &row, &err), 0);
	assert_int_equal(life->store->ops->commit(life->store, &err), 0);
}

static void read_history(struct pt_history *h, const struct life *life)
{
	struct pt_err err = PT_ERR_INIT;

	if (pt_history_read(h, life->store, NULL, PT_HISTORY_ALL, &err) < 0)
		fail_msg("%s", err.text);
}

static void same_figures(const struct pt_history *h, const struct life *life)
{
	uint64_t nfailed[PT_FAILURE_NCLASS] = {0}, njob_failed[PT_FAILURE_NCLASS] = {0};

	for (uint32_t s = 0; s < life->r.c.conf.nstage; s++) {
		for (uint32_t p = 0; p < life->r.npackage; p++) {
			struct pt_stage_figures figures;

			pt_engine_figures(&figures, life->r.c.engine, s, p);
			assert_memory_equal(&figures, &h->status.figures[s * life->r.npackage + p],
					    sizeof(figures));
			for (int c = 0; c < PT_FAILURE_NCLASS; c++)
				njob_failed[c] += figures.jobs_failed[c];
		}
	}
	for (size_t i = 0; i < h->nfailure; i++)
		nfailed[h->failure[i].class_]++;
	assert_memory_equal(nfailed, njob_failed, sizeof(nfailed));
	assert_true(h->nfailure > 20);
}

/* Each is a failed job of the platform's, with its words, and there are no others. */
static void same_failures(const struct pt_history *h, const struct life *life)
{
	struct pt_platform *platform = life->r.platform;
	size_t nfailed = 0;

	for (uint32_t job = 0; job < pt_platform_njob(platform); job++)
		nfailed += pt_platform_job(platform, job).state == PT_JOB_FAILED;
	assert_int_equal(h->nfailure, nfailed);
	for (size_t i = 0; i < h->nfailure; i++) {
		const struct pt_history_failure *f = &h->failure[i];

		assert_true(i == 0 || f->at_ms >= h->failure[i - 1].at_ms);
		assert_string_equal(f->severity, "Error");
		assert_true(f->type[0] && f->title[0] && f->message[0]);
		assert_int_not_equal(strncmp(f->message, f->title, strlen(f->title)), 0);
		assert_int_equal(h->wave[h->request[f->request].wave].package, f->package);
		for (size_t k = i + 1; k < h->nfailure; k++)
			assert_false(h->failure[k].request == f->request &&
				     h->failure[k].org == f->org);
	}
}

static void same_orgs(const struct pt_history *h, const struct life *life)
{
	const struct pt_context *c = &life->r.c;

	assert_int_equal(h->norg, pt_inventory_norg(c->inventory));
	for (uint32_t org = 0; org < h->norg; org++) {
		const struct pt_org *was = pt_inventory_org(c->inventory, org);

		assert_string_equal(h->org[org].key.text, was->key.text);
		assert_string_equal(h->org[org].name, was->name);
		assert_int_equal(pt_history_find(h, &was->key), org);
		for (uint32_t p = 0; p < h->status.npackage; p++) {
			const struct pt_pair *pair = pt_engine_pair(c->engine, p, org);

			const struct pt_have *had = pt_inventory_have(c->inventory, p, org);

			assert_int_equal(h->have[p][org].installed, had->installed);
			assert_int_equal(h->have[p][org].arrived, had->arrived);
			assert_int_equal(h->have[p][org].blocked, had->blocked);
			assert_int_equal(h->pair[p][org].state, pair->state);
			assert_string_equal(h->text[h->pair[p][org].text],
					    pt_engine_pair_text(c->engine, pair));
		}
	}
}

/* What the plan says, and what each request and wave came to. */
static void same_train(const struct pt_history *h, const struct life *life)
{
	const struct pt_train *train = life->r.c.train;
	uint64_t pushed = 0, ndone = 0;
	char text[PT_REASON_TEXT];

	for (uint32_t p = 0; p < h->status.npackage; p++) {
		assert_string_equal(h->package[p].name, train->package[p].name);
		assert_string_equal(h->package[p].tag, train->package[p].release->tag);
		assert_int_equal(h->package[p].level, train->package[p].level);
		assert_true(h->package[p].nknown > 1 && h->package[p].known[0][0]);
		for (size_t k = 0; k < h->package[p].nneed; k++)
			assert_true(h->package[h->package[p].need[k].package].level <
				    h->package[p].level);
	}
	for (size_t i = 0; i < h->nwave; i++)
		pushed += h->wave[i].pushed;
	for (size_t i = 0; i < h->nrequest; i++) {
		assert_true(h->request[i].done && h->request[i].done_ms >= h->request[i].made_ms);
		ndone += h->request[i].ndone;
	}
	assert_int_equal(pushed, pt_platform_njob(life->r.platform));
	assert_int_equal(ndone, pushed);
	for (size_t s = 0; s < h->status.nstage; s++)
		assert_true(h->stage[s].rules_known && h->stage[s].passes == 3);
	for (size_t i = 0; i < h->nreason; i++)
		assert_string_equal(pt_history_reason(h, (unsigned)i),
				    pt_reason_text(text, life->r.c.suite, (unsigned)i));
	assert_int_equal(h->nreason, pt_reason_count(life->r.c.suite));
}

PT_TEST(a_history_says_what_the_engine_says)
{
	struct pt_history h;
	struct life life;

	begin_with_plan(&life, 3, "confirmed");
	life.mortal.death = DEATH_AFTER_CALL;
	life.mortal.left = UINT64_MAX;
	assert_true(live(&life));
	read_history(&h, &life);
	same_figures(&h, &life);
	same_failures(&h, &life);
	same_orgs(&h, &life);
	same_train(&h, &life);
	pt_history_release(&h);
	end(&life);
}

PT_TEST(no_failure_is_lost_or_doubled_whenever_it_dies)
{
	for (int death = 0; death < NDEATH; death++) {
		struct pt_history h;
		struct life life;
		uint64_t nth = 0;

		begin_with_plan(&life, 5, "confirmed");
		life.mortal.death = (enum death)death;
		/* Every 23 steps or calls, at other places each time round. */
		life.mortal.left = 17 + (uint64_t)death;
		while (!live(&life)) {
			resurrect(&life);
			life.mortal.left = 23 + nth++ % 5;
		}
		assert_true(nth > 5);
		read_history(&h, &life);
		same_figures(&h, &life);
		same_failures(&h, &life);
		pt_history_release(&h);
		end(&life);
	}
}

static void execute(const struct life *life, const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(life->path, &db), SQLITE_OK);
	(void)sqlite3_exec(db, sql, NULL, NULL, NULL);
	sqlite3_close(db);
}

static void half_a_run(struct life *life)
{
	begin_with_plan(life, 3, "confirmed");
	life->mortal.death = DEATH_AFTER_CALL;
	life->mortal.left = 350;
	assert_false(live(life));
	pt_store_closep(&life->store);
}

static int reopen(struct life *life, struct pt_history *h, struct pt_err *err)
{
	int rc =
	    pt_store_open_sqlite(&life->store, life->path, &pt_journal_schema, PT_STORE_READ, err);

	if (rc == 0)
		rc = pt_history_read(h, life->store, NULL, PT_HISTORY_ALL, err);
	pt_store_closep(&life->store);
	return rc;
}

PT_TEST(the_journal_of_an_older_pushtrain_is_read)
{
	struct pt_err err = PT_ERR_INIT;
	struct pt_history h = {.nwave = 0};
	struct life life;

	half_a_run(&life);
	execute(&life, "DROP TABLE reason; DROP TABLE hours;"
		       "ALTER TABLE request DROP COLUMN failures;"
		       "ALTER TABLE version DROP COLUMN number;"
		       "ALTER TABLE stage DROP COLUMN nzone; ALTER TABLE stage DROP COLUMN passes;"
		       "ALTER TABLE stage DROP COLUMN pass_after_ms;"
		       "ALTER TABLE stage DROP COLUMN pass_every_ms;"
		       "ALTER TABLE stage DROP COLUMN soak_ms;"
		       "ALTER TABLE stage DROP COLUMN wants_approval;"
		       "UPDATE request SET checksum = 0; UPDATE version SET checksum = 0;"
		       "UPDATE stage SET checksum = 0; PRAGMA user_version = 3");
	if (reopen(&life, &h, &err) != 0) {
		fail_msg("%s", err.text);
		return;
	}
	assert_int_equal(h.nfailure, 0);
	assert_int_equal(h.nhours, 0);
	assert_true(h.nrequest > 0 && h.norg > 0);
	assert_false(h.stage[0].rules_known);
	assert_string_equal(pt_history_reason(&h, PT_REASON_OPTED_OUT), "opted out");
	assert_string_equal(pt_history_reason(&h, 4711), "a reason that the journal does not name");
	pt_history_release(&h);
	open_journal(&life);
	end(&life);
}

/* Nights in Berlin and Los Angeles for the first stage, and two blackouts, one of them twice. */
static void put_hours(const struct life *life)
{
	struct pt_window_zone_conf zone = {.instance = "^EU", .zone = "Europe/Berlin"};
	struct pt_stage_conf stage = {.name = "sandbox",
				      .nbatch = 1,
				      .window = {.set = true,
						 .open_minute = 22 * 60,
						 .close_minute = 5 * 60,
						 .zone = &zone,
						 .nzone = 1}};
	const struct pt_suite suite = {.timezone = "America/Los_Angeles"};
	const struct pt_train_conf conf = {.name = "t", .stage = &stage, .nstage = 1};
	int64_t from_ms = INT64_C(1661302800000); /* 2022-08-24 01:00 UTC */
	struct pt_closure closure[] = {
	    {from_ms - 10 * PT_DAY_MS, from_ms - 9 * PT_DAY_MS, 0, "long over"},
	    {from_ms + PT_DAY_MS, from_ms + 2 * PT_DAY_MS, 0, "month end"},
	    {from_ms + 2 * PT_DAY_MS, from_ms + 3 * PT_DAY_MS, 1, "audit"},
	    {from_ms + 31 * PT_DAY_MS, from_ms + 32 * PT_DAY_MS, 0, "month end"},
	    {from_ms + 4000 * PT_DAY_MS, from_ms + 4001 * PT_DAY_MS, 0, "far away"},
	};
	const struct pt_closures closures = {.closure = closure, .n = PT_ARRAY_LEN(closure)};
	struct pt_hours_kept kept = {
	    .suite = &suite, .conf = &conf, .closures = &closures, .from_ms = from_ms};
	struct pt_hours *hours = NULL;
	struct pt_err err = PT_ERR_INIT;

	assert_int_equal(pt_hours_new(&hours, &suite, &conf, &closures, &err), 0);
	assert_int_equal(pt_journal_put_hours(&life->journal, &kept, &err), 0);
	kept.hours = hours;
	assert_int_equal(pt_journal_put_hours(&life->journal, &kept, &err), 0);
	pt_hours_free(hours);
}

PT_TEST(hours_are_those_known_at_departure)
{
	size_t nwindow[2] = {0}, i = 0;
	struct pt_history h;
	struct life life;

	begin_with_plan(&life, 3, "confirmed");
	put_hours(&life);
	life.mortal.death = DEATH_AFTER_CALL;
	life.mortal.left = 40;
	assert_false(live(&life));
	read_history(&h, &life);
	for (; i < h.nhours && h.hours[i].kind == PT_HISTORY_WINDOW; i++) {
		bool berlin = strcmp(h.hours[i].zone, "Europe/Berlin") == 0;

		assert_true(berlin || strcmp(h.hours[i].zone, "America/Los_Angeles") == 0);
		assert_int_equal(h.hours[i].stage, 0);
		assert_true(h.hours[i].from_ms < h.hours[i].to_ms);
		nwindow[berlin]++;
	}
	/* One a night, for 400 days; at the beginning it is night in Berlin alone. */
	assert_int_equal(nwindow[0], 400);
	assert_int_equal(nwindow[1], 401);
	assert_int_equal(h.nhours - i, 3);
	assert_string_equal(h.hours[i].name, "month end");
	assert_string_equal(h.hours[i + 1].name, "month end");
	assert_int_equal(h.hours[i + 1].from_ms - h.hours[i].from_ms, 30 * PT_DAY_MS);
	assert_string_equal(h.hours[i + 2].name, "audit");
	pt_history_release(&h);
	end(&life);
}

/* What is put in place of what was there. */
static const char *const damages[] = {
    "-1",
    "0",
    "9223372036854775807",
    "-9223372036854775808",
    "4000000000",
    "9000000000000000",
    "'x'",
    "NULL",
    "''",
    "x'00'",
    "zeroblob(5120)",
    "randomblob(4096)",
};

static void copy_file(const char *from, const char *to)
{
	char command[400];

	snprintf(command, sizeof(command), "rm -f %s-wal %s-shm; cp %s %s", to, to, from, to);
	assert_int_equal(system(command), 0);
}

/* What was taken can be shown. */
static void show(const struct pt_history *h, const char *damage)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	struct pt_err err = PT_ERR_INIT;

	if (report_fixture_write(&text, pt_report_as_html, h, &err) < 0)
		fail_msg("%s: %s", damage, err.text);
	assert_true(text.len < 8 << 20);
}

PT_TEST(a_damaged_journal_is_one_error_or_a_history)
{
	unsigned nrefused = 0, nread = 0;
	struct life life;
	char copy[128], sql[256];

	half_a_run(&life);
	snprintf(copy, sizeof(copy), "%s.copy", life.path);
	copy_file(life.path, copy);
	for (size_t t = 0; t < pt_journal_schema.ntable; t++) {
		const struct pt_store_table *table = &pt_journal_schema.table[t];

		for (size_t c = 1; c < table->ncolumn; c++) {
			for (size_t d = (t + c) % 4; d < PT_ARRAY_LEN(damages); d += 4) {
				struct pt_err err = PT_ERR_INIT;
				struct pt_history h;

				copy_file(copy, life.path);
				snprintf(sql, sizeof(sql),
					 "UPDATE %s SET %s = %s, checksum = 0 WHERE rowid = "
					 "(SELECT max(rowid) FROM %s)",
					 table->name, table->column[c].name, damages[d],
					 table->name);
				execute(&life, sql);
				int rc = reopen(&life, &h, &err);

				if (rc == 0) {
					show(&h, sql);
					pt_history_release(&h);
				} else if (rc != -PT_E_INVALID && rc != -PT_E_NOTFOUND &&
					   rc != -PT_E_SYNTAX) {
					fail_msg("%s: %s", sql, err.text);
				}
				nread += rc == 0;
				nrefused += rc < 0;
			}
		}
	}
	print_message("%u refused, %u read\n", nrefused, nread);
	assert_true(nrefused > 100);
	copy_file(copy, life.path);
	open_journal(&life);
	end(&life);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PT_RUN(a_history_says_what_the_engine_says),
	    PT_RUN(no_failure_is_lost_or_doubled_whenever_it_dies),
	    PT_RUN(the_journal_of_an_older_pushtrain_is_read),
	    PT_RUN(hours_are_those_known_at_departure),
	    PT_RUN(a_damaged_journal_is_one_error_or_a_history),
	};

	return cmocka_run_group_tests(tests, make_steady_folder, remove_folder);
}
