/* How large a step a train is for those who have something already. */
#include "pipeline/upgrade.h"

#include <stdio.h>
#include <string.h>

#include "tests/test.h"

enum { NVERSION = 5, MOST_ORGS = 20 };

static const char *const texts[NVERSION] = {"1.0", "1.1", "1.1.5", "1.2", "2.0"};

/* One package, its releases and who has which. */
struct world {
	struct pt_package_conf conf;
	struct pt_suite suite;
	struct pt_train *train;
	struct pt_inventory *inventory;
	struct pt_release release[NVERSION];
	struct pt_push_version version[NVERSION];
};

static void set_up(struct world *w, unsigned target)
{
	memset(w, 0, sizeof(*w));
	w->conf.name = "core";
	w->suite = (struct pt_suite){.package = &w->conf, .npackage = 1};
	assert_int_equal(pt_train_new(&w->train, &w->suite, 0, NULL), 0);
	assert_int_equal(pt_inventory_new(&w->inventory, 1, NULL), 0);
	for (unsigned i = 0; i < NVERSION; i++) {
		struct pt_push_version *version = &w->version[i];

		assert_int_equal(pt_version_parse(&version->version, texts[i], NULL), 0);
		version->released = true;
		snprintf(version->id.text, sizeof(version->id.text), "04t%012uAAA", i);
		w->release[i] = (struct pt_release){.tag = texts[i], .version = version->version};
	}
	struct pt_push_reply reply = {.version = w->version, .nversion = NVERSION};

	assert_int_equal(pt_inventory_set_versions(w->inventory, 0, &reply, NULL), 0);
	w->train->package[0].name = "core";
	w->train->package[0].version = w->version[target].version;
	w->train->package[0].releases = w->release;
	w->train->package[0].nrelease = NVERSION;
}

/* norg[i] orgs have the i-th version. */
static void set_orgs(struct world *w, const unsigned norg[NVERSION])
{
	struct pt_subscriber row[MOST_ORGS];
	struct pt_push_reply reply = {.subscriber = row};
	struct pt_inventory_read read = {.asked_ms = 0};

	for (unsigned v = 0; v < NVERSION; v++) {
		for (unsigned i = 0; i < norg[v]; i++) {
			struct pt_subscriber *to = &row[reply.nsubscriber++];

			*to = (struct pt_subscriber){.type = PT_ORG_PRODUCTION,
						     .status = PT_ORG_ACTIVE,
						     .installed = true,
						     .version_id = w->version[v].id,
						     .name = "x"};
			snprintf(to->org.text, sizeof(to->org.text), "00D%012zu",
				 reply.nsubscriber);
		}
	}
	assert_int_equal(pt_inventory_set_subscribers(w->inventory, 0, &reply, &read, NULL), 0);
}

static void check_refusal(struct world *w, bool with_orgs, enum pt_upgrade allowed,
			  const char *expected)
{
	size_t before = w->train->nrefusal;

	assert_int_equal(pt_upgrade_check(w->train, with_orgs ? w->inventory : NULL, allowed, NULL),
			 0);
	assert_int_equal(w->train->nrefusal - before, expected != NULL);
	if (expected)
		assert_string_equal(w->train->refusal[before], expected);
}

static void tear_down(struct world *w)
{
	pt_inventory_free(w->inventory);
	pt_train_free(w->train);
}

PT_TEST(the_step_is_from_the_previous_release)
{
	struct world w;

	set_up(&w, 3);
	check_refusal(&w, false, PT_UPGRADE_MINOR, NULL);
	check_refusal(&w, false, PT_UPGRADE_PATCH,
		      "core goes from 1.1.5 to 1.2, a minor upgrade; the train allows patch");
	tear_down(&w);
	set_up(&w, 0);
	check_refusal(&w, false, PT_UPGRADE_PATCH, NULL);
	tear_down(&w);
}

PT_TEST(a_package_that_most_have_already_is_no_step)
{
	struct world w;

	/* A hotfix of another package carries this one, whose last release was a minor one. */
	set_up(&w, 3);
	set_orgs(&w, (const unsigned[NVERSION]){1, 2, 0, 9, 0});
	check_refusal(&w, true, PT_UPGRADE_PATCH, NULL);
	/* Nor is one of which most have a newer version. */
	set_orgs(&w, (const unsigned[NVERSION]){1, 2, 0, 1, 9});
	check_refusal(&w, true, PT_UPGRADE_PATCH, NULL);
	tear_down(&w);
}

PT_TEST(a_hotfix_of_what_has_not_arrived_yet_is_a_small_step)
{
	struct world w;

	set_up(&w, 2);
	set_orgs(&w, (const unsigned[NVERSION]){10, 2, 0, 0, 0});
	check_refusal(&w, true, PT_UPGRADE_PATCH, NULL);
	tear_down(&w);
}

PT_TEST(a_step_that_few_have_taken_is_refused)
{
	struct world w;

	set_up(&w, 4);
	set_orgs(&w, (const unsigned[NVERSION]){0, 0, 0, 12, 3});
	check_refusal(&w, true, PT_UPGRADE_MINOR,
		      "core goes from 1.2 to 2.0, a major upgrade; the train allows minor");
	check_refusal(&w, true, PT_UPGRADE_MAJOR, NULL);
	/* Half of them are not most. */
	set_orgs(&w, (const unsigned[NVERSION]){0, 0, 0, 5, 5});
	check_refusal(&w, true, PT_UPGRADE_MINOR,
		      "core goes from 1.2 to 2.0, a major upgrade; the train allows minor");
	/* Nobody has it. */
	set_orgs(&w, (const unsigned[NVERSION]){0, 0, 0, 0, 0});
	check_refusal(&w, true, PT_UPGRADE_MINOR,
		      "core goes from 1.2 to 2.0, a major upgrade; the train allows minor");
	tear_down(&w);
}

PT_TEST_MAIN(PT_RUN(the_step_is_from_the_previous_release),
	     PT_RUN(a_package_that_most_have_already_is_no_step),
	     PT_RUN(a_hotfix_of_what_has_not_arrived_yet_is_a_small_step),
	     PT_RUN(a_step_that_few_have_taken_is_refused))
