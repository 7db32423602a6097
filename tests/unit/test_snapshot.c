/* The snapshot file, and hashed org keys. */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/suite.h"
#include "connectors/orgs/org_hash.h"
#include "connectors/push/snapshot.h"
#include "tests/test.h"

static const char WHOLE[] = "pushtrain-snapshot,1\n"
			    "suite,\"a, \"\"b\"\"\"\n"
			    "taken,2026-12-01T18:00:00Z\n"
			    "keys,hashed,0123456789abcdef\n"
			    "delay,start,3,1000,2000\n"
			    "delay,job,0,0,0\n"
			    "delay,duration,5,7,7\n"
			    "delay,not_yet,1,2,3\n"
			    "package,core,10,1,2,9,3,8,4\n"
			    "version,1.0.0.1,beta\n"
			    "version,1.0.0.2,released\n"
			    "package,app,0,0,0,0,0,0,0\n"
			    "version,2.1.0.0,released\n"
			    "org,00D000000000001,Production,Active,NA1,,1 0ub\n"
			    "org,00D000000000002,Sandbox,Trial,CS2,00D000000000001,0b -\n"
			    "end,2\n";

PT_TEST(a_snapshot_is_read_as_it_was_written)
{
	struct pt_snapshot *s = NULL;
	struct pt_buf again = PT_BUF_INIT;

	assert_int_equal(pt_snapshot_parse(&s, WHOLE, strlen(WHOLE), "x", NULL), 0);
	assert_string_equal(s->suite, "a, \"b\"");
	assert_true(s->hashed);
	assert_int_equal(s->npackage, 2);
	assert_int_equal(s->package[0].nversion, 2);
	assert_false(s->package[0].version[0].released);
	assert_int_equal(s->package[0].pushes.not_yet, 4);
	assert_int_equal(s->delay[PT_SNAPSHOT_DURATION].typical_ms, 7);
	assert_int_equal(s->norg, 2);
	assert_int_equal(s->org[1].type, PT_ORG_SANDBOX);
	assert_int_equal(s->org[1].status, PT_ORG_TRIAL);
	assert_string_equal(s->org[1].parent.text, "00D000000000001");
	assert_true(s->cell[1].uninstalled && s->cell[1].blocked);
	assert_int_equal(s->cell[3].version, PT_SNAPSHOT_NOTHING);
	pt_snapshot_write(&again, s);
	assert_string_equal(pt_buf_text(&again), WHOLE);
	pt_buf_release(&again);
	pt_snapshot_free(s);
}

/* Whatever is cut off, what is left is no snapshot. */
PT_TEST(no_part_of_a_snapshot_is_one)
{
	for (size_t len = 0; len + 1 < strlen(WHOLE); len++) {
		struct pt_snapshot *s = NULL;
		struct pt_err err = PT_ERR_INIT;

		assert_true(pt_snapshot_parse(&s, WHOLE, len, "x", &err) < 0);
		assert_null(s);
		assert_true(err.text[0] != '\0');
	}
}

/* Each byte replaced by each of some others: read or refused, never more. */
PT_TEST(a_changed_byte_is_survived)
{
	static const char bytes[] = ",\n\"0Zu \x01";
	char text[sizeof(WHOLE)];

	for (size_t at = 0; at + 1 < sizeof(WHOLE); at++) {
		for (size_t b = 0; b < sizeof(bytes); b++) {
			struct pt_snapshot *s = NULL;
			struct pt_err err = PT_ERR_INIT;

			memcpy(text, WHOLE, sizeof(WHOLE));
			text[at] = bytes[b];
			if (pt_snapshot_parse(&s, text, sizeof(WHOLE) - 1, "x", &err) < 0)
				assert_true(err.text[0] != '\0');
			pt_snapshot_free(s);
		}
	}
}

static void make_path(char path[64])
{
	snprintf(path, 64, "/tmp/pushtrain-key-%ld", (long)getpid());
	(void)unlink(path);
}

PT_TEST(the_same_key_gives_the_same_hashes)
{
	struct pt_org_hash made, read;
	struct pt_org_key org = {.text = "00D000000000001"}, other = {.text = "00d000000000001"};
	struct pt_org_key a, b, c;
	char path[64];

	make_path(path);
	assert_int_equal(pt_org_hash_read(&read, path, NULL), -PT_E_NOTFOUND);
	assert_int_equal(pt_org_hash_make(&made, path, NULL), 0);
	assert_int_equal(pt_org_hash_make(&read, path, NULL), 0);
	assert_string_equal(made.fingerprint, read.fingerprint);
	assert_int_equal(pt_org_hash_org(&a, &made, &org, NULL), 0);
	assert_int_equal(pt_org_hash_org(&b, &read, &org, NULL), 0);
	assert_int_equal(pt_org_hash_org(&c, &read, &other, NULL), 0);
	assert_int_equal(pt_org_key_cmp(&a, &b), 0);
	assert_int_not_equal(pt_org_key_cmp(&a, &c), 0);
	assert_int_equal(pt_org_key_parse(&c, a.text, 15, NULL), 0);
	(void)unlink(path);
	assert_int_equal(pt_org_hash_make(&read, path, NULL), 0);
	assert_string_not_equal(made.fingerprint, read.fingerprint);
	(void)unlink(path);
}

PT_TEST(a_key_that_others_can_read_is_refused)
{
	struct pt_org_hash hash;
	char path[64];

	make_path(path);
	assert_int_equal(pt_org_hash_make(&hash, path, NULL), 0);
	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(pt_org_hash_read(&hash, path, NULL), -PT_E_REFUSED);
	assert_int_equal(pt_org_hash_make(&hash, path, NULL), -PT_E_REFUSED);
	(void)unlink(path);
}

/* HMAC-SHA256 with a key of zeros, by another program. */
PT_TEST(a_hash_is_what_the_documentation_says)
{
	struct pt_org_hash zero = {.fingerprint = ""};
	struct pt_org_key org = {.text = "00D000000000001"}, hashed;

	assert_int_equal(pt_org_hash_org(&hashed, &zero, &org, NULL), 0);
	assert_string_equal(hashed.text, "00DFr2qnZ8yxIsp");
}

PT_TEST_MAIN(PT_RUN(a_snapshot_is_read_as_it_was_written), PT_RUN(no_part_of_a_snapshot_is_one),
	     PT_RUN(a_changed_byte_is_survived), PT_RUN(the_same_key_gives_the_same_hashes),
	     PT_RUN(a_key_that_others_can_read_is_refused),
	     PT_RUN(a_hash_is_what_the_documentation_says))
