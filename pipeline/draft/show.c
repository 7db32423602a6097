/* What was found, for people and for programs. See draft.h. */
#include <string.h>

#include "base/json.h"
#include "base/table.h"
#include "pipeline/draft/draft.h"

/* "tag, cumulusci.yml": what lists what it needs, and the file that names it. */
static void put_manifest(struct pt_buf *out, const struct pt_draft_package *package)
{
	const char *source = package->manifest->source;

	if (source)
		pt_buf_str(out, source);
	if (package->file && (!source || strcmp(source, package->file) != 0))
		pt_buf_printf(out, "%s%s", source ? ", " : "", package->file);
}

static void list_needs(struct pt_buf *out, const struct pt_draft *draft,
		       const struct pt_draft_package *package)
{
	for (size_t i = 0; i < draft->npackage; i++) {
		if (package->direct[i])
			pt_buf_printf(out, "%s%s", out->len ? ", " : "", draft->package[i].name);
	}
}

static int add_row(struct pt_table *table, const struct pt_draft *draft,
		   const struct pt_draft_package *package, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf needs = PT_BUF_INIT, where = PT_BUF_INIT;
	PT_CLEANUP(pt_buf_release) struct pt_buf manifest = PT_BUF_INIT;

	put_manifest(&manifest, package);
	list_needs(&needs, draft, package);
	pt_buf_printf(&where, "%s%s%s", package->git, package->path[0] ? ":" : "", package->path);
	pt_buf_lean(&where, &needs);
	pt_buf_lean(&where, &manifest);
	if (pt_buf_check(&where, err) < 0)
		return -PT_E_NOMEM;
	pt_buf_plain(where.data);
	pt_table_cell(table, "%s", package->name);
	pt_table_cell(table, "%s", pt_buf_text(&where));
	pt_table_cell(table, "%s", manifest.len ? pt_buf_text(&manifest) : "-");
	pt_table_cell(table, "%s", package->newest->tag);
	pt_table_cell(table, "%zu", package->nreal);
	pt_table_cell(table, "%s", needs.len ? pt_buf_text(&needs) : "-");
	return 0;
}

int pt_draft_show_text(struct pt_buf *out, const struct pt_draft *draft, struct pt_err *err)
{
	static const char *const heads[] = {"package", "repository", "manifest",
					    "newest",  "releases",   "needs"};
	PT_CLEANUP(pt_table_freep) struct pt_table *table = pt_table_new("llllrl");
	int rc = 0;

	if (!table)
		return pt_err_nomem(err);
	for (size_t i = 0; i < PT_ARRAY_LEN(heads); i++)
		pt_table_cell(table, "%s", heads[i]);
	for (size_t i = 0; rc == 0 && i < draft->npackage; i++)
		rc = add_row(table, draft, &draft->package[i], err);
	return rc < 0 ? rc : pt_table_render(out, table, 2, err);
}

static void show_package(struct pt_json *json, const struct pt_draft *draft,
			 const struct pt_draft_package *package)
{
	pt_json_object(json, NULL);
	pt_json_str(json, "name", package->name);
	pt_json_str(json, "namespace", package->namespace_unknown ? NULL : package->namespace_);
	pt_json_str(json, "git", package->git);
	pt_json_str(json, "path", package->path[0] ? package->path : NULL);
	pt_json_str(json, "manifest", package->file);
	pt_json_str(json, "tag", package->tag);
	pt_json_str(json, "newest", package->newest->tag);
	pt_json_int(json, "releases", (int64_t)package->nreal);
	pt_json_array(json, "aliases");
	for (size_t i = 0; i < package->nalias; i++) {
		pt_json_object(json, NULL);
		pt_json_str(json, "alias", package->alias[i].text);
		pt_json_str(json, "why", package->alias[i].why);
		pt_json_bool(json, "guessed", package->alias[i].guessed);
		pt_json_object_end(json);
	}
	pt_json_array_end(json);
	pt_json_array(json, "needs");
	for (size_t i = 0; i < draft->npackage; i++) {
		if (package->direct[i])
			pt_json_str(json, NULL, draft->package[i].name);
	}
	pt_json_array_end(json);
	pt_json_object_end(json);
}

static void show_lines(struct pt_json *json, const char *key, const struct pt_draft_lines *lines)
{
	pt_json_array(json, key);
	for (size_t i = 0; i < lines->n; i++)
		pt_json_str(json, NULL, lines->line[i]);
	pt_json_array_end(json);
}

void pt_draft_show_json(struct pt_buf *out, const struct pt_draft *draft, const char *suite,
			const char *population)
{
	struct pt_json json;

	pt_json_init(&json, out);
	pt_json_object(&json, NULL);
	pt_json_str(&json, "suite", draft->name);
	pt_json_str(&json, "file", suite);
	pt_json_str(&json, "population", population);
	pt_json_array(&json, "packages");
	for (size_t i = 0; i < draft->npackage; i++)
		show_package(&json, draft, &draft->package[i]);
	pt_json_array_end(&json);
	show_lines(&json, "external", &draft->external);
	pt_json_array(&json, "left_out");
	for (size_t i = 0; i < draft->nleft; i++) {
		pt_json_object(&json, NULL);
		pt_json_str(&json, "git", draft->left[i].git);
		pt_json_str(&json, "why", draft->left[i].why);
		pt_json_object_end(&json);
	}
	pt_json_array_end(&json);
	show_lines(&json, "warnings", &draft->warning);
	pt_json_object_end(&json);
}
