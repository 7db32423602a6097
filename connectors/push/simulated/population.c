/* See population.h. Here: the file's sections. */
#include "connectors/push/simulated/population.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "config/suite.h"
#include "connectors/push/simulated/bundles.h"
#include "connectors/push/simulated/reader.h"
#include "connectors/push/simulated/settlers.h"

enum { SNAPSHOT_MAX_BYTES = 512 << 20 };

static void read_orgs(struct pt_sim_reader *reader, const struct pt_yaml_node *node, void *into)
{
	*(uint32_t *)into = (uint32_t)pt_sim_read_number(reader, node, 1, PT_POPULATION_ORGS_MAX);
}

static void read_status(struct pt_sim_reader *reader, const struct pt_yaml_node *node, void *into)
{
	enum { SIZE = sizeof(struct pt_sim_share) };
	static const struct pt_sim_key KEYS[PT_POPULATION_NSTATUS] = {
	    {"Active", pt_sim_read_share, 0, false},
	    {"Demo", pt_sim_read_share, SIZE, false},
	    {"Free", pt_sim_read_share, SIZE * 2, false},
	    {"Inactive", pt_sim_read_share, SIZE * 3, false},
	    {"Trial", pt_sim_read_share, SIZE * 4, false},
	};
	struct pt_sim_share share[PT_POPULATION_NSTATUS] = {{0}}, *each[PT_POPULATION_NSTATUS];
	size_t before = pt_sim_complaints(reader);
	int32_t *ppm = into;

	pt_sim_read_map(reader, node, KEYS, PT_ARRAY_LEN(KEYS), share);
	if (pt_sim_complaints(reader) > before)
		return;
	for (size_t i = 0; i < PT_ARRAY_LEN(each); i++)
		each[i] = &share[i];
	pt_sim_close_shares(reader, node, each, PT_ARRAY_LEN(each));
	for (size_t i = 0; i < PT_ARRAY_LEN(share); i++)
		ppm[i] = share[i].ppm;
}

/* "NA1..40" or a name as it is; letters and digits, no longer than the platform's own. */
static bool parse_pods(struct pt_population_pods *out, const char *text)
{
	const char *dots = strstr(text, "..");
	size_t len = dots ? (size_t)(dots - text) : strlen(text), letters = len;

	if (len == 0 || strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				     "0123456789") != len)
		return false;
	while (dots && letters > 0 && text[letters - 1] >= '0' && text[letters - 1] <= '9')
		letters--;
	if (letters + (dots ? 4 : 0) >= sizeof(out->name))
		return false;
	out->numbered = dots != NULL;
	memcpy(out->name, text, letters);
	return !dots || pt_sim_parse_range(&out->from, &out->to, text + letters, 1, 9999);
}

static void read_pods(struct pt_sim_reader *reader, const struct pt_yaml_node *node, void *into)
{
	struct pt_population_instances *instances = into;

	if (!pt_sim_is(reader, node, PT_YAML_MAP))
		return;
	if (node->n == 0)
		pt_sim_complain(reader, node, "expected at least one instance");
	instances->pods = pt_sim_reader_alloc(reader, node->n + 1, sizeof(*instances->pods));
	instances->weight = 0; /* the default's */
	for (size_t i = 0; instances->pods && i < node->n; i++) {
		struct pt_population_pods *pods = &instances->pods[i];
		size_t mark;

		if (!parse_pods(pods, node->key[i]->text))
			pt_sim_complain(reader, node->key[i],
					"'%.40s' is no instance, expected such as NA12 or NA1..40",
					node->key[i]->text);
		mark = pt_sim_enter(reader, node->key[i]->text);
		pods->weight = (uint32_t)pt_sim_read_number(reader, node->item[i], 1, 1000000);
		pt_sim_leave(reader, mark);
		instances->weight += pods->weight;
	}
	instances->npods = node->n;
}

static void read_instances(struct pt_sim_reader *reader, const struct pt_yaml_node *node,
			   void *into)
{
	static const struct pt_sim_key KEYS[] = {
	    {"production", read_pods, offsetof(struct pt_population, production), false},
	    {"sandbox", read_pods, offsetof(struct pt_population, sandbox), false},
	};

	pt_sim_read_map(reader, node, KEYS, PT_ARRAY_LEN(KEYS), into);
}

/* What `installed` says, before its shares are added up. */
struct installed {
	struct pt_sim_share target, previous, older, beta;
	uint32_t from, to;
};

static void read_releases(struct pt_sim_reader *reader, const struct pt_yaml_node *node, void *into)
{
	struct installed *installed = into;
	const char *text = pt_sim_text(reader, node, "releases such as 2..10");

	if (text && !pt_sim_parse_range(&installed->from, &installed->to, text, 2, 1000))
		pt_sim_complain(reader, node,
				"'%.40s' is no number of releases behind, expected such as 2..10, "
				"at least 2",
				text);
}

static void read_older(struct pt_sim_reader *reader, const struct pt_yaml_node *node, void *into)
{
	static const struct pt_sim_key KEYS[] = {
	    {"share", pt_sim_read_share, offsetof(struct installed, older), true},
	    {"releases", read_releases, 0, true},
	};

	pt_sim_read_map(reader, node, KEYS, PT_ARRAY_LEN(KEYS), into);
}

static void read_installed(struct pt_sim_reader *reader, const struct pt_yaml_node *node,
			   void *into)
{
	static const struct pt_sim_key KEYS[] = {
	    {"at_target", pt_sim_read_share, offsetof(struct installed, target), false},
	    {"previous", pt_sim_read_share, offsetof(struct installed, previous), false},
	    {"older", read_older, 0, false},
	    {"beta", pt_sim_read_share, offsetof(struct installed, beta), false},
	};
	struct installed read = {.from = 2, .to = 2};
	struct pt_sim_share *share[] = {&read.target, &read.previous, &read.older, &read.beta};
	struct pt_population *population = into;
	size_t before = pt_sim_complaints(reader);

	pt_sim_read_map(reader, node, KEYS, PT_ARRAY_LEN(KEYS), &read);
	if (pt_sim_complaints(reader) > before)
		return;
	pt_sim_close_shares(reader, node, share, PT_ARRAY_LEN(share));
	population->target_ppm = read.target.ppm;
	population->previous_ppm = read.previous.ppm;
	population->older_ppm = read.older.ppm;
	population->beta_ppm = read.beta.ppm;
	population->older_from = read.from;
	population->older_to = read.to;
}

static void read_stuck(struct pt_sim_reader *reader, const struct pt_yaml_node *node, void *into)
{
	static const struct pt_sim_key KEYS[] = {
	    {"share", pt_sim_read_ratio, offsetof(struct pt_sim_failures, stuck_ppm), true},
	    {"for", pt_sim_read_spread, offsetof(struct pt_sim_failures, stuck_for), true},
	};
	struct pt_sim_failures *failures = into;

	if (node->kind == PT_YAML_MAP)
		pt_sim_read_map(reader, node, KEYS, PT_ARRAY_LEN(KEYS), into);
	else
		pt_sim_read_ratio(reader, node, &failures->stuck_ppm);
}

static void read_not_yet(struct pt_sim_reader *reader, const struct pt_yaml_node *node, void *into)
{
	static const struct pt_sim_key KEYS[] = {
	    {"share", pt_sim_read_ratio, offsetof(struct pt_sim_failures, not_yet_ppm), true},
	    {"for", pt_sim_read_spread, offsetof(struct pt_sim_failures, not_yet_for), true},
	};

	pt_sim_read_map(reader, node, KEYS, PT_ARRAY_LEN(KEYS), into);
}

static void check_failures(struct pt_sim_reader *reader, const struct pt_yaml_node *node,
			   const struct pt_sim_failures *failures)
{
	if (failures->transient_ppm + failures->stuck_ppm > PT_RATIO_ONE)
		pt_sim_complain(reader, node,
				"transient and stuck together are more than 100%% of the jobs");
}

static void read_failures_into(struct pt_sim_reader *reader, const struct pt_yaml_node *node,
			       struct pt_sim_failures *into)
{
	static const struct pt_sim_key KEYS[] = {
	    {"transient", pt_sim_read_ratio, offsetof(struct pt_sim_failures, transient_ppm),
	     false},
	    {"permanent", pt_sim_read_ratio, offsetof(struct pt_sim_failures, permanent_ppm),
	     false},
	    {"not_yet", read_not_yet, 0, false},
	    {"stuck", read_stuck, 0, false},
	};

	pt_sim_read_map(reader, node, KEYS, PT_ARRAY_LEN(KEYS), into);
	check_failures(reader, node, into);
}

/* What a snapshot measured is measured by package: what is said of all is said of each. */
static void read_failures(struct pt_sim_reader *reader, const struct pt_yaml_node *node, void *into)
{
	struct pt_population *population = into;
	size_t before = pt_sim_complaints(reader);

	read_failures_into(reader, node, &population->behaviour.failures);
	for (size_t i = 0; population->package && i < reader->catalogue->npackage; i++) {
		if (pt_sim_complaints(reader) == before)
			read_failures_into(reader, node, &population->package[i]);
	}
}

/* One package's part of `packages`. */
struct special {
	struct pt_sim_failures failures;
	uint32_t package;
	struct pt_population *population;
};

static void read_named(struct pt_sim_reader *reader, const struct pt_yaml_node *key,
		       const struct pt_yaml_node *value, struct special *special)
{
	struct pt_population *population = special->population;
	struct pt_population_named *named = &population->named[population->nnamed];
	size_t mark;

	if (!pt_sim_find_version(&named->version, reader, special->package, key))
		return;
	mark = pt_sim_enter(reader, key->text);
	pt_sim_read_ratio(reader, value, &named->share_ppm);
	pt_sim_leave(reader, mark);
	named->package = special->package;
	population->nnamed++;
}

static void read_versions(struct pt_sim_reader *reader, const struct pt_yaml_node *node, void *into)
{
	struct special *special = into;
	size_t first = special->population->nnamed;
	int64_t sum = 0;

	if (special->population->snapshot) {
		pt_sim_complain(reader, node, "the snapshot says which versions orgs have");
		return;
	}
	if (!pt_sim_is(reader, node, PT_YAML_MAP))
		return;
	for (size_t i = 0; i < node->n; i++)
		read_named(reader, node->key[i], node->item[i], special);
	for (size_t i = first; i < special->population->nnamed; i++)
		sum += special->population->named[i].share_ppm;
	if (sum > PT_RATIO_ONE)
		pt_sim_complain(reader, node, "the shares add up to %g%%, expected at most 100%%",
				(double)sum / 10000);
}

static void read_special(struct pt_sim_reader *reader, const struct pt_yaml_node *node,
			 struct special *special)
{
	static const struct pt_sim_key KEYS[] = {
	    {"transient", pt_sim_read_ratio, offsetof(struct special, failures.transient_ppm),
	     false},
	    {"permanent", pt_sim_read_ratio, offsetof(struct special, failures.permanent_ppm),
	     false},
	    {"not_yet", read_not_yet, offsetof(struct special, failures), false},
	    {"stuck", read_stuck, offsetof(struct special, failures), false},
	    {"versions", read_versions, 0, false},
	};

	pt_sim_read_map(reader, node, KEYS, PT_ARRAY_LEN(KEYS), special);
	check_failures(reader, node, &special->failures);
}

static size_t count_versions(const struct pt_yaml_node *packages)
{
	size_t n = 0;

	for (size_t i = 0; i < packages->n; i++) {
		const struct pt_yaml_node *versions = pt_yaml_get(packages->item[i], "versions");

		n += versions ? versions->n : 0;
	}
	return n;
}

static void read_packages(struct pt_sim_reader *reader, const struct pt_yaml_node *node, void *into)
{
	struct pt_population *population = into;
	size_t npackage = reader->catalogue->npackage;
	struct pt_sim_failures *failures = population->package;

	if (!failures)
		failures = pt_sim_reader_alloc(reader, npackage + 1, sizeof(*failures));
	if (!pt_sim_is(reader, node, PT_YAML_MAP))
		return;
	population->named =
	    pt_sim_reader_alloc(reader, count_versions(node) + 1, sizeof(*population->named));
	if (!failures || !population->named)
		return;
	for (size_t i = 0; !population->snapshot && i < npackage; i++)
		failures[i] = population->behaviour.failures;
	for (size_t i = 0; i < node->n; i++) {
		struct special special = {.population = population};
		size_t mark;

		if (!pt_sim_find_package(&special.package, reader, node->key[i]))
			continue;
		special.failures = failures[special.package];
		mark = pt_sim_enter(reader, node->key[i]->text);
		read_special(reader, node->item[i], &special);
		pt_sim_leave(reader, mark);
		failures[special.package] = special.failures;
	}
	population->behaviour.package = population->package = failures;
}

static void read_latencies(struct pt_sim_reader *reader, const struct pt_yaml_node *node,
			   void *into)
{
	static const struct pt_sim_key KEYS[] = {
	    {"start_delay", pt_sim_read_spread, offsetof(struct pt_sim_behaviour, start_delay),
	     false},
	    {"job_delay", pt_sim_read_spread, offsetof(struct pt_sim_behaviour, job_delay), false},
	    {"job_duration", pt_sim_read_spread, offsetof(struct pt_sim_behaviour, job_duration),
	     false},
	    {"record_lag", pt_sim_read_spread, offsetof(struct pt_sim_behaviour, record_lag),
	     false},
	};

	pt_sim_read_map(reader, node, KEYS, PT_ARRAY_LEN(KEYS), into);
}

static void read_page_rows(struct pt_sim_reader *reader, const struct pt_yaml_node *node,
			   void *into)
{
	*(uint32_t *)into = (uint32_t)pt_sim_read_number(reader, node, 1, 2000);
}

static void read_daily_limit(struct pt_sim_reader *reader, const struct pt_yaml_node *node,
			     void *into)
{
	*(uint32_t *)into = (uint32_t)pt_sim_read_number(reader, node, 1, 1000000000);
}

static void read_api(struct pt_sim_reader *reader, const struct pt_yaml_node *node, void *into)
{
	static const struct pt_sim_key KEYS[] = {
	    {"latency", pt_sim_read_spread, offsetof(struct pt_sim_api, latency), false},
	    {"page_rows", read_page_rows, offsetof(struct pt_sim_api, page_rows), false},
	    {"daily_limit", read_daily_limit, offsetof(struct pt_sim_api, daily_limit), false},
	};

	pt_sim_read_map(reader, node, KEYS, PT_ARRAY_LEN(KEYS), into);
}

/* In this order: `packages` starts from what `failures` says. */
static const struct pt_sim_key KEYS[] = {
    {"seed", pt_sim_read_seed, offsetof(struct pt_population, seed), false},
    {"orgs", read_orgs, offsetof(struct pt_population, norg), true},
    {"sandboxes", pt_sim_read_ratio, offsetof(struct pt_population, sandbox_ppm), false},
    {"status", read_status, offsetof(struct pt_population, status_ppm), false},
    {"opted_out", pt_sim_read_ratio, offsetof(struct pt_population, blocked_ppm), false},
    {"instances", read_instances, 0, false},
    {"bundles", pt_sim_read_bundles, 0, true},
    {"installed", read_installed, 0, false},
    {"failures", read_failures, 0, false},
    {"packages", read_packages, 0, false},
    {"latencies", read_latencies, offsetof(struct pt_population, behaviour), false},
    {"api", read_api, offsetof(struct pt_population, api), false},
};

/* The same where a snapshot says who there is and what they have. */
static const struct pt_sim_key SNAPSHOT_KEYS[] = {
    {"snapshot", pt_sim_read_snapshot, 0, true},
    {"seed", pt_sim_read_seed, offsetof(struct pt_population, seed), false},
    {"failures", read_failures, 0, false},
    {"packages", read_packages, 0, false},
    {"latencies", read_latencies, offsetof(struct pt_population, behaviour), false},
    {"api", read_api, offsetof(struct pt_population, api), false},
};

static void read_sections(struct pt_sim_reader *reader, const struct pt_yaml_node *root,
			  struct pt_population *population)
{
	static const char *const made_up[] = {"orgs",      "sandboxes", "status",   "opted_out",
					      "instances", "bundles",   "installed"};
	size_t before = pt_sim_complaints(reader);

	if (root->kind != PT_YAML_MAP || !pt_yaml_get(root, "snapshot")) {
		pt_sim_read_map(reader, root, KEYS, PT_ARRAY_LEN(KEYS), population);
		return;
	}
	for (size_t i = 0; i < PT_ARRAY_LEN(made_up); i++) {
		const struct pt_yaml_node *node = pt_yaml_get(root, made_up[i]);

		if (node)
			pt_sim_complain(reader, node,
					"'%s' is what the snapshot says, they exclude each other",
					made_up[i]);
	}
	if (pt_sim_complaints(reader) == before)
		pt_sim_read_map(reader, root, SNAPSHOT_KEYS, PT_ARRAY_LEN(SNAPSHOT_KEYS),
				population);
}

/* What holds where the file says nothing: nothing goes wrong and nothing takes time. */
static int set_defaults(struct pt_population *population, struct pt_err *err)
{
	struct pt_population_pods *pods = pt_arena_alloc(&population->arena, 2, sizeof(*pods));

	if (!pods)
		return pt_err_nomem(err);
	pods[0] = (struct pt_population_pods){.name = "NA1", .weight = 1};
	pods[1] = (struct pt_population_pods){.name = "CS1", .weight = 1};
	population->production = (struct pt_population_instances){&pods[0], 1, 1};
	population->sandbox = (struct pt_population_instances){&pods[1], 1, 1};
	population->seed = 1;
	population->status_ppm[0] = PT_RATIO_ONE;
	population->previous_ppm = PT_RATIO_ONE;
	population->older_from = population->older_to = 2;
	return 0;
}

static int fail(struct pt_errs *errs, const struct pt_err *err)
{
	pt_errs_add(errs, err);
	return -(int)err->code;
}

static int read_tree(struct pt_population **out, const struct pt_yaml_node *root,
		     const struct pt_sim_catalogue *catalogue, struct pt_errs *errs)
{
	PT_CLEANUP(pt_population_freep)
	struct pt_population *population = calloc(1, sizeof(*population));
	struct pt_sim_reader reader = {.errs = errs, .catalogue = catalogue};
	struct pt_err err = PT_ERR_INIT;
	size_t before = errs->n + errs->nlost;

	if (!population || set_defaults(population, &err) < 0) {
		(void)pt_err_nomem(&err);
		return fail(errs, &err);
	}
	reader.arena = &population->arena;
	read_sections(&reader, root, population);
	pt_errs_sort(errs);
	if (reader.nomem || errs->nomem) {
		(void)pt_err_nomem(&err);
		return fail(errs, &err);
	}
	if (errs->n + errs->nlost > before)
		return -PT_E_INVALID;
	*out = pt_take(population);
	return 0;
}

int pt_population_read(struct pt_population **out, const char *path,
		       const struct pt_sim_catalogue *catalogue, struct pt_errs *errs)
{
	PT_CLEANUP(pt_yaml_freep) struct pt_yaml *yaml = NULL;
	struct pt_err err = PT_ERR_INIT;

	if (pt_yaml_read(&yaml, path, &err) < 0)
		return fail(errs, &err);
	return read_tree(out, pt_yaml_root(yaml), catalogue, errs);
}

int pt_population_parse(struct pt_population **out, const char *data, size_t size_bytes,
			const char *path, const struct pt_sim_catalogue *catalogue,
			struct pt_errs *errs)
{
	PT_CLEANUP(pt_yaml_freep) struct pt_yaml *yaml = NULL;
	struct pt_err err = PT_ERR_INIT;

	if (pt_yaml_parse(&yaml, data, size_bytes, path, &err) < 0)
		return fail(errs, &err);
	return read_tree(out, pt_yaml_root(yaml), catalogue, errs);
}

int pt_population_digest(char out[PT_DIGEST_TEXT], const char *data, size_t size_bytes,
			 const char *path, struct pt_err *err)
{
	PT_CLEANUP(pt_yaml_freep) struct pt_yaml *yaml = NULL;
	PT_CLEANUP(pt_buf_release) struct pt_buf all = PT_BUF_INIT;
	const struct pt_yaml_node *snapshot = NULL;
	int rc = 0;

	pt_buf_bytes(&all, data, size_bytes);
	/* What is wrong with the file is said when it is read for good. */
	if (pt_yaml_parse(&yaml, data, size_bytes, path, NULL) == 0 &&
	    pt_yaml_root(yaml)->kind == PT_YAML_MAP)
		snapshot = pt_yaml_get(pt_yaml_root(yaml), "snapshot");
	if (snapshot && pt_yaml_text(snapshot)) {
		char *beside = pt_file_beside(path, pt_yaml_text(snapshot));

		rc = beside ? pt_file_read(&all, beside, SNAPSHOT_MAX_BYTES, err)
			    : pt_err_nomem(err);
		free(beside);
	}
	if (rc == 0)
		rc = pt_buf_check(&all, err);
	return rc < 0 ? rc : pt_digest(out, pt_buf_text(&all), all.len, err);
}

void pt_population_free(struct pt_population *population)
{
	if (!population)
		return;
	pt_arena_release(&population->arena);
	pt_snapshot_free(population->snapshot);
	free(population);
}

void pt_population_freep(struct pt_population **population)
{
	pt_population_free(*population);
	*population = NULL;
}
