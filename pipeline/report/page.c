/* The report as one HTML file: its frame, and the sections in order. See page.h. */
#include "pipeline/report/page.h"

#include <string.h>

#include "base/digest.h"

static unsigned nibble(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

/* What a content security policy knows the script by: base64 of what the digest has in hex. */
static int script_hash(char out[48], struct pt_err *err)
{
	static const char digit[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	PT_CLEANUP(pt_buf_release) struct pt_buf script = PT_BUF_INIT;
	char hex[PT_DIGEST_TEXT];
	unsigned char sum[33] = {0};
	size_t at = 0;

	for (size_t i = 0; pt_page_script[i]; i++)
		pt_buf_str(&script, pt_page_script[i]);
	int rc = pt_buf_check(&script, err);

	if (rc == 0)
		rc = pt_digest(hex, pt_buf_text(&script), script.len, err);
	if (rc != 0)
		return rc;
	for (size_t i = 0; i < 32; i++)
		sum[i] = (unsigned char)(nibble(hex[2 * i]) << 4 | nibble(hex[2 * i + 1]));
	for (size_t i = 0; i < 33; i += 3) {
		unsigned long three =
		    (unsigned long)sum[i] << 16 | (unsigned long)sum[i + 1] << 8 | sum[i + 2];

		for (int shift = 18; shift >= 0; shift -= 6)
			out[at++] = digit[three >> shift & 63];
	}
	out[43] = '='; /* of 32 bytes the last group has two */
	out[44] = '\0';
	return 0;
}

static void meta(struct pt_html *html, const char *name, const char *content)
{
	pt_html_open(html, "meta");
	pt_html_attr(html, "name", name);
	pt_html_attr(html, "content", content);
	pt_html_close(html);
}

/* Nothing is loaded, nothing is sent, and no script runs but our own. */
static void policy(struct pt_html *html, const char *hash)
{
	pt_html_open(html, "meta");
	pt_html_attr(html, "http-equiv", "Content-Security-Policy");
	pt_html_attrf(html, "content",
		      "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-%s'; "
		      "base-uri 'none'; form-action 'none'",
		      hash);
	pt_html_close(html);
}

static void own_pieces(struct pt_html *html, const char *const *piece)
{
	for (; *piece; piece++)
		pt_html_own(html, *piece);
}

static int head(struct pt_page *page, struct pt_err *err)
{
	const struct pt_run_row *run = &page->history->status.run.row;
	struct pt_html *html = &page->html;
	char hash[48];

	if (script_hash(hash, err) < 0)
		return pt_err_wrap(err, "the report's script");
	pt_html_own(html, "<!DOCTYPE html>\n");
	pt_html_open(html, "html");
	pt_html_attr(html, "xmlns", "http://www.w3.org/1999/xhtml");
	pt_html_attr(html, "lang", "en");
	pt_html_open(html, "head");
	pt_html_open(html, "meta");
	pt_html_attr(html, "charset", "utf-8");
	pt_html_close(html);
	policy(html, hash);
	meta(html, "viewport", "width=device-width, initial-scale=1");
	meta(html, "referrer", "no-referrer");
	meta(html, "generator", "pushtrain " PT_VERSION);
	pt_html_leaff(html, "title", NULL, "%s: %s", run->name, pt_report_state_words(page->view));
	pt_html_open(html, "style");
	own_pieces(html, pt_page_style);
	pt_html_close(html);
	pt_html_close(html);
	return 0;
}

static void links(struct pt_html *html)
{
	static const char *const link[][2] = {
	    {"#stages", "Stages"},     {"#graph", "Dependencies"},
	    {"#timeline", "Timeline"}, {"#convergence", "Convergence"},
	    {"#failures", "Failures"}, {"#left", "Orgs not there"},
	    {"#excluded", "Left out"}, {"#approvals", "Approvals"},
	    {"#log", "What happened"},
	};

	pt_html_open(html, "nav");
	pt_html_attr(html, "aria-label", "Sections");
	pt_html_open(html, "ul");
	for (size_t i = 0; i < PT_ARRAY_LEN(link); i++) {
		pt_html_open(html, "li");
		pt_html_open(html, "a");
		pt_html_attr(html, "href", link[i][0]);
		pt_html_text(html, link[i][1]);
		pt_html_close(html);
		pt_html_close(html);
	}
	pt_html_close(html);
	pt_html_close(html);
}

static int sections(struct pt_page *page, struct pt_err *err)
{
	int rc;

	pt_page_stages(page);
	rc = pt_page_graph(page, err);
	if (rc == 0)
		rc = pt_page_timeline(page, err);
	if (rc == 0)
		rc = pt_page_convergence(page, err);
	if (rc == 0)
		rc = pt_page_failures(page, err);
	if (rc == 0)
		rc = pt_page_orgs(page, err);
	if (rc < 0)
		return rc;
	pt_page_approvals(page);
	pt_page_log(page);
	return 0;
}

static int body(struct pt_page *page, struct pt_err *err)
{
	struct pt_html *html = &page->html;
	int rc;

	pt_html_open(html, "body");
	pt_html_open_class(html, "a", "skip");
	pt_html_attr(html, "href", "#main");
	pt_html_text(html, "To the report");
	pt_html_close(html);
	rc = pt_page_summary(page, err);
	if (rc == 0)
		rc = sections(page, err);
	if (rc < 0)
		return rc;
	pt_html_close(html); /* main */
	pt_page_about(page);
	pt_html_open(html, "script");
	own_pieces(html, pt_page_script);
	pt_html_close(html);
	pt_html_close(html); /* body */
	pt_html_close(html); /* html */
	pt_html_own(html, "\n");
	return 0;
}

int pt_report_as_html(struct pt_report_out *out, struct pt_report_view *view, struct pt_err *err)
{
	struct pt_page page = {
	    .out = out, .view = view, .history = view->history, .arena = &view->arena};
	int rc;

	pt_html_init(&page.html, &out->text);
	rc = head(&page, err);
	if (rc == 0)
		rc = body(&page, err);
	pt_html_release(&page.html);
	return rc;
}

void pt_page_links(struct pt_page *page)
{
	links(&page->html);
}

void pt_page_section(struct pt_page *page, const char *id, const char *title)
{
	struct pt_html *html = &page->html;

	pt_report_turn(page->out);
	pt_html_open(html, "section");
	pt_html_attr(html, "id", id);
	pt_html_attrf(html, "aria-labelledby", "%s-h", id);
	pt_html_open(html, "h2");
	pt_html_attrf(html, "id", "%s-h", id);
	pt_html_text(html, title);
	pt_html_close(html);
}
