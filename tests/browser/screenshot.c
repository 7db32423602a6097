/*
 * Takes a picture of a page, as ci/screenshots wants it:
 *
 *     screenshot URL FILE WIDTH HEIGHT [dark]      HEIGHT 0: the whole page
 */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "tests/browser/webdriver.h"
#include "tests/test.h"

static struct {
	const char *url, *file;
	int width, height;
	bool dark;
} wanted;

static struct browser browser;

static int begin(void **state)
{
	(void)state;
	browser_start(&browser, wanted.width, 900);
	return 0;
}

static int end(void **state)
{
	(void)state;
	browser_stop(&browser);
	return 0;
}

static int digit_of(char c)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = strchr(digits, c);

	return at && *at ? (int)(at - digits) : -1;
}

static void decode(struct pt_buf *out, const char *base64)
{
	unsigned bits = 0, n = 0;

	for (; digit_of(*base64) >= 0; base64++) {
		bits = bits << 6 | (unsigned)digit_of(*base64);
		n += 6;
		if (n >= 8) {
			n -= 8;
			pt_buf_char(out, (char)(bits >> n & 255));
		}
	}
}

static void set_size(struct browser *b, int height)
{
	char params[128];

	(void)snprintf(params, sizeof(params),
		       "{\"width\":%d,\"height\":%d,\"deviceScaleFactor\":1,\"mobile\":false}",
		       wanted.width, height);
	browser_devtools(b, "Emulation.setDeviceMetricsOverride", params);
}

PT_TEST(take_picture)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf png = PT_BUF_INIT;
	struct pt_err err = PT_ERR_INIT;
	struct browser *b = &browser;
	json_t *picture;

	browser_devtools(b, "Emulation.setEmulatedMedia",
			 wanted.dark
			     ? "{\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":"
			       "\"dark\"}]}"
			     : "{\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":"
			       "\"light\"}]}");
	browser_devtools(b, "Emulation.setScrollbarsHidden", "{\"hidden\":true}");
	set_size(b, wanted.height ? wanted.height : 900);
	browser_go(b, wanted.url);
	if (wanted.height == 0)
		set_size(b, (int)browser_number(b, "document.documentElement.scrollHeight"));
	picture = browser_picture(b);
	decode(&png, json_string_value(picture));
	json_decref(picture);
	if (pt_file_replace(wanted.file, pt_buf_text(&png), png.len, &err) < 0)
		fail_msg("%s", err.text);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {PT_RUN(take_picture)};

	if (argc < 5) {
		fprintf(stderr, "usage: screenshot URL FILE WIDTH HEIGHT [dark]\n");
		return 2;
	}
	wanted.url = argv[1];
	wanted.file = argv[2];
	wanted.width = (int)strtol(argv[3], NULL, 10);
	wanted.height = (int)strtol(argv[4], NULL, 10);
	wanted.dark = argc > 5 && strcmp(argv[5], "dark") == 0;
	return cmocka_run_group_tests(tests, begin, end);
}
