/* The repositories that examples/npsp/make-repos makes: the same everywhere, and known trains. */
#include "connectors/manifest/manifest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/zone.h"
#include "tests/test.h"

#define REL     "^rel/(?<version>\\d+\\.\\d+(?:\\.\\d+)?)$"
#define RELEASE "^release/(?<version>\\d+\\.\\d+)$"

static const struct {
	const char *repo, *pattern;
} packages[] = {
    {"Contacts_and_Organizations", REL},
    {"Households", REL},
    {"Recurring_Donations", REL},
    {"Relationships", REL},
    {"Affiliations", REL},
    {"NPSP", REL},
    {"OutboundFundsModule", RELEASE},
    {"OutboundFundsModuleNPSP", RELEASE},
};

enum { NPACKAGE = PT_ARRAY_LEN(packages) };

struct example {
	char folder[64];
	struct pt_manifest_source *source[NPACKAGE];
};

static void init(struct example *out)
{
	char command[512];

	if (system("command -v git bash >/dev/null 2>&1") != 0)
		skip();
	snprintf(out->folder, sizeof(out->folder), "/tmp/pt-example-XXXXXX");
	assert_non_null(mkdtemp(out->folder));
	snprintf(command, sizeof(command), "'%s/examples/npsp/make-repos' '%s'", PT_SOURCE_DIR,
		 out->folder);
	assert_int_equal(system(command), 0);
	for (size_t i = 0; i < NPACKAGE; i++) {
		char path[128];

		snprintf(path, sizeof(path), "%s/%s.git", out->folder, packages[i].repo);
		const struct pt_manifest_where where = {.git = path, .tag = packages[i].pattern};

		assert_int_equal(pt_manifest_open_git(&out->source[i], &where, NULL, NULL), 0);
	}
}

static void release(struct example *example)
{
	char command[128];

	for (size_t i = 0; i < NPACKAGE; i++)
		pt_manifest_closep(&example->source[i]);
	snprintf(command, sizeof(command), "rm -rf '%s'", example->folder);
	assert_int_equal(system(command), 0);
}

/* The highest release at or before that time. */
static const struct pt_release *choose(struct pt_manifest_source *source, int64_t cut_ms)
{
	const struct pt_release *list = NULL, *best = NULL;
	size_t n = 0;

	assert_int_equal(source->ops->releases(&list, &n, source, NULL), 0);
	for (size_t i = 0; i < n && pt_version_known(&list[i].version); i++) {
		if (list[i].time_ms <= cut_ms)
			best = &list[i];
	}
	assert_non_null(best);
	return best;
}

static void assert_train(struct example *example, const char *cut, const char *expected)
{
	struct pt_buf got = PT_BUF_INIT;
	struct pt_zone *zone = NULL;
	int64_t cut_ms = 0;

	assert_int_equal(pt_zone_open(&zone, "America/Los_Angeles", NULL), 0);
	assert_int_equal(pt_zone_parse(&cut_ms, zone, cut, NULL), 0);
	for (size_t i = 0; i < NPACKAGE; i++) {
		const struct pt_manifest *manifest = NULL;
		struct pt_manifest_source *source = example->source[i];
		const struct pt_release *chosen = choose(source, cut_ms);

		assert_int_equal(source->ops->manifest(&manifest, source, chosen, NULL), 0);
		pt_buf_printf(&got, "%s %s %s %zu+%zu\n", manifest->namespace_, chosen->tag,
			      chosen->version_id, manifest->npin, manifest->nnamed);
	}
	assert_string_equal(pt_buf_text(&got), expected);
	pt_zone_free(zone);
	pt_buf_release(&got);
}

PT_TEST(its_trains_are_those_of_the_real_suite)
{
	struct example example = {.folder = ""};

	init(&example);
	assert_train(&example, "2022-08-20",
		     "npe01 rel/3.21 04t4w000000t6uRAAQ 0+0\n"
		     "npo02 rel/3.17 04t4w000000TiNLAA0 1+1\n"
		     "npe03 rel/3.24 04t4w000000TiNGAA0 0+0\n"
		     "npe4 rel/3.14 04t4w000000AlDpAAK 0+0\n"
		     "npe5 rel/3.12 04t4w0000011MQ8AAM 0+0\n"
		     "npsp rel/3.223 04t5d000001E12DAAS 5+4\n"
		     "outfunds release/1.27 04t5G000003vfwVQAQ 0+0\n"
		     "outfundsnpspext release/1.6 04t5G000004J3PAQA0 7+2\n");
	assert_train(&example, "2022-12-20T12:00",
		     "npe01 rel/3.22 04t4w000000tPkFAAU 0+0\n"
		     "npo02 rel/3.18 04t4w000001E96GAAS 1+1\n"
		     "npe03 rel/3.25 04t4w000001E96BAAS 0+0\n"
		     "npe4 rel/3.15 04t4w000000AojvAAC 0+0\n"
		     "npe5 rel/3.13 04t4w000000YjKXAA0 0+0\n"
		     "npsp rel/3.224 04t5d0000011VNxAAM 5+4\n"
		     "outfunds release/1.27 04t5G000003vfwVQAQ 0+0\n"
		     "outfundsnpspext release/1.6 04t5G000004J3PAQA0 7+2\n");
	assert_train(&example, "2025-09-01",
		     "npe01 rel/3.22 04t4w000000tPkFAAU 0+0\n"
		     "npo02 rel/3.18 04t4w000001E96GAAS 1+1\n"
		     "npe03 rel/3.25 04t4w000001E96BAAS 0+0\n"
		     "npe4 rel/3.15 04t4w000000AojvAAC 0+0\n"
		     "npe5 rel/3.13 04t4w000000YjKXAA0 0+0\n"
		     "npsp rel/3.236 04tKd000000ekgjIAA 5+4\n"
		     "outfunds release/1.31 04t5G000003zhzkQAA 0+0\n"
		     "outfundsnpspext release/1.7 04t5G000004PzuyQAC 7+2\n");
	release(&example);
}

/* A tag object's id covers the tag and all history behind it. */
PT_TEST(its_object_ids_are_the_same_everywhere)
{
	struct example example = {.folder = ""};
	struct pt_buf got = PT_BUF_INIT;

	init(&example);
	for (size_t i = 0; i < NPACKAGE; i++)
		pt_buf_printf(&got, "%s\n", choose(example.source[i], PT_NEVER)->oid);
	assert_string_equal(pt_buf_text(&got), "2d2df207b8891bd248bebe64300cedd1afc4635f\n"
					       "a0a5ae5e35ac5ec0b81f6db1d2070340752abcda\n"
					       "a1cf75385dc4ccfe2f6eb29bb2645818f1e84cf2\n"
					       "1dc6e6516720e74d2b78fc52addcd41bb8eb6958\n"
					       "c4ab14252e6f4c3fc8ca1a0d2d7de60a3002a42a\n"
					       "1ce4455eb485bb1423bcad46933d3aaf262e11bb\n"
					       "44ee30feab946468ab4094c927cfb48ffaffcfff\n"
					       "a72e6d49ece85976a2bbc46a93943ba78b3ffde3\n");
	pt_buf_release(&got);
	release(&example);
}

PT_TEST_MAIN(PT_RUN(its_trains_are_those_of_the_real_suite),
	     PT_RUN(its_object_ids_are_the_same_everywhere))
