/* pushtrain graph: the dependency graph of the releases at a moment. */
#include <string.h>

#include "cmd/context.h"
#include "pipeline/graph_drawing.h"
#include "pipeline/graph_report.h"

enum format { TEXT, JSON, DOT, MERMAID };

/* --json is short for --format json. */
static int read_format(enum format *out, const struct pt_args *args, struct pt_err *err)
{
	static const char *const names[] = {"text", "json", "dot", "mermaid"};
	size_t at = args->json ? JSON : TEXT;

	if (args->format) {
		for (at = 0; at < PT_ARRAY_LEN(names) && strcmp(args->format, names[at]) != 0;)
			at++;
	}
	if (at == PT_ARRAY_LEN(names))
		return pt_err_set(err, PT_E_USAGE,
				  "--format '%s', expected text, json, dot or mermaid",
				  args->format);
	if (args->json && at != JSON)
		return pt_err_set(err, PT_E_USAGE, "--format '%s' beside --json, expected one",
				  args->format);
	*out = (enum format)at;
	return 0;
}

static int write_graph(struct pt_buf *out, const struct pt_context *c, enum format format,
		       struct pt_err *err)
{
	switch (format) {
	case TEXT:
		return pt_graph_report_text(out, c->train, c->zone, err);
	case JSON:
		pt_graph_report_json(out, c->train);
		break;
	case DOT:
		pt_graph_draw_dot(out, c->train);
		break;
	case MERMAID:
		pt_graph_draw_mermaid(out, c->train);
		break;
	}
	return 0;
}

static int show(struct pt_context *c, struct pt_buf *out, enum format format, struct pt_err *err)
{
	int64_t cut_ms;
	int rc = pt_context_cut(&cut_ms, c, err);

	if (rc == 0)
		rc = pt_context_decide(c, cut_ms, err);
	if (rc < 0)
		return rc;
	pt_say_warnings(c->train);
	for (size_t i = 0; i < c->train->nrefusal; i++)
		pt_say("warning: a train would be refused: %s", c->train->refusal[i]);
	return write_graph(out, c, format, err);
}

enum pt_exit pt_cmd_graph(const struct pt_args *args)
{
	PT_CLEANUP(pt_context_release) struct pt_context c = {.args = args};
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
	struct pt_err err = PT_ERR_INIT;
	enum format format = TEXT;

	if (read_format(&format, args, &err) < 0 || pt_context_open(&c, args, &err) < 0 ||
	    show(&c, &out, format, &err) < 0)
		return pt_say_error(&err);
	return pt_print(&out, PT_EXIT_DONE);
}
