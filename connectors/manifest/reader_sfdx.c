/*
 * Reads sfdx-project.json. One file may be about several packages, each a package
 * directory; which one is meant follows from the package's folder or its names. Their
 * versions are called by aliases, "Core@1.2.0-3", that stand for ids.
 */
#include "connectors/manifest/reader.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/json_load.h"
#include "connectors/manifest/places.h"
#include "connectors/push/orgkey.h"

/* Real ones have some kilobytes; what the library makes of a text is far larger than it. */
enum { SIZE_MAX_BYTES = 1 << 20, DIRECTORIES_MAX = 256 };

struct reading {
	const struct pt_reader_input *input;
	struct pt_reader_facts *facts;
	struct pt_arena *arena;
	json_t *aliases; /* an object of texts, or NULL; borrowed, not changed */
};

/* A package directory and where it stands. */
struct directory {
	const json_t *object;
	struct pt_place place;
};

static void json_freep(json_t **json)
{
	json_decref(*json);
}

/* The text of a key; NULL if it is absent, null or empty. */
static int get_text(const char **out, const json_t *object, const struct pt_place *place,
		    const char *key, struct pt_err *err)
{
	const json_t *value = json_object_get(object, key);

	if (value && !json_is_null(value) && !json_is_string(value))
		return pt_err_at(err, PT_E_INVALID, pt_place_key(*place, key).src,
				 "'%s' is %s, expected a text in quotes", key, pt_json_kind(value));
	*out = json_is_string(value) && json_string_length(value) ? json_string_value(value) : NULL;
	return 0;
}

/* The value of a key, of that type; NULL if it is absent or null. */
static int get_value(const json_t **out, const json_t *object, const struct pt_place *place,
		     const char *key, json_type type, struct pt_err *err)
{
	const json_t *value = json_object_get(object, key);

	*out = json_is_null(value) ? NULL : value;
	if (*out && json_typeof(*out) != type)
		return pt_err_at(err, PT_E_INVALID, pt_place_key(*place, key).src,
				 "'%s' is %s, expected a %s", key, pt_json_kind(*out),
				 type == JSON_ARRAY ? "list" : "map");
	return 0;
}

static int copy(const char **out, const char *text, size_t len, const struct reading *in,
		struct pt_err *err)
{
	*out = pt_arena_strndup(in->arena, text, len);
	return *out ? 0 : pt_err_nomem(err);
}

static bool is_id(const char *text, const char *prefix)
{
	char id[PT_VERSION_ID_TEXT];

	return pt_id_parse(id, prefix, text, NULL) == 0;
}

/* What stands for that id, or the text itself if nothing does. */
static const char *alias_of(const struct reading *in, const char *text)
{
	enum { SIGNIFICANT = 15 };
	void *at = json_object_iter(in->aliases);

	if (!is_id(text, "0Ho") && !is_id(text, "04t"))
		return text;
	for (; at; at = json_object_iter_next(in->aliases, at)) {
		const char *id = json_string_value(json_object_iter_value(at));

		if (strncmp(id, text, SIGNIFICANT) == 0)
			return json_object_iter_key(at);
	}
	return text;
}

/* How much of "Core@1.2.0-3" is the name. */
static size_t name_len(const char *alias)
{
	const char *at = alias[0] ? strchr(alias + 1, '@') : NULL;

	return at ? (size_t)(at - alias) : strlen(alias);
}

/* A release has one build only, so that the build of a version is of no matter. */
static void drop_build(struct pt_version *version)
{
	if (version->npart == 4)
		version->npart = 3;
	version->part[3] = 0;
}

/* What follows the '@' of an alias is free: a version, if it begins like one. */
static struct pt_version version_of_alias(const char *alias)
{
	struct pt_version version = {.npart = 0};
	const char *at = alias + name_len(alias);
	char text[PT_VERSION_TEXT];
	size_t n = *at ? strspn(at + 1, "0123456789.") : 0;

	while (n > 0 && at[n] == '.')
		n--;
	if (n == 0 || n >= sizeof(text) || !memchr(at + 1, '.', n))
		return version;
	memcpy(text, at + 1, n);
	text[n] = '\0';
	if (pt_version_parse(&version, text, NULL) < 0)
		return (struct pt_version){.npart = 0};
	drop_build(&version);
	return version;
}

/* "1.2.0.LATEST": the version without the word for a build. */
static int parse_number(struct pt_version *out, const char *text, struct pt_err *err)
{
	static const char *const words[] = {"LATEST", "NEXT", "RELEASED"};
	const char *dot = strrchr(text, '.');
	char number[PT_VERSION_TEXT];
	size_t n = dot ? (size_t)(dot - text) : 0;
	bool word = false;

	for (size_t i = 0; dot && i < PT_ARRAY_LEN(words); i++)
		word = word || strcasecmp(dot + 1, words[i]) == 0;
	if (!word)
		n = strlen(text);
	if (n < sizeof(number)) {
		memcpy(number, text, n);
		number[n] = '\0';
		if (pt_version_parse(out, number, NULL) == 0) {
			drop_build(out);
			return 0;
		}
	}
	return pt_err_set(err, PT_E_INVALID,
			  "'%.60s' is not a version number, expected one such as 1.2.0.4 or "
			  "1.2.0.LATEST",
			  text);
}

static int read_number(struct pt_pin *pin, const json_t *object, const struct pt_place *place,
		       struct pt_err *err)
{
	struct pt_err why = PT_ERR_INIT;
	const char *text = NULL;
	int rc = get_text(&text, object, place, "versionNumber", err);

	if (rc == 0 && text && parse_number(&pin->version, text, &why) < 0)
		rc = pt_err_at(err, why.code, pt_place_key(*place, "versionNumber").src, "%s",
			       why.text);
	return rc;
}

/* What "package" of a dependency says: an id, an alias of one, or a name. */
static int read_package(struct pt_pin *pin, const char *package, const struct pt_place *place,
			const struct reading *in, struct pt_err *err)
{
	const char *stands_for = json_string_value(json_object_get(in->aliases, package));
	const char *id = stands_for ? stands_for : package;
	const char *alias = alias_of(in, package);
	struct pt_err why = PT_ERR_INIT;

	if (strncmp(id, "04t", 3) == 0 && pt_id_parse(pin->version_id, "04t", id, &why) < 0)
		return pt_err_at(err, why.code, pt_place_key(*place, "package").src, "%s",
				 why.text);
	pin->version = version_of_alias(alias);
	/* An id without an alias tells no name. */
	if (pin->version_id[0] && alias == package && !stands_for)
		return 0;
	return copy(&pin->package_name, alias, name_len(alias), in, err);
}

static int read_dependency(const json_t *object, const struct pt_place *place,
			   const struct reading *in, struct pt_err *err)
{
	struct pt_pin pin = {.src = place->src};
	const char *package = NULL;
	int rc = pt_pins_visit(&in->facts->pins, place->src, err);

	if (rc < 0)
		return rc;
	if (!json_is_object(object))
		return pt_err_at(
		    err, PT_E_INVALID, place->src,
		    "a dependency is %s, expected a map such as {\"package\": \"...\"}",
		    pt_json_kind(object));
	rc = get_text(&package, object, place, "package", err);
	if (rc < 0)
		return rc;
	if (!package)
		return pt_err_at(err, PT_E_INVALID, place->src,
				 "a dependency without 'package', expected a name, an alias or an "
				 "id");
	rc = read_package(&pin, package, place, in, err);
	if (rc == 0)
		rc = read_number(&pin, object, place, err);
	return rc < 0 ? rc : pt_pins_add(&in->facts->pins, in->arena, &pin, err);
}

static int read_dependencies(const struct directory *directory, const struct reading *in,
			     struct pt_err *err)
{
	const json_t *list = NULL;
	int rc =
	    get_value(&list, directory->object, &directory->place, "dependencies", JSON_ARRAY, err);

	if (rc < 0 || !list)
		return rc;
	struct pt_place place = pt_place_first(pt_place_key(directory->place, "dependencies"));

	in->facts->lists = true;
	for (size_t i = 0; rc == 0 && i < json_array_size(list); i++) {
		rc = read_dependency(json_array_get(list, i), &place, in, err);
		pt_place_next(&place);
	}
	return rc;
}

/* The next part of a path, without "." and empty ones; Windows' backslashes are slashes. */
static size_t next_part(const char **path)
{
	for (;;) {
		size_t n = strcspn(*path, "/\\");

		if (n > 1 || (n == 1 && (*path)[0] != '.'))
			return n;
		if ((*path)[n] == '\0')
			return 0;
		*path += n + 1;
	}
}

static bool same_folder(const char *a, const char *b)
{
	for (;;) {
		size_t na = next_part(&a), nb = next_part(&b);

		if (na != nb || strncmp(a, b, na) != 0)
			return false;
		if (na == 0)
			return true;
		a += na;
		b += nb;
	}
}

/* The name of the package of a directory; NULL: it has none. */
static const char *package_of(const struct reading *in, const json_t *directory)
{
	const char *package = json_string_value(json_object_get(directory, "package"));

	return package && package[0] ? alias_of(in, package) : NULL;
}

/* The directory at the package's folder, or the one with the best of its names. */
static const json_t *choose(const struct reading *in, const json_t *list, size_t *at_out)
{
	const struct pt_reader_input *input = in->input;
	size_t n = json_array_size(list);

	for (*at_out = 0; input->folder[0] && *at_out < n; ++*at_out) {
		const json_t *entry = json_array_get(list, *at_out);
		const char *path = json_string_value(json_object_get(entry, "path"));

		if (path && package_of(in, entry) && same_folder(path, input->folder))
			return entry;
	}
	for (size_t k = 0; k < input->ncalled; k++) {
		for (*at_out = 0; *at_out < n; ++*at_out) {
			const json_t *entry = json_array_get(list, *at_out);
			const char *package = package_of(in, entry);

			if (package && strcasecmp(package, input->called[k]) == 0)
				return entry;
		}
	}
	return NULL;
}

static int fail_choice(const struct reading *in, const json_t *list, struct pt_src src,
		       struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	const char *folder = in->input->folder, *comma = "";

	pt_buf_str(&text, "no package directory");
	if (folder[0])
		pt_buf_printf(&text, " '%.*s'", (int)strlen(folder) - 1, folder);
	if (in->input->ncalled)
		pt_buf_printf(&text, " of package '%.60s'", in->input->called[0]);
	pt_buf_str(&text, ", expected its name or an alias of it to be one of:");
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *package = package_of(in, json_array_get(list, i));

		if (!package)
			continue;
		pt_buf_printf(&text, "%s '%.60s'", comma, package);
		comma = ",";
	}
	int rc = pt_buf_check(&text, err);

	return rc < 0 ? rc : pt_err_at(err, PT_E_INVALID, src, "%s", pt_buf_text(&text));
}

/* Checks what choosing relies on, and counts the directories of packages. */
static int check_directories(size_t *npackage_out, size_t *last_out, const json_t *list,
			     struct pt_place place, struct pt_err *err)
{
	int rc = 0;

	if (json_array_size(list) > DIRECTORIES_MAX)
		return pt_err_at(err, PT_E_LIMIT, place.src, "more than %d package directories",
				 DIRECTORIES_MAX);
	for (size_t i = 0; rc == 0 && i < json_array_size(list); i++, pt_place_next(&place)) {
		const json_t *entry = json_array_get(list, i);
		const char *path = NULL, *package = NULL;

		if (!json_is_object(entry))
			return pt_err_at(err, PT_E_INVALID, place.src,
					 "a package directory is %s, expected a map such as "
					 "{\"path\": \"...\"}",
					 pt_json_kind(entry));
		rc = get_text(&path, entry, &place, "path", err);
		if (rc == 0)
			rc = get_text(&package, entry, &place, "package", err);
		if (package) {
			++*npackage_out;
			*last_out = i;
		}
	}
	return rc;
}

/* Finds the directory that is meant; its object stays NULL if the project has no packages. */
static int find_directory(struct directory *out, const json_t *root, const struct pt_place *place,
			  const struct reading *in, struct pt_err *err)
{
	const json_t *list = NULL;
	size_t npackage = 0, last = 0, at = 0;
	int rc = get_value(&list, root, place, "packageDirectories", JSON_ARRAY, err);

	if (rc < 0)
		return rc;
	struct pt_place first = pt_place_key(*place, "packageDirectories");

	if (!list)
		return pt_err_at(err, PT_E_INVALID, place->src,
				 "missing key 'packageDirectories', expected a list");
	out->place = pt_place_first(first);
	rc = check_directories(&npackage, &last, list, out->place, err);
	if (rc < 0 || npackage == 0)
		return rc;
	out->object = choose(in, list, &at);
	if (!out->object && npackage == 1 && in->input->folder[0] == '\0') {
		at = last;
		out->object = json_array_get(list, at);
	}
	if (!out->object)
		return fail_choice(in, list, first.src, err);
	for (size_t i = 0; i < at; i++)
		pt_place_next(&out->place);
	return 0;
}

static int read_aliases(struct reading *in, const json_t *root, const struct pt_place *place,
			struct pt_err *err)
{
	const json_t *aliases = NULL;
	int rc = get_value(&aliases, root, place, "packageAliases", JSON_OBJECT, err);

	if (rc < 0 || !aliases)
		return rc;
	struct pt_place at = pt_place_key(*place, "packageAliases");

	in->aliases = json_object_get(root, "packageAliases");
	void *entry = json_object_iter(in->aliases);

	for (; entry; entry = json_object_iter_next(in->aliases, entry)) {
		const char *key = json_object_iter_key(entry);

		if (!json_is_string(json_object_iter_value(entry)))
			return pt_err_at(err, PT_E_INVALID, pt_place_key(at, key).src,
					 "the alias '%.60s' is %s, expected an id in quotes", key,
					 pt_json_kind(json_object_iter_value(entry)));
	}
	return 0;
}

static int read_project(struct reading *in, const json_t *root, const struct pt_place *place,
			struct pt_err *err)
{
	struct directory directory = {.object = NULL};
	const char *namespace_ = NULL, *package;
	int rc = get_text(&namespace_, root, place, "namespace", err);

	if (rc == 0)
		rc = read_aliases(in, root, place, err);
	if (rc == 0)
		rc = find_directory(&directory, root, place, in, err);
	if (rc == 0 && namespace_)
		rc = copy(&in->facts->namespace_, namespace_, strlen(namespace_), in, err);
	if (rc < 0 || !directory.object)
		return rc;
	package = package_of(in, directory.object);
	rc = copy(&in->facts->package_name, package, strlen(package), in, err);
	return rc < 0 ? rc : read_dependencies(&directory, in, err);
}

static int read_file(struct pt_reader_facts *out, struct pt_arena *arena,
		     const struct pt_reader_input *input, struct pt_err *err)
{
	PT_CLEANUP(json_freep) json_t *root = NULL;
	struct reading in = {.input = input, .facts = out, .arena = arena};
	struct pt_place place = pt_place_start(input, input->data, 1, 1);
	json_error_t why;

	if (input->size_bytes > SIZE_MAX_BYTES)
		return pt_err_at(err, PT_E_LIMIT, (struct pt_src){input->name, 0, 0},
				 "larger than %d MiB", SIZE_MAX_BYTES >> 20);
	int rc = pt_refuse_nul(input, "the file", err);

	if (rc < 0)
		return rc;
	rc = pt_json_load(&root, input->data, input->size_bytes,
			  JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);
	if (rc < 0)
		return pt_json_fail(rc, &place, &why, "JSON", err);
	pt_place_skip_space(&place);
	if (!json_is_object(root))
		return pt_err_at(err, PT_E_INVALID, place.src,
				 "the file is %s, expected a map with the key 'packageDirectories'",
				 pt_json_kind(root));
	return read_project(&in, root, &place, err);
}

const struct pt_reader pt_reader_sfdx = {
    .name = "sfdx-project.json",
    .file = "sfdx-project.json",
    .above = true,
    .read = read_file,
};
