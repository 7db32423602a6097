/* The orgs of a snapshot on a simulated platform. */
#include <unistd.h>

#include "connectors/push/simulated/population.h"
#include "tests/unit/platform_fixture.h"

/* base: 1.1; a release that no tag tells of, between 1.1 and 1.2; a beta of 1.2, and 1.2 itself. */
static const char SNAPSHOT[] = "pushtrain-snapshot,1\nsuite,s\ntaken,2026-12-01T18:00:00Z\n"
			       "keys,plain\n"
			       "delay,duration,100,120000,600000\n"
			       "package,app,200,10,4,50,5,8,2\n"
			       "version,2.0.0.3,released\n"
			       "package,base,0,0,0,0,0,0,0\n"
			       "version,1.1.0.1,released\n"
			       "version,1.1.3.1,released\n"
			       "version,1.2.0.4,beta\n"
			       "version,1.2.0.9,released\n"
			       "org,00D000000000001,Production,Active,NA1,,0 0\n"
			       "org,00D000000000002,Sandbox,Trial,CS2,00D000000000001,0b 1\n"
			       "org,00D000000000003,Production,Inactive,NA1,,0u 2\n"
			       "org,00D000000000004,Production,Active,NA1,,- 3\n"
			       "end,4\n";

struct fixture {
	char folder[32], population[64];
};

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static struct pt_population *read_one(struct fixture *f, const char *snapshot, const char *yaml)
{
	struct pt_population *population = NULL;
	struct pt_errs errs = PT_ERRS_INIT;
	char path[64];

	snprintf(f->folder, sizeof(f->folder), "/tmp/pt-settlers-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	snprintf(path, sizeof(path), "%s/a.snapshot", f->folder);
	snprintf(f->population, sizeof(f->population), "%s/p.yaml", f->folder);
	write_file(path, snapshot);
	write_file(f->population, yaml);
	assert_int_equal(pt_population_read(&population, f->population, &CATALOGUE, &errs), 0);
	pt_errs_release(&errs);
	return population;
}

static void clean_up(const struct fixture *f)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/a.snapshot", f->folder);
	(void)unlink(path);
	(void)unlink(f->population);
	(void)rmdir(f->folder);
}

static const char *version_text(char buf[PT_VERSION_TEXT], const struct pt_platform *p,
				uint32_t org, uint32_t package)
{
	uint32_t version = pt_platform_installed(p, org, package);

	if (version == PT_PLATFORM_NONE)
		return "nothing";
	return pt_version_text(buf,
			       &pt_platform_packages(p)->item[package].version[version].version);
}

PT_TEST(orgs_have_what_the_snapshot_says)
{
	struct fixture f;
	struct pt_population *population = read_one(&f, SNAPSHOT, "snapshot: a.snapshot\n");
	const struct pt_platform_package *base;
	struct pt_platform_record record;
	struct pt_platform_org org;
	struct pt_platform *p = NULL;
	char text[PT_VERSION_TEXT];

	assert_int_equal(pt_population_people(&p, population, &CATALOGUE, 7, T0, NULL), 0);
	assert_int_equal(pt_platform_norg(p), 4);
	assert_string_equal(version_text(text, p, 0, APP), "2.0");
	assert_string_equal(version_text(text, p, 0, BASE), "1.1");
	assert_string_equal(version_text(text, p, 1, BASE), "1.1.3.1");
	assert_string_equal(version_text(text, p, 2, BASE), "1.2.0.4");
	assert_string_equal(version_text(text, p, 3, BASE), "1.2");
	assert_string_equal(version_text(text, p, 3, APP), "nothing");
	assert_string_equal(version_text(text, p, 0, LONE), "nothing");

	org = pt_platform_org(p, 1);
	assert_int_equal(org.type, PT_ORG_SANDBOX);
	assert_int_equal(org.status, PT_ORG_TRIAL);
	assert_string_equal(org.parent.text, "00D000000000001");
	assert_string_equal(org.instance, "CS2");
	assert_true(pt_platform_record(&record, p, 1, APP));
	assert_true(record.blocked && record.installed);
	assert_true(pt_platform_record(&record, p, 2, APP));
	assert_false(record.installed);
	assert_false(pt_platform_record(&record, p, 3, APP));

	/* The beta of 1.2 stands below 1.2, whatever its build, and is a beta. */
	base = &pt_platform_packages(p)->item[BASE];
	assert_int_equal(base->nversion, PT_ARRAY_LEN(BASE_VERSIONS) + 2);
	assert_true(base->version[pt_platform_installed(p, 2, BASE)].beta);
	assert_true(pt_platform_installed(p, 2, BASE) < pt_platform_installed(p, 3, BASE));
	assert_string_equal(base->version[pt_platform_installed(p, 3, BASE)].id.text,
			    "04t000000000001AAA");
	pt_platform_free(p);
	pt_population_free(population);
	clean_up(&f);
}

PT_TEST(what_was_measured_is_what_goes_wrong)
{
	struct fixture f;
	struct pt_population *population = read_one(&f, SNAPSHOT, "snapshot: a.snapshot\n");
	const struct pt_sim_behaviour *b = &population->behaviour;

	assert_int_equal(b->package[APP].transient_ppm, 50000);
	assert_int_equal(b->package[APP].stuck_ppm, 20000);
	assert_int_equal(b->package[APP].permanent_ppm, 100000);
	assert_int_equal(b->package[APP].not_yet_ppm, 250000);
	assert_int_equal(b->package[BASE].transient_ppm, 0);
	assert_int_equal(b->job_duration.typical_ms, 2 * MINUTE);
	assert_int_equal(b->job_duration.max_ms, 10 * MINUTE);
	assert_int_equal(b->job_delay.max_ms, 0);
	pt_population_free(population);
	clean_up(&f);
}

PT_TEST(the_population_file_overrides_what_was_measured)
{
	struct fixture f;
	struct pt_population *population =
	    read_one(&f, SNAPSHOT,
		     "packages: { base: { permanent: 3% } }\nfailures: { transient: 1% }\n"
		     "latencies: { record_lag: 5m }\nsnapshot: a.snapshot\nseed: 9\n");
	const struct pt_sim_behaviour *b = &population->behaviour;

	assert_int_equal(population->seed, 9);
	assert_int_equal(b->package[APP].transient_ppm, 10000);
	assert_int_equal(b->package[APP].permanent_ppm, 100000);
	assert_int_equal(b->package[BASE].transient_ppm, 10000);
	assert_int_equal(b->package[BASE].permanent_ppm, 30000);
	assert_int_equal(b->record_lag.max_ms, 5 * MINUTE);
	assert_int_equal(b->job_duration.typical_ms, 2 * MINUTE);
	pt_population_free(population);
	clean_up(&f);
}

/* What a kept platform was made from is another thing when the snapshot is another. */
PT_TEST(another_snapshot_is_another_population)
{
	static const char yaml[] = "snapshot: a.snapshot\n";
	struct fixture f;
	struct pt_population *population = read_one(&f, SNAPSHOT, yaml);
	char one[PT_DIGEST_TEXT], two[PT_DIGEST_TEXT], path[64];

	assert_int_equal(pt_population_digest(one, yaml, strlen(yaml), f.population, NULL), 0);
	assert_int_equal(pt_population_digest(two, yaml, strlen(yaml), f.population, NULL), 0);
	assert_string_equal(one, two);
	snprintf(path, sizeof(path), "%s/a.snapshot", f.folder);
	write_file(path, "pushtrain-snapshot,1\n");
	assert_int_equal(pt_population_digest(two, yaml, strlen(yaml), f.population, NULL), 0);
	assert_string_not_equal(one, two);
	pt_population_free(population);
	clean_up(&f);
}

PT_TEST_MAIN(PT_RUN(orgs_have_what_the_snapshot_says), PT_RUN(what_was_measured_is_what_goes_wrong),
	     PT_RUN(the_population_file_overrides_what_was_measured),
	     PT_RUN(another_snapshot_is_another_population))
