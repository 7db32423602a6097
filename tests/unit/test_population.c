/* The population file, and the platforms that are peopled from it. */
#include "tests/test.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/instant.h"
#include "config/suite.h"
#include "connectors/push/simulated/population.h"

enum { NPE01, NPO02, NPE03, NPE4, NPE5, NPSP, OUTFUNDS, OUTFUNDSNPSPEXT, NPACKAGE };
enum { NVERSION = 12, TARGET = 9, NEEDS_MAX = 5 };

#define T0 (INT64_C(1700000000) * 1000)

/* Eight packages of which each has 3.1 to 3.12; version n needs version n-1 of its bases. */
struct fixture {
	struct pt_sim_catalogue catalogue;
	struct pt_sim_package package[NPACKAGE];
	struct pt_sim_version version[NPACKAGE][NVERSION];
	struct pt_sim_need need[NPACKAGE][NVERSION][NEEDS_MAX];
};

static const struct {
	const char *name;
	size_t nneed;
	uint32_t need[NEEDS_MAX];
} SUITE[NPACKAGE] = {
    {"npe01", 0, {0}},    {"npo02", 1, {NPE01}},
    {"npe03", 0, {0}},    {"npe4", 0, {0}},
    {"npe5", 0, {0}},     {"npsp", 5, {NPE01, NPO02, NPE03, NPE4, NPE5}},
    {"outfunds", 0, {0}}, {"outfundsnpspext", 2, {NPSP, OUTFUNDS}},
};

static struct pt_version number(uint32_t i)
{
	return (struct pt_version){.part = {3, i + 1}, .npart = 2};
}

static void fill(struct fixture *f)
{
	memset(f, 0, sizeof(*f));
	for (uint32_t i = 0; i < NPACKAGE; i++) {
		for (uint32_t j = 0; j < NVERSION; j++) {
			struct pt_sim_version *version = &f->version[i][j];

			version->version = number(j);
			version->need = f->need[i][j];
			version->nneed = SUITE[i].nneed;
			for (size_t k = 0; k < SUITE[i].nneed; k++)
				f->need[i][j][k] = (struct pt_sim_need){SUITE[i].need[k],
									number(j > 0 ? j - 1 : 0)};
		}
		f->package[i] = (struct pt_sim_package){SUITE[i].name, SUITE[i].name, SUITE[i].name,
							f->version[i], NVERSION,      TARGET};
	}
	f->catalogue = (struct pt_sim_catalogue){f->package, NPACKAGE};
}

static struct pt_population *parse(const struct fixture *f, const char *text)
{
	struct pt_errs errs = PT_ERRS_INIT;
	struct pt_population *population = NULL;
	int rc = pt_population_parse(&population, text, strlen(text), "population.yaml",
				     &f->catalogue, &errs);

	if (rc < 0)
		fail_msg("%s", errs.item[0].text);
	pt_errs_release(&errs);
	return population;
}

static struct pt_platform *people(const struct fixture *f, const char *text, int64_t seed)
{
	struct pt_population *population = parse(f, text);
	struct pt_platform *platform = NULL;

	assert_int_equal(pt_population_people(&platform, population, &f->catalogue,
					      seed < 0 ? population->seed : (uint64_t)seed, T0,
					      NULL),
			 0);
	pt_population_free(population);
	return platform;
}

/* Counts orgs for which a question is answered by yes. */
typedef bool question(const struct pt_platform *platform, uint32_t org);

static uint32_t count(const struct pt_platform *platform, question *asked)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < pt_platform_norg(platform); i++)
		n += asked(platform, i);
	return n;
}

static bool is_sandbox(const struct pt_platform *platform, uint32_t org)
{
	return pt_platform_org(platform, org).type == PT_ORG_SANDBOX;
}

static bool is_inactive(const struct pt_platform *platform, uint32_t org)
{
	return pt_platform_org(platform, org).status == PT_ORG_INACTIVE;
}

static bool is_active(const struct pt_platform *platform, uint32_t org)
{
	return pt_platform_org(platform, org).status == PT_ORG_ACTIVE;
}

static bool is_blocked(const struct pt_platform *platform, uint32_t org)
{
	struct pt_platform_record record;

	return pt_platform_record(&record, platform, org, OUTFUNDS) && record.blocked;
}

static bool has_npsp(const struct pt_platform *platform, uint32_t org)
{
	return pt_platform_installed(platform, org, NPSP) != PT_PLATFORM_NONE;
}

static bool has_outfunds(const struct pt_platform *platform, uint32_t org)
{
	return pt_platform_installed(platform, org, OUTFUNDS) != PT_PLATFORM_NONE;
}

static bool outfunds_at_target(const struct pt_platform *platform, uint32_t org)
{
	return pt_platform_installed(platform, org, OUTFUNDS) == TARGET;
}

static bool outfunds_at_previous(const struct pt_platform *platform, uint32_t org)
{
	return pt_platform_installed(platform, org, OUTFUNDS) == TARGET - 1;
}

static bool outfunds_older(const struct pt_platform *platform, uint32_t org)
{
	return pt_platform_installed(platform, org, OUTFUNDS) <= TARGET - 2;
}

static bool outfunds_beta(const struct pt_platform *platform, uint32_t org)
{
	const struct pt_platform_package *package = &pt_platform_packages(platform)->item[OUTFUNDS];
	uint32_t installed = pt_platform_installed(platform, org, OUTFUNDS);

	return installed != PT_PLATFORM_NONE && package->version[installed].beta;
}

PT_TEST(orgs_are_drawn_in_the_shares_of_the_file)
{
	struct fixture f;
	struct pt_platform *p;

	fill(&f);
	p = people(&f,
		   "orgs: 20000\nsandboxes: 35%\nstatus: { Active: rest, Inactive: 2% }\n"
		   "opted_out: 10%\nbundles:\n- { packages: [outfunds], share: 25% }\n"
		   "- { packages: all, share: rest }\n",
		   -1);
	assert_int_equal(pt_platform_norg(p), 20000);
	assert_in_range(count(p, is_sandbox), 6700, 7300);
	assert_in_range(count(p, is_inactive), 330, 470);
	assert_int_equal(count(p, is_active) + count(p, is_inactive), 20000);
	assert_in_range(count(p, is_blocked), 1800, 2200);
	assert_in_range(count(p, has_npsp), 14500, 15500);
	assert_int_equal(count(p, has_outfunds), 20000);
	pt_platform_free(p);
}

PT_TEST(install_bases_are_as_far_behind_as_the_file_says)
{
	struct fixture f;
	struct pt_platform *p;

	fill(&f);
	p = people(&f,
		   "orgs: 20000\nbundles: [{ packages: [outfunds], share: 100% }]\n"
		   "installed:\n  at_target: 20%\n  previous: rest\n"
		   "  older: { share: 10%, releases: 2..5 }\n  beta: 5%\n",
		   -1);
	assert_in_range(count(p, outfunds_at_target), 3800, 4200);
	assert_in_range(count(p, outfunds_at_previous), 12700, 13300);
	assert_in_range(count(p, outfunds_older), 1850, 2150);
	assert_in_range(count(p, outfunds_beta), 850, 1150);
	for (uint32_t i = 0; i < 20000; i++)
		assert_true(pt_platform_installed(p, i, OUTFUNDS) >= TARGET - 5);
	pt_platform_free(p);
}

PT_TEST(one_release_behind_is_never_a_beta)
{
	struct fixture f;
	struct pt_platform *p;

	fill(&f);
	f.version[OUTFUNDS][TARGET - 1].beta = true;
	p = people(&f, "orgs: 10\nbundles: [{ packages: [outfunds], share: 100% }]\n", -1);
	for (uint32_t i = 0; i < 10; i++)
		assert_int_equal(pt_platform_installed(p, i, OUTFUNDS), TARGET - 2);
	pt_platform_free(p);
}

PT_TEST(a_package_without_a_beta_gets_one_when_orgs_are_to_run_it)
{
	static const char TEXT[] = "orgs: 10\nbundles: [{ packages: all, share: 100% }]\n"
				   "installed: { beta: 100% }\n";
	const struct pt_platform_package *package;
	struct fixture f;
	struct pt_platform *p;

	fill(&f);
	f.version[NPE01][3].beta = true;
	p = people(&f, TEXT, -1);
	package = pt_platform_packages(p)->item;
	assert_int_equal(package[OUTFUNDS].nversion, NVERSION + 1);
	assert_int_equal(package[OUTFUNDS].version[NVERSION].version.part[1], NVERSION + 1);
	assert_true(package[OUTFUNDS].version[NVERSION].beta);
	assert_int_equal(package[NPE01].nversion, NVERSION);
	assert_int_equal(count(p, outfunds_beta), 10);
	pt_platform_free(p);
}

PT_TEST(named_versions_come_before_how_old_an_org_is)
{
	struct fixture f;
	struct pt_platform *p;
	uint32_t old = 0, newer = 0;

	fill(&f);
	p = people(&f,
		   "orgs: 10000\nbundles: [{ packages: all, share: 100% }]\n"
		   "packages: { outfunds: { versions: { \"3.2\": 10%, \"3.12\": 5% } } }\n",
		   -1);
	for (uint32_t i = 0; i < 10000; i++) {
		old += pt_platform_installed(p, i, OUTFUNDS) < TARGET - 2;
		newer += pt_platform_installed(p, i, OUTFUNDS) == NVERSION - 1;
	}
	assert_int_equal(old, 0); /* outfundsnpspext needs a newer one than 3.2 */
	assert_in_range(newer, 400, 600);
	pt_platform_free(p);
	p = people(&f,
		   "orgs: 10000\nbundles: [{ packages: [outfunds], share: 100% }]\n"
		   "packages: { outfunds: { versions: { \"3.2\": 10% } } }\n",
		   -1);
	for (uint32_t i = 0; i < 10000; i++)
		old += pt_platform_installed(p, i, OUTFUNDS) == 1;
	assert_in_range(old, 900, 1100);
	pt_platform_free(p);
}

PT_TEST(what_an_org_has_is_new_enough_for_what_is_installed_on_it)
{
	struct fixture f;
	struct pt_platform *p;

	fill(&f);
	p = people(&f,
		   "orgs: 5000\nbundles: [{ packages: all, share: 100% }]\n"
		   "installed: { previous: rest, older: { share: 50%, releases: 2..20 } }\n"
		   "packages: { npsp: { versions: { \"3.12\": 20%, \"3.1\": 20% } } }\n",
		   -1);
	for (uint32_t org = 0; org < 5000; org++)
		for (uint32_t i = 0; i < NPACKAGE; i++) {
			const struct pt_sim_version *has =
			    &f.version[i][pt_platform_installed(p, org, i)];

			for (size_t k = 0; k < has->nneed; k++) {
				uint32_t base = pt_platform_installed(p, org, has->need[k].package);

				assert_true(
				    pt_version_cmp(&f.version[has->need[k].package][base].version,
						   &has->need[k].version) >= 0);
			}
		}
	pt_platform_free(p);
}

PT_TEST(a_sandbox_is_a_copy_of_a_production_org)
{
	struct fixture f;
	struct pt_platform *p;

	fill(&f);
	p = people(&f,
		   "orgs: 3000\nsandboxes: 50%\nopted_out: 20%\nbundles:\n"
		   "- { packages: [outfunds], share: 50% }\n- { packages: all, share: rest }\n",
		   -1);
	for (uint32_t i = 0; i < 3000; i++) {
		struct pt_platform_org org = pt_platform_org(p, i), parent;
		char name[PT_PLATFORM_NAME_TEXT], same[PT_PLATFORM_NAME_TEXT];
		uint32_t of;

		if (org.type == PT_ORG_PRODUCTION) {
			assert_string_equal(org.parent.text, "");
			assert_string_equal(org.instance, "NA1");
			continue;
		}
		assert_string_equal(org.instance, "CS1");
		of = pt_platform_find_org(p, &org.parent);
		assert_true(of != PT_PLATFORM_NONE);
		parent = pt_platform_org(p, of);
		assert_int_equal(parent.type, PT_ORG_PRODUCTION);
		assert_int_equal(has_npsp(p, i), has_npsp(p, of));
		assert_int_equal(is_blocked(p, i), is_blocked(p, of));
		assert_string_equal(pt_platform_org_name(name, p, i),
				    pt_platform_org_name(same, p, of));
	}
	pt_platform_free(p);
	p = people(&f, "orgs: 5\nsandboxes: 100%\nbundles: [{ packages: all, share: 100% }]\n", -1);
	for (uint32_t i = 0; i < 5; i++)
		assert_string_equal(pt_platform_org(p, i).parent.text, "");
	pt_platform_free(p);
}

PT_TEST(instances_share_their_weights)
{
	struct fixture f;
	struct pt_platform *p;
	uint32_t eu = 0, usa = 0, na[41] = {0};

	fill(&f);
	p = people(&f,
		   "orgs: 10000\nbundles: [{ packages: all, share: 100% }]\n"
		   "instances: { production: { NA31..40: 5, EU4: 3, USA123S: 2 } }\n",
		   -1);
	for (uint32_t i = 0; i < 10000; i++) {
		struct pt_platform_org org = pt_platform_org(p, i);

		if (strncmp(org.instance, "NA", 2) == 0)
			na[strtoul(org.instance + 2, NULL, 10)]++;
		eu += strcmp(org.instance, "EU4") == 0;
		usa += strcmp(org.instance, "USA123S") == 0;
	}
	assert_in_range(eu, 2800, 3200);
	assert_in_range(usa, 1800, 2200);
	for (size_t i = 31; i <= 40; i++)
		assert_in_range(na[i], 400, 600);
	pt_platform_free(p);
}

static void dump(struct pt_buf *out, const struct pt_platform *p)
{
	for (uint32_t i = 0; i < pt_platform_norg(p); i++) {
		struct pt_platform_org org = pt_platform_org(p, pt_platform_ranked_org(p, i));

		pt_buf_printf(out, "%s %s %s %d %d", org.key.text, org.parent.text, org.instance,
			      org.type, org.status);
		for (uint32_t j = 0; j < NPACKAGE; j++)
			pt_buf_printf(out, " %u", pt_platform_installed(p, i, j));
		pt_buf_char(out, '\n');
	}
}

PT_TEST(the_same_seed_gives_the_same_orgs_byte_for_byte)
{
	static const char TEXT[] =
	    "orgs: 3000\nseed: 11\nsandboxes: 35%\nstatus: { Active: rest, Trial: 5% }\n"
	    "instances: { production: { NA1..40: 1 } }\nbundles:\n"
	    "- { packages: [outfunds], share: 25% }\n- { packages: all, share: rest }\n"
	    "installed: { previous: rest, older: { share: 30%, releases: 2..9 } }\n";
	struct pt_buf text[3] = {PT_BUF_INIT, PT_BUF_INIT, PT_BUF_INIT};
	const int64_t seed[3] = {-1, 11, 12};
	struct fixture f;

	fill(&f);
	for (size_t i = 0; i < 3; i++) {
		struct pt_platform *p = people(&f, TEXT, seed[i]);

		dump(&text[i], p);
		pt_platform_free(p);
	}
	assert_string_equal(pt_buf_text(&text[0]), pt_buf_text(&text[1]));
	assert_string_not_equal(pt_buf_text(&text[0]), pt_buf_text(&text[2]));
	for (size_t i = 0; i < 3; i++)
		pt_buf_release(&text[i]);
}

PT_TEST(a_package_fails_as_all_do_but_for_what_is_said_of_it)
{
	struct pt_population *population;
	const struct pt_sim_failures *failures;
	struct fixture f;

	fill(&f);
	population = parse(
	    &f, "packages: { npsp: { transient: 5%, not_yet: { share: 50%, for: 2d } } }\n"
		"failures: { transient: 3%, permanent: 0.5%, stuck: { share: 0.01%, for: 1h } }\n"
		"orgs: 1\nbundles: [{ packages: all, share: 100% }]\n");
	failures = population->behaviour.package;
	assert_int_equal(failures[NPE01].transient_ppm, 30000);
	assert_int_equal(failures[NPE01].not_yet_ppm, 0);
	assert_int_equal(failures[NPSP].transient_ppm, 50000);
	assert_int_equal(failures[NPSP].permanent_ppm, 5000);
	assert_int_equal(failures[NPSP].stuck_ppm, 100);
	assert_int_equal(failures[NPSP].stuck_for.max_ms, PT_HOUR_MS);
	assert_int_equal(failures[NPSP].not_yet_ppm, 500000);
	assert_int_equal(failures[NPSP].not_yet_for.typical_ms, 2 * PT_DAY_MS);
	pt_population_free(population);
}

PT_TEST(latencies_and_the_api_are_read)
{
	struct pt_population *population;
	struct fixture f;

	fill(&f);
	population = parse(&f, "orgs: 1\nbundles: [{ packages: all, share: 100% }]\n"
			       "latencies: { start_delay: { typical: 10m, max: 3h },\n"
			       "  job_duration: 4m }\n"
			       "api: { latency: 300ms, page_rows: 500, daily_limit: 15000 }\n");
	assert_int_equal(population->behaviour.start_delay.typical_ms, 10 * PT_MINUTE_MS);
	assert_int_equal(population->behaviour.start_delay.max_ms, 3 * PT_HOUR_MS);
	assert_int_equal(population->behaviour.job_duration.max_ms, 4 * PT_MINUTE_MS);
	assert_int_equal(population->behaviour.job_delay.max_ms, 0);
	assert_int_equal(population->api.latency.typical_ms, 300);
	assert_int_equal(population->api.page_rows, 500);
	assert_int_equal(population->api.daily_limit, 15000);
	pt_population_free(population);
}

PT_TEST(an_incomplete_bundle_is_taken_when_it_says_so)
{
	struct fixture f;
	struct pt_platform *p;

	fill(&f);
	p = people(&f,
		   "orgs: 10\nbundles: [{ packages: [npsp, npe01], share: 100%, "
		   "incomplete: true }]\n",
		   -1);
	assert_int_equal(count(p, has_npsp), 10);
	assert_int_equal(pt_platform_installed(p, 0, NPO02), PT_PLATFORM_NONE);
	pt_platform_free(p);
}

/* The message list of one case, as the command line would print it. */
static void complaints(struct pt_buf *out, const struct fixture *f, const char *folder)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	struct pt_errs errs = PT_ERRS_INIT;
	struct pt_population *population = NULL;
	char path[512];

	snprintf(path, sizeof(path), "%s/population.yaml", folder);
	assert_int_equal(pt_file_read(&text, path, 1 << 20, NULL), 0);
	assert_true(pt_population_parse(&population, pt_buf_text(&text), text.len,
					"population.yaml", &f->catalogue, &errs) < 0);
	assert_null(population);
	pt_errs_print(out, &errs, "pushtrain");
	pt_errs_release(&errs);
}

PT_TEST(what_is_wrong_is_said_with_place_path_and_what_was_expected)
{
	static const char ROOT[] = PT_SOURCE_DIR "/tests/data/population-invalid";
	struct fixture f;
	struct dirent *entry;
	DIR *dir = opendir(ROOT);
	int ncase = 0;

	fill(&f);
	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		PT_CLEANUP(pt_buf_release) struct pt_buf expected = PT_BUF_INIT;
		PT_CLEANUP(pt_buf_release) struct pt_buf found = PT_BUF_INIT;
		char folder[512], path[600];

		if (entry->d_name[0] == '.')
			continue;
		snprintf(folder, sizeof(folder), "%s/%s", ROOT, entry->d_name);
		snprintf(path, sizeof(path), "%s/error", folder);
		complaints(&found, &f, folder);
		assert_int_equal(pt_file_read(&expected, path, 1 << 20, NULL), 0);
		if (strcmp(pt_buf_text(&expected), pt_buf_text(&found)) != 0)
			fail_msg("%s: expected\n%sfound\n%s", entry->d_name, pt_buf_text(&expected),
				 pt_buf_text(&found));
		ncase++;
	}
	closedir(dir);
	assert_true(ncase >= 20);
}

PT_TEST(a_file_that_is_not_there_is_an_error)
{
	struct pt_population *population = NULL;
	struct pt_errs errs = PT_ERRS_INIT;
	struct fixture f;

	fill(&f);
	assert_int_equal(
	    pt_population_read(&population, "/nowhere/population.yaml", &f.catalogue, &errs),
	    -PT_E_NOTFOUND);
	assert_int_equal(errs.n, 1);
	pt_errs_release(&errs);
}

PT_TEST(the_example_is_valid)
{
	struct pt_population *population = NULL;
	struct pt_errs errs = PT_ERRS_INIT;
	struct pt_platform *p = NULL;
	struct fixture f;

	fill(&f);
	assert_int_equal(pt_population_read(&population,
					    PT_SOURCE_DIR "/examples/npsp/population.yaml",
					    &f.catalogue, &errs),
			 0);
	assert_int_equal(
	    pt_population_people(&p, population, &f.catalogue, population->seed, T0, NULL), 0);
	assert_int_equal(pt_platform_norg(p), 10000);
	assert_in_range(count(p, is_sandbox), 3300, 3700);
	assert_in_range(count(p, has_npsp), 8700, 9200);
	pt_platform_free(p);
	pt_population_free(population);
}

PT_TEST(two_hundred_thousand_orgs_are_peopled)
{
	struct timespec from, to;
	struct fixture f;
	struct pt_platform *p;

	fill(&f);
	clock_gettime(CLOCK_MONOTONIC, &from);
	p = people(&f,
		   "orgs: 200000\nsandboxes: 35%\ninstances: { production: { NA1..400: 1 } }\n"
		   "bundles: [{ packages: all, share: 100% }]\n"
		   "installed: { previous: rest, older: { share: 20%, releases: 2..9 } }\n",
		   -1);
	clock_gettime(CLOCK_MONOTONIC, &to);
	assert_int_equal(count(p, has_npsp), 200000);
	print_message("200,000 orgs with 8 packages in %ld ms\n",
		      (to.tv_sec - from.tv_sec) * 1000 + (to.tv_nsec - from.tv_nsec) / 1000000);
	pt_platform_free(p);
}

PT_TEST_MAIN(PT_RUN(orgs_are_drawn_in_the_shares_of_the_file),
	     PT_RUN(install_bases_are_as_far_behind_as_the_file_says),
	     PT_RUN(one_release_behind_is_never_a_beta),
	     PT_RUN(a_package_without_a_beta_gets_one_when_orgs_are_to_run_it),
	     PT_RUN(named_versions_come_before_how_old_an_org_is),
	     PT_RUN(what_an_org_has_is_new_enough_for_what_is_installed_on_it),
	     PT_RUN(a_sandbox_is_a_copy_of_a_production_org), PT_RUN(instances_share_their_weights),
	     PT_RUN(the_same_seed_gives_the_same_orgs_byte_for_byte),
	     PT_RUN(a_package_fails_as_all_do_but_for_what_is_said_of_it),
	     PT_RUN(latencies_and_the_api_are_read),
	     PT_RUN(an_incomplete_bundle_is_taken_when_it_says_so),
	     PT_RUN(what_is_wrong_is_said_with_place_path_and_what_was_expected),
	     PT_RUN(a_file_that_is_not_there_is_an_error), PT_RUN(the_example_is_valid),
	     PT_RUN(two_hundred_thousand_orgs_are_peopled))
