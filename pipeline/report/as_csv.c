/*
 * Every push that is left as a row of CSV: first the columns that CumulusCI's report of failures
 * has, in its order, then what only we know. Every cell is quoted. See view.h.
 */
#include <string.h>

#include "base/utf8.h"
#include "pipeline/pair_text.h"
#include "pipeline/report/last_failure.h"
#include "pipeline/report/view.h"

/*
 * A spreadsheet takes a cell that begins so for a formula. Nothing that we or the platform
 * write by rule does; a name or a message of somebody's choosing gets an apostrophe, which a
 * spreadsheet takes for "this is text".
 */
static bool looks_like_formula(const char *text)
{
	return *text && strchr("=+-@\t\r\n", *text);
}

static void cell(struct pt_buf *out, const char *text, bool first)
{
	const char *piece;
	size_t n;

	pt_buf_str(out, first ? "\"" : ",\"");
	if (looks_like_formula(text))
		pt_buf_char(out, '\'');
	while ((piece = pt_utf8_shown(&n, &text))) {
		if (*piece == '"')
			pt_buf_char(out, '"');
		pt_buf_bytes(out, piece, n);
	}
	pt_buf_char(out, '"');
}

static void head(struct pt_buf *out)
{
	static const char *const names[] = {
	    "OrganizationId", "OrgName",    "OrgType",   "OrgStatus",    "InstanceName",
	    "ErrorSeverity",  "ErrorTitle", "ErrorType", "ErrorMessage", "Gack Id",
	    "Stacktrace Id",  "Package",    "Version",   "VersionId",    "Stage",
	    "State",          "Class",      "Reason",    "Pushes",       "FailedAt",
	};

	for (size_t i = 0; i < PT_ARRAY_LEN(names); i++)
		cell(out, names[i], i == 0);
	pt_buf_str(out, "\r\n");
}

static size_t of_digits(const char *text)
{
	return strspn(text, "0123456789-");
}

/* "error number: 731858695-80805 (-151184096)": what support asks for, two numbers. */
static void find_gack(struct pt_buf *gack, struct pt_buf *stacktrace, const char *message)
{
	for (const char *p = message; *p; p++) {
		size_t n = of_digits(p), m;

		if (n == 0)
			continue;
		m = p[n] == ' ' && p[n + 1] == '(' ? of_digits(p + n + 2) : 0;
		if (m && p[n + 2 + m] == ')') {
			pt_buf_bytes(gack, p, n);
			pt_buf_bytes(stacktrace, p + n + 2, m);
			return;
		}
		p += n - 1;
	}
}

static const char *state_of(const struct pt_pair *pair)
{
	return pair->state == PT_PAIR_FAILED ? "failed" : pt_pair_class_text(pair);
}

struct writer {
	struct pt_report_out *out;
	const struct pt_history *history;
	struct pt_last_failures last;
	struct pt_buf gack, stacktrace, reason;
};

static void org_cells(struct pt_buf *out, const struct pt_org *org)
{
	cell(out, org->key.text, true);
	cell(out, org->name ? org->name : "", false);
	cell(out, org->type == PT_ORG_SANDBOX ? "Sandbox" : "Production", false);
	cell(out, pt_org_status_text(org->status), false);
	cell(out, org->instance, false);
}

/* A journal from before failures were kept has the text of the last one alone. */
static void failure_cells(struct writer *w, const struct pt_history_failure *f,
			  const struct pt_pair *pair)
{
	struct pt_buf *out = &w->out->text;
	const char *message = f ? f->message : "";

	if (!f && pair->state == PT_PAIR_FAILED && pair->text < w->history->ntext)
		message = w->history->text[pair->text];
	pt_buf_clear(&w->gack);
	pt_buf_clear(&w->stacktrace);
	find_gack(&w->gack, &w->stacktrace, message);
	pt_buf_lean(out, &w->gack);
	pt_buf_lean(out, &w->stacktrace);
	cell(out, f ? f->severity : "", false);
	cell(out, f ? f->title : "", false);
	cell(out, f ? f->type : "", false);
	cell(out, message, false);
	pt_buf_printf(out, ",\"%s\",\"%s\"", pt_buf_text(&w->gack), pt_buf_text(&w->stacktrace));
}

static void own_cells(struct writer *w, const struct pt_history_failure *f, uint32_t p,
		      uint32_t org)
{
	const struct pt_history *h = w->history;
	const struct pt_pair *pair = &h->pair[p][org];
	uint8_t stage = h->place[org].stage;
	struct pt_buf *out = &w->out->text;
	char when[PT_INSTANT_TEXT];

	pt_buf_clear(&w->reason);
	if (pair->state != PT_PAIR_FAILED)
		pt_report_reason(&w->reason, h, pair);
	pt_buf_lean(out, &w->reason);
	cell(out, h->package[p].name, false);
	cell(out, h->package[p].version, false);
	cell(out, h->package[p].version_id, false);
	cell(out, stage < h->status.nstage ? h->status.stage[stage].name : "", false);
	cell(out, state_of(pair), false);
	cell(out,
	     pair->state == PT_PAIR_FAILED
		 ? pt_failure_class_text((enum pt_failure_class)pair->class_)
		 : "",
	     false);
	cell(out, pt_buf_text(&w->reason), false);
	pt_buf_printf(out, ",\"%u\"", pair->npush);
	cell(out, f ? pt_instant_text(when, f->at_ms) : "", false);
	pt_buf_str(out, "\r\n");
}

static void rows_of(struct writer *w, uint32_t org)
{
	const struct pt_history *h = w->history;

	for (size_t i = 0; i < h->status.npackage; i++) {
		uint32_t p = h->status.order[i];
		const struct pt_history_failure *f;

		if (!pt_pair_is_left(&h->pair[p][org]))
			continue;
		f = pt_last_failure(&w->last, h, p, org);
		org_cells(&w->out->text, &h->org[org]);
		failure_cells(w, f, &h->pair[p][org]);
		own_cells(w, f, p, org);
		pt_report_turn(w->out);
	}
}

int pt_report_as_csv(struct pt_report_out *out, struct pt_report_view *view, struct pt_err *err)
{
	struct writer w = {.out = out,
			   .history = view->history,
			   .gack = PT_BUF_INIT,
			   .stacktrace = PT_BUF_INIT,
			   .reason = PT_BUF_INIT};
	uint32_t *by_key;
	int rc = pt_last_failures_find(&w.last, view->history, &view->arena, err);

	if (rc == 0)
		rc = pt_report_by_key(&by_key, view, err);
	if (rc != 0)
		return rc;
	head(&out->text);
	for (size_t i = 0; i < view->history->norg; i++)
		rows_of(&w, by_key[i]);
	pt_buf_release(&w.gack);
	pt_buf_release(&w.stacktrace);
	pt_buf_release(&w.reason);
	return 0;
}
