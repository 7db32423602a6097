/* The dashboard in a browser, while a run goes on. */
#include "tests/browser/fixture.h"

static struct scene scene;

static int begin(void **state)
{
	(void)state;
	make_folder(&scene);
	depart(&scene);
	start_dashboard(&scene);
	browser_start(&scene.browser, 1400, 900);
	return 0;
}

static int end(void **state)
{
	(void)state;
	browser_stop(&scene.browser);
	stop_dashboard(&scene);
	remove_folder(&scene);
	return 0;
}

PT_TEST(dashboard_lists_the_runs)
{
	struct browser *b = &scene.browser;
	char *title;

	visit(&scene, "/");
	title = browser_text(b, "document.title");
	assert_string_equal(title, "1 under way - pushtrain");
	free(title);
	assert_true(browser_is(b, "document.querySelector('h1').textContent === 'Runs'"));
	assert_true(browser_is(b, "document.querySelectorAll('tbody tr').length === 1"));
	assert_true(browser_is(b, "document.querySelector('tbody a').textContent === 'weekly-3.1'"));
	assert_true(browser_is(b, "document.querySelector('.badge').textContent.trim() === 'running'"));
}

PT_TEST(dashboard_follows_a_run_without_reloading)
{
	struct browser *b = &scene.browser;

	visit(&scene, "/");
	browser_until(b, "document.querySelector('#link').textContent === 'live'");
	json_decref(browser_run(b, "window.marker = 'here'; window.row = "
				   "document.querySelector('tbody tr'); window.before = "
				   "document.querySelector('tbody').textContent;"));
	assert_int_equal(shell(&scene, "$pushtrain advance weekly-3.1"), 0);
	browser_until(b, "document.querySelector('tbody').textContent !== window.before");
	assert_true(browser_is(b, "window.marker === 'here'"));
	assert_true(browser_is(b, "document.querySelector('tbody tr') === window.row"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PT_RUN(dashboard_lists_the_runs),
	    PT_RUN(dashboard_follows_a_run_without_reloading),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
