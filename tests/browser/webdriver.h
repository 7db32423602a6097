/*
 * A browser that tests drive as a person would: headless Chromium through chromedriver, by
 * the W3C WebDriver protocol. Whatever goes wrong fails the test that asked for it.
 *
 *     browser_start(&browser, 1400, 900);
 *     browser_go(&browser, "http://127.0.0.1:8473/");
 *     browser_until(&browser, "document.querySelectorAll('tbody tr').length === 2");
 *     browser_stop(&browser);
 */
#ifndef PT_TESTS_BROWSER_WEBDRIVER_H
#define PT_TESTS_BROWSER_WEBDRIVER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

struct browser {
	pid_t driver;
	FILE *said; /* by the driver; it is kept open, or it would have nowhere to write to */
	unsigned port;
	char session[128];
	void *curl;
};

void browser_start(struct browser *browser, int width, int height);
void browser_stop(struct browser *browser);

void browser_go(struct browser *browser, const char *url);

/* What a function with that body returns in the page; owned by the caller. */
json_t *browser_run(struct browser *browser, const char *body);

/* Whether an expression is true there; its value as a number, as a text that is owned by the
   caller. */
bool browser_is(struct browser *browser, const char *expression);
double browser_number(struct browser *browser, const char *expression);
char *browser_text(struct browser *browser, const char *expression);

/* Until it is true: asks again and again, and fails after half a minute. */
void browser_until(struct browser *browser, const char *expression);

/* Types into whatever has the focus. "\t" is the tab key, "\n" enter. */
void browser_type(struct browser *browser, const char *text);

/* A command of the DevTools protocol; params are JSON. */
void browser_devtools(struct browser *browser, const char *command, const char *params);

/* What is to be seen, as PNG in base64; owned by the caller. */
json_t *browser_picture(struct browser *browser);

/* What has been logged since the last time: of "browser" (the console) or "performance" (what
   was asked of the network). Owned by the caller. */
json_t *browser_log(struct browser *browser, const char *kind);

#endif
