/* The query engine: what records come of a query, and what is said of those that are none. */
#include "connectors/emulator/soql.h"

#include "connectors/emulator/soql_query.h"
#include "tests/test.h"
#include "tests/unit/soql_fixture.h"

/* Where a record begins: with its attributes. */
#define REC(type, id)                                                                              \
	"{\"attributes\":{\"type\":\"" type "\",\"url\":\"/services/data/v62.0/sobjects/" type     \
	"/" id "\"}"
#define PACKAGE(n)    REC("MetadataPackage", "03300000000000" n "AAA")
#define VERSION(n)    REC("MetadataPackageVersion", "04t00000000000" n "AAA")
#define SUBSCRIBER(n) REC("PackageSubscriber", "0Hb00000000000" n "AAA")
#define REQUEST(n)    REC("PackagePushRequest", "0DV00000000000" n "AAA")
#define JOB(n)        REC("PackagePushJob", "0DX00000000000" n "AAA")
#define ERROR(n)      REC("PackagePushError", "0DY00000000000" n "AAA")
#define GROUP         "{\"attributes\":{\"type\":\"AggregateResult\"}"

static struct pt_soql_query *parsed(struct counters *counters, const char *text)
{
	struct pt_soql_schema schema = soql_fixture(counters);
	struct pt_soql_query *query = NULL;
	struct pt_soql_refusal refusal;
	struct pt_err err = PT_ERR_INIT;

	*counters = (struct counters){.narrowed = 0};
	assert_int_equal(pt_soql_parse(&query, &refusal, &schema, text, strlen(text), &err), 0);
	if (!query)
		fail_msg("%s\nis refused: %s: %s", text, refusal.code, refusal.message);
	return query;
}

static void assert_records(const char *text, size_t total, const char *records)
{
	struct counters counters;
	struct pt_soql_query *query = parsed(&counters, text);
	struct pt_soql_result *result = NULL;
	struct pt_buf out = PT_BUF_INIT;
	struct pt_err err = PT_ERR_INIT;

	assert_int_equal(pt_soql_run(&result, query, &err), 0);
	assert_int_equal(pt_soql_result_total(result), total);
	pt_soql_write(&out, result, 0, pt_soql_result_rows(result), "62.0");
	assert_string_equal(pt_buf_text(&out), records);
	pt_buf_release(&out);
	pt_soql_result_free(result);
	pt_soql_query_free(query);
}

/* The last characters but three of the ids found: "1 2 3". */
static void assert_finds(const char *object, const char *rest, const char *expected)
{
	struct counters counters;
	struct pt_soql_query *query;
	struct pt_soql_result *result = NULL;
	struct pt_buf text = PT_BUF_INIT, out = PT_BUF_INIT, found = PT_BUF_INIT;
	struct pt_err err = PT_ERR_INIT;

	pt_buf_printf(&text, "SELECT Id FROM %s %s", object, rest);
	query = parsed(&counters, pt_buf_text(&text));
	assert_int_equal(pt_soql_run(&result, query, &err), 0);
	pt_soql_write(&out, result, 0, SIZE_MAX, "62.0");
	for (const char *id = pt_buf_text(&out); (id = strstr(id, "\"Id\":\"")); id++)
		pt_buf_printf(&found, "%s%c", found.len ? " " : "", id[strlen("\"Id\":\"") + 14]);
	if (strcmp(pt_buf_text(&found), expected) != 0)
		fail_msg("%s finds '%s', not '%s'", pt_buf_text(&text), pt_buf_text(&found),
			 expected);
	pt_soql_result_free(result);
	pt_soql_query_free(query);
	pt_buf_release(&found);
	pt_buf_release(&out);
	pt_buf_release(&text);
}

static void assert_refused(const char *text, const char *code, const char *message)
{
	struct counters counters;
	struct pt_soql_schema schema = soql_fixture(&counters);
	struct pt_soql_query *query = NULL;
	struct pt_soql_refusal refusal;
	struct pt_err err = PT_ERR_INIT;

	assert_int_equal(pt_soql_parse(&query, &refusal, &schema, text, strlen(text), &err), 0);
	if (query)
		fail_msg("%s\nis taken", text);
	if (strcmp(refusal.code, code) != 0 || !strstr(refusal.message, message))
		fail_msg("%s\nis refused otherwise: %s: %s", text, refusal.code, refusal.message);
}

PT_TEST(records_are_written_with_the_schemas_names)
{
	assert_records("select id, NAMESPACEPREFIX, name from metadatapackage", 2,
		       PACKAGE("1") ",\"Id\":\"033000000000001AAA\",\"NamespacePrefix\":\"alpha\","
				    "\"Name\":\"Alpha \\\"A\\\"\"}," PACKAGE(
					"2") ",\"Id\":"
					     "\"033000000000002AAA\",\"NamespacePrefix\":null,"
					     "\"Name\":\"Beta\"}");
	assert_records("SELECT MajorVersion, IsDeprecated FROM MetadataPackageVersion "
		       "WHERE MetadataPackageVersion.Name = 'Two_b'",
		       1, VERSION("3") ",\"MajorVersion\":2,\"IsDeprecated\":true}");
}

PT_TEST(times_are_written_with_milliseconds_and_a_zone)
{
	assert_records(
	    "SELECT ScheduledStartTime, StartTime FROM PackagePushRequest", 2,
	    REQUEST("1") ",\"ScheduledStartTime\":\"2021-02-13T19:30:00.000+0000\","
			 "\"StartTime\":\"2021-02-13T19:31:00.000+0000\"}," REQUEST(
			     "2") ",\"ScheduledStartTime\":\"2026-01-01T06:00:00.000+0000\","
				  "\"StartTime\":null}");
}

PT_TEST(parents_are_records_inside_of_records)
{
	assert_records(
	    "SELECT packageversion.metadatapackage.name, PackageVersion.MajorVersion, Id, "
	    "PackageVersion.MetadataPackage.NamespacePrefix, PackageVersion.MetadataPackageId "
	    "FROM PackagePushRequest",
	    2,
	    REQUEST("1") ",\"PackageVersion\":" VERSION("2") ",\"MetadataPackage\":" PACKAGE(
		"1") ",\"Name\":\"Alpha \\\"A\\\"\",\"NamespacePrefix\":\"alpha\"},"
		     "\"MajorVersion\":2,\"MetadataPackageId\":\"033000000000001AAA\"},"
		     "\"Id\":\"0DV000000000001AAA\"}," REQUEST(
			 "2") ",\"PackageVersion\":null,\"Id\":\"0DV000000000002AAA\"}");
}

PT_TEST(children_are_a_result_inside_of_records)
{
	assert_records(
	    "SELECT (SELECT ErrorTitle FROM packagepusherrors WHERE ErrorSeverity = "
	    "'error'), "
	    "Status FROM PackagePushJob WHERE Status != 'Created'",
	    3,
	    JOB("1") ",\"PackagePushErrors\":null,\"Status\":\"Succeeded\"}," JOB(
		"2") ",\"PackagePushErrors\":{\"totalSize\":1,\"done\":true,\"records\":"
		     "[" ERROR("1") ",\"ErrorTitle\":\"Tests "
				    "failed\"}]},\"Status\":\"Failed\"}," JOB(
					"3") ",\"P"
					     "acka"
					     "gePu"
					     "shEr"
					     "rors"
					     "\":{"
					     "\"to"
					     "talS"
					     "ize"
					     "\":"
					     "1,"
					     "\"do"
					     "ne\""
					     ":tru"
					     "e,"
					     "\"re"
					     "cord"
					     "s\":"
					     "[" ERROR("2") ",\"ErrorTitle\":\"No "
							    "room\"}]},\"Status\":\"failed\"}");
	assert_records(
	    "SELECT Status, (SELECT Id FROM PackagePushErrors ORDER BY Id DESC LIMIT 1) "
	    "FROM PackagePushJob WHERE Id = '0DX000000000002'",
	    1,
	    JOB("2") ",\"Status\":\"Failed\",\"PackagePushErrors\":{\"totalSize\":1,"
		     "\"done\":true,\"records\":[" ERROR("3") ",\"Id\":\"0DY000000000003AAA\"}]}}");
}

PT_TEST(groups_are_counted)
{
	assert_records("SELECT PackagePushRequestId, Status, COUNT(Id) n FROM PackagePushJob "
		       "GROUP BY PackagePushRequestId, Status",
		       3,
		       GROUP ",\"PackagePushRequestId\":\"0DV000000000001AAA\","
			     "\"Status\":\"Succeeded\",\"n\":1}," GROUP
			     ",\"PackagePushRequestId\":\"0DV000000000001AAA\","
			     "\"Status\":\"Failed\",\"n\":2}," GROUP
			     ",\"PackagePushRequestId\":\"0DV000000000002AAA\","
			     "\"Status\":\"Created\",\"n\":1}");
	assert_records(
	    "SELECT Status s, MAX(EndTime), MIN(DurationSeconds) least, COUNT(EndTime) "
	    "FROM PackagePushJob GROUP BY Status ORDER BY COUNT(Id) DESC, Status LIMIT 2",
	    2,
	    GROUP ",\"s\":\"Failed\",\"expr0\":\"2021-02-13T19:32:00.000+0000\","
		  "\"least\":50,\"expr1\":2}," GROUP
		  ",\"s\":\"Created\",\"expr0\":null,\"least\":null,\"expr1\":0}");
	assert_records("SELECT PackageVersion.Name, COUNT(Id) FROM PackagePushRequest "
		       "GROUP BY PackageVersion.Name",
		       2,
		       GROUP ",\"Name\":\"Two\",\"expr0\":1}," GROUP ",\"Name\":null,\"expr0\":1}");
}

PT_TEST(all_rows_are_counted_without_groups)
{
	assert_records("SELECT Count(Id) FROM PackagePushJob WHERE Status = 'Failed' ", 1,
		       GROUP ",\"expr0\":2}");
	assert_records("SELECT MIN(Name), COUNT(Id) FROM MetadataPackage WHERE Name = 'none'", 1,
		       GROUP ",\"expr0\":null,\"expr1\":0}");
	assert_records("SELECT COUNT() FROM PackagePushJob", 4, "");
	assert_records("SELECT count() FROM PackagePushJob LIMIT 3", 3, "");
}

PT_TEST(a_result_is_written_page_by_page)
{
	struct counters counters;
	struct pt_soql_query *query = parsed(&counters, "SELECT Name FROM MetadataPackageVersion");
	struct pt_soql_result *result = NULL;
	struct pt_buf out = PT_BUF_INIT;

	assert_false(query->select.count);
	assert_false(pt_soql_is_grouped(&query->select));
	assert_string_equal(query->select.object->name, "MetadataPackageVersion");
	assert_int_equal(pt_soql_run(&result, query, NULL), 0);
	pt_soql_write(&out, result, 0, 1, "62.0");
	assert_string_equal(pt_buf_text(&out), VERSION("1") ",\"Name\":\"One\"}");
	pt_buf_clear(&out);
	pt_soql_write(&out, result, 1, 5, "62.0");
	assert_string_equal(pt_buf_text(&out),
			    VERSION("2") ",\"Name\":\"Two\"}," VERSION("3") ",\"Name\":\"Two_b\"}");
	pt_buf_clear(&out);
	pt_soql_write(&out, result, 3, 5, "62.0");
	assert_string_equal(pt_buf_text(&out), "");
	pt_buf_release(&out);
	pt_soql_result_free(result);
	pt_soql_query_free(query);
}

PT_TEST(conditions_compare_as_the_fields_type_does)
{
	static const char version[] = "MetadataPackageVersion", job[] = "PackagePushJob";

	assert_finds(version, "WHERE MinorVersion < 10", "1 2");
	assert_finds(version, "WHERE MinorVersion>=1 AND MinorVersion<=+10", "2 3");
	assert_finds(version, "WHERE BuildNumber > -1 AND BuildNumber <> 1", "1");
	assert_finds(version, "WHERE ReleaseState = 'RELEASED'", "1 2");
	assert_finds(version, "WHERE Name > 'one'", "2 3");
	assert_finds(version, "WHERE IsDeprecated = true", "3");
	assert_finds(version, "WHERE IsDeprecated != TRUE", "1 2");
	assert_finds(version, "WHERE Id = '04t000000000002'", "2");
	assert_finds(version, "WHERE Id > '04t000000000001AAA'", "2 3");
	assert_finds("PackageSubscriber", "WHERE OrgKey = '00D00000000000A'", "");
	assert_finds("PackageSubscriber", "WHERE OrgKey = '00D00000000000a'", "3");
	assert_finds(job, "WHERE EndTime = 2021-02-13T19:32:00Z", "2");
	assert_finds(job, "WHERE EndTime > 2021-02-13T19:31:40.000+00:00", "2 3");
	assert_finds(job, "WHERE EndTime <= 2021-02-13T20:31:50.000+0100", "1 3");
}

PT_TEST(null_is_neither_more_nor_less)
{
	static const char version[] = "MetadataPackageVersion";

	assert_finds(version, "WHERE PatchVersion = null", "1 3");
	assert_finds(version, "WHERE PatchVersion != NULL", "2");
	assert_finds(version, "WHERE PatchVersion != 4", "1 3");
	assert_finds(version, "WHERE PatchVersion < 5", "2");
	assert_finds(version, "WHERE PatchVersion IN (null, 3)", "1 3");
	assert_finds(version, "WHERE PatchVersion NOT IN (4)", "1 3");
	assert_finds("MetadataPackage", "WHERE NamespacePrefix = ''", "2");
	assert_finds("PackagePushRequest", "WHERE PackageVersion.Name = null", "2");
}

PT_TEST(patterns_have_two_wildcards)
{
	static const char subscriber[] = "PackageSubscriber";

	assert_finds(subscriber, "WHERE InstanceName LIKE 'na_'", "1 2 3");
	assert_finds(subscriber, "WHERE OrgName LIKE '_nder %'", "1");
	assert_finds(subscriber, "WHERE OrgName LIKE '\\u00dcnder%'", "1");
	assert_finds(subscriber, "WHERE OrgName LIKE '%50\\%'", "1");
	assert_finds(subscriber, "WHERE OrgName LIKE '%\\_%'", "2");
	assert_finds(subscriber, "WHERE OrgName LIKE '%k\\\\s%h'", "3");
	assert_finds(subscriber, "WHERE OrgName LIKE '%'", "1 2 3");
	assert_finds(subscriber, "WHERE OrgName LIKE ''", "");
	assert_finds(subscriber, "WHERE NOT OrgName LIKE '%c%'", "1");
	assert_finds("MetadataPackage", "WHERE NamespacePrefix LIKE '%'", "1");
}

PT_TEST(conditions_are_joined)
{
	static const char version[] = "MetadataPackageVersion";

	assert_finds(version, "WHERE MajorVersion = 1 OR MinorVersion = 10", "1 3");
	assert_finds(version, "WHERE MajorVersion = 2 AND (Name = 'two' OR (Name = 'x'))", "2");
	assert_finds(version, "WHERE NOT (MajorVersion = 1 OR MinorVersion = 10)", "2");
	assert_finds(version, "WHERE NOT NOT MajorVersion = 1 AND NOT BuildNumber = 1", "1");
	assert_finds(version, "WHERE Name IN ('TWO', 'one', 'zero')", "1 2");
	assert_finds(version, "WHERE Name NOT IN ('TWO', 'one', 'zero')", "3");
	assert_finds(version,
		     "WHERE (MajorVersion < 2 OR (MajorVersion = 2 AND MinorVersion < 10))", "1 2");
}

PT_TEST(rows_are_put_in_order_and_cut)
{
	static const char version[] = "MetadataPackageVersion";

	assert_finds(version, "ORDER BY MajorVersion DESC", "2 3 1");
	assert_finds(version, "ORDER BY MajorVersion desc, MinorVersion DESC", "3 2 1");
	assert_finds(version, "ORDER BY PatchVersion", "1 3 2");
	assert_finds(version, "ORDER BY PatchVersion DESC", "1 3 2");
	assert_finds(version, "ORDER BY PatchVersion ASC NULLS LAST", "2 1 3");
	assert_finds(version, "ORDER BY PatchVersion DESC NULLS FIRST, Id DESC", "3 1 2");
	assert_finds(version, "ORDER BY MetadataPackage.NamespacePrefix NULLS LAST", "1 2 3");
	assert_finds(version, "ORDER BY MetadataPackage.Name DESC", "3 1 2");
	assert_finds(version, "LIMIT 2", "1 2");
	assert_finds(version, "LIMIT 1 OFFSET 1", "2");
	assert_finds(version, "OFFSET 2", "3");
	assert_finds(version, "OFFSET 2000", "");
	assert_finds(version, "ORDER BY Id DESC LIMIT 2 OFFSET 1 \n", "2 1");
	assert_finds(version, "LIMIT 0", "");
}

PT_TEST(holes_are_in_no_result)
{
	assert_finds("PackagePushJob", "", "1 2 3 4");
	assert_finds("PackagePushJob", "WHERE Id = '0DX000000000009AAA'", "");
	assert_finds("PackagePushJob", "WHERE PackagePushRequestId = '0DV000000000001AAA'",
		     "1 2 3");
}

static void assert_narrowed(const char *text, unsigned narrowed, size_t rows, unsigned most_values)
{
	struct counters counters;
	struct pt_soql_query *query = parsed(&counters, text);
	struct pt_soql_result *result = NULL;

	assert_int_equal(pt_soql_run(&result, query, NULL), 0);
	assert_int_equal(counters.narrowed, narrowed);
	assert_int_equal(pt_soql_result_rows(result), rows);
	assert_in_range(counters.values, 0, most_values);
	pt_soql_result_free(result);
	pt_soql_query_free(query);
}

PT_TEST(conditions_that_must_hold_narrow_the_rows)
{
	assert_narrowed("SELECT Id FROM PackagePushJob WHERE Id IN ('0DX000000000003AAA', "
			"'0DX000000000001AAA', '0DX000000000003', '0DX000000000008')",
			0, 2, 2);
	assert_narrowed("SELECT Id FROM PackagePushJob WHERE Status = 'Created' AND "
			"(StartTime = null AND PackagePushRequestId = '0DV000000000002')",
			1, 1, 3);
	assert_narrowed("SELECT Id FROM PackagePushJob WHERE PackagePushRequestId IN "
			"('0DV000000000002', '0DV000000000001')",
			2, 4, 5);
	assert_narrowed("SELECT Id FROM PackagePushError WHERE PackagePushJob.PackagePushRequestId "
			"= '0DV000000000001'",
			5, 3, 10);
	assert_narrowed("SELECT Id FROM PackagePushJob WHERE (Id = '0DX000000000001' OR "
			"PackagePushRequestId = '0DV000000000002')",
			0, 2, 8);
	assert_narrowed("SELECT Id FROM PackagePushJob WHERE PackagePushRequestId IN "
			"('0DV000000000002', null)",
			0, 1, 4);
}

/* Each form that a client is known to send, with values of ours. */
PT_TEST(what_clients_ask_is_understood)
{
#define VERSION_FIELDS                                                                             \
	"SELECT Id, Name, MetadataPackageId, ReleaseState, MajorVersion, MinorVersion, "           \
	"PatchVersion, BuildNumber FROM MetadataPackageVersion "
#define VERSION_ORDER                                                                              \
	"ORDER BY MajorVersion DESC, MinorVersion DESC, PatchVersion, BuildNumber DESC"
#define OLDER                                                                                      \
	"(MajorVersion < 2 OR (MajorVersion = 2 AND MinorVersion < 1) OR (MajorVersion = 2 and "   \
	"MinorVersion = 1 and PatchVersion < 4)) "
#define ORG_FIELDS                                                                                 \
	"SELECT Id, MetadataPackageVersionId, InstalledStatus, InstanceName, OrgName, OrgKey, "    \
	"OrgStatus, OrgType from PackageSubscriber "
#define PAST_FIELDS                                                                                \
	"SELECT Id, PackageVersionId, PackageVersion.Name, PackageVersion.MajorVersion, "          \
	"PackageVersion.MinorVersion, Status, ScheduledStartTime, StartTime, EndTime, "            \
	"IsMigration FROM PackagePushRequest "
	static const char *const texts[] = {
	    "SELECT id, name, namespaceprefix FROM MetadataPackage WHERE NamespacePrefix = 'a' "
	    "LIMIT 1",
	    "SELECT id, name, namespaceprefix FROM MetadataPackage WHERE Id = '033000000000001' "
	    "LIMIT 1",
	    "SELECT id, name, namespaceprefix FROM MetadataPackage",
	    VERSION_FIELDS "WHERE MetadataPackageId = '033000000000001' AND (ReleaseState = "
			   "'Released' AND MajorVersion = 2 AND MinorVersion = 1 AND PatchVersion "
			   "= 4) " VERSION_ORDER " LIMIT 1",
	    VERSION_FIELDS "WHERE MetadataPackageId = '033000000000001' AND (MetadataPackageId = "
			   "'033000000000001' AND ReleaseState = 'Released') " VERSION_ORDER,
	    "SELECT Id, Name, MajorVersion, MinorVersion, PatchVersion, BuildNumber, ReleaseState "
	    "FROM MetadataPackageVersion WHERE MetadataPackageId = '033000000000001'",
	    "SELECT id, ReleaseState, MajorVersion, MinorVersion, PatchVersion, MetadataPackageId "
	    "From MetadataPackageVersion Where Id = '04t000000000001' and ReleaseState = "
	    "'Released' Order by majorversion desc, minorversion desc, patchversion desc limit 1",
	    "Select Id, MajorVersion, (Select OrgKey,InstalledStatus,InstanceName,ParentOrg from "
	    "PackageSubscribers WHERE InstalledStatus = 'i' AND (OrgType = 'Sandbox')) From "
	    "MetadataPackageVersion Where MetadataPackageId = '033000000000001' and ReleaseState "
	    "= 'Released' AND " OLDER "Order by majorversion desc, minorversion desc",
	    "Select Id FROM MetadataPackageVersion WHERE MetadataPackageId = '033000000000001' AND "
	    "IsDeprecated = false AND ReleaseState = 'Released' AND " OLDER
	    "ORDER by SystemModstamp DESC LIMIT 1000",
	    ORG_FIELDS "WHERE (OrgStatus != 'Inactive' AND InstalledStatus = 'i' AND "
		       "MetadataPackageVersionId NOT IN ('04t000000000001','04t000000000002'))",
	    ORG_FIELDS "WHERE (OrgStatus != 'Inactive' AND InstalledStatus = 'i' AND (OrgType = "
		       "'Sandbox') AND MetadataPackageVersionId = '04t000000000001')",
	    ORG_FIELDS "WHERE OrgKey = '00D000000000001'",
	    "SELECT OrgKey, OrgName FROM PackageSubscriber WHERE OrgKey IN "
	    "('00D000000000001','00D000000000002')",
	    "SELECT OrgName,OrgKey,ParentOrg,SystemModstamp FROM PackageSubscriber WHERE "
	    "MetadataPackageId = '033000000000001' AND SystemModstamp > 2021-02-13T19:30:00.123Z",
	    "SELECT Id, CustomUpgradeType, HasRestrictionEnabled, IsCustomUpgradeAllowed FROM "
	    "PackageSubscriber WHERE OrgKey = '00D000000000001' AND MetadataPackageId = "
	    "'033000000000001' LIMIT 1",
	    "SELECT Id,OrgName FROM PackageSubscriber WHERE InstalledStatus = 'i' ORDER BY OrgType "
	    "DESC, InstanceName, MetadataPackageId, MetadataPackageVersionId, OrgName LIMIT 5",
	    "SELECT Id, PackageVersionId, ScheduledStartTime, Status FROM PackagePushRequest WHERE "
	    "(Id = '0DV000000000001') AND (Id = '0DV000000000001') ORDER BY ScheduledStartTime "
	    "DESC LIMIT 1",
	    PAST_FIELDS "WHERE PackageVersion.MetadataPackageId = '033000000000001' AND Status = "
			"'Succeeded' AND ScheduledStartTime >= 2021-02-13T19:30:00.000Z AND "
			"IsMigration = false",
	    "SELECT Id, Status FROM PackagePushRequest WHERE Status IN ('Created','Pending')",
	    "SELECT Id, Status, StartTime FROM PackagePushRequest ORDER BY ScheduledStartTime DESC "
	    "NULLS LAST LIMIT 20",
	    "SELECT Id, DurationSeconds, EndTime, SystemModstamp FROM PackagePushRequest",
	    "SELECT Count(Id) FROM PackagePushJob WHERE PackagePushRequestId = '0DV000000000001' "
	    "AND Status = 'Failed' ",
	    "SELECT Id,PackagePushRequestId,Status,SubscriberOrganizationKey,DurationSeconds,"
	    "StartTime,EndTime FROM PackagePushJob WHERE Id IN ('0DX000000000001') ORDER BY Id",
	    "SELECT Id, Status FROM PackagePushJob WHERE PackagePushRequestId IN "
	    "('0DV000000000001') ORDER BY PackagePushRequestId, SubscriberOrganizationKey",
	    "SELECT ID, SubscriberOrganizationKey, (SELECT ErrorDetails, ErrorMessage, "
	    "ErrorSeverity, ErrorTitle, ErrorType FROM PackagePushErrors) FROM PackagePushJob "
	    "WHERE PackagePushRequestId = '0DV000000000001' AND Status !='Succeeded'",
	    "SELECT (SELECT ErrorMessage, Id FROM PackagePushErrors), Id, SystemModstamp FROM "
	    "PackagePushJob",
	    "SELECT Id, PackagePushJobId, ErrorDetails FROM PackagePushError WHERE "
	    "PackagePushJobId = '0DX000000000002'",
	    "SELECT Id, PackagePushJobId FROM PackagePushError WHERE PackagePushJobId IN "
	    "('0DX000000000002') ORDER BY PackagePushJobId LIMIT 200",
	    "SELECT ErrorMessage, ErrorType from PackagePushError WHERE "
	    "PackagePushJob.PackagePushRequestId = '0DV000000000001'",
	    "SELECT PackagePushJobId, ErrorTitle FROM PackagePushError WHERE "
	    "PackagePushJob.PackagePushRequestId IN ('0DV000000000001')",
	};
	static const unsigned char found[] = {0, 1, 2, 1, 2, 2, 1, 1, 1, 0, 0, 1, 2, 0, 1,
					      2, 1, 1, 1, 2, 2, 1, 1, 3, 2, 4, 2, 2, 3, 3};

	assert_int_equal(PT_ARRAY_LEN(texts), PT_ARRAY_LEN(found));
	for (size_t i = 0; i < PT_ARRAY_LEN(texts); i++) {
		struct counters counters;
		struct pt_soql_query *query = parsed(&counters, texts[i]);
		struct pt_soql_result *result = NULL;
		struct pt_buf out = PT_BUF_INIT;

		assert_int_equal(pt_soql_run(&result, query, NULL), 0);
		if (pt_soql_result_rows(result) != found[i])
			fail_msg("%s\nfinds %zu", texts[i], pt_soql_result_rows(result));
		pt_soql_write(&out, result, 0, SIZE_MAX, "62.0");
		assert_int_equal(pt_buf_check(&out, NULL), 0);
		pt_buf_release(&out);
		pt_soql_result_free(result);
		pt_soql_query_free(query);
	}
}

PT_TEST(refusals_show_the_place)
{
	assert_refused("SELECT Id,\n  Nam FROM MetadataPackage", "INVALID_FIELD",
		       "\n  Nam FROM MetadataPackage\n  ^\nERROR at Row:2:Column:3\nNo such column "
		       "'Nam' on entity 'MetadataPackage'. Look at");
	assert_refused("SELECT Id, Name FROM MetadataPackage WHERE Name = 'a' ORDER BY Nothing",
		       "INVALID_FIELD",
		       "\ntadataPackage WHERE Name = 'a' ORDER BY Nothing\n"
		       "                                        ^\nERROR at Row:1:Column:64\n");
	assert_refused(
	    "SELECT Id FROM Account", "INVALID_TYPE",
	    "\nSELECT Id FROM Account\n               ^\nERROR at Row:1:Column:16\nsObject "
	    "type 'Account' is not supported.");
}

PT_TEST(what_is_no_query_is_refused)
{
	static const char *const texts[][2] = {
	    {"", "unexpected token: '<EOF>'"},
	    {"UPDATE x", "unexpected token: 'UPDATE'"},
	    {"SELECT", "unexpected token: '<EOF>'"},
	    {"SELECT FROM MetadataPackage", "unexpected token: 'FROM'"},
	    {"SELECT Id, FROM MetadataPackage", "unexpected token: 'FROM'"},
	    {"SELECT Id Name FROM MetadataPackage", "have an alias"},
	    {"SELECT * FROM MetadataPackage", "unexpected token: '*'"},
	    {"SELECT Id FROM MetadataPackage p", "unexpected token: 'p'"},
	    {"SELECT Id FROM MetadataPackage;", "unexpected token: ';'"},
	    {"SELECT Id FROM MetadataPackage WHERE", "unexpected token: '<EOF>'"},
	    {"SELECT Id FROM MetadataPackage WHERE Name", "unexpected token: '<EOF>'"},
	    {"SELECT Id FROM MetadataPackage WHERE Name = ", "unexpected token: '<EOF>'"},
	    {"SELECT Id FROM MetadataPackage WHERE Name = 'a", "no closing quote"},
	    {"SELECT Id FROM MetadataPackage WHERE Name = 'a\\", "no closing quote"},
	    {"SELECT Id FROM MetadataPackage WHERE Name = 'a\\x'", "must not be in a string"},
	    {"SELECT Id FROM MetadataPackage WHERE Name = '\\u12'", "must not be in a string"},
	    {"SELECT Id FROM MetadataPackage WHERE Name = '\\ud800'", "must not be in a string"},
	    {"SELECT Id FROM MetadataPackage WHERE Name = '\\%'", "must not be in a string"},
	    {"SELECT Id FROM MetadataPackage WHERE Name = '\xff'", "must not be in a string"},
	    {"SELECT Id FROM MetadataPackage WHERE Name = :name", "unexpected token: ':'"},
	    {"SELECT Id FROM MetadataPackage WHERE Name == 'a'", "unexpected token: '='"},
	    {"SELECT Id FROM MetadataPackage WHERE Name NOT LIKE 'a'", "unexpected token: 'LIKE'"},
	    {"SELECT Id FROM MetadataPackage WHERE (Name = 'a'", "unexpected token: '<EOF>'"},
	    {"SELECT Id FROM MetadataPackage WHERE Name = 'a')", "unexpected token: ')'"},
	    {"SELECT Id FROM MetadataPackage WHERE Name IN ()", "unexpected token: ')'"},
	    {"SELECT Id FROM MetadataPackage WHERE Name = 'a' AND Name = 'b' OR Name = 'c'",
	     "need parentheses"},
	    {"SELECT Id FROM MetadataPackage WHERE Id IN (SELECT Id FROM MetadataPackage)",
	     "inside of IN"},
	    {"SELECT Id FROM PackagePushJob WHERE EndTime > LAST_N_DAYS:3", "relative dates"},
	    {"SELECT Id FROM PackagePushJob WHERE EndTime > 2021-02-13T19:30:00", "nor a time"},
	    {"SELECT Id FROM PackagePushJob WHERE DurationSeconds > 1.5", "nor a date"},
	    {"SELECT Id FROM PackagePushJob WHERE DurationSeconds > 9223372036854775808", "nor"},
	    {"SELECT FIELDS(ALL) FROM MetadataPackage", "'FIELDS' is not known"},
	    {"SELECT TYPEOF What WHEN A THEN B END FROM MetadataPackage", "not known here"},
	    {"SELECT Id FROM MetadataPackage FOR UPDATE", "not known here"},
	    {"SELECT Name, COUNT(Id) FROM MetadataPackage GROUP BY Name HAVING COUNT(Id) > 1",
	     "not known here"},
	    {"SELECT Id FROM MetadataPackage LIMIT -1", "a whole number from 0"},
	    {"SELECT Id FROM MetadataPackage LIMIT 'a'", "a whole number from 0"},
	    {"SELECT Id FROM MetadataPackage LIMIT 1 LIMIT 1", "unexpected token: 'LIMIT'"},
	    {"SELECT Id FROM MetadataPackage ORDER BY Id NULLS", "unexpected token: '<EOF>'"},
	    {"SELECT Id FROM MetadataPackage ORDER BY COUNT()", "no field"},
	    {"SELECT a.b.c.d.e.f.g FROM MetadataPackage", "at most 5 relationships"},
	    {"SELECT Id, COUNT() FROM MetadataPackage", "COUNT() must be all"},
	    {"SELECT COUNT(), Id FROM MetadataPackage", "unexpected token: ','"},
	    {"SELECT COUNT() n FROM MetadataPackage", "unexpected token: 'n'"},
	    {"SELECT COUNT() FROM MetadataPackage GROUP BY Name", "not for groups"},
	    {"SELECT COUNT() FROM MetadataPackage ORDER BY Name", "no order"},
	    {"SELECT COUNT(Id) FROM MetadataPackage LIMIT 1", "has no LIMIT"},
	    {"SELECT Name, COUNT(Id) FROM MetadataPackage", "must be grouped or aggregated: Name"},
	    {"SELECT Name FROM MetadataPackage GROUP BY Name ORDER BY Id", "must be grouped"},
	    {"SELECT COUNT(Id) a, MAX(Id) A FROM MetadataPackage", "duplicate alias: A"},
	    {"SELECT MAX(IsMigration) FROM PackagePushRequest", "does not support"},
	    {"SELECT Id, (SELECT COUNT(Id) FROM PackagePushErrors) FROM PackagePushJob",
	     "has no aggregates"},
	    {"SELECT COUNT(Id), (SELECT Id FROM PackagePushErrors) FROM PackagePushJob",
	     "has no query inside"},
	    {"SELECT (SELECT (SELECT Id FROM x) FROM PackagePushErrors) FROM PackagePushJob",
	     "unexpected token: '('"},
	    {"SELECT (SELECT Id FROM PackagePushErrors OFFSET 1) FROM PackagePushJob", "OFFSET"},
	};

	for (size_t i = 0; i < PT_ARRAY_LEN(texts); i++)
		assert_refused(texts[i][0], "MALFORMED_QUERY", texts[i][1]);
}

PT_TEST(what_the_schema_does_not_have_is_refused)
{
	static const char *const texts[][3] = {
	    {"SELECT Nothing.Name FROM PackagePushJob", "INVALID_FIELD",
	     "No relationship 'Nothing' leads from entity 'PackagePushJob'"},
	    {"SELECT Id, Status, ID FROM PackagePushJob", "INVALID_FIELD",
	     "duplicate field selected: Id"},
	    {"SELECT PackageVersion.Name, PACKAGEVERSION.NAME FROM PackagePushRequest",
	     "INVALID_FIELD", "duplicate field selected: PackageVersion.Name"},
	    {"SELECT (SELECT Id FROM PackagePushErrors), (SELECT Id FROM PackagePushErrors) FROM "
	     "PackagePushJob",
	     "INVALID_FIELD", "duplicate field selected: PackagePushErrors"},
	    {"SELECT (SELECT Id FROM PackagePushError) FROM PackagePushJob", "INVALID_TYPE",
	     "No relationship 'PackagePushError' leads"},
	    {"SELECT Id FROM PackagePushError WHERE ErrorMessage = 'a'", "INVALID_FIELD",
	     "field 'ErrorMessage' can not be filtered in a query call"},
	    {"SELECT Id FROM PackagePushError ORDER BY ErrorMessage", "INVALID_FIELD",
	     "field 'ErrorMessage' can not be sorted in a query call"},
	    {"SELECT COUNT(Id) FROM PackagePushError GROUP BY ErrorMessage", "INVALID_FIELD",
	     "field 'ErrorMessage' can not be grouped in a query call"},
	    {"SELECT Id FROM PackagePushJob WHERE Id = 'xyz'", "INVALID_QUERY_FILTER_OPERATOR",
	     "invalid ID field: xyz"},
	    {"SELECT Id FROM PackagePushJob WHERE Id IN ('0DX00000000000-')",
	     "INVALID_QUERY_FILTER_OPERATOR", "invalid ID field: 0DX00000000000-"},
	    {"SELECT Id FROM PackagePushJob WHERE Id LIKE '0DX%'", "INVALID_QUERY_FILTER_OPERATOR",
	     "invalid operator 'LIKE' on id field 'Id'"},
	    {"SELECT Id FROM PackagePushRequest WHERE IsMigration > true",
	     "INVALID_QUERY_FILTER_OPERATOR", "invalid operator '>' on boolean"},
	    {"SELECT Id FROM PackagePushJob WHERE EndTime > null", "INVALID_QUERY_FILTER_OPERATOR",
	     "null is only compared by"},
	    {"SELECT Id FROM PackagePushJob WHERE Status = 3", "INVALID_FIELD",
	     "field 'Status' must be of type string and enclosed in quotes"},
	    {"SELECT Id FROM PackagePushJob WHERE DurationSeconds = '3'", "INVALID_FIELD",
	     "must be of type int"},
	    {"SELECT Id FROM PackagePushJob WHERE EndTime > 2021-02-13", "INVALID_FIELD",
	     "must be of type dateTime"},
	    {"SELECT Id FROM PackagePushJob WHERE EndTime > '2021-02-13T19:30:00Z'",
	     "INVALID_FIELD", "must be of type dateTime and not enclosed in quotes"},
	    {"SELECT Id FROM PackagePushRequest WHERE IsMigration = 1", "INVALID_FIELD",
	     "must be of type boolean"},
	    {"SELECT Id FROM PackagePushJob OFFSET 2001", "NUMBER_OUTSIDE_VALID_RANGE",
	     "OFFSET is at most 2000"},
	};

	for (size_t i = 0; i < PT_ARRAY_LEN(texts); i++)
		assert_refused(texts[i][0], texts[i][1], texts[i][2]);
}

PT_TEST(what_is_too_deep_or_too_long_is_refused)
{
	struct pt_buf text = PT_BUF_INIT;

	pt_buf_str(&text, "SELECT Id FROM PackagePushJob WHERE ");
	pt_buf_repeat(&text, '(', 63);
	pt_buf_str(&text, "Status = 'Failed'");
	pt_buf_repeat(&text, ')', 63);
	assert_records(
	    pt_buf_text(&text), 2,
	    JOB("2") ",\"Id\":\"0DX000000000002AAA\"}," JOB("3") ",\"Id\":\"0DX000000000003AAA\"}");
	pt_buf_clear(&text);
	pt_buf_str(&text, "SELECT Id FROM PackagePushJob WHERE ");
	pt_buf_repeat(&text, '(', 64);
	assert_refused(pt_buf_text(&text), "MALFORMED_QUERY", "at most 64 deep");
	pt_buf_clear(&text);
	pt_buf_str(&text, "SELECT Id FROM PackagePushJob");
	pt_buf_repeat(&text, ' ', 100001 - text.len);
	assert_refused(pt_buf_text(&text), "QUERY_TOO_COMPLICATED",
		       "has 100001 characters, at most 100000");
	pt_buf_release(&text);
}

PT_TEST(a_list_may_be_long)
{
	struct pt_buf text = PT_BUF_INIT;

	pt_buf_str(&text, "WHERE SubscriberOrganizationKey IN (");
	for (unsigned i = 3000; i > 1; i--)
		pt_buf_printf(&text, "'00D%012u',", i);
	pt_buf_str(&text, "'00D00000000000a') AND StartTime != null");
	assert_finds("PackagePushJob", pt_buf_text(&text), "2 3");
	pt_buf_release(&text);
}

PT_TEST_MAIN(PT_RUN(records_are_written_with_the_schemas_names),
	     PT_RUN(times_are_written_with_milliseconds_and_a_zone),
	     PT_RUN(parents_are_records_inside_of_records),
	     PT_RUN(children_are_a_result_inside_of_records), PT_RUN(groups_are_counted),
	     PT_RUN(all_rows_are_counted_without_groups), PT_RUN(a_result_is_written_page_by_page),
	     PT_RUN(conditions_compare_as_the_fields_type_does),
	     PT_RUN(null_is_neither_more_nor_less), PT_RUN(patterns_have_two_wildcards),
	     PT_RUN(conditions_are_joined), PT_RUN(rows_are_put_in_order_and_cut),
	     PT_RUN(holes_are_in_no_result), PT_RUN(conditions_that_must_hold_narrow_the_rows),
	     PT_RUN(what_clients_ask_is_understood), PT_RUN(refusals_show_the_place),
	     PT_RUN(what_is_no_query_is_refused), PT_RUN(what_the_schema_does_not_have_is_refused),
	     PT_RUN(what_is_too_deep_or_too_long_is_refused), PT_RUN(a_list_may_be_long))
