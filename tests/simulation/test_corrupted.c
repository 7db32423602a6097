/*
 * A journal of which a disk lost or changed bytes: it is refused, or taken up and
 * nobody is pushed who should not be.
 */
#include "tests/simulation/life_fixture.h"

#include <sys/stat.h>

enum { PAGE = 4096, DIED_AT = 150 };

/* What is done to the file at that place. */
typedef void corruption(const char *path, long at);

static void overwrite(const char *path, long at, const void *bytes, size_t n)
{
	FILE *file = fopen(path, "r+b");

	assert_non_null(file);
	assert_int_equal(fseek(file, at, SEEK_SET), 0);
	assert_int_equal(fwrite(bytes, 1, n, file), n);
	assert_int_equal(fclose(file), 0);
}

static void flip(const char *path, long at)
{
	FILE *file = fopen(path, "rb");

	assert_non_null(file);
	assert_int_equal(fseek(file, at, SEEK_SET), 0);
	unsigned char byte = (unsigned char)~fgetc(file);

	assert_int_equal(fclose(file), 0);
	overwrite(path, at, &byte, 1);
}

static void blank(const char *path, long at)
{
	static const char zeros[512];

	overwrite(path, at, zeros, sizeof(zeros));
}

static void cut(const char *path, long at)
{
	assert_int_equal(truncate(path, at), 0);
}

static void add_log(const char *path, long at)
{
	char log[160], garbage[9000];

	memset(garbage, (int)at, sizeof(garbage));
	snprintf(log, sizeof(log), "%s-wal", path);
	FILE *file = fopen(log, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(garbage, 1, sizeof(garbage), file), sizeof(garbage));
	assert_int_equal(fclose(file), 0);
}

/* The journal of a run that died in the middle of it. */
static long half_a_run(struct life *life)
{
	struct stat info;

	begin(life, 3, "confirmed");
	life->mortal.death = DEATH_AFTER_CALL;
	life->mortal.left = DIED_AT;
	assert_false(live(life));
	pt_store_closep(&life->store);
	assert_int_equal(stat(life->path, &info), 0);
	return (long)info.st_size;
}

/* True: it was taken up, and went on. */
static bool survives(const char *what, corruption *corrupt, long at)
{
	struct pt_err err = PT_ERR_INIT;
	enum pt_drive_end how;
	struct life life;

	(void)half_a_run(&life);
	corrupt(life.path, at);
	int rc = restore(&life, &err);

	life.mortal.left = UINT64_MAX;
	if (rc == 0)
		rc = pt_driver_run(&how, &life.r.c.driver, life.r.c.engine, &err);
	if (rc < 0 && !strstr(err.text, life.path) && !strstr(err.text, "the journal is damaged"))
		fail_msg("%s at %ld: %s", what, at, err.text);
	if (rc == 0)
		audit(&life, true);
	end(&life);
	return rc == 0;
}

static void try_all(const char *what, corruption *corrupt, long from, long to, long step)
{
	unsigned ntaken = 0, n = 0;

	for (long at = from; at < to; at += step, n++)
		ntaken += survives(what, corrupt, at);
	print_message("%s: %u times, %u refused\n", what, n, n - ntaken);
}

PT_TEST(a_journal_that_lost_bytes_pushes_nobody_who_should_not_be)
{
	struct life life;
	long size = half_a_run(&life);
	bool all = getenv("PT_EVERY_FAILURE") != NULL;

	assert_int_equal(restore(&life, NULL), 0);
	end(&life);
	try_all("a byte flipped", flip, 24, size, all ? 97 : PAGE + 61);
	try_all("the head of a page flipped", flip, 3, size, all ? PAGE : 3 * PAGE);
	try_all("a sector of zeros", blank, 0, size - 512, all ? 512 : 3 * PAGE + 512);
	try_all("cut", cut, 0, size, all ? 512 : size / 20);
	try_all("a log of garbage", add_log, 0, 256, 85);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PT_RUN(a_journal_that_lost_bytes_pushes_nobody_who_should_not_be),
	};

	return cmocka_run_group_tests(tests, make_small_folder, remove_folder);
}
