/* See graph_report.h. */
#include "pipeline/graph_report.h"

#include "base/table.h"

static void list_needs(struct pt_buf *out, const struct pt_train *train,
		       const struct pt_train_package *package)
{
	char version[PT_VERSION_TEXT];
	const char *before = "needs ";

	for (size_t k = 0; k < package->nneed; k++) {
		const struct pt_requirement *need = &package->need[k];

		if (!need->direct)
			continue;
		pt_buf_printf(out, "%s%s %s%s", before, train->package[need->package].name,
			      pt_version_text(version, &need->version), need->known ? "" : " (?)");
		before = ", ";
	}
	for (size_t k = 0; k < package->nexternal; k++) {
		const struct pt_external *external = &package->external[k];

		pt_buf_printf(out, "%s%s (external)", before,
			      external->name ? external->name : external->version_id);
		before = ", ";
	}
}

static int add_row(struct pt_table *table, const struct pt_train *train,
		   const struct pt_train_package *package, bool first, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf needs = PT_BUF_INIT;
	char version[PT_VERSION_TEXT];

	if (first)
		pt_table_cell(table, "level %u", package->level);
	else
		pt_table_cell(table, "%s", "");
	list_needs(&needs, train, package);
	pt_table_cell(table, "%s", package->name);
	pt_table_cell(table, "%s", pt_version_text(version, &package->version));
	pt_table_cell(table, "%s", package->release->tag);
	pt_table_cell(table, "%s", pt_buf_text(&needs));
	return pt_buf_check(&needs, err);
}

int pt_graph_report_text(struct pt_buf *out, const struct pt_train *train,
			 const struct pt_zone *zone, struct pt_err *err)
{
	PT_CLEANUP(pt_table_freep) struct pt_table *table = pt_table_new("lllll");
	char cut[PT_INSTANT_TEXT];
	int rc = 0;

	if (!table)
		return pt_err_nomem(err);
	for (size_t i = 0; rc == 0 && i < train->npackage; i++) {
		const struct pt_train_package *package = &train->package[train->order[i]];

		rc = add_row(table, train, package,
			     i == 0 || train->package[train->order[i - 1]].level != package->level,
			     err);
	}
	if (rc < 0)
		return rc;
	pt_buf_printf(out, "suite %s, releases at or before %s\n\n", train->suite->name,
		      pt_zone_text(cut, zone, train->cut_ms));
	return pt_table_render(out, table, 2, err);
}

static void json_needs(struct pt_json *json, const struct pt_train *train,
		       const struct pt_train_package *package)
{
	char version[PT_VERSION_TEXT];

	pt_json_array(json, "needs");
	for (size_t k = 0; k < package->nneed; k++) {
		const struct pt_requirement *need = &package->need[k];

		pt_json_object(json, NULL);
		pt_json_str(json, "package", train->package[need->package].name);
		pt_json_str(json, "version",
			    need->known ? pt_version_text(version, &need->version) : NULL);
		pt_json_str(json, "version_id", need->version_id[0] ? need->version_id : NULL);
		pt_json_bool(json, "direct", need->direct);
		pt_json_object_end(json);
	}
	pt_json_array_end(json);
	pt_json_array(json, "external");
	for (size_t k = 0; k < package->nexternal; k++) {
		const struct pt_external *external = &package->external[k];

		pt_json_object(json, NULL);
		pt_json_str(json, "version_id",
			    external->version_id[0] ? external->version_id : NULL);
		pt_json_str(json, "name", external->name);
		pt_json_object_end(json);
	}
	pt_json_array_end(json);
}

void pt_train_json_packages(struct pt_json *json, const struct pt_train *train)
{
	char version[PT_VERSION_TEXT];

	pt_json_array(json, "packages");
	for (size_t i = 0; i < train->npackage; i++) {
		const struct pt_train_package *package = &train->package[train->order[i]];

		pt_json_object(json, NULL);
		pt_json_str(json, "name", package->name);
		pt_json_str(json, "namespace", package->namespace_);
		pt_json_str(json, "version", pt_version_text(version, &package->version));
		pt_json_str(json, "version_id",
			    package->version_id[0] ? package->version_id : NULL);
		pt_json_str(json, "tag", package->release->tag);
		pt_json_int(json, "level", package->level);
		json_needs(json, train, package);
		pt_json_object_end(json);
	}
	pt_json_array_end(json);
}

static void json_levels(struct pt_json *json, const struct pt_train *train)
{
	size_t at = 0;

	pt_json_array(json, "levels");
	for (uint32_t level = 0; level < train->nlevel; level++) {
		pt_json_array(json, NULL);
		for (; at < train->npackage && train->package[train->order[at]].level == level;
		     at++)
			pt_json_str(json, NULL, train->package[train->order[at]].name);
		pt_json_array_end(json);
	}
	pt_json_array_end(json);
}

void pt_graph_report_json(struct pt_buf *out, const struct pt_train *train)
{
	struct pt_json json;

	pt_json_init(&json, out);
	pt_json_object(&json, NULL);
	pt_json_str(&json, "suite", train->suite->name);
	pt_train_json_packages(&json, train);
	json_levels(&json, train);
	pt_json_array(&json, "warnings");
	for (size_t i = 0; i < train->nwarning; i++)
		pt_json_str(&json, NULL, train->warning[i]);
	pt_json_array_end(&json);
	pt_json_object_end(&json);
}
