/* base/intern.h: the same number for the same text, whichever way it is put. */
#include "base/intern.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/test.h"

enum { MANY = 5000, TEXT = 16 };

static uint32_t put(struct pt_intern *intern, const char *text)
{
	uint32_t number = UINT32_MAX;

	assert_int_equal(pt_intern_put(&number, intern, text, NULL), 0);
	return number;
}

PT_TEST(numbers_go_up_by_one_and_the_empty_text_is_0)
{
	struct pt_intern *intern = NULL;

	assert_int_equal(pt_intern_new(&intern, NULL), 0);
	assert_int_equal(put(intern, ""), 0);
	assert_int_equal(put(intern, "npsp"), 1);
	assert_int_equal(put(intern, "nps"), 2);
	assert_int_equal(put(intern, "npsp"), 1);
	assert_int_equal(pt_intern_count(intern), 3);
	assert_string_equal(pt_intern_text(intern, 2), "nps");
	assert_string_equal(pt_intern_text(intern, 3), "");
	pt_intern_free(intern);
}

/* Every second text is there already; each comes twice, once as the beginning of a longer one. */
PT_TEST(many_words_at_once_get_the_numbers_they_get_one_by_one)
{
	struct pt_intern *alone = NULL, *together = NULL;
	static char text[MANY][TEXT];
	static struct pt_word word[2 * MANY];
	static uint32_t number[2 * MANY];

	assert_int_equal(pt_intern_new(&alone, NULL), 0);
	assert_int_equal(pt_intern_new(&together, NULL), 0);
	for (size_t i = 0; i < MANY; i++) {
		snprintf(text[i], sizeof(text[i]), "n%zu", i * 37 % MANY);
		word[2 * i] = (struct pt_word){text[i], strlen(text[i])};
		word[2 * i + 1] = (struct pt_word){text[i], strlen(text[i]) - 1};
	}
	for (size_t i = 0; i < MANY; i += 2)
		assert_int_equal(put(alone, text[i]), put(together, text[i]));
	assert_int_equal(pt_intern_put_words(number, together, word, (size_t)2 * MANY, NULL), 0);
	for (size_t i = 0; i < (size_t)2 * MANY; i++) {
		char one[TEXT];

		snprintf(one, sizeof(one), "%.*s", (int)word[i].len, word[i].text);
		assert_int_equal(number[i], put(alone, one));
		assert_string_equal(pt_intern_text(together, number[i]), one);
	}
	assert_int_equal(pt_intern_count(together), pt_intern_count(alone));
	assert_int_equal(pt_intern_put_words(number, together, word, 0, NULL), 0);
	pt_intern_free(alone);
	pt_intern_free(together);
}

PT_TEST_MAIN(PT_RUN(numbers_go_up_by_one_and_the_empty_text_is_0),
	     PT_RUN(many_words_at_once_get_the_numbers_they_get_one_by_one))
