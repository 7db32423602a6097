/* pushtrain graph: the dependency graph of the releases at a moment. */
#include <string.h>

#include "cmd/context.h"
#include "pipeline/graph_report.h"

static int show(struct pt_context *c, struct pt_buf *out, bool json, struct pt_err *err)
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
	if (!json)
		return pt_graph_report_text(out, c->train, c->zone, err);
	pt_graph_report_json(out, c->train);
	return 0;
}

enum pt_exit pt_cmd_graph(const struct pt_args *args)
{
	PT_CLEANUP(pt_context_release) struct pt_context c = {.args = args};
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
	struct pt_err err = PT_ERR_INIT;
	bool json = args->json || (args->format && strcmp(args->format, "json") == 0);

	if (args->format && !json && strcmp(args->format, "text") != 0) {
		(void)pt_err_set(&err, PT_E_USAGE, "--format '%s', expected text or json",
				 args->format);
		return pt_say_error(&err);
	}
	if (pt_context_open(&c, args, &err) < 0 || show(&c, &out, json, &err) < 0)
		return pt_say_error(&err);
	return pt_print(&out, PT_EXIT_DONE);
}
