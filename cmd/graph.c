/* pushtrain graph: the dependency graph of the releases at a moment. */
#include "cmd/context.h"
#include "pipeline/graph_drawing.h"
#include "pipeline/graph_report.h"

enum format { TEXT, JSON, DOT, MERMAID };

static const char *const formats[] = {"text", "json", "dot", "mermaid"};

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
	size_t format;

	if (pt_args_format(&format, args, formats, PT_ARRAY_LEN(formats), &err) < 0 ||
	    pt_context_open(&c, args, &err) < 0 || show(&c, &out, (enum format)format, &err) < 0)
		return pt_say_error(&err);
	return pt_print(&out, PT_EXIT_DONE);
}
