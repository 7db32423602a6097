/* MetadataPackage, MetadataPackageVersion and PackageSubscriber as tables. See inside.h. */
#include <stdio.h>
#include <string.h>

#include "base/instant.h"
#include "config/suite.h"
#include "connectors/emulator/inside.h"
#include "connectors/push/simulated/ids.h"

static const struct pt_sim_packages *packages_of(const struct pt_emulator *e)
{
	return pt_platform_packages(e->platform);
}

/* MetadataPackage: a row a package. */
static const struct pt_soql_field package_fields[] = {
    {"Id", PT_SOQL_ID, EMU_FSG, NULL, NULL},
    {"Name", PT_SOQL_STRING, EMU_FSG, NULL, NULL},
    {"NamespacePrefix", PT_SOQL_STRING, EMU_FSG, NULL, NULL},
    {"PackageCategory", PT_SOQL_STRING, EMU_FSG, NULL, NULL},
    {"SystemModstamp", PT_SOQL_TIME, EMU_FS, NULL, NULL},
};

static uint32_t package_nrow(void *context)
{
	return packages_of(context)->n;
}

static struct pt_soql_value package_value(void *context, uint32_t row, size_t field, char *room)
{
	const struct pt_emulator *e = context;
	const struct pt_platform_package *package = &packages_of(e)->item[row];

	(void)room;
	switch (field) {
	case 0:
		return emu_text(package->id.text);
	case 1:
		return emu_text(package->title ? package->title : package->name);
	case 2:
		return package->namespace_ ? emu_text(package->namespace_) : emu_null();
	case 3:
		return emu_text("Package");
	default:
		return emu_time(e->conf.start_ms);
	}
}

static bool package_find(void *context, uint32_t *out, const char *text)
{
	struct pt_id id = {{0}};

	return emu_id_of(&id, text) && pt_sim_packages_find(out, packages_of(context), &id);
}

static const struct pt_soql_children package_children[] = {
    {"MetadataPackageVersions", "MetadataPackageVersion", "MetadataPackageId"},
};

const struct pt_soql_object emu_package = {
    .name = "MetadataPackage",
    .field = package_fields,
    .nfield = PT_ARRAY_LEN(package_fields),
    .children = package_children,
    .nchildren = PT_ARRAY_LEN(package_children),
    .nrow = package_nrow,
    .value = package_value,
    .find = package_find,
};

/* MetadataPackageVersion: the versions of the first package, then those of the next. */
static const struct pt_soql_field version_fields[] = {
    {"Id", PT_SOQL_ID, EMU_FSG, NULL, NULL},
    {"MetadataPackageId", PT_SOQL_ID, EMU_FSG, "MetadataPackage", "MetadataPackage"},
    {"Name", PT_SOQL_STRING, EMU_FSG, NULL, NULL},
    {"MajorVersion", PT_SOQL_INT, EMU_FSG, NULL, NULL},
    {"MinorVersion", PT_SOQL_INT, EMU_FSG, NULL, NULL},
    {"PatchVersion", PT_SOQL_INT, EMU_FSG, NULL, NULL},
    {"BuildNumber", PT_SOQL_INT, EMU_FSG, NULL, NULL},
    {"ReleaseState", PT_SOQL_STRING, EMU_FSG, NULL, NULL},
    {"IsDeprecated", PT_SOQL_BOOL, EMU_FSG, NULL, NULL},
    {"SystemModstamp", PT_SOQL_TIME, EMU_FS, NULL, NULL},
};

static uint32_t version_nrow(void *context)
{
	const struct pt_emulator *e = context;

	return e->first_version[packages_of(e)->n];
}

static const struct pt_platform_version *version_at(const struct pt_emulator *e, uint32_t row,
						    const struct pt_platform_package **package)
{
	uint32_t p = 0;

	while (row >= e->first_version[p + 1])
		p++;
	*package = &packages_of(e)->item[p];
	return &(*package)->version[row - e->first_version[p]];
}

static struct pt_soql_value version_value(void *context, uint32_t row, size_t field, char *room)
{
	const struct pt_emulator *e = context;
	const struct pt_platform_package *package;
	const struct pt_platform_version *version = version_at(e, row, &package);
	char number[PT_VERSION_TEXT];

	switch (field) {
	case 0:
		return emu_text(version->id.text);
	case 1:
		return emu_text(package->id.text);
	case 2:
		snprintf(room, PT_SOQL_TEXT, "%s %s", package->name,
			 pt_version_text(number, &version->version));
		return emu_text(room);
	case 3:
	case 4:
	case 5:
	case 6:
		return emu_number(version->version.part[field - 3]);
	case 7:
		return emu_text(version->beta ? "Beta" : "Released");
	case 8:
		return emu_number(version->deprecated);
	default:
		return emu_time(e->conf.start_ms);
	}
}

static bool version_find(void *context, uint32_t *out, const char *text)
{
	const struct pt_emulator *e = context;
	struct pt_id id = {{0}};
	uint32_t package, version;

	if (!emu_id_of(&id, text) ||
	    !pt_sim_packages_find_version(&package, &version, packages_of(e), &id))
		return false;
	*out = e->first_version[package] + version;
	return true;
}

static const struct pt_soql_children version_children[] = {
    {"PackageSubscribers", "PackageSubscriber", "MetadataPackageVersionId"},
};

const struct pt_soql_object emu_version = {
    .name = "MetadataPackageVersion",
    .field = version_fields,
    .nfield = PT_ARRAY_LEN(version_fields),
    .children = version_children,
    .nchildren = PT_ARRAY_LEN(version_children),
    .nrow = version_nrow,
    .value = version_value,
    .find = version_find,
};

/* PackageSubscriber: a row for each package and org, of which some are holes. */
enum {
	SUBSCRIBER_ORG_KEY = 1,
	SUBSCRIBER_PACKAGE = 7,
};
static const char SUBSCRIBER_PREFIX[] = "0PS"; /* the platform's own is not known */

static const struct pt_soql_field subscriber_fields[] = {
    {"Id", PT_SOQL_ID, EMU_FSG, NULL, NULL},
    {"OrgKey", PT_SOQL_STRING, EMU_FSG, NULL, NULL},
    {"OrgName", PT_SOQL_STRING, EMU_FSG, NULL, NULL},
    {"OrgStatus", PT_SOQL_STRING, EMU_FSG, NULL, NULL},
    {"OrgType", PT_SOQL_STRING, EMU_FSG, NULL, NULL},
    {"InstalledStatus", PT_SOQL_STRING, EMU_FSG, NULL, NULL},
    {"InstanceName", PT_SOQL_STRING, EMU_FSG, NULL, NULL},
    {"MetadataPackageId", PT_SOQL_ID, EMU_FSG, "MetadataPackage", "MetadataPackage"},
    {"MetadataPackageVersionId", PT_SOQL_ID, EMU_FSG, "MetadataPackageVersion",
     "MetadataPackageVersion"},
    {"ParentOrg", PT_SOQL_STRING, EMU_FSG, NULL, NULL},
    {"CustomUpgradeType", PT_SOQL_STRING, EMU_FSG, NULL, NULL},
    {"HasRestrictionEnabled", PT_SOQL_BOOL, EMU_FSG, NULL, NULL},
    {"IsCustomUpgradeAllowed", PT_SOQL_BOOL, EMU_FSG, NULL, NULL},
    {"SystemModstamp", PT_SOQL_TIME, EMU_FS, NULL, NULL},
};

static uint32_t subscriber_nrow(void *context)
{
	const struct pt_emulator *e = context;

	return pt_platform_norg(e->platform) * packages_of(e)->n;
}

static uint32_t subscriber_org(const struct pt_emulator *e, uint32_t row, uint32_t *package)
{
	uint32_t norg = pt_platform_norg(e->platform);

	*package = row / norg;
	return pt_platform_ranked_org(e->platform, row % norg);
}

static bool subscriber_exists(void *context, uint32_t row)
{
	const struct pt_emulator *e = context;
	struct pt_platform_record record;
	uint32_t package, org = subscriber_org(e, row, &package);

	return pt_platform_record(&record, e->platform, org, package);
}

static struct pt_soql_value org_value(const struct pt_emulator *e, uint32_t number, size_t field,
				      char *room)
{
	struct pt_platform_org org = pt_platform_org(e->platform, number);
	char name[PT_PLATFORM_NAME_TEXT];
	const char *text = "";

	switch (field) {
	case 1:
		text = org.key.text;
		break;
	case 2:
		text = pt_platform_org_name(name, e->platform, number);
		break;
	case 3:
		return emu_text(pt_org_status_text(org.status));
	case 4:
		return emu_text(org.type == PT_ORG_SANDBOX ? "Sandbox" : "Production");
	case 6:
		text = org.instance;
		break;
	default:
		if (!org.parent.text[0])
			return emu_null();
		text = org.parent.text;
		break;
	}
	snprintf(room, PT_SOQL_TEXT, "%s", text);
	return emu_text(room);
}

static struct pt_soql_value subscriber_value(void *context, uint32_t row, size_t field, char *room)
{
	const struct pt_emulator *e = context;
	struct pt_platform_record record = {.installed = false};
	uint32_t package, org = subscriber_org(e, row, &package);
	const struct pt_platform_package *of = &packages_of(e)->item[package];

	if (field != 0 && field != SUBSCRIBER_PACKAGE)
		(void)pt_platform_record(&record, e->platform, org, package);
	switch (field) {
	case 0:
		snprintf(room, PT_SOQL_TEXT, "%s", pt_sim_id_numbered(SUBSCRIBER_PREFIX, row).text);
		return emu_text(room);
	case 5:
		return emu_text(record.installed ? "i" : "u");
	case SUBSCRIBER_PACKAGE:
		return emu_text(of->id.text);
	case 8:
		return emu_text(of->version[record.version].id.text);
	case 10:
		return emu_text(record.blocked ? "BlockedBySubscriber" : "None");
	case 11:
		return emu_number(record.blocked);
	case 12:
		return emu_number(0);
	case 13:
		return emu_time(record.modified_ms);
	default:
		return org_value(e, org, field, room);
	}
}

static bool subscriber_find(void *context, uint32_t *out, const char *text)
{
	struct pt_id id = {{0}};

	return emu_id_of(&id, text) && pt_sim_id_number(out, SUBSCRIBER_PREFIX, &id) &&
	       *out < subscriber_nrow(context) && subscriber_exists(context, *out);
}

static uint32_t rank_of(const struct pt_emulator *e, const struct pt_org_key *key)
{
	uint32_t low = 0, high = pt_platform_norg(e->platform);

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		struct pt_platform_org org =
		    pt_platform_org(e->platform, pt_platform_ranked_org(e->platform, mid));

		if (pt_org_key_cmp(&org.key, key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* A string of a query may be in any case; then nothing is known. */
static bool narrow_to_org(struct pt_emulator *e, const char *text)
{
	uint32_t norg = pt_platform_norg(e->platform), npackage = packages_of(e)->n;
	struct pt_org_key key;

	if (pt_org_key_parse(&key, text, strlen(text), NULL) < 0 ||
	    pt_platform_find_org(e->platform, &key) == PT_PLATFORM_NONE ||
	    !emu_scratch_reserve(e, npackage))
		return false;
	for (uint32_t p = 0; p < npackage; p++)
		e->scratch.row[p] = p * norg + rank_of(e, &key);
	e->scratch.n = npackage;
	return true;
}

static bool narrow_to_package(struct pt_emulator *e, const char *text)
{
	uint32_t norg = pt_platform_norg(e->platform), package;

	if (!package_find(e, &package, text) || !emu_scratch_reserve(e, norg))
		return false;
	for (uint32_t i = 0; i < norg; i++)
		e->scratch.row[i] = package * norg + i;
	e->scratch.n = norg;
	return true;
}

static bool subscriber_narrow(void *context, size_t field, const char *text, const uint32_t **out,
			      size_t *n_out)
{
	struct pt_emulator *e = context;
	bool known = (field == SUBSCRIBER_PACKAGE && narrow_to_package(e, text)) ||
		     (field == SUBSCRIBER_ORG_KEY && narrow_to_org(e, text));

	*out = e->scratch.row;
	*n_out = e->scratch.n;
	return known;
}

const struct pt_soql_object emu_subscriber = {
    .name = "PackageSubscriber",
    .field = subscriber_fields,
    .nfield = PT_ARRAY_LEN(subscriber_fields),
    .nrow = subscriber_nrow,
    .value = subscriber_value,
    .find = subscriber_find,
    .narrow = subscriber_narrow,
    .exists = subscriber_exists,
};
