/* See webdriver.h. */
#include "tests/browser/webdriver.h"

#include <curl/curl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "tests/test.h"

enum {
	ANSWER_TIMEOUT_S = 120, /* a loaded machine takes long to start a browser */
	UNTIL_MS = 30000,
	POLL_US = 50000,
};

static size_t take(char *data, size_t size, size_t n, void *context)
{
	pt_buf_bytes(context, data, size * n);
	return size * n;
}

/* The answer's "value"; owned by the caller. */
static json_t *ask(struct browser *browser, const char *method, const char *path, json_t *body)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf got = PT_BUF_INIT;
	struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
	char *text = body ? json_dumps(body, 0) : NULL;
	char url[512];
	json_t *answer, *value;

	(void)snprintf(url, sizeof(url), "http://127.0.0.1:%u%s%s", browser->port, browser->session,
		       path);
	curl_easy_reset(browser->curl);
	curl_easy_setopt(browser->curl, CURLOPT_URL, url);
	curl_easy_setopt(browser->curl, CURLOPT_CUSTOMREQUEST, method);
	curl_easy_setopt(browser->curl, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(browser->curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(browser->curl, CURLOPT_TIMEOUT, (long)ANSWER_TIMEOUT_S);
	curl_easy_setopt(browser->curl, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(browser->curl, CURLOPT_WRITEDATA, &got);
	if (text)
		curl_easy_setopt(browser->curl, CURLOPT_POSTFIELDS, text);
	CURLcode code = curl_easy_perform(browser->curl);

	curl_slist_free_all(headers);
	free(text);
	json_decref(body);
	if (code != CURLE_OK)
		fail_msg("chromedriver: %s: %s", url, curl_easy_strerror(code));
	answer = json_loads(pt_buf_text(&got), 0, NULL);
	value = json_incref(json_object_get(answer, "value"));
	json_decref(answer);
	if (!value || json_object_get(value, "error"))
		fail_msg("chromedriver: %s: %.600s", url, pt_buf_text(&got));
	return value;
}

static void ask_only(struct browser *browser, const char *method, const char *path, json_t *body)
{
	json_decref(ask(browser, method, path, body));
}

/* "ChromeDriver was started successfully on port 43453." */
static unsigned read_port(FILE *said)
{
	static const char MARK[] = "successfully on port ";
	char line[512];

	while (fgets(line, sizeof(line), said)) {
		const char *at = strstr(line, MARK);

		if (at)
			return (unsigned)strtoul(at + strlen(MARK), NULL, 10);
	}
	return 0;
}

static void start_driver(struct browser *browser)
{
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	browser->driver = fork();
	assert_true(browser->driver >= 0);
	if (browser->driver == 0) {
		/* A group of its own, so that its browsers end with it. */
		(void)setpgid(0, 0);
		(void)dup2(ends[1], 1);
		(void)dup2(ends[1], 2);
		(void)close(ends[0]);
		execlp("chromedriver", "chromedriver", "--port=0", "--log-level=SEVERE",
		       (char *)NULL);
		_exit(127);
	}
	(void)close(ends[1]);
	browser->said = fdopen(ends[0], "r");
	assert_non_null(browser->said);
	browser->port = read_port(browser->said);
	if (browser->port == 0)
		fail_msg("chromedriver does not start: install the packages chromium and "
			 "chromium-driver (ci/deps test)");
}

void browser_start(struct browser *browser, int width, int height)
{
	json_t *options, *value;

	*browser = (struct browser){.curl = curl_easy_init()};
	assert_non_null(browser->curl);
	start_driver(browser);
	options = json_pack("{s:{s:{s:{s:[s,s,s,s,s,s,o]}, s:{s:s,s:s}}}}", "capabilities",
			    "alwaysMatch", "goog:chromeOptions", "args", "--headless=new",
			    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
			    "--no-first-run", "--disable-background-networking",
			    json_sprintf("--window-size=%d,%d", width, height), "goog:loggingPrefs",
			    "browser", "ALL", "performance", "ALL");
	assert_non_null(options);
	value = ask(browser, "POST", "/session", options);
	(void)snprintf(browser->session, sizeof(browser->session), "/session/%s",
		       json_string_value(json_object_get(value, "sessionId")));
	json_decref(value);
}

void browser_stop(struct browser *browser)
{
	if (browser->session[0])
		ask_only(browser, "DELETE", "", NULL);
	if (browser->driver > 0) {
		(void)kill(-browser->driver, SIGTERM);
		(void)waitpid(browser->driver, NULL, 0);
		(void)fclose(browser->said);
	}
	curl_easy_cleanup(browser->curl);
}

void browser_go(struct browser *browser, const char *url)
{
	ask_only(browser, "POST", "/url", json_pack("{s:s}", "url", url));
}

json_t *browser_run(struct browser *browser, const char *body)
{
	return ask(browser, "POST", "/execute/sync",
		   json_pack("{s:s,s:[]}", "script", body, "args"));
}

static json_t *evaluate(struct browser *browser, const char *expression)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf body = PT_BUF_INIT;

	pt_buf_printf(&body, "return (%s);", expression);
	return browser_run(browser, pt_buf_text(&body));
}

bool browser_is(struct browser *browser, const char *expression)
{
	json_t *value = evaluate(browser, expression);
	bool is = json_is_true(value);

	if (!json_is_boolean(value))
		fail_msg("neither true nor false: %s", expression);
	json_decref(value);
	return is;
}

double browser_number(struct browser *browser, const char *expression)
{
	json_t *value = evaluate(browser, expression);
	double number = json_number_value(value);

	if (!json_is_number(value))
		fail_msg("no number: %s", expression);
	json_decref(value);
	return number;
}

char *browser_text(struct browser *browser, const char *expression)
{
	json_t *value = evaluate(browser, expression);
	char *text = NULL;

	if (!json_is_string(value))
		fail_msg("no text: %s", expression);
	text = strdup(json_string_value(value));
	assert_non_null(text);
	json_decref(value);
	return text;
}

void browser_until(struct browser *browser, const char *expression)
{
	for (int waited_ms = 0; waited_ms < UNTIL_MS; waited_ms += POLL_US / 1000) {
		const struct timespec pause = {0, POLL_US * 1000L};

		if (browser_is(browser, expression))
			return;
		(void)nanosleep(&pause, NULL);
	}
	char *shown = browser_text(browser, "document.documentElement.outerHTML.slice(0, 4000)");

	print_error("%s\n", shown);
	free(shown);
	fail_msg("it never came true: %s", expression);
}

void browser_type(struct browser *browser, const char *text)
{
	json_t *keys = json_array();

	for (; *text; text++) {
		char key[2] = {*text, '\0'};
		/* WebDriver has characters of its own for these. */
		const char *value = *text == '\t'   ? "\xee\x80\x84"
				    : *text == '\n' ? "\xee\x80\x87"
						    : key;

		json_array_append_new(keys,
				      json_pack("{s:s,s:s}", "type", "keyDown", "value", value));
		json_array_append_new(keys,
				      json_pack("{s:s,s:s}", "type", "keyUp", "value", value));
	}
	ask_only(browser, "POST", "/actions",
		 json_pack("{s:[{s:s,s:s,s:o}]}", "actions", "type", "key", "id", "keyboard",
			   "actions", keys));
}

void browser_devtools(struct browser *browser, const char *command, const char *params)
{
	json_t *value = json_loads(params, 0, NULL);

	assert_non_null(value);
	ask_only(browser, "POST", "/goog/cdp/execute",
		 json_pack("{s:s,s:o}", "cmd", command, "params", value));
}

json_t *browser_log(struct browser *browser, const char *kind)
{
	return ask(browser, "POST", "/se/log", json_pack("{s:s}", "type", kind));
}

json_t *browser_picture(struct browser *browser)
{
	return ask(browser, "GET", "/screenshot", NULL);
}
