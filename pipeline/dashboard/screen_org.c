/* One org's story as a page. See screens.h. */
#include <stdio.h>

#include "base/instant.h"
#include "pipeline/dashboard/screens.h"
#include "pipeline/pair_text.h"

static void put_time(struct pt_html *html, const struct pt_zone *zone, int64_t ms)
{
	char when[PT_INSTANT_TEXT], utc[PT_INSTANT_TEXT];

	if (ms == PT_NEVER) {
		pt_html_text(html, "by people's clock");
		return;
	}
	pt_html_open(html, "time");
	pt_html_attr(html, "datetime", pt_instant_text(utc, ms));
	pt_html_text(html, pt_zone_text(when, zone, ms));
	pt_html_close(html);
}

static void put_head(struct pt_html *html, const struct pt_story *story)
{
	const struct pt_history *h = story->history;
	const struct pt_org *org = &h->org[story->org];

	pt_html_open_class(html, "header", "top");
	pt_html_leaff(html, "p", "over", "Run %s, org %s", h->status.run.row.name, story->id);
	pt_html_leaf(html, "h1", NULL, org->name[0] ? org->name : org->key.text);
	pt_html_leaf(html, "p", "lead", story->summary);
	pt_html_open_class(html, "p", "quiet");
	pt_html_textf(html, "%s, %s, on %s", pt_org_type_text(org->type),
		      pt_org_status_text(org->status),
		      org->instance[0] ? org->instance : "an unknown instance");
	if (org->parent.text[0])
		pt_html_textf(html, ", a sandbox of %s", org->parent.text);
	if (story->stage)
		pt_html_textf(html, "; stage %s, batch %u", story->stage, story->batch + 1);
	else
		pt_html_text(html, "; in no stage");
	if (story->zone)
		pt_html_textf(html, ", hours of %s", story->zone);
	if (h->place[story->org].reason)
		pt_html_textf(html, "; excluded: %s",
			      pt_history_reason(h, h->place[story->org].reason));
	pt_html_close(html);
	pt_html_close(html);
}

/* The colour of a state, always beside its word. */
static const char *chip_of(const struct pt_pair *pair)
{
	static const char *const chip[PT_PAIR_NSTATE] = {
	    [PT_PAIR_NONE] = "chip c-gone",     [PT_PAIR_CURRENT] = "chip c-ok",
	    [PT_PAIR_EXCLUDED] = "chip c-gone", [PT_PAIR_WAITING] = "chip c-wait",
	    [PT_PAIR_HELD] = "chip c-held",     [PT_PAIR_IN_FLIGHT] = "chip c-fly",
	    [PT_PAIR_AT_TARGET] = "chip c-ok",  [PT_PAIR_UNKNOWN] = "chip c-unk",
	    [PT_PAIR_CANCELED] = "chip c-can",  [PT_PAIR_BENIGN] = "chip c-gone",
	    [PT_PAIR_FAILED] = "chip c-bad",
	};

	return chip[pair->state];
}

static void put_package(struct pt_html *html, const struct pt_story *story,
			const struct pt_story_package *p)
{
	const struct pt_history_package *package = &story->history->package[p->package];

	pt_html_open(html, "tr");
	pt_html_open(html, "th");
	pt_html_attr(html, "scope", "row");
	pt_html_text(html, package->name);
	pt_html_close(html);
	pt_html_leaf(html, "td", "w", p->has[0] ? p->has : "-");
	pt_html_leaf(html, "td", "w", package->version);
	pt_html_open(html, "td");
	pt_html_leaf(html, "span", chip_of(p->pair),
		     pt_pair_words((enum pt_pair_state)p->pair->state));
	pt_html_close(html);
	pt_html_leaff(html, "td", "n", "%u", p->pair->npush);
	pt_html_open(html, "td");
	pt_html_text(html, p->next.next ? p->next.next : "");
	if (p->next.command) {
		pt_html_text(html, " ");
		pt_html_leaf(html, "code", NULL, p->next.command);
	}
	pt_html_close(html);
	pt_html_close(html);
}

static void put_packages(struct pt_html *html, const struct pt_story *story)
{
	pt_html_own(html, "<section><h2>How it stands, and what happens next</h2>"
			  "<div class=\"scroll\"><table><thead><tr><th scope=\"col\">Package</th>"
			  "<th scope=\"col\">Has</th><th scope=\"col\">Train</th>"
			  "<th scope=\"col\">State</th><th scope=\"col\" class=\"n\">Pushes</th>"
			  "<th scope=\"col\">What happens next</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < story->history->status.npackage; i++)
		put_package(html, story, &story->package[i]);
	pt_html_own(html, "</tbody></table></div></section>\n");
}

static void put_event(struct pt_html *html, const struct pt_story *story,
		      const struct pt_story_event *event)
{
	pt_html_open(html, "tr");
	pt_html_open_class(html, "td", "w");
	put_time(html, story->history->zone, event->at_ms);
	pt_html_close(html);
	pt_html_leaf(html, "td", NULL,
		     event->package == UINT32_MAX ? ""
						  : story->history->package[event->package].name);
	pt_html_leaf(html, "td", NULL, event->text);
	pt_html_close(html);
}

static void put_events(struct pt_html *html, const struct pt_story *story)
{
	pt_html_own(html, "<section><h2>What happened</h2><div class=\"scroll\"><table><thead><tr>"
			  "<th scope=\"col\">When</th><th scope=\"col\">Package</th>"
			  "<th scope=\"col\">What</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < story->nevent; i++)
		put_event(html, story, &story->event[i]);
	pt_html_own(html, "</tbody></table></div></section>\n");
}

void pt_screen_of_org(struct pt_screen *out, const struct pt_story *story)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf path = PT_BUF_INIT;
	const char *run = story->history->status.run.row.name;
	struct pt_html html;

	*out = (struct pt_screen){.n = 0};
	snprintf(out->title, sizeof(out->title), "%s in %s", story->id, run);
	pt_screen_path(&path, run, "");
	pt_screen_trail(out, run, pt_buf_text(&path));
	pt_screen_begin(out, &html, "live-org");
	put_head(&html, story);
	pt_screen_end(out, &html);
	pt_screen_begin(out, &html, "live-packages");
	put_packages(&html, story);
	pt_screen_end(out, &html);
	pt_screen_search(out, run, story->id);
	pt_screen_begin(out, &html, "live-events");
	put_events(&html, story);
	pt_screen_end(out, &html);
}

void pt_screen_search(struct pt_screen *out, const char *run, const char *key)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf path = PT_BUF_INIT;
	struct pt_html html;

	pt_screen_begin(out, &html, "live-search");
	pt_html_own(&html,
		    "<section aria-labelledby=\"why-h\"><h2 id=\"why-h\">One org's story</h2>");
	pt_screen_path(&path, run, "/org");
	pt_html_open(&html, "form");
	pt_html_attr(&html, "class", "find");
	pt_html_attr(&html, "action", pt_buf_text(&path));
	pt_html_attr(&html, "role", "search");
	pt_html_own(&html, "<div><label for=\"q\">The org's key, of 15 or 18 characters</label>");
	pt_html_open(&html, "input");
	pt_html_attr(&html, "id", "q");
	pt_html_attr(&html, "name", "q");
	pt_html_attr(&html, "value", key);
	pt_html_attr(&html, "autocomplete", "off");
	pt_html_attr(&html, "spellcheck", "false");
	pt_html_attr(&html, "required", "required");
	pt_html_close(&html);
	pt_html_own(&html, "</div><button>Tell it</button>");
	pt_html_close(&html);
	pt_buf_clear(&path);
	pt_screen_path(&path, run, "/report");
	pt_html_own(&html, "<p class=\"note\">Every org that is not there, with what the platform "
			   "said, is in ");
	pt_html_open(&html, "a");
	pt_html_attr(&html, "href", pt_buf_text(&path));
	pt_html_text(&html, "the whole report");
	pt_html_close(&html);
	pt_html_own(&html, ".</p></section>");
	pt_buf_lean(html.out, &path);
	pt_screen_end(out, &html);
}
