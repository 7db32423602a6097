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

#include <cmocka.h>

#define PT_TEST(name) static void name(void **state __attribute__((unused)))
#define PT_RUN(name)  cmocka_unit_test(name)

#define PT_TEST_MAIN(...)                                                                          \
	int main(void)                                                                             \
	{                                                                                          \
		const struct CMUnitTest tests[] = {__VA_ARGS__};                                   \
		return cmocka_run_group_tests(tests, NULL, NULL);                                  \
	}

#endif
