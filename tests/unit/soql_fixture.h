/*
 * The objects of the push API with a few rows each, for tests of the query engine: two
 * packages, three versions, three subscribers, two requests, four jobs and three errors.
 */
#ifndef PT_TESTS_UNIT_SOQL_FIXTURE_H
#define PT_TESTS_UNIT_SOQL_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "connectors/emulator/soql.h"

enum { COLUMNS = 16 };

/* Cells as texts, NULL for null, numbers in digits and times in seconds. */
struct table {
	const struct pt_soql_field *field;
	const char *const (*row)[COLUMNS];
	uint32_t nrow;
};

#define ALL (PT_SOQL_FILTER | PT_SOQL_SORT | PT_SOQL_GROUP)

static const struct pt_soql_field package_fields[] = {
    {"Id", PT_SOQL_ID, ALL, NULL, NULL},
    {"Name", PT_SOQL_STRING, ALL, NULL, NULL},
    {"NamespacePrefix", PT_SOQL_STRING, ALL, NULL, NULL},
};

static const char *const package_rows[][COLUMNS] = {
    {"033000000000001AAA", "Alpha \"A\"", "alpha"},
    {"033000000000002AAA", "Beta", NULL},
};

static const struct pt_soql_field version_fields[] = {
    {"Id", PT_SOQL_ID, ALL, NULL, NULL},
    {"Name", PT_SOQL_STRING, ALL, NULL, NULL},
    {"MetadataPackageId", PT_SOQL_ID, ALL, "MetadataPackage", "MetadataPackage"},
    {"ReleaseState", PT_SOQL_STRING, ALL, NULL, NULL},
    {"MajorVersion", PT_SOQL_INT, ALL, NULL, NULL},
    {"MinorVersion", PT_SOQL_INT, ALL, NULL, NULL},
    {"PatchVersion", PT_SOQL_INT, ALL, NULL, NULL},
    {"BuildNumber", PT_SOQL_INT, ALL, NULL, NULL},
    {"IsDeprecated", PT_SOQL_BOOL, ALL, NULL, NULL},
    {"SystemModstamp", PT_SOQL_TIME, ALL, NULL, NULL},
};

static const char *const version_rows[][COLUMNS] = {
    {"04t000000000001AAA", "One", "033000000000001AAA", "Released", "1", "0", NULL, "3", "0", "1"},
    {"04t000000000002AAA", "Two", "033000000000001AAA", "Released", "2", "1", "4", "1", "0", "2"},
    {"04t000000000003AAA", "Two_b", "033000000000002AAA", "Beta", "2", "10", NULL, "1", "1", "3"},
};

static const struct pt_soql_field subscriber_fields[] = {
    {"Id", PT_SOQL_ID, ALL, NULL, NULL},
    {"MetadataPackageId", PT_SOQL_ID, ALL, "MetadataPackage", "MetadataPackage"},
    {"MetadataPackageVersionId", PT_SOQL_ID, ALL, "MetadataPackageVersion",
     "MetadataPackageVersion"},
    {"InstalledStatus", PT_SOQL_STRING, ALL, NULL, NULL},
    {"InstanceName", PT_SOQL_STRING, ALL, NULL, NULL},
    {"OrgName", PT_SOQL_STRING, ALL, NULL, NULL},
    {"OrgKey", PT_SOQL_ID, ALL, NULL, NULL},
    {"OrgStatus", PT_SOQL_STRING, ALL, NULL, NULL},
    {"OrgType", PT_SOQL_STRING, ALL, NULL, NULL},
    {"ParentOrg", PT_SOQL_ID, ALL, NULL, NULL},
    {"SystemModstamp", PT_SOQL_TIME, ALL, NULL, NULL},
    {"CustomUpgradeType", PT_SOQL_STRING, 0, NULL, NULL},
    {"HasRestrictionEnabled", PT_SOQL_BOOL, 0, NULL, NULL},
    {"IsCustomUpgradeAllowed", PT_SOQL_BOOL, 0, NULL, NULL},
};

static const char *const subscriber_rows[][COLUMNS] = {
    {"0Hb000000000001AAA", "033000000000001AAA", "04t000000000001AAA", "i", "NA1", "Ünder 50%",
     "00D000000000001AAA", "Active", "Production", NULL, "10", NULL, "0", "1"},
    {"0Hb000000000002AAA", "033000000000001AAA", "04t000000000002AAA", "i", "na2", "b_c",
     "00D000000000002AAA", "Trial", "Sandbox", "00D000000000001AAA", "20", NULL, "0", "1"},
    {"0Hb000000000003AAA", "033000000000002AAA", "04t000000000003AAA", "u", "NA1", "Back\\slash",
     "00D00000000000aAAA", "Inactive", "Production", NULL, "30", NULL, "0", "0"},
};

static const struct pt_soql_field request_fields[] = {
    {"Id", PT_SOQL_ID, ALL, NULL, NULL},
    {"PackageVersionId", PT_SOQL_ID, ALL, "PackageVersion", "MetadataPackageVersion"},
    {"Status", PT_SOQL_STRING, ALL, NULL, NULL},
    {"ScheduledStartTime", PT_SOQL_TIME, ALL, NULL, NULL},
    {"StartTime", PT_SOQL_TIME, ALL, NULL, NULL},
    {"EndTime", PT_SOQL_TIME, ALL, NULL, NULL},
    {"DurationSeconds", PT_SOQL_INT, ALL, NULL, NULL},
    {"IsMigration", PT_SOQL_BOOL, ALL, NULL, NULL},
    {"SystemModstamp", PT_SOQL_TIME, ALL, NULL, NULL},
};

static const char *const request_rows[][COLUMNS] = {
    {"0DV000000000001AAA", "04t000000000002AAA", "Succeeded", "1613244600", "1613244660",
     "1613244720", "60", "0", "1613244720"},
    {"0DV000000000002AAA", "04t000000000009AAA", "Created", "1767247200", NULL, NULL, NULL, "1",
     "1767000000"},
};

static const struct pt_soql_field job_fields[] = {
    {"Id", PT_SOQL_ID, ALL, NULL, NULL},
    {"PackagePushRequestId", PT_SOQL_ID, ALL, "PackagePushRequest", "PackagePushRequest"},
    {"SubscriberOrganizationKey", PT_SOQL_ID, ALL, NULL, NULL},
    {"Status", PT_SOQL_STRING, ALL, NULL, NULL},
    {"StartTime", PT_SOQL_TIME, ALL, NULL, NULL},
    {"EndTime", PT_SOQL_TIME, ALL, NULL, NULL},
    {"DurationSeconds", PT_SOQL_INT, ALL, NULL, NULL},
    {"SystemModstamp", PT_SOQL_TIME, ALL, NULL, NULL},
};

/* The row with "hole" in it does not exist. */
static const char *const job_rows[][COLUMNS] = {
    {"0DX000000000001AAA", "0DV000000000001AAA", "00D000000000001AAA", "Succeeded", "1613244660",
     "1613244700", "40", "1613244700"},
    {"0DX000000000002AAA", "0DV000000000001AAA", "00D000000000002AAA", "Failed", "1613244660",
     "1613244720", "60", "1613244720"},
    {"0DX000000000009AAA", "0DV000000000001AAA", "00D000000000002AAA", "hole"},
    {"0DX000000000003AAA", "0DV000000000001AAA", "00D00000000000aAAA", "failed", "1613244660",
     "1613244710", "50", "1613244710"},
    {"0DX000000000004AAA", "0DV000000000002AAA", "00D000000000001AAA", "Created", NULL, NULL, NULL,
     "1767000000"},
};

static const struct pt_soql_field error_fields[] = {
    {"Id", PT_SOQL_ID, ALL, NULL, NULL},
    {"PackagePushJobId", PT_SOQL_ID, ALL, "PackagePushJob", "PackagePushJob"},
    {"ErrorSeverity", PT_SOQL_STRING, ALL, NULL, NULL},
    {"ErrorType", PT_SOQL_STRING, ALL, NULL, NULL},
    {"ErrorTitle", PT_SOQL_STRING, ALL, NULL, NULL},
    {"ErrorMessage", PT_SOQL_STRING, 0, NULL, NULL},
    {"ErrorDetails", PT_SOQL_STRING, 0, NULL, NULL},
};

static const char *const error_rows[][COLUMNS] = {
    {"0DY000000000001AAA", "0DX000000000002AAA", "Error", "Apex", "Tests failed", "3 of 4", NULL},
    {"0DY000000000002AAA", "0DX000000000003AAA", "Error", "Other", "No room", "full", NULL},
    {"0DY000000000003AAA", "0DX000000000002AAA", "Warning", "Apex", "Slow", "90 s", NULL},
};

static const struct table tables[] = {
    {package_fields, package_rows, PT_ARRAY_LEN(package_rows)},
    {version_fields, version_rows, PT_ARRAY_LEN(version_rows)},
    {subscriber_fields, subscriber_rows, PT_ARRAY_LEN(subscriber_rows)},
    {request_fields, request_rows, PT_ARRAY_LEN(request_rows)},
    {job_fields, job_rows, PT_ARRAY_LEN(job_rows)},
    {error_fields, error_rows, PT_ARRAY_LEN(error_rows)},
};

/* How often rows were narrowed down, and how many values were looked at. */
struct counters {
	unsigned narrowed, values;
	uint32_t row[8];
};

static struct pt_soql_value cell(void *context, const struct table *table, uint32_t row,
				 size_t field, char *room)
{
	const char *text = table->row[row][field];
	enum pt_soql_type type = table->field[field].type;

	((struct counters *)context)->values++;
	if (!text)
		return (struct pt_soql_value){.null = true};
	if (type == PT_SOQL_TIME)
		return (struct pt_soql_value){.number = 1000 * strtoll(text, NULL, 10)};
	if (type == PT_SOQL_INT || type == PT_SOQL_BOOL)
		return (struct pt_soql_value){.number = strtoll(text, NULL, 10)};
	snprintf(room, PT_SOQL_TEXT, "%s", text);
	return (struct pt_soql_value){.text = room};
}

static bool find_cell(const struct table *table, uint32_t *row_out, const char *id)
{
	for (uint32_t i = 0; i < table->nrow; i++) {
		if (strncmp(table->row[i][0], id, 15) == 0) {
			*row_out = i;
			return true;
		}
	}
	return false;
}

static bool narrow_cell(void *context, const struct table *table, size_t field, const char *text,
			const uint32_t **row_out, size_t *n_out)
{
	struct counters *counters = context;

	if (table->field[field].type != PT_SOQL_ID)
		return false;
	counters->narrowed++;
	*row_out = counters->row;
	*n_out = 0;
	for (uint32_t i = 0; i < table->nrow; i++) {
		if (table->row[i][field] && strncmp(table->row[i][field], text, 15) == 0)
			counters->row[(*n_out)++] = i;
	}
	return true;
}

static bool job_exists(void *context, uint32_t row)
{
	(void)context;
	return strcmp(job_rows[row][3], "hole") != 0;
}

/* The functions of one object, which are told neither its name nor its table. */
#define FUNCTIONS(name, index)                                                                     \
	static uint32_t name##_nrow(void *context)                                                 \
	{                                                                                          \
		(void)context;                                                                     \
		return tables[index].nrow;                                                         \
	}                                                                                          \
	static struct pt_soql_value name##_value(void *context, uint32_t row, size_t field,        \
						 char *room)                                       \
	{                                                                                          \
		return cell(context, &tables[index], row, field, room);                            \
	}                                                                                          \
	static bool name##_find(void *context, uint32_t *row_out, const char *id)                  \
	{                                                                                          \
		(void)context;                                                                     \
		return find_cell(&tables[index], row_out, id);                                     \
	}                                                                                          \
	static bool name##_narrow(void *context, size_t field, const char *text,                   \
				  const uint32_t **row_out, size_t *n_out)                         \
	{                                                                                          \
		return narrow_cell(context, &tables[index], field, text, row_out, n_out);          \
	}

FUNCTIONS(package, 0)
FUNCTIONS(version, 1)
FUNCTIONS(subscriber, 2)
FUNCTIONS(request, 3)
FUNCTIONS(job, 4)
FUNCTIONS(error, 5)

static const struct pt_soql_children version_children[] = {
    {"PackageSubscribers", "PackageSubscriber", "MetadataPackageVersionId"}};
static const struct pt_soql_children request_children[] = {
    {"PackagePushJobs", "PackagePushJob", "PackagePushRequestId"}};
static const struct pt_soql_children job_children[] = {
    {"PackagePushErrors", "PackagePushError", "PackagePushJobId"}};

#define OBJECT(label, prefix, list, count, is_there)                                               \
	{                                                                                          \
		.name = (label), .field = prefix##_fields,                                         \
		.nfield = PT_ARRAY_LEN(prefix##_fields), .children = (list), .nchildren = (count), \
		.nrow = prefix##_nrow, .value = prefix##_value, .find = prefix##_find,             \
		.narrow = prefix##_narrow, .exists = (is_there),                                   \
	}

static const struct pt_soql_object objects[] = {
    OBJECT("MetadataPackage", package, NULL, 0, NULL),
    OBJECT("MetadataPackageVersion", version, version_children, 1, NULL),
    OBJECT("PackageSubscriber", subscriber, NULL, 0, NULL),
    OBJECT("PackagePushRequest", request, request_children, 1, NULL),
    OBJECT("PackagePushJob", job, job_children, 1, job_exists),
    OBJECT("PackagePushError", error, NULL, 0, NULL),
};

static inline struct pt_soql_schema soql_fixture(struct counters *counters)
{
	return (struct pt_soql_schema){objects, PT_ARRAY_LEN(objects), counters};
}

#endif
