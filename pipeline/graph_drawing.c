/*
 * See graph_drawing.h. Nodes are named by the package's place in the suite, p0,
 * p1 …, and by user and place for external pins, p3x0: names of people's choosing
 * stand in labels only, where quoting is all that can go wrong.
 */
#include "pipeline/graph_drawing.h"

#include <string.h>

/* What differs between the two languages. */
struct language {
	void (*text)(struct pt_buf *out, const char *text); /* between double quotes */
	const char *node, *node_end;
	const char *external, *external_end;
	const char *arrow, *arrow_external, *line_end;
};

/* Control characters have no place in a label; a line break is the language's own. */
static bool put_control(struct pt_buf *out, unsigned char c, const char *newline)
{
	if (c >= 0x20 && c != 0x7f)
		return false;
	pt_buf_str(out, c == '\n' ? newline : "\xef\xbf\xbd");
	return true;
}

/* Backslashes begin escapes, `&` an HTML entity. */
static void dot_text(struct pt_buf *out, const char *text)
{
	for (const char *p = text; *p; p++) {
		if (put_control(out, (unsigned char)*p, "\\n"))
			continue;
		if (*p == '"' || *p == '\\')
			pt_buf_char(out, '\\');
		pt_buf_char(out, *p);
		if (*p == '&')
			pt_buf_str(out, "amp;");
	}
}

/*
 * Labels are looked at as entities, HTML, Markdown and directives, in an order that
 * depends on Mermaid's version: every mark that could begin one becomes a number.
 */
void pt_mermaid_text(struct pt_buf *out, const char *text)
{
	for (const char *p = text; *p; p++) {
		if (put_control(out, (unsigned char)*p, "<br/>"))
			continue;
		if (strchr("\"#$%&'*:;<>@[\\]^_`{|}~", *p))
			pt_buf_printf(out, "#%d;", *p);
		else
			pt_buf_char(out, *p);
	}
}

static const struct language dot = {
    .text = dot_text,
    .node = " [label=\"",
    .node_end = "\"];\n",
    .external = " [style=dashed, label=\"",
    .external_end = "\"];\n",
    .arrow = " -> ",
    .arrow_external = " -> ",
    .line_end = ";\n",
};

static const struct language mermaid = {
    .text = pt_mermaid_text,
    .node = "[\"",
    .node_end = "\"]\n",
    .external = "([\"",
    .external_end = "\"])\n",
    .arrow = " --> ",
    .arrow_external = " -.-> ",
    .line_end = "\n",
};

static void draw_package(struct pt_buf *out, const struct language *language,
			 const struct pt_train *train, uint32_t p)
{
	const struct pt_train_package *package = &train->package[p];
	char version[PT_VERSION_TEXT];

	pt_buf_printf(out, "  p%u%s", p, language->node);
	language->text(out, package->name);
	pt_buf_char(out, ' ');
	language->text(out, pt_version_text(version, &package->version));
	pt_buf_str(out, language->node_end);
}

static void draw_needs(struct pt_buf *out, const struct language *language,
		       const struct pt_train *train, uint32_t p)
{
	const struct pt_train_package *package = &train->package[p];

	for (size_t k = 0; k < package->nneed; k++) {
		if (package->need[k].direct)
			pt_buf_printf(out, "  p%u%sp%u%s", p, language->arrow,
				      package->need[k].package, language->line_end);
	}
	for (size_t k = 0; k < package->nexternal; k++) {
		const struct pt_external *external = &package->external[k];

		pt_buf_printf(out, "  p%ux%zu%s", p, k, language->external);
		language->text(out, external->name ? external->name : external->version_id);
		pt_buf_str(out, language->external_end);
		pt_buf_printf(out, "  p%u%sp%ux%zu%s", p, language->arrow_external, p, k,
			      language->line_end);
	}
}

void pt_graph_draw_dot(struct pt_buf *out, const struct pt_train *train)
{
	size_t at = 0;

	pt_buf_str(out, "digraph \"");
	dot_text(out, train->suite->name);
	pt_buf_str(out, "\" {\n  rankdir=BT;\n  node [shape=box];\n");
	for (size_t i = 0; i < train->npackage; i++)
		draw_package(out, &dot, train, train->order[i]);
	for (uint32_t level = 0; level < train->nlevel; level++) {
		pt_buf_str(out, "  { rank=same;");
		for (; at < train->npackage && train->package[train->order[at]].level == level;
		     at++)
			pt_buf_printf(out, " p%u;", train->order[at]);
		pt_buf_str(out, " }\n");
	}
	for (size_t i = 0; i < train->npackage; i++)
		draw_needs(out, &dot, train, train->order[i]);
	pt_buf_str(out, "}\n");
}

void pt_graph_draw_mermaid(struct pt_buf *out, const struct pt_train *train)
{
	pt_buf_str(out, "flowchart BT\n");
	for (size_t i = 0; i < train->npackage; i++)
		draw_package(out, &mermaid, train, train->order[i]);
	for (size_t i = 0; i < train->npackage; i++)
		draw_needs(out, &mermaid, train, train->order[i]);
}
