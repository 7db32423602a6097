/*
 * Orgs with something to tell of, and what: for lists that hold 200,000 of them. What is told is
 * the same for many orgs, so each sort of it (a shape) is kept once.
 */
#ifndef PT_PIPELINE_REPORT_ORG_LIST_H
#define PT_PIPELINE_REPORT_ORG_LIST_H

#include "pipeline/report/view.h"

enum pt_org_list_kind { PT_ORGS_LEFT, PT_ORGS_EXCLUDED };

/* One package of one shape. */
struct pt_org_item {
	uint32_t package, word, text; /* numbers of words and texts of the list */
	uint32_t npush;
};

struct pt_org_shape {
	struct pt_org_item *item;
	size_t nitem;
};

struct pt_org_entry {
	uint32_t org, shape;
};

struct pt_orgs_told {
	struct pt_org_entry *entry; /* by key ascending */
	size_t nentry;
	struct pt_org_shape *shape;
	size_t nshape;
	const char **word; /* classes, or "excluded" */
	uint64_t *norg;    /* how many orgs have that word */
	size_t nword;
	const char **text; /* messages, reasons; [0] is "" */
	size_t ntext;
	struct pt_arena arena;
};

/* Owned by the caller. O(orgs x packages + told log told). */
int pt_orgs_tell(struct pt_orgs_told *out, const struct pt_report_view *view,
		 enum pt_org_list_kind kind, struct pt_err *err) PT_MUSTUSE;
void pt_orgs_release(struct pt_orgs_told *told);

#endif
