/* See screen.h. */
#include "pipeline/dashboard/screen.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

const char PT_SCREEN_POLICY[] =
    "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; connect-src 'self'; "
    "img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

void pt_screen_begin(struct pt_screen *screen, struct pt_html *html, const char *id)
{
	struct pt_section *section = &screen->section[screen->n++];

	assert(screen->n <= PT_SCREEN_SECTIONS);
	*section = (struct pt_section){.id = id, .html = PT_BUF_INIT};
	pt_html_init(html, &section->html);
}

/* FNV-1a: whether something changed, of what nobody forges. */
static uint64_t digest(const char *text, size_t len)
{
	uint64_t sum = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < len; i++)
		sum = (sum ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
	return sum ? sum : 1;
}

void pt_screen_end(struct pt_screen *screen, struct pt_html *html)
{
	struct pt_section *section = &screen->section[screen->n - 1];

	pt_html_release(html);
	section->digest = digest(pt_buf_text(&section->html), section->html.len);
}

void pt_screen_release(struct pt_screen *screen)
{
	for (size_t i = 0; i < screen->n; i++)
		pt_buf_release(&screen->section[i].html);
	for (size_t i = 0; i < screen->ntrail; i++) {
		free(screen->trail[i].name);
		free(screen->trail[i].path);
	}
	*screen = (struct pt_screen){.n = 0};
}

uint64_t pt_screen_digest(const struct pt_screen *screen, const char *id)
{
	for (size_t i = 0; i < screen->n; i++) {
		if (strcmp(screen->section[i].id, id) == 0)
			return screen->section[i].digest;
	}
	return 0;
}

static void put_section(struct pt_html *html, const struct pt_section *section)
{
	pt_html_open(html, "div");
	pt_html_attr(html, "id", section->id);
	pt_html_attr(html, "class", "live");
	pt_html_content(html);
	pt_buf_lean(html->out, &section->html);
	pt_buf_bytes(html->out, pt_buf_text(&section->html), section->html.len);
	pt_html_close(html);
}

static void put_head(struct pt_html *html, const struct pt_screen *screen)
{
	pt_html_own(html,
		    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\" />\n"
		    "<meta name=\"viewport\" content=\"width=device-width, "
		    "initial-scale=1\" />\n<meta name=\"color-scheme\" content=\"light dark\" "
		    "/>\n<noscript><meta http-equiv=\"refresh\" content=\"15\" "
		    "/></noscript>\n");
	pt_html_leaf(html, "title", NULL, screen->title);
	pt_html_own(html, "\n<link rel=\"stylesheet\" href=\"/dashboard.css\" />\n"
			  "<link rel=\"icon\" type=\"image/svg+xml\" href=\"/icon.svg\" />\n"
			  "<script src=\"/dashboard.js\" defer=\"defer\"></script>\n</head>\n");
}

/* Where one is: all runs, a run, something of it. */
static void put_trail(struct pt_html *html, const struct pt_screen *screen)
{
	pt_html_own(html, "<nav class=\"bar-top\" aria-label=\"Where you are\"><ol><li>"
			  "<a class=\"brand\" href=\"/\">pushtrain</a></li>");
	for (size_t i = 0; i < screen->ntrail; i++) {
		pt_html_open(html, "li");
		pt_html_open(html, "a");
		pt_html_attr(html, "href", screen->trail[i].path ? screen->trail[i].path : "/");
		pt_html_text(html, screen->trail[i].name ? screen->trail[i].name : "");
		pt_html_close(html);
		pt_html_close(html);
	}
	pt_html_own(html, "</ol><p id=\"link\" role=\"status\"></p></nav>\n");
}

void pt_screen_html(struct pt_buf *out, const struct pt_screen *screen, const char *key)
{
	struct pt_html html;

	pt_html_init(&html, out);
	put_head(&html, screen);
	pt_html_open(&html, "body");
	pt_html_attr(&html, "data-page", key);
	pt_html_own(&html, "<a class=\"skip\" href=\"#main\">To the content</a>\n");
	put_trail(&html, screen);
	pt_html_own(&html, "<main id=\"main\">\n");
	for (size_t i = 0; i < screen->n; i++)
		put_section(&html, &screen->section[i]);
	pt_html_own(&html, "</main>\n<footer><p>pushtrain " PT_VERSION
			   " reads the journal and changes nothing.</p></footer>\n");
	pt_html_close(&html);
	pt_html_own(&html, "\n</html>\n");
	pt_html_release(&html);
}

void pt_screen_trail(struct pt_screen *screen, const char *name, const char *path)
{
	struct pt_screen_step *step = &screen->trail[screen->ntrail++];

	assert(screen->ntrail <= PT_SCREEN_TRAIL);
	step->name = strdup(name);
	step->path = strdup(path);
}

void pt_screen_event(struct pt_buf *out, const struct pt_screen *screen,
		     const struct pt_section *section)
{
	struct pt_json json;

	pt_json_init(&json, out);
	json.compact = true;
	pt_json_object(&json, NULL);
	if (section) {
		pt_json_str(&json, "id", section->id);
		pt_json_str(&json, "html", pt_buf_text(&section->html));
		pt_buf_lean(out, &section->html);
	} else {
		pt_json_str(&json, "title", screen->title);
	}
	pt_json_object_end(&json);
	/* The document's newline would end the event. */
	if (out->len > 0 && out->data[out->len - 1] == '\n')
		out->data[--out->len] = '\0';
}
