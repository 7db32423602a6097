/* The dashboard in a browser, while a run goes on. */
#include "tests/browser/checks.h"
#include "tests/browser/hostile.h"

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
	assert_true(
	    browser_is(b, "document.querySelector('tbody a').textContent === 'weekly-3.1'"));
	assert_true(
	    browser_is(b, "document.querySelector('.badge').textContent.trim() === 'running'"));
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

/* What a person is at is left alone, though all around it changes. */
PT_TEST(dashboard_leaves_alone_what_somebody_is_at)
{
	struct browser *b = &scene.browser;

	visit(&scene, "/run/weekly-3.1");
	browser_until(b, "document.querySelector('#link').textContent === 'live'");
	json_decref(browser_run(
	    b, "window.marker = 'here'; document.querySelector('details')"
	       ".open = true; window.details = document.querySelector('details'); "
	       "window.q = document.querySelector('#q'); q.scrollIntoView({ behavior: 'instant', "
	       "block: 'center' }); q.focus({ preventScroll: true }); window.height = "
	       "q.getBoundingClientRect().top; window.before = "
	       "document.querySelector('#live-figures').textContent;"));
	browser_type(b, "00D typed by ha");
	assert_int_equal(shell(&scene, "$pushtrain advance weekly-3.1 && "
				       "$pushtrain advance weekly-3.1"),
			 0);
	browser_until(b, "document.querySelector('#live-figures').textContent !== window.before");
	browser_type(b, "nd");
	assert_true(browser_is(b, "document.querySelector('#q').value === '00D typed by hand'"));
	assert_true(browser_is(b, "document.activeElement.id === 'q'"));
	assert_true(browser_is(b, "window.marker === 'here' && window.scrollY > 0 && Math.abs("
				  "q.getBoundingClientRect().top - window.height) < 2"));
	assert_true(browser_is(b, "window.details.open && window.details.isConnected"));
}

PT_TEST(dashboard_shows_a_run_and_its_report)
{
	struct browser *b = &scene.browser;
	static const char *const ids[] = {"now",         "summary", "stages", "timeline",
					  "convergence", "graph",   "log"};

	visit(&scene, "/");
	json_decref(browser_run(b, "document.querySelector('tbody a').click();"));
	browser_until(b, "location.pathname === '/run/weekly-3.1' && document.readyState === "
			 "'complete'");
	assert_true(browser_is(b, "document.title.startsWith('weekly-3.1: under way')"));
	for (size_t i = 0; i < PT_ARRAY_LEN(ids); i++) {
		PT_CLEANUP(pt_buf_release) struct pt_buf there = PT_BUF_INIT;

		pt_buf_printf(&there, "document.querySelector('section#%s h2') !== null", ids[i]);
		assert_true(browser_is(b, pt_buf_text(&there)));
	}
	json_decref(browser_run(b, "document.querySelector('a[href$=\"/report\"]').click();"));
	browser_until(b,
		      "location.pathname === '/run/weekly-3.1/report' && document.readyState === "
		      "'complete'");
	assert_true(browser_is(b, "document.querySelectorAll('section').length >= 6"));
}

/* The script's tables, with the search of the page. */
PT_TEST(report_finds_an_org)
{
	struct browser *b = &scene.browser;

	visit(&scene, "/run/weekly-3.1/report");
	browser_until(b, "document.querySelector('#left form.find') !== null && "
			 "!document.querySelector('#left form.find').hidden");
	json_decref(browser_run(
	    b, "window.rows = () => [...document.querySelectorAll('#left tbody tr')];"
	       "window.all = window.rows().length; window.key = window.rows()[0].textContent"
	       ".match(/00D\\w{12}/)[0]; document.querySelector('#left input').focus();"));
	char *key = browser_text(b, "window.key");

	assert_true(browser_is(b, "window.all > 1"));
	browser_type(b, key);
	free(key);
	browser_until(b, "window.rows().length > 0 && window.rows().length < window.all && "
			 "window.rows().every(row => row.textContent.includes(window.key))");
	check_console(b);
}

PT_TEST(report_can_be_read_without_scripts)
{
	struct browser *b = &scene.browser;

	browser_devtools(b, "Emulation.setScriptExecutionDisabled", "{\"value\":true}");
	visit(&scene, "/run/weekly-3.1/report");
	assert_true(browser_is(b, "document.querySelectorAll('#left tbody tr').length > 1"));
	assert_true(
	    browser_is(b, "document.querySelector('#left tbody').textContent.includes('00D')"));
	assert_true(browser_is(b, "[...document.querySelectorAll('form')].every("
				  "form => !form.checkVisibility())"));
	visit(&scene, "/");
	assert_true(browser_is(b, "document.querySelector('meta[http-equiv=refresh]') !== null"));
	assert_true(browser_is(b, "document.querySelectorAll('tbody tr').length === 1"));
	browser_devtools(b, "Emulation.setScriptExecutionDisabled", "{\"value\":false}");
}

static void visit_all(void (*check)(struct browser *b))
{
	static const char *const paths[] = {"/", "/run/weekly-3.1", "/no/such/page"};

	for (size_t i = 0; i < PT_ARRAY_LEN(paths); i++) {
		visit(&scene, paths[i]);
		browser_until(&scene.browser,
			      "document.querySelector('#link').textContent === 'live'");
		check(&scene.browser);
	}
}

/* A page of one org: the first that the report names. */
static void visit_org(void)
{
	struct browser *b = &scene.browser;

	visit(&scene, "/run/weekly-3.1/report");
	char *key = browser_text(b, "document.querySelector('#left tbody').textContent"
				    ".match(/00D\\w{12}/)[0]");

	visit(&scene, "/run/weekly-3.1");
	json_decref(browser_run(b, "document.querySelector('#q').focus();"));
	browser_type(b, key);
	browser_type(b, "\n");
	browser_until(b,
		      "location.pathname.endsWith('/org') && document.readyState === 'complete'");
	assert_true(
	    browser_is(b, "document.querySelectorAll('#live-packages tbody tr').length === 3"));
	free(key);
}

PT_TEST(dashboard_tells_one_orgs_story)
{
	struct browser *b = &scene.browser;

	visit_org();
	assert_true(browser_is(b, "document.querySelectorAll('#live-events tbody tr').length > 0"));
	check_access_always(b);
	check_console(b);
	visit(&scene, "/run/weekly-3.1/org?q=nobody");
	assert_true(browser_is(b, "document.querySelector('h1').textContent === 'Not found'"));
	assert_true(browser_is(b, "document.querySelector('#q').value === 'nobody'"));
	/* That page was not found, which the console says of itself. */
	json_decref(browser_log(b, "browser"));
}

PT_TEST(dashboard_is_for_everybody)
{
	visit_all(check_access_always);
	visit(&scene, "/run/weekly-3.1/report");
	check_access_always(&scene.browser);
	json_decref(browser_log(&scene.browser, "browser"));
}

PT_TEST(dashboard_is_used_by_keyboard_alone)
{
	struct browser *b = &scene.browser;

	visit(&scene, "/");
	check_keyboard(b);
	visit(&scene, "/run/weekly-3.1");
	check_keyboard(b);
	/* The first stop of all leads past what is on every page. */
	json_decref(browser_run(b, "document.activeElement.blur(); window.scrollTo(0, 0);"));
}

PT_TEST(dashboard_asks_nobody_else)
{
	struct browser *b = &scene.browser;

	json_decref(browser_log(b, "performance"));
	visit(&scene, "/");
	browser_until(b, "document.querySelector('#link').textContent === 'live'");
	visit(&scene, "/run/weekly-3.1");
	browser_until(b, "document.querySelector('#link').textContent === 'live'");
	visit(&scene, "/run/weekly-3.1/report");
	check_network(b, scene.url);
	check_console(b);
}

PT_TEST(dashboard_shows_hostile_names_as_text)
{
	static const char *const paths[] = {"/run/weekly-3.1", "/run/weekly-3.1/report"};
	struct browser *b = &scene.browser;
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/.pushtrain/state.db", scene.folder);
	make_hostile(path);
	assert_int_equal(shell(&scene, "$pushtrain exclude weekly-3.1 00D000000000001 --reason "
				       "'\"><img src=x onerror=window.hacked=1>' || true"),
			 0);
	for (size_t i = 0; i < PT_ARRAY_LEN(paths); i++) {
		visit(&scene, paths[i]);
		assert_true(browser_is(b, "document.querySelectorAll('img').length === 0"));
		assert_true(browser_is(b, "window.hacked === undefined"));
	}
	assert_true(browser_is(b, "document.body.textContent.includes('<img src=x onerror=')"));
	visit_org();
	browser_until(b, "document.querySelector('#link').textContent === 'live'");
	assert_true(browser_is(b, "window.hacked === undefined"));
	assert_true(browser_is(b, "document.querySelectorAll('img, iframe, object').length === 0"));
	assert_true(
	    browser_is(b, "[...document.scripts].every(s => s.src.endsWith('/dashboard.js'))"));
	check_console(b);
}

/* It says so, and takes up where it was when the server is there again. */
PT_TEST(dashboard_survives_its_end)
{
	struct browser *b = &scene.browser;

	visit(&scene, "/");
	browser_until(b, "document.querySelector('#link').textContent === 'live'");
	stop_dashboard(&scene);
	browser_until(b, "document.querySelector('#link').className === 'live-off'");
	start_dashboard_at(&scene, scene.url);
	browser_until(b, "document.querySelector('#link').textContent === 'live'");
	json_decref(browser_log(b, "browser"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PT_RUN(dashboard_lists_the_runs),
	    PT_RUN(dashboard_follows_a_run_without_reloading),
	    PT_RUN(dashboard_leaves_alone_what_somebody_is_at),
	    PT_RUN(dashboard_shows_a_run_and_its_report),
	    PT_RUN(report_finds_an_org),
	    PT_RUN(report_can_be_read_without_scripts),
	    PT_RUN(dashboard_tells_one_orgs_story),
	    PT_RUN(dashboard_is_for_everybody),
	    PT_RUN(dashboard_is_used_by_keyboard_alone),
	    PT_RUN(dashboard_asks_nobody_else),
	    PT_RUN(dashboard_shows_hostile_names_as_text),
	    PT_RUN(dashboard_survives_its_end),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
