/* See bundles.h. */
#include "connectors/push/simulated/bundles.h"

#include <string.h>

#include "connectors/push/simulated/population.h"

bool pt_sim_find_package(uint32_t *out, struct pt_sim_reader *reader,
			 const struct pt_yaml_node *name)
{
	const struct pt_sim_catalogue *catalogue = reader->catalogue;
	const char **words;

	for (size_t i = 0; i < catalogue->npackage; i++)
		if (strcmp(catalogue->package[i].name, name->text) == 0) {
			*out = (uint32_t)i;
			return true;
		}
	words = pt_sim_reader_alloc(reader, catalogue->npackage + 1, sizeof(*words));
	for (size_t i = 0; words && i < catalogue->npackage; i++)
		words[i] = catalogue->package[i].name;
	pt_sim_complain_unknown(reader, name, "package", words, words ? catalogue->npackage : 0);
	return false;
}

static void complain_version(struct pt_sim_reader *reader, const struct pt_sim_package *package,
			     const struct pt_yaml_node *name)
{
	const char **words = pt_sim_reader_alloc(reader, package->nversion + 1, sizeof(*words));
	size_t n = 0;

	for (; words && n < package->nversion; n++) {
		char text[PT_VERSION_TEXT];

		words[n] = pt_arena_strdup(reader->arena,
					   pt_version_text(text, &package->version[n].version));
		if (!words[n])
			break;
	}
	pt_sim_complain_unknown(reader, name, "version", words, n);
}

bool pt_sim_find_version(uint32_t *out, struct pt_sim_reader *reader, uint32_t package,
			 const struct pt_yaml_node *name)
{
	const struct pt_sim_package *in = &reader->catalogue->package[package];
	struct pt_version version;
	struct pt_err err = PT_ERR_INIT;

	if (pt_version_parse(&version, name->text, &err) < 0) {
		pt_sim_complain(reader, name, "%s", err.text);
		return false;
	}
	for (size_t i = 0; i < in->nversion; i++)
		if (pt_version_cmp(&in->version[i].version, &version) == 0) {
			*out = (uint32_t)i;
			return true;
		}
	complain_version(reader, in, name);
	return false;
}

/* A bundle as it is read. */
struct draft {
	struct pt_population_bundle bundle;
	struct pt_sim_share share;
	bool incomplete;
	const struct pt_yaml_node *packages;
};

static bool has(const struct pt_population_bundle *bundle, uint32_t package)
{
	for (size_t i = 0; i < bundle->npackage; i++)
		if (bundle->package[i] == package)
			return true;
	return false;
}

static void add_package(struct pt_sim_reader *reader, const struct pt_yaml_node *node,
			struct pt_population_bundle *bundle)
{
	uint32_t package;

	if (!pt_sim_text(reader, node, "the name of a package") ||
	    !pt_sim_find_package(&package, reader, node))
		return;
	if (reader->catalogue->package[package].nversion == 0)
		pt_sim_complain(reader, node, "no version of '%s' is known", node->text);
	else if (has(bundle, package))
		pt_sim_complain(reader, node, "'%s' is in the bundle already", node->text);
	else
		bundle->package[bundle->npackage++] = package;
}

/* The word `all`, or a list of names. */
static void read_bundle_packages(struct pt_sim_reader *reader, const struct pt_yaml_node *node,
				 void *into)
{
	struct draft *draft = into;
	const char *word = pt_yaml_text(node);
	size_t n = reader->catalogue->npackage;

	draft->packages = node;
	draft->bundle.package = pt_sim_reader_alloc(reader, n + 1, sizeof(uint32_t));
	if (!draft->bundle.package)
		return;
	if (word && strcmp(word, "all") == 0) {
		for (uint32_t i = 0; i < n; i++)
			if (reader->catalogue->package[i].nversion > 0)
				draft->bundle.package[draft->bundle.npackage++] = i;
		return;
	}
	if (node->kind != PT_YAML_LIST || node->n == 0) {
		pt_sim_complain(reader, node, "expected a list of packages, or all");
		return;
	}
	for (size_t i = 0; i < node->n; i++) {
		size_t mark = pt_sim_enter_item(reader, i);

		add_package(reader, node->item[i], &draft->bundle);
		pt_sim_leave(reader, mark);
	}
}

/* Each package's new version finds the packages that it needs in the bundle. */
static void check_complete(struct pt_sim_reader *reader, const struct draft *draft)
{
	const struct pt_sim_package *package = reader->catalogue->package;
	const struct pt_population_bundle *bundle = &draft->bundle;

	for (size_t i = 0; i < bundle->npackage; i++) {
		const struct pt_sim_package *one = &package[bundle->package[i]];
		const struct pt_sim_version *target = &one->version[one->target];

		for (size_t j = 0; j < target->nneed; j++)
			if (!has(bundle, target->need[j].package))
				pt_sim_complain(reader, draft->packages,
						"'%s' needs '%s', which the bundle lacks: add it, "
						"or say 'incomplete: true'",
						one->name, package[target->need[j].package].name);
	}
}

static void read_bundle(struct pt_sim_reader *reader, const struct pt_yaml_node *node,
			struct draft *draft)
{
	static const struct pt_sim_key KEYS[] = {
	    {"packages", read_bundle_packages, 0, true},
	    {"share", pt_sim_read_share, offsetof(struct draft, share), true},
	    {"incomplete", pt_sim_read_bool, offsetof(struct draft, incomplete), false},
	};
	size_t before = pt_sim_complaints(reader);

	pt_sim_read_map(reader, node, KEYS, PT_ARRAY_LEN(KEYS), draft);
	if (!draft->incomplete && pt_sim_complaints(reader) == before)
		check_complete(reader, draft);
}

static void keep_bundles(struct pt_sim_reader *reader, struct pt_population *population,
			 const struct draft *draft, size_t n)
{
	population->bundle = pt_sim_reader_alloc(reader, n, sizeof(*population->bundle));
	for (size_t i = 0; population->bundle && i < n; i++) {
		population->bundle[i] = draft[i].bundle;
		population->bundle[i].share_ppm = draft[i].share.ppm;
	}
	population->nbundle = n;
}

void pt_sim_read_bundles(struct pt_sim_reader *reader, const struct pt_yaml_node *node, void *into)
{
	size_t before = pt_sim_complaints(reader);
	struct draft *draft;
	struct pt_sim_share **share;

	if (!pt_sim_is(reader, node, PT_YAML_LIST))
		return;
	if (node->n == 0) {
		pt_sim_complain(reader, node, "expected at least one bundle");
		return;
	}
	draft = pt_sim_reader_alloc(reader, node->n, sizeof(*draft));
	share = pt_sim_reader_alloc(reader, node->n, sizeof(*share));
	if (!draft || !share)
		return;
	for (size_t i = 0; i < node->n; i++) {
		size_t mark = pt_sim_enter_item(reader, i);

		read_bundle(reader, node->item[i], &draft[i]);
		pt_sim_leave(reader, mark);
		share[i] = &draft[i].share;
	}
	if (pt_sim_complaints(reader) == before)
		pt_sim_close_shares(reader, node, share, node->n);
	keep_bundles(reader, into, draft, node->n);
}
