/*
 * What every unit test includes: cmocka with the headers it needs, and names
 * that read as sentences.
 *
 *     PT_TEST(versions_compare_by_number) { ... }
 *     PT_TEST_MAIN(PT_RUN(versions_compare_by_number), ...)
 */
#ifndef PT_TESTS_TEST_H
#define PT_TESTS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/attr.h"

#define PT_TEST(name) static void name(void **state __attribute__((unused)))
#define PT_RUN(name)  cmocka_unit_test(name)

/* Only the tests whose names match PT_TESTS, a pattern of * and ?, where that is set. */
#undef cmocka_run_group_tests
#define cmocka_run_group_tests(tests, setup, teardown)                                             \
	(cmocka_set_test_filter(getenv("PT_TESTS")),                                               \
	 _cmocka_run_group_tests(#tests, tests, PT_ARRAY_LEN(tests), setup, teardown))

#define PT_TEST_MAIN(...)                                                                          \
	int main(void)                                                                             \
	{                                                                                          \
		const struct CMUnitTest tests[] = {__VA_ARGS__};                                   \
		return cmocka_run_group_tests(tests, NULL, NULL);                                  \
	}

#endif
