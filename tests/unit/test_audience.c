/* Who is in which stage and batch, who is left out and why. */
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/audience_warnings.h"
#include "pipeline/drift.h"
#include "pipeline/notice.h"

enum { BASE, APP, EXT, NPACKAGE, MOST_ORGS = 2000, NOW = 0 };

/* A suite of three packages, ext on app on base, and who has what. */
struct world {
	struct pt_suite *suite;
	struct pt_inventory *inventory;
	struct pt_org_lists lists;
	struct pt_audience audience;
	struct pt_targets targets;
	struct pt_target target[NPACKAGE];
	struct pt_target_need need[NPACKAGE];
};

/* An org of the world: its number, and what it has by version index; -1: not at all. */
struct someone {
	unsigned number;
	uint8_t type;
	const char *instance;
	int has[NPACKAGE];
	unsigned parent; /* 0: none */
	bool blocked;    /* of base */
};

static const char *const version_texts[] = {"1.0", "1.1", "1.1.5", "1.2"};
enum { NVERSION = 4, NEWEST = 3 };

static struct pt_org_key key_of(unsigned number)
{
	struct pt_org_key key;

	snprintf(key.text, sizeof(key.text), "00D%012u", number);
	return key;
}

static struct pt_id version_id(unsigned package, unsigned version)
{
	struct pt_id id;

	snprintf(id.text, sizeof(id.text), "04t%06u%06uAAA", package, version);
	return id;
}

static void set_versions(struct world *w, uint32_t package)
{
	struct pt_push_version version[NVERSION];
	struct pt_push_reply reply = {.version = version, .nversion = NVERSION};

	for (unsigned i = 0; i < NVERSION; i++) {
		version[i] =
		    (struct pt_push_version){.id = version_id(package, i), .released = true};
		assert_int_equal(pt_version_parse(&version[i].version, version_texts[i], NULL), 0);
	}
	assert_int_equal(pt_inventory_set_versions(w->inventory, package, &reply, NULL), 0);
}

/* Orgs are given by number ascending. */
static void set_orgs(struct world *w, const struct someone *org, size_t n)
{
	static struct pt_subscriber row[MOST_ORGS];

	for (uint32_t p = 0; p < NPACKAGE; p++) {
		struct pt_push_reply reply = {.subscriber = row};
		struct pt_inventory_read read = {.asked_ms = NOW};

		for (size_t i = 0; i < n; i++) {
			struct pt_subscriber *to = &row[reply.nsubscriber];

			if (org[i].has[p] < 0)
				continue;
			*to = (struct pt_subscriber){.org = key_of(org[i].number),
						     .type = org[i].type,
						     .status = PT_ORG_ACTIVE,
						     .installed = true,
						     .blocked = org[i].blocked && p == BASE,
						     .version_id =
							 version_id(p, (unsigned)org[i].has[p]),
						     .name = "x"};
			snprintf(to->instance, sizeof(to->instance), "%s", org[i].instance);
			if (org[i].parent)
				to->parent = key_of(org[i].parent);
			reply.nsubscriber++;
		}
		assert_int_equal(pt_inventory_set_subscribers(w->inventory, p, &reply, &read, NULL),
				 0);
	}
}

static void read_suite(struct world *w, const char *audience, const char *stages)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	PT_CLEANUP(pt_buf_release) struct pt_buf said = PT_BUF_INIT;
	struct pt_errs errs = PT_ERRS_INIT;

	pt_buf_printf(
	    &text,
	    "suite: three\ntimezone: Europe/Berlin\n"
	    "connectors: { sim: { type: simulated, population: p.yaml } }\n"
	    "defaults: { tag: '^v(?<version>.+)$' }\n"
	    "packages: [ { name: base, git: b }, { name: app, git: a }, { name: ext, git: "
	    "e } ]\n%s\ntrains:\n  t:\n    stages:\n%s\n",
	    audience, stages);
	if (pt_suite_parse(&w->suite, pt_buf_text(&text), text.len, "suite.yaml", &errs) < 0) {
		pt_errs_print(&said, &errs, "test");
		fail_msg("%s", pt_buf_text(&said));
	}
	pt_errs_release(&errs);
}

static void make(struct world *w, const char *audience, const char *stages)
{
	*w = (struct world){.suite = NULL};
	read_suite(w, audience, stages);
	w->lists.exclude = calloc(w->suite->nexclude + 1, sizeof(*w->lists.exclude));
	w->lists.stage = calloc(w->suite->train[0].nstage + 1, sizeof(*w->lists.stage));
	assert_true(w->lists.exclude && w->lists.stage);
	assert_int_equal(pt_inventory_new(&w->inventory, NPACKAGE, NULL), 0);
	for (uint32_t p = 0; p < NPACKAGE; p++)
		set_versions(w, p);
	/* app 1.2 needs base 1.2, ext 1.2 needs app 1.2. */
	w->need[APP] = (struct pt_target_need){BASE, NEWEST};
	w->need[EXT] = (struct pt_target_need){APP, NEWEST};
	for (uint32_t p = 0; p < NPACKAGE; p++)
		w->target[p] =
		    (struct pt_target){.version = NEWEST, .need = &w->need[p], .nneed = p != BASE};
	w->targets = (struct pt_targets){w->target, NPACKAGE};
}

static void draw(struct world *w, int64_t now_ms)
{
	struct pt_err err = PT_ERR_INIT;

	pt_audience_release(&w->audience);
	if (pt_audience_draw(&w->audience, w->suite, &w->suite->train[0], &w->lists, w->inventory,
			     now_ms, &err) < 0)
		fail_msg("%s", err.text);
}

static void drop(struct world *w)
{
	pt_audience_release(&w->audience);
	pt_inventory_free(w->inventory);
	free(w->lists.exclude);
	free(w->lists.stage);
	pt_suite_free(w->suite);
}

static uint32_t org_of(const struct world *w, unsigned number)
{
	struct pt_org_key key = key_of(number);
	uint32_t org = pt_inventory_find(w->inventory, &key);

	assert_true(org < pt_inventory_norg(w->inventory));
	return org;
}

static uint8_t stage_of(const struct world *w, unsigned number)
{
	return w->audience.stage[org_of(w, number)];
}

static uint16_t batch_of(const struct world *w, unsigned number)
{
	const struct pt_stage_conf *stage = &w->suite->train[0].stage[stage_of(w, number)];

	return (uint16_t)pt_slot_batch(stage, w->audience.slot[org_of(w, number)]);
}

static struct pt_pair pair_of(const struct world *w, uint32_t package, unsigned number)
{
	return pt_pair_classify(&w->targets, w->inventory, &w->audience, package,
				org_of(w, number));
}

/* The words for why that package is excluded there; "" when it is not. */
static const char *why(const struct world *w, uint32_t package, unsigned number)
{
	static char words[PT_REASON_TEXT];
	struct pt_pair pair = pair_of(w, package, number);

	return pair.state == PT_PAIR_EXCLUDED ? pt_reason_text(words, w->suite, pair.detail) : "";
}

static void make_many(struct world *w, unsigned n, const char *audience, const char *stages)
{
	static struct someone org[MOST_ORGS];
	static const char *const instances[] = {"NA1", "EU2", "AP3", "NA10"};

	make(w, audience, stages);
	for (unsigned i = 0; i < n; i++)
		org[i] = (struct someone){i + 1, PT_ORG_PRODUCTION, instances[i % 4], {0, 0, 0}, 0,
					  false};
	set_orgs(w, org, n);
	draw(w, NOW);
}

static bool is_in(const char *range, const char *version)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf stage = PT_BUF_INIT;
	struct pt_version parsed;
	struct world w = {.suite = NULL};

	pt_buf_printf(&stage, "      - { name: s, orgs: { installed: { base: '%s' } } }", range);
	read_suite(&w, "", pt_buf_text(&stage));
	assert_int_equal(pt_version_parse(&parsed, version, NULL), 0);
	bool is = pt_range_has(w.suite->train[0].stage[0].orgs.installed, &parsed);

	pt_suite_free(w.suite);
	return is;
}

PT_TEST(a_bound_counts_by_the_parts_it_was_written_with)
{
	assert_true(is_in(">=3.200 <3.220", "3.200"));
	assert_true(is_in(">=3.200 <3.220", "3.219.9"));
	assert_false(is_in(">=3.200 <3.220", "3.220"));
	assert_false(is_in(">=3.200 <3.220", "3.199.9"));
	assert_true(is_in("=3.200", "3.200.7"));
	assert_false(is_in("=3.200", "3.201"));
	assert_false(is_in(">3.200", "3.200.7"));
	assert_true(is_in(">3.200.6", "3.200.7"));
	assert_true(is_in("<=3.200", "3.200.7"));
	assert_false(is_in("<3.200", "3.200.7"));
	assert_true(is_in("<3.10", "3.9")); /* versions are no decimal numbers */
	assert_true(is_in("any", "1.0"));
	assert_false(is_in("none", "1.0"));
}

PT_TEST(orgs_are_selected_by_what_they_have)
{
	static const struct someone org[] = {
	    {1, PT_ORG_PRODUCTION, "NA1", {0, -1, -1}, 0, false},
	    {2, PT_ORG_PRODUCTION, "NA1", {1, 0, -1}, 0, false},
	    {3, PT_ORG_PRODUCTION, "NA1", {2, 2, -1}, 0, false},
	    {4, PT_ORG_PRODUCTION, "NA1", {3, 3, 3}, 0, false},
	    {5, PT_ORG_PRODUCTION, "NA1", {-1, 2, -1}, 0, false},
	};
	struct world w;

	make(&w, "",
	     "      - { name: both, orgs: { installed: { base: '>=1.1 <1.2', app: '=1.1' } } }\n"
	     "      - { name: lacking, orgs: { installed: { base: none } } }\n"
	     "      - { name: bare, orgs: { all: true, not: { installed: { app: any } } } }");
	set_orgs(&w, org, 5);
	draw(&w, NOW);
	assert_int_equal(stage_of(&w, 1), 2);
	assert_int_equal(stage_of(&w, 2), PT_NO_STAGE);
	assert_int_equal(stage_of(&w, 3), 0);
	assert_int_equal(stage_of(&w, 4), PT_NO_STAGE);
	assert_int_equal(stage_of(&w, 5), 1);
	drop(&w);
}

PT_TEST(the_same_seed_draws_the_same_orgs_and_more_orgs_change_few)
{
	struct world few, more, other;
	unsigned nsame = 0, nother = 0;

	make_many(&few, 1000, "", "      - { name: s, orgs: { sample: 100, seed: x } }");
	make_many(&more, 1050, "", "      - { name: renamed, orgs: { sample: 100, seed: x } }");
	make_many(&other, 1000, "", "      - { name: s, orgs: { sample: 100, seed: y } }");
	for (unsigned i = 1; i <= 1000; i++) {
		if (stage_of(&few, i) != 0)
			continue;
		nsame += stage_of(&more, i) == 0;
		nother += stage_of(&other, i) == 0;
	}
	/* Of 50 new ones 5 are drawn in the place of others, give or take. */
	assert_in_range(nsame, 85, 100);
	assert_in_range(nother, 0, 30);
	drop(&few);
	drop(&more);
	drop(&other);
}

PT_TEST(a_batch_by_instance_takes_those_that_no_earlier_one_takes)
{
	struct world w;

	make_many(
	    &w, 400, "",
	    "      - { name: s, orgs: { all: true }, batches: { instances: ['^NA1$', '^(NA|EU)', "
	    "rest], every: 1h } }");
	for (unsigned i = 1; i <= 400; i++) {
		static const uint16_t wanted[] = {0, 1, 2, 1}; /* NA1 EU2 AP3 NA10 */

		assert_int_equal(stage_of(&w, i), 0);
		assert_int_equal(batch_of(&w, i), wanted[(i - 1) % 4]);
	}
	drop(&w);
}

PT_TEST(a_pattern_that_backtracks_too_much_is_given_up_with_its_stage)
{
	struct world w;
	struct pt_err err = PT_ERR_INIT;
	static const struct someone org[] = {
	    {1, PT_ORG_PRODUCTION, "NNNNNNNNNNNNN", {0, 0, 0}, 0, false}};

	make(&w, "", "      - { name: s, orgs: { instance: '^(N+|N*N|NN?)+(?<=M)' } }");
	set_orgs(&w, org, 1);
	assert_int_equal(pt_audience_draw(&w.audience, w.suite, &w.suite->train[0], &w.lists,
					  w.inventory, NOW, &err),
			 -PT_E_LIMIT);
	assert_non_null(strstr(err.text, "stage 's'"));
	drop(&w);
}

static const char one_stage[] =
    "      - { name: s, orgs: { all: true }, batches: { sizes: [1, 1] } }";

/* 2026-12-31T23:00:00Z: 2027 begins in Berlin. */
static const int64_t YEAR_END_MS = 1798758000000;

PT_TEST(an_exclusion_holds_through_its_last_day_in_the_suites_zone)
{
	static const struct someone org[] = {{1, PT_ORG_PRODUCTION, "NA1", {0, 0, 0}, 0, false},
					     {2, PT_ORG_PRODUCTION, "NA2", {0, 0, 0}, 0, false}};
	uint32_t njoined = 9;
	struct world w;

	make(&w,
	     "audience: { exclude: [ { instance: '^NA1$', reason: moving, until: 2026-12-31 } ] }",
	     one_stage);
	set_orgs(&w, org, 2);
	draw(&w, YEAR_END_MS - 1);
	assert_string_equal(why(&w, BASE, 1), "moving (until 2026-12-31)");
	assert_string_equal(why(&w, BASE, 2), "");
	/* A stage that starts later looks again; whoever may be pushed again goes last. */
	assert_int_equal(pt_audience_refresh(&njoined, &w.audience, w.suite, &w.suite->train[0],
					     &w.lists, w.inventory, YEAR_END_MS, NULL),
			 0);
	assert_int_equal(njoined, 0);
	assert_int_equal(pair_of(&w, BASE, 1).state, PT_PAIR_WAITING);
	assert_int_equal(stage_of(&w, 1), 0);
	assert_int_equal(batch_of(&w, 1), 2);
	drop(&w);
}

PT_TEST(a_package_is_excluded_with_what_needs_a_newer_one_of_it)
{
	static const struct someone org[] = {
	    {1, PT_ORG_PRODUCTION, "NA1", {0, 0, 0}, 0, false},
	    {2, PT_ORG_PRODUCTION, "NA1", {3, 0, 0}, 0, false}, /* it has the base already */
	    {3, PT_ORG_PRODUCTION, "EU1", {0, 0, 0}, 0, false},
	    {4, PT_ORG_PRODUCTION, "NA1", {0, 3, 0}, 0, false}, /* ext's own base is there */
	};
	struct world w;

	make(&w,
	     "audience: { exclude: [ { instance: '^NA', packages: [base], reason: frozen }, "
	     "{ instance: '^NA', packages: [base], reason: later } ] }",
	     "      - { name: s, orgs: { all: true } }");
	set_orgs(&w, org, 4);
	draw(&w, NOW);
	assert_string_equal(why(&w, BASE, 1), "frozen");
	assert_string_equal(why(&w, APP, 1), "needs a newer base, which is excluded there");
	assert_string_equal(why(&w, EXT, 1), "needs a newer base, which is excluded there");
	assert_string_equal(why(&w, BASE, 2), "frozen");
	assert_int_equal(pair_of(&w, APP, 2).state, PT_PAIR_WAITING);
	assert_int_equal(pair_of(&w, EXT, 2).state, PT_PAIR_WAITING);
	for (uint32_t p = 0; p < NPACKAGE; p++)
		assert_int_equal(pair_of(&w, p, 3).state, PT_PAIR_WAITING);
	assert_int_equal(pair_of(&w, APP, 4).state, PT_PAIR_CURRENT);
	assert_int_equal(pair_of(&w, EXT, 4).state, PT_PAIR_WAITING);
	drop(&w);
}

PT_TEST(an_org_without_a_new_base_is_excluded_however_far_below_it_is)
{
	static const struct someone org[] = {
	    {1, PT_ORG_PRODUCTION, "NA1", {-1, 0, 0}, 0, false},
	    {2, PT_ORG_PRODUCTION, "NA1", {0, -1, 0}, 0, false},
	    {3, PT_ORG_PRODUCTION, "NA1", {0, 0, 0}, 0, true}, /* blocks upgrades of base */
	};
	struct world w;

	make(&w, "", "      - { name: s, orgs: { all: true } }");
	set_orgs(&w, org, 3);
	draw(&w, NOW);
	assert_string_equal(why(&w, APP, 1), "lacks base, which the new version needs");
	assert_string_equal(why(&w, EXT, 1), "lacks base, which the new version needs");
	assert_int_equal(pair_of(&w, BASE, 2).state, PT_PAIR_WAITING);
	assert_int_equal(pair_of(&w, APP, 2).state, PT_PAIR_NONE);
	assert_string_equal(why(&w, EXT, 2), "lacks app, which the new version needs");
	assert_string_equal(why(&w, BASE, 3), "opted out");
	assert_string_equal(why(&w, EXT, 3), "needs a newer base, which is excluded there");
	drop(&w);
}

PT_TEST(sandboxes_follow_the_exclusion_of_their_production_org_unless_kept)
{
	static const struct someone org[] = {
	    {1, PT_ORG_PRODUCTION, "NA1", {0, 0, 0}, 0, false},
	    {2, PT_ORG_SANDBOX, "CS1", {0, 0, 0}, 1, false},
	    {3, PT_ORG_SANDBOX, "CS1", {0, 0, 0}, 77, false}, /* of one that has no package */
	    {4, PT_ORG_SANDBOX, "CS1", {0, 0, 0}, 0, false},
	    {5, PT_ORG_SANDBOX, "CS1", {0, 0, 0}, 78, false},
	};
	static const char *const settings[] = {"", ", sandboxes: { of_excluded: exclude }",
					       ", sandboxes: { of_excluded: keep }"};
	struct pt_org_key listed[] = {key_of(1), key_of(77)};

	for (int i = 0; i < 3; i++) {
		const char *followed = i < 2 ? "by hand" : "";
		char audience[160];
		struct world w;

		snprintf(audience, sizeof(audience),
			 "audience: { exclude: [ { file: f, reason: by hand } ]%s }", settings[i]);
		make(&w, audience, "      - { name: s, orgs: { all: true } }");
		w.lists.exclude[0] = (struct pt_org_list){listed, 2};
		set_orgs(&w, org, 5);
		draw(&w, NOW);
		assert_string_equal(why(&w, BASE, 1), "by hand");
		assert_string_equal(why(&w, BASE, 2), followed);
		assert_string_equal(why(&w, EXT, 3), followed);
		assert_string_equal(why(&w, BASE, 4), "");
		assert_string_equal(why(&w, BASE, 5), "");
		drop(&w);
	}
}

PT_TEST(what_is_excluded_package_by_package_is_put_back_as_it_was)
{
	static const struct someone org[] = {{1, PT_ORG_PRODUCTION, "NA1", {0, 0, 0}, 0, false},
					     {2, PT_ORG_PRODUCTION, "EU1", {0, 0, 0}, 0, false}};
	struct world w;

	make(&w,
	     "audience: { exclude: [ { instance: '^NA', packages: [app], reason: frozen }, "
	     "{ instance: '^EU', reason: all } ] }",
	     "      - { name: s, orgs: { all: true } }");
	set_orgs(&w, org, 2);
	draw(&w, NOW);
	free(w.audience.package_reason);
	w.audience.package_reason = NULL;
	w.audience.reason[org_of(&w, 2)] = PT_REASON_BY_HAND; /* the journal knows better */
	assert_int_equal(
	    pt_audience_put_back(&w.audience, w.suite, &w.lists, w.inventory, NOW, NULL), 0);
	assert_string_equal(why(&w, APP, 1), "frozen");
	assert_string_equal(why(&w, BASE, 1), "");
	assert_string_equal(why(&w, APP, 2), "left out by hand");
	drop(&w);
}

static void warned(struct world *w, const char *expected)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf said = PT_BUF_INIT;
	const struct pt_audience_look look = {.suite = w->suite,
					      .conf = &w->suite->train[0],
					      .lists = &w->lists,
					      .inventory = w->inventory,
					      .audience = &w->audience,
					      .now_ms = YEAR_END_MS - PT_DAY_MS,
					      .last_ms = YEAR_END_MS};

	assert_int_equal(pt_audience_warn(&said, &look, NULL), 0);
	assert_string_equal(pt_buf_text(&said), expected);
	drop(w);
}

PT_TEST(sizes_that_do_not_add_up_are_warned_of)
{
	struct world w;

	make_many(&w, 40, "",
		  "      - { name: s, orgs: { all: true }, batches: { sizes: [10, 75%] } }");
	warned(&w, "");
	make_many(
	    &w, 40, "",
	    "      - { name: s, orgs: { all: true }, batches: { sizes: [30, 20, 5, rest] } }\n"
	    "      - { name: t, orgs: { type: Production } }\n"
	    "      - { name: u, orgs: { type: Sandbox } }");
	warned(&w, "stage 's': batches 3, 4 stay empty: those before take all 40 orgs\n"
		   "stage 't' is empty: earlier stages take all 40 orgs that match it\n"
		   "stage 'u' is empty: no org matches it\n");
	make_many(
	    &w, 40, "audience: { exclude: [ { instance: '^NA', reason: x } ] }",
	    "      - { name: s, orgs: { sample: 30, instance: '^(EU|NA)' } }\n"
	    "      - { name: t, orgs: { instance: '^NA' } }\n"
	    "      - { name: u, orgs: { sample: 1%, instance: '^AP' } }\n"
	    "      - { name: v, orgs: { sample: 1%, instance: '^NA' } }\n"
	    "      - { name: w, orgs: { all: true }, batches: { instances: ['^AP3', 'EU9'] } }");
	warned(&w, "stage 's': a sample of 30, but no more than 10 orgs match\n"
		   "stage 't': all its 20 orgs are excluded\n"
		   "stage 'u' is empty: a sample of 1% of 10 orgs is nobody\n"
		   "stage 'v' is empty: earlier stages take all 20 orgs that match it\n"
		   "stage 'w': batch 2 stays empty: no org is on an instance 'EU9' that no earlier "
		   "batch takes\n");
}

PT_TEST(files_that_name_strangers_and_exclusions_that_end_are_warned_of)
{
	struct pt_org_key listed[] = {key_of(1), key_of(9001), key_of(9002)};
	struct world w;

	make_many(
	    &w, 4,
	    "audience: { exclude: [ { file: hand.txt, reason: hand }, { type: Sandbox, reason: "
	    "old, until: 2026-12-30 }, { type: Sandbox, reason: soon, until: 2026-12-31 }, "
	    "{ type: Sandbox, reason: far, until: 2027-01-01 } ] }",
	    "      - { name: s, orgs: { all: true } }");
	w.lists.exclude[0] = (struct pt_org_list){listed, 3};
	warned(&w,
	       "hand.txt: 2 of its 3 orgs have no package of the suite: 00D000000009001, …\n"
	       "audience.exclude[1] 'old' expired on 2026-12-30 and excludes nobody any more\n"
	       "audience.exclude[2] 'soon' expires on 2026-12-31, while the train is under way: "
	       "stages that start later push its orgs, which the plan counts as excluded\n");
}

/* A plan by hand: two stages, one wave each, the first of which is ours. */
static int notice(struct world *w, int64_t now_ms, struct pt_err *err)
{
	static const int64_t start_ms = 1000 * PT_DAY_MS;
	struct pt_plan_wave ours = {.start_ms = start_ms, .norg = 1},
			    theirs = {.start_ms = start_ms + 2 * PT_DAY_MS, .norg = 1};
	struct pt_plan_stage stages[] = {{.wave = &ours, .nwave = 1},
					 {.wave = &theirs, .nwave = 1}};
	struct pt_train_conf conf = w->suite->train[0];
	PT_CLEANUP(pt_zone_freep) struct pt_zone *zone = NULL;

	assert_int_equal(pt_zone_open(&zone, "UTC", NULL), 0);
	conf.notice_ms = 7 * PT_DAY_MS;
	const struct pt_plan plan = {
	    .setup = {.conf = &conf, .zone = zone, .id = "1", .start_ms = start_ms},
	    .stage = stages};

	return pt_notice_check(&plan, now_ms, err);
}

PT_TEST(customers_get_the_notice_that_the_train_promises)
{
	struct pt_err err = PT_ERR_INIT, late = PT_ERR_INIT;
	struct world w = {.suite = NULL};

	read_suite(&w, "",
		   "      - { name: ours, orgs: { instance: x }, visible: false }\n"
		   "      - { name: theirs, orgs: { all: true } }");
	assert_int_equal(notice(&w, 995 * PT_DAY_MS, &err), 0);
	assert_int_equal(notice(&w, 995 * PT_DAY_MS + 1000, &err), -PT_E_REFUSED);
	/* Late, everything moves: two days are left however late it is. */
	assert_int_equal(notice(&w, 1003 * PT_DAY_MS, &late), -PT_E_REFUSED);
	assert_string_equal(late.text, "train t 1 is refused: customers see its first wave, of "
				       "stage 'theirs', on Mon 1972-10-02 00:00 +00:00, which "
				       "is in 2d; the train promises a notice of 7d, so start it "
				       "on Thu 1972-10-05 00:00 +00:00 or later");
	pt_suite_free(w.suite);
}

PT_TEST_MAIN(PT_RUN(a_bound_counts_by_the_parts_it_was_written_with),
	     PT_RUN(orgs_are_selected_by_what_they_have),
	     PT_RUN(the_same_seed_draws_the_same_orgs_and_more_orgs_change_few),
	     PT_RUN(a_batch_by_instance_takes_those_that_no_earlier_one_takes),
	     PT_RUN(a_pattern_that_backtracks_too_much_is_given_up_with_its_stage),
	     PT_RUN(an_exclusion_holds_through_its_last_day_in_the_suites_zone),
	     PT_RUN(a_package_is_excluded_with_what_needs_a_newer_one_of_it),
	     PT_RUN(an_org_without_a_new_base_is_excluded_however_far_below_it_is),
	     PT_RUN(sandboxes_follow_the_exclusion_of_their_production_org_unless_kept),
	     PT_RUN(what_is_excluded_package_by_package_is_put_back_as_it_was),
	     PT_RUN(sizes_that_do_not_add_up_are_warned_of),
	     PT_RUN(files_that_name_strangers_and_exclusions_that_end_are_warned_of),
	     PT_RUN(customers_get_the_notice_that_the_train_promises))
