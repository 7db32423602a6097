/*
 * Orgs that are not there, and orgs that were left out: as data for the page's script, which
 * shows what is looked for, and the first rows as a plain table for whoever runs no script.
 * See page.h and org_list.h.
 */
#include <string.h>

#include "base/utf8.h"
#include "pipeline/report/org_list.h"
#include "pipeline/report/page.h"

enum { PLAIN_ROWS = 100, NAME_MOST = 120 };

struct list {
	struct pt_page *page;
	struct pt_html *html;
	struct pt_orgs_told told;
	enum pt_org_list_kind kind;
	const char *id; /* of the section */
};

static const char *type_of(const struct pt_org *org)
{
	return org->type == PT_ORG_SANDBOX ? "Sandbox" : "Production";
}

static const char *stage_of(const struct pt_history *h, uint32_t org)
{
	uint8_t stage = h->place[org].stage;

	return stage < h->status.nstage ? h->status.stage[stage].name : "in no stage";
}

/* The colour of a class. */
static const char *color_of(const char *word)
{
	static const char *const color[][2] = {
	    {"permanent", "bad"}, {"transient", "bad"}, {"dependency", "bad"},
	    {"not_yet", "held"},  {"held", "held"},     {"waiting", "wait"},
	    {"in flight", "fly"}, {"unknown", "unk"},   {"canceled", "can"},
	};

	for (size_t i = 0; i < PT_ARRAY_LEN(color); i++) {
		if (strcmp(color[i][0], word) == 0)
			return color[i][1];
	}
	return "gone";
}

/* The island of data. Nothing in it can end the element, or mean anything to XML. */

static void island_text(struct pt_buf *out, const char *text, size_t most)
{
	const char *piece;
	size_t n;

	pt_buf_char(out, '"');
	while (most-- && (piece = pt_utf8_shown(&n, &text))) {
		if (n == 1 && (*piece < 0x20 || strchr("\"\\<>&'", *piece)))
			pt_buf_printf(out, "\\u%04x", (unsigned)*piece);
		else
			pt_buf_bytes(out, piece, n);
	}
	if (*text)
		pt_buf_str(out, " …");
	pt_buf_char(out, '"');
}

static void island_texts(struct pt_buf *out, const char *name, const char *const *text, size_t n)
{
	pt_buf_printf(out, "\"%s\":[", name);
	for (size_t i = 0; i < n; i++) {
		if (i)
			pt_buf_char(out, ',');
		island_text(out, text[i], SIZE_MAX);
	}
	pt_buf_str(out, "],\n");
}

static void island_shapes(struct list *list)
{
	struct pt_buf *out = list->html->out;

	pt_buf_str(out, "\"shapes\":[");
	for (size_t i = 0; i < list->told.nshape; i++) {
		const struct pt_org_shape *shape = &list->told.shape[i];

		pt_buf_str(out, i ? ",\n[" : "\n[");
		for (size_t k = 0; k < shape->nitem; k++) {
			const struct pt_org_item *item = &shape->item[k];

			pt_buf_printf(out, "%s[%u,%u,%u,%u]", k ? "," : "", item->package,
				      item->word, item->text, item->npush);
		}
		pt_buf_char(out, ']');
		pt_report_turn(list->page->out);
	}
	pt_buf_str(out, "],\n");
}

static void island_orgs(struct list *list)
{
	const struct pt_history *h = list->page->history;
	struct pt_buf *out = list->html->out;

	pt_buf_str(out, "\"orgs\":[");
	for (size_t i = 0; i < list->told.nentry; i++) {
		const struct pt_org_entry *entry = &list->told.entry[i];
		const struct pt_org *org = &h->org[entry->org];
		uint8_t stage = h->place[entry->org].stage;

		pt_buf_str(out, i ? ",\n[" : "\n[");
		island_text(out, org->key.text, SIZE_MAX);
		pt_buf_char(out, ',');
		island_text(out, org->name ? org->name : "", NAME_MOST);
		pt_buf_char(out, ',');
		island_text(out, org->instance, SIZE_MAX);
		pt_buf_printf(out, ",%d,%zu,%u]", org->type == PT_ORG_SANDBOX,
			      stage < h->status.nstage ? (size_t)stage : h->status.nstage,
			      entry->shape);
		pt_report_turn(list->page->out);
	}
	pt_buf_str(out, "]\n");
}

static int island(struct list *list, struct pt_err *err)
{
	static const char *const types[] = {"Production", "Sandbox"};
	const struct pt_status *status = &list->page->history->status;
	size_t most = status->npackage > status->nstage + 1 ? status->npackage : status->nstage + 1;
	const char **names;
	struct pt_buf *out = list->html->out;

	if (list->told.nword > most)
		most = list->told.nword;
	names = pt_arena_alloc(list->page->arena, most, sizeof(*names));
	if (!names)
		return pt_err_nomem(err);
	pt_html_open(list->html, "script");
	pt_html_attr(list->html, "type", "application/json");
	pt_html_attrf(list->html, "id", "%s-data", list->id);
	pt_html_content(list->html);
	pt_buf_str(out, "{");
	for (size_t p = 0; p < status->npackage; p++)
		names[p] = status->package[p].name;
	island_texts(out, "packages", names, status->npackage);
	for (size_t s = 0; s < status->nstage; s++)
		names[s] = status->stage[s].name;
	names[status->nstage] = "in no stage";
	island_texts(out, "stages", names, status->nstage + 1);
	island_texts(out, "types", types, PT_ARRAY_LEN(types));
	island_texts(out, "words", list->told.word, list->told.nword);
	for (size_t i = 0; i < list->told.nword; i++)
		names[i] = color_of(list->told.word[i]);
	island_texts(out, "classes", names, list->told.nword);
	island_texts(out, "texts", list->told.text, list->told.ntext);
	island_shapes(list);
	island_orgs(list);
	pt_buf_str(out, "}");
	pt_html_close(list->html);
	return 0;
}

/* What the script makes use of; hidden until it does. */

static void button(struct pt_html *html, const char *step, const char *text)
{
	pt_html_open(html, "button");
	pt_html_attr(html, "type", "button");
	pt_html_attr(html, "data-step", step);
	pt_html_text(html, text);
	pt_html_close(html);
}

static void pick(struct list *list)
{
	struct pt_html *html = list->html;

	pt_html_open(html, "label");
	pt_html_text(html, "Show");
	pt_html_open(html, "br");
	pt_html_close(html);
	pt_html_open(html, "select");
	pt_html_open(html, "option");
	pt_html_attr(html, "value", "");
	pt_html_text(html, "all of them");
	pt_html_close(html);
	for (size_t i = 1; i < list->told.nword; i++) {
		char count[PT_COUNT_TEXT];

		pt_html_open(html, "option");
		pt_html_attr_int(html, "value", (int64_t)i);
		pt_html_textf(html, "%s: %s orgs", list->told.word[i],
			      pt_count_text(count, list->told.norg[i]));
		pt_html_close(html);
	}
	pt_html_close(html);
	pt_html_close(html);
}

static void controls(struct list *list)
{
	struct pt_html *html = list->html;

	pt_html_open_class(html, "form", "find");
	pt_html_attr(html, "hidden", "hidden");
	pt_html_attr(html, "role", "search");
	pt_html_open(html, "label");
	pt_html_text(html, "Search key, name, instance, package or message");
	pt_html_open(html, "br");
	pt_html_close(html);
	pt_html_open(html, "input");
	pt_html_attr(html, "type", "search");
	pt_html_attr(html, "autocomplete", "off");
	pt_html_attr(html, "spellcheck", "false");
	pt_html_close(html);
	pt_html_close(html);
	if (list->told.nword > 2)
		pick(list);
	button(html, "-1", "Back");
	button(html, "1", "On");
	pt_html_open(html, "output");
	pt_html_attr(html, "aria-live", "polite");
	pt_html_close(html);
	pt_html_close(html);
}

/* The plain table. */

static void told_cell(struct list *list, const struct pt_org_shape *shape)
{
	const struct pt_status *status = &list->page->history->status;
	struct pt_html *html = list->html;

	pt_html_open(html, "td");
	pt_html_open_class(html, "ul", "left");
	for (size_t k = 0; k < shape->nitem; k++) {
		const struct pt_org_item *item = &shape->item[k];
		const char *word = list->told.word[item->word];

		pt_html_open(html, "li");
		pt_html_leaf(html, "b", NULL, status->package[item->package].name);
		pt_html_text(html, " ");
		pt_html_open(html, "span");
		pt_html_attrf(html, "class", "chip c-%s", color_of(word));
		pt_html_text(html, word);
		pt_html_close(html);
		pt_html_text(html, " ");
		pt_html_leaf(html, "bdi", "msg", list->told.text[item->text]);
		if (item->npush > 1)
			pt_html_leaff(html, "em", NULL, ", pushed %u times", item->npush);
		pt_html_close(html);
	}
	pt_html_close(html);
	pt_html_close(html);
}

static void plain_row(struct list *list, const struct pt_org_entry *entry)
{
	const struct pt_history *h = list->page->history;
	const struct pt_org *org = &h->org[entry->org];
	struct pt_html *html = list->html;

	pt_html_open(html, "tr");
	pt_html_open(html, "th");
	pt_html_attr(html, "scope", "row");
	pt_html_leaf(html, "code", NULL, org->key.text);
	pt_html_close(html);
	pt_html_open(html, "td");
	pt_html_open(html, "bdi");
	pt_html_text_most(html, org->name ? org->name : "", NAME_MOST);
	pt_html_close(html);
	pt_html_close(html);
	pt_html_leaf(html, "td", "w", org->instance);
	pt_html_leaf(html, "td", "w", type_of(org));
	pt_html_leaf(html, "td", "w", stage_of(h, entry->org));
	told_cell(list, &list->told.shape[entry->shape]);
	pt_html_close(html);
}

static void plain(struct list *list)
{
	static const char *const heads[] = {"Org", "Name", "Instance", "Type", "Stage"};
	struct pt_html *html = list->html;
	char first[PT_COUNT_TEXT], all[PT_COUNT_TEXT];
	size_t n = list->told.nentry < PLAIN_ROWS ? list->told.nentry : PLAIN_ROWS;

	pt_html_open_class(html, "p", "note");
	pt_html_attr(html, "data-plain", "");
	pt_html_textf(html, "%s of %s orgs, by key.", pt_count_text(first, n),
		      pt_count_text(all, list->told.nentry));
	if (n < list->told.nentry) {
		pt_html_text(html, " Without JavaScript the rest is not shown here: ");
		pt_html_leaf(html, "code", NULL,
			     list->kind == PT_ORGS_LEFT ? list->page->view->commands->csv
							: list->page->view->commands->json);
		pt_html_text(html, " writes all of them.");
	}
	pt_html_close(html);
	pt_html_open_class(html, "div", "scroll");
	pt_html_open(html, "table");
	pt_html_open(html, "thead");
	pt_html_open(html, "tr");
	for (size_t i = 0; i <= PT_ARRAY_LEN(heads); i++) {
		pt_html_open(html, "th");
		pt_html_attr(html, "scope", "col");
		pt_html_text(html, i < PT_ARRAY_LEN(heads)      ? heads[i]
				   : list->kind == PT_ORGS_LEFT ? "What is left, and why"
								: "What was left out, and why");
		pt_html_close(html);
	}
	pt_html_close(html);
	pt_html_close(html);
	pt_html_open(html, "tbody");
	for (size_t i = 0; i < n; i++)
		plain_row(list, &list->told.entry[i]);
	pt_html_close(html);
	pt_html_close(html);
	pt_html_close(html);
}

static int show(struct list *list, struct pt_err *err)
{
	struct pt_html *html = list->html;
	int rc;

	pt_html_open(html, "div");
	pt_html_attrf(html, "data-list", "%s-data", list->id);
	controls(list);
	plain(list);
	pt_html_close(html);
	rc = island(list, err);
	return rc;
}

/* How many pushes were left out for which reason. */
static int reasons(struct list *list, struct pt_err *err)
{
	static const char *const heads[] = {"Reason", "Orgs", "Pushes"};
	size_t n = list->told.ntext;
	uint64_t *orgs = pt_arena_alloc(list->page->arena, n + 1, sizeof(*orgs));
	uint64_t *pushes = pt_arena_alloc(list->page->arena, n + 1, sizeof(*pushes));

	if (!orgs || !pushes)
		return pt_err_nomem(err);
	for (size_t i = 0; i < list->told.nentry; i++) {
		const struct pt_org_shape *shape = &list->told.shape[list->told.entry[i].shape];

		for (size_t k = 0; k < shape->nitem; k++) {
			bool seen = false;

			for (size_t before = 0; before < k; before++)
				seen |= shape->item[before].text == shape->item[k].text;
			orgs[shape->item[k].text] += !seen;
			pushes[shape->item[k].text]++;
		}
	}
	pt_html_open(list->html, "table");
	pt_page_heads(list->page, heads, PT_ARRAY_LEN(heads), 1);
	pt_html_open(list->html, "tbody");
	for (size_t i = 0; i < n; i++) {
		if (!pushes[i])
			continue;
		pt_html_open(list->html, "tr");
		pt_html_open(list->html, "th");
		pt_html_attr(list->html, "scope", "row");
		pt_html_text(list->html, list->told.text[i]);
		pt_html_close(list->html);
		pt_page_number(list->page, orgs[i]);
		pt_page_number(list->page, pushes[i]);
		pt_html_close(list->html);
	}
	pt_html_close(list->html);
	pt_html_close(list->html);
	return 0;
}

static int section(struct pt_page *page, enum pt_org_list_kind kind, struct pt_err *err)
{
	bool left = kind == PT_ORGS_LEFT;
	struct list list = {
	    .page = page, .html = &page->html, .kind = kind, .id = left ? "left" : "excluded"};
	int rc = pt_orgs_tell(&list.told, page->view, kind, err);

	if (rc < 0)
		return rc;
	pt_page_section(page, list.id,
			!left               ? "Left out"
			: page->view->ended ? "Orgs that are not there"
					    : "Orgs that are not there yet");
	if (list.told.nentry == 0)
		pt_html_leaf(&page->html, "p", "note",
			     !left ? "Nothing that was selected was left out."
			     : page->view->all.tally.eligible
				 ? "Every eligible org has the train's versions."
				 : "Nothing was to be pushed.");
	else if (!left)
		rc = reasons(&list, err);
	if (rc == 0 && list.told.nentry)
		rc = show(&list, err);
	pt_html_close(&page->html);
	pt_orgs_release(&list.told);
	return rc;
}

int pt_page_orgs(struct pt_page *page, struct pt_err *err)
{
	int rc = section(page, PT_ORGS_LEFT, err);

	return rc < 0 ? rc : section(page, PT_ORGS_EXCLUDED, err);
}
