/*
 * What must hold of every page, whatever it shows: nothing was logged, nothing was asked of
 * anybody else, everything has a name and can be read and reached.
 */
#ifndef PT_TESTS_BROWSER_CHECKS_H
#define PT_TESTS_BROWSER_CHECKS_H

#include "tests/browser/fixture.h"

/* Nothing on the console: no error, no refusal of the content security policy. */
static inline void check_console(struct browser *b)
{
	json_t *log = browser_log(b, "browser");

	if (json_array_size(log) > 0)
		fail_msg("on the console: %s",
			 json_string_value(json_object_get(json_array_get(log, 0), "message")));
	json_decref(log);
}

/* Every request since the last time went to that address. */
static inline void check_network(struct browser *b, const char *url)
{
	static const char MARK[] = "\"url\":\"";
	json_t *log = browser_log(b, "performance");
	size_t nsent = 0;

	for (size_t i = 0; i < json_array_size(log); i++) {
		const char *message =
		    json_string_value(json_object_get(json_array_get(log, i), "message"));
		const char *request = strstr(message, "\"request\":{");

		if (!strstr(message, "\"Network.requestWillBeSent\"") || !request)
			continue;
		const char *at = strstr(request, MARK);

		assert_non_null(at);
		at += strlen(MARK);
		nsent++;
		if (strncmp(at, url, strlen(url)) != 0)
			fail_msg("it asked %.120s", at);
	}
	json_decref(log);
	assert_true(nsent > 0);
}

/* In the page: what is wrong with it, a line each; "". */
static const char ACCESS_SCRIPT[] =
    "const bad = [];"
    "const seen = e => e.checkVisibility({ opacityProperty: true, visibilityProperty: true });"
    "const name = e => (e.getAttribute('aria-label') || (e.getAttribute('aria-labelledby') || '')"
    "  .split(' ').map(id => id && document.getElementById(id)?.textContent).join('') ||"
    "  e.querySelector(':scope > title')?.textContent || e.getAttribute('alt') || '').trim();"
    "const told = e => e.outerHTML.slice(0, 160);"
    "if (!document.documentElement.lang) bad.push('no language');"
    "if (document.querySelectorAll('main').length !== 1) bad.push('not one main');"
    "if (document.querySelectorAll('h1').length !== 1) bad.push('not one h1');"
    "let level = 0;"
    "for (const h of document.querySelectorAll('h1,h2,h3,h4')) {"
    "  const n = +h.localName[1]; if (n > level + 1) bad.push('heading skips: ' + told(h)); level "
    "= n; }"
    "const ids = new Set();"
    "for (const e of document.querySelectorAll('[id]')) {"
    "  if (ids.has(e.id)) bad.push('twice: id ' + e.id); ids.add(e.id); }"
    "for (const e of document.querySelectorAll('svg,img')) if (seen(e) && !name(e) &&"
    "  !e.closest('[aria-hidden=true]')) bad.push('without a name: ' + told(e));"
    "for (const e of document.querySelectorAll('input,select,textarea'))"
    "  if (!e.labels.length && !name(e)) bad.push('without a label: ' + told(e));"
    "for (const e of document.querySelectorAll('a[href],button,summary'))"
    "  if (seen(e) && !name(e) && !e.textContent.trim()) bad.push('without words: ' + told(e));"
    "for (const e of document.querySelectorAll('th'))"
    "  if (!e.scope) bad.push('a head of nothing: ' + told(e));"
    /* Contrast: of each text against the nearest background, 4.5 to 1. */
    "const rgb = s => { const m = s.match(/[\\d.]+/g).map(Number);"
    "  return m.length < 4 ? [...m, 1] : m; };"
    "const light = c => { const f = c.slice(0, 3).map(v => (v /= 255) <= .03928 ? v / 12.92 :"
    "  ((v + .055) / 1.055) ** 2.4); return .2126 * f[0] + .7152 * f[1] + .0722 * f[2]; };"
    "const behind = e => { for (; e; e = e.parentElement) {"
    "  const c = rgb(getComputedStyle(e).backgroundColor); if (c[3] === 1) return c; }"
    "  return matchMedia('(prefers-color-scheme:dark)').matches ? [18, 18, 18] : [255, 255, 255]; "
    "};"
    "const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);"
    "const done = new Set();"
    "while (walker.nextNode()) { const e = walker.currentNode.parentElement;"
    "  if (done.has(e) || !walker.currentNode.nodeValue.trim() || "
    "e.closest('svg,script,style,title') ||"
    "      !seen(e)) continue;"
    "  done.add(e); const a = light(rgb(getComputedStyle(e).color)), z = light(behind(e));"
    "  const ratio = (Math.max(a, z) + .05) / (Math.min(a, z) + .05);"
    "  if (ratio < 4.5) bad.push('hard to read (' + ratio.toFixed(2) + '): ' + told(e)); }"
    "return [...new Set(bad)].join('\\n');";

static inline void check_access(struct browser *b)
{
	json_t *bad = browser_run(b, ACCESS_SCRIPT);

	if (json_string_length(bad) > 0)
		fail_msg("%s", json_string_value(bad));
	json_decref(bad);
}

/* In the light and in the dark. */
static inline void check_access_always(struct browser *b)
{
	static const char *const schemes[] = {"light", "dark"};
	char params[96];

	for (size_t i = 0; i < 2; i++) {
		(void)snprintf(
		    params, sizeof(params),
		    "{\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\"%s\"}]}",
		    schemes[i]);
		browser_devtools(b, "Emulation.setEmulatedMedia", params);
		check_access(b);
	}
	browser_devtools(b, "Emulation.setEmulatedMedia", "{\"features\":[]}");
}

/* With the tab key alone: everything that can be used is come by, in the order it is read, and
   what has the focus shows it. */
static inline void check_keyboard(struct browser *b)
{
	json_decref(browser_run(
	    b,
	    "window.wanted = [...document.querySelectorAll('a[href],button,input,select,summary')]"
	    ".filter(e => e.checkVisibility() && !e.disabled); document.activeElement.blur();"
	    "window.scrollTo(0, 0);"));
	double n = browser_number(b, "window.wanted.length");

	assert_true(n > 0);
	for (int i = 0; i < (int)n; i++) {
		PT_CLEANUP(pt_buf_release) struct pt_buf at = PT_BUF_INIT;

		browser_type(b, "\t");
		/* What scrolls can be reached too, between the others. */
		for (int skipped = 0;
		     skipped < 8 &&
		     browser_is(b, "!window.wanted.includes(document.activeElement)");
		     skipped++)
			browser_type(b, "\t");
		pt_buf_printf(&at, "window.wanted.indexOf(document.activeElement) === %d", i);
		if (!browser_is(b, pt_buf_text(&at)))
			fail_msg("tab %d comes to the wrong place", i);
		assert_true(browser_is(
		    b, "getComputedStyle(document.activeElement).outlineStyle !== 'none'"));
	}
}

#endif
