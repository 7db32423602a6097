/* Reading a package's versions and who has it. See session.h. */
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "config/suite.h"
#include "connectors/push/salesforce/pages.h"
#include "connectors/push/salesforce/query.h"

enum { STAGE_PACKAGE, STAGE_OF_VERSION, STAGE_VERSIONS };

/* Versions: the package first, by namespace or, where that says too little, by a version of it. */
static int ask_package(struct pt_sf_part *part, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf soql = PT_BUF_INIT;

	pt_buf_str(&soql, "SELECT Id FROM MetadataPackage WHERE NamespacePrefix = ");
	pt_sf_quote(&soql, part->op->call.namespace_);
	part->stage = STAGE_PACKAGE;
	return pt_sf_query(part, &soql, err);
}

static int ask_of_version(struct pt_sf_part *part, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf soql = PT_BUF_INIT;

	pt_buf_str(&soql, "SELECT MetadataPackageId FROM MetadataPackageVersion WHERE Id = ");
	pt_sf_quote(&soql, part->op->call.version_id.text);
	part->stage = STAGE_OF_VERSION;
	return pt_sf_query(part, &soql, err);
}

static int ask_versions(struct pt_sf_part *part, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf soql = PT_BUF_INIT;

	pt_buf_str(&soql, "SELECT Id, MajorVersion, MinorVersion, PatchVersion, BuildNumber, "
			  "ReleaseState, IsDeprecated FROM MetadataPackageVersion "
			  "WHERE MetadataPackageId = ");
	pt_sf_quote(&soql, part->op->reply.package_id.text);
	part->stage = STAGE_VERSIONS;
	pt_buf_clear(&part->rows);
	return pt_sf_query(part, &soql, err);
}

static int start_versions(struct pt_sf_op *op, struct pt_err *err)
{
	int rc = pt_sf_make_parts(op, 1, err);

	if (rc < 0)
		return rc;
	return op->call.namespace_ ? ask_package(op->part, err) : ask_of_version(op->part, err);
}

static int read_package(void *item, struct pt_sf_op *op, const json_t *record, struct pt_err *err)
{
	(void)op;
	return pt_sf_need_id(item, record, "Id", "033", err);
}

static int read_package_of(void *item, struct pt_sf_op *op, const json_t *record,
			   struct pt_err *err)
{
	(void)op;
	return pt_sf_need_id(item, record, "MetadataPackageId", "033", err);
}

static int read_number(uint32_t *out, const json_t *record, const char *name, struct pt_err *err)
{
	const json_t *value = pt_sf_field(record, name);

	if (value && (!json_is_integer(value) || json_integer_value(value) < 0 ||
		      json_integer_value(value) > INT32_MAX))
		return pt_err_set(err, PT_E_INVALID, "%s: not a version number", name);
	*out = value ? (uint32_t)json_integer_value(value) : 0;
	return 0;
}

static int read_version(void *item, struct pt_sf_op *op, const json_t *record, struct pt_err *err)
{
	static const char *const names[] = {"MajorVersion", "MinorVersion", "PatchVersion",
					    "BuildNumber"};
	struct pt_push_version *version = item;
	const char *state = pt_sf_text(record, "ReleaseState");
	int rc = pt_sf_need_id(&version->id, record, "Id", "04t", err);

	(void)op;
	for (size_t i = 0; rc == 0 && i < PT_ARRAY_LEN(names); i++)
		rc = read_number(&version->version.part[i], record, names[i], err);
	version->version.npart = PT_ARRAY_LEN(names);
	version->released = state && strcmp(state, "Released") == 0;
	version->deprecated = json_is_true(pt_sf_field(record, "IsDeprecated"));
	return rc;
}

/* One package it must be; none is an answer as well. */
static int found_packages(struct pt_sf_part *part, struct pt_err *err)
{
	struct pt_sf_op *op = part->op;
	size_t n = part->rows.len / sizeof(op->reply.package_id);

	if (n == 0 && part->stage == STAGE_PACKAGE && !op->call.version_id.text[0])
		return 0;
	if (n == 0 && part->stage == STAGE_OF_VERSION)
		return 0;
	if (n == 1) {
		memcpy(&op->reply.package_id, part->rows.data, sizeof(op->reply.package_id));
		return ask_versions(part, err);
	}
	if (part->stage == STAGE_PACKAGE && op->call.version_id.text[0]) {
		pt_buf_clear(&part->rows);
		return ask_of_version(part, err);
	}
	pt_sf_fail(op, PT_PUSH_REFUSED,
		   "several packages have that namespace; a release tag with a version_id would "
		   "tell which one it is");
	return 0;
}

static int take_versions(struct pt_sf_part *part, const struct pt_sf_answer *answer,
			 struct pt_err *err)
{
	int rc;

	if (part->stage == STAGE_VERSIONS)
		return pt_sf_take_page(part, answer, sizeof(struct pt_push_version), read_version,
				       err);
	rc = pt_sf_take_page(part, answer, sizeof(struct pt_id),
			     part->stage == STAGE_PACKAGE ? read_package : read_package_of, err);
	return rc < 0 || part->state == PT_SF_WAITING ? rc : found_packages(part, err);
}

static int finish_versions(struct pt_sf_op *op, struct pt_err *err)
{
	struct pt_sf_part *part = op->part;

	(void)err;
	if (part->stage != STAGE_VERSIONS)
		return 0;
	op->reply.version = (const struct pt_push_version *)(const void *)part->rows.data;
	op->reply.nversion = part->rows.len / sizeof(*op->reply.version);
	return 0;
}

const struct pt_sf_kind pt_sf_versions = {
    .start = start_versions,
    .take = take_versions,
    .turned_down = pt_sf_page_turned_down,
    .finish = finish_versions,
};

/* Subscribers: some by lists of their keys, many by reading all and leaving out the others. */
enum { MOST_LISTS = 10 };

/* The platform's clock is not ours: so much more is read than has changed by ours. */
#define CLOCKS_APART_MS PT_HOUR_MS

static int ask_subscribers(struct pt_sf_part *part, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf soql = PT_BUF_INIT;
	const struct pt_push_call *call = &part->op->call;

	pt_buf_str(&soql, "SELECT OrgKey, OrgName, OrgType, OrgStatus, InstanceName, "
			  "InstalledStatus, MetadataPackageVersionId, ParentOrg, "
			  "CustomUpgradeType FROM PackageSubscriber WHERE MetadataPackageId = ");
	pt_sf_quote(&soql, call->package_id.text);
	if (part->op->reply.changed_only) {
		pt_buf_str(&soql, " AND SystemModstamp >= ");
		pt_sf_time(&soql, call->since_ms - CLOCKS_APART_MS);
	} else if (part->n > 0) {
		pt_buf_str(&soql, " AND");
		pt_sf_list_keys(&soql, "OrgKey", call->org + part->from, part->n);
	}
	return pt_sf_query(part, &soql, err);
}

/* A part for each list of orgs; or one for all. */
static int make_lists(struct pt_sf_op *op, size_t most_lists, struct pt_err *err)
{
	bool listed = op->call.norg <= most_lists * PT_SF_KEYS_LISTED;

	return listed ? pt_sf_make_lists(op, op->call.norg, PT_SF_KEYS_LISTED, err)
		      : pt_sf_make_parts(op, 1, err);
}

/* What changed since is one page or two, where lists of many orgs would be one each. */
static int start_subscribers(struct pt_sf_op *op, struct pt_err *err)
{
	bool changed = op->call.norg > PT_SF_KEYS_LISTED && op->call.since_ms > CLOCKS_APART_MS;
	int rc = make_lists(op, changed ? 0 : MOST_LISTS, err);

	op->reply.changed_only = changed;
	for (size_t i = 0; rc == 0 && i < op->npart; i++)
		rc = ask_subscribers(&op->part[i], err);
	return rc;
}

static uint8_t status_of(const char *text)
{
	static const struct {
		const char *text;
		enum pt_org_status status;
	} statuses[] = {{"Active", PT_ORG_ACTIVE},
			{"Demo", PT_ORG_DEMO},
			{"Free", PT_ORG_FREE},
			{"Inactive", PT_ORG_INACTIVE},
			{"Trial", PT_ORG_TRIAL}};

	for (size_t i = 0; text && i < PT_ARRAY_LEN(statuses); i++) {
		if (strcmp(text, statuses[i].text) == 0)
			return (uint8_t)statuses[i].status;
	}
	return PT_ORG_ACTIVE;
}

static int read_subscriber(void *item, struct pt_sf_op *op, const json_t *record,
			   struct pt_err *err)
{
	struct pt_subscriber *row = item;
	const char *type = pt_sf_text(record, "OrgType"), *name = pt_sf_text(record, "OrgName");
	const char *installed = pt_sf_text(record, "InstalledStatus");
	const char *instance = pt_sf_text(record, "InstanceName");
	const char *parent = pt_sf_text(record, "ParentOrg");
	const char *upgrades = pt_sf_text(record, "CustomUpgradeType");
	int rc = pt_sf_need_key(&row->org, record, "OrgKey", err);

	/* What is not said to be a sandbox is treated with the care that production needs. */
	row->type = type && strcmp(type, "Sandbox") == 0 ? PT_ORG_SANDBOX : PT_ORG_PRODUCTION;
	row->status = status_of(pt_sf_text(record, "OrgStatus"));
	row->installed = installed && installed[0] == 'i' &&
			 pt_sf_field(record, "MetadataPackageVersionId") != NULL;
	row->blocked = upgrades && strcmp(upgrades, "BlockedBySubscriber") == 0;
	if (instance)
		memcpy(row->instance, instance, strnlen(instance, sizeof(row->instance) - 1));
	if (parent && pt_org_key_parse(&row->parent, parent, strlen(parent), NULL) < 0)
		row->parent = (struct pt_org_key){.text = ""};
	if (rc == 0 && row->installed)
		rc =
		    pt_sf_need_id(&row->version_id, record, "MetadataPackageVersionId", "04t", err);
	if (rc < 0)
		return rc;
	row->name = pt_arena_strdup(&op->arena, name ? name : "");
	return row->name ? 0 : pt_err_nomem(err);
}

static int take_subscribers(struct pt_sf_part *part, const struct pt_sf_answer *answer,
			    struct pt_err *err)
{
	return pt_sf_take_page(part, answer, sizeof(struct pt_subscriber), read_subscriber, err);
}

static int by_org(const void *left, const void *right)
{
	const struct pt_subscriber *a = left, *b = right;
	int order = pt_org_key_cmp(&a->org, &b->org);

	return order ? order : (int)b->installed - (int)a->installed;
}

static int by_key(const void *left, const void *right)
{
	return pt_org_key_cmp(left, right);
}

static bool asked_for(const struct pt_push_call *call, const struct pt_org_key *key)
{
	return call->norg == 0 || bsearch(key, call->org, call->norg, sizeof(*key), by_key) != NULL;
}

/* The platform is known to return orgs that no list named. */
static int finish_subscribers(struct pt_sf_op *op, struct pt_err *err)
{
	void *rows;
	size_t n, kept = 0;
	int rc = pt_sf_gather(&rows, &n, op, sizeof(struct pt_subscriber), by_org, err);

	if (rc < 0)
		return rc;
	struct pt_subscriber *row = rows;

	for (size_t i = 0; i < n; i++) {
		bool twice = kept > 0 && pt_org_key_cmp(&row[kept - 1].org, &row[i].org) == 0;

		if (!twice && asked_for(&op->call, &row[i].org))
			row[kept++] = row[i];
	}
	op->reply.subscriber = row;
	op->reply.nsubscriber = kept;
	return 0;
}

const struct pt_sf_kind pt_sf_subscribers = {
    .start = start_subscribers,
    .take = take_subscribers,
    .turned_down = pt_sf_page_turned_down,
    .finish = finish_subscribers,
};

/* Live jobs: of few orgs by a list, else all of the package's. */
static int ask_live_jobs(struct pt_sf_part *part, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf soql = PT_BUF_INIT;
	const struct pt_push_call *call = &part->op->call;

	pt_buf_str(&soql, "SELECT SubscriberOrganizationKey FROM PackagePushJob WHERE "
			  "PackagePushRequest.PackageVersion.MetadataPackageId = ");
	pt_sf_quote(&soql, call->package_id.text);
	pt_buf_str(&soql, " AND Status NOT IN ('Succeeded','Failed','Canceled','Cancelled')");
	if (part->n > 0) {
		pt_buf_str(&soql, " AND");
		pt_sf_list_keys(&soql, "SubscriberOrganizationKey", call->org + part->from,
				part->n);
	}
	return pt_sf_query(part, &soql, err);
}

static int start_live_jobs(struct pt_sf_op *op, struct pt_err *err)
{
	int rc = make_lists(op, 1, err);

	return rc < 0 ? rc : ask_live_jobs(op->part, err);
}

static int read_live(void *item, struct pt_sf_op *op, const json_t *record, struct pt_err *err)
{
	(void)op;
	return pt_sf_need_key(item, record, "SubscriberOrganizationKey", err);
}

static int take_live_jobs(struct pt_sf_part *part, const struct pt_sf_answer *answer,
			  struct pt_err *err)
{
	return pt_sf_take_page(part, answer, sizeof(struct pt_org_key), read_live, err);
}

static int finish_live_jobs(struct pt_sf_op *op, struct pt_err *err)
{
	void *rows;
	size_t n, kept = 0;
	int rc = pt_sf_gather(&rows, &n, op, sizeof(struct pt_org_key), by_key, err);

	if (rc < 0)
		return rc;
	struct pt_org_key *key = rows;

	for (size_t i = 0; i < n; i++) {
		bool twice = kept > 0 && pt_org_key_cmp(&key[kept - 1], &key[i]) == 0;

		if (!twice && asked_for(&op->call, &key[i]))
			key[kept++] = key[i];
	}
	op->reply.live = key;
	op->reply.nlive = kept;
	return 0;
}

const struct pt_sf_kind pt_sf_live_jobs = {
    .start = start_live_jobs,
    .take = take_live_jobs,
    .turned_down = pt_sf_page_turned_down,
    .finish = finish_live_jobs,
};
