/*
 * Queries, page after page: each page's records go into the part's rows, and what
 * was announced must have come when the last page says that it is the last.
 */
#ifndef PT_CONNECTORS_PUSH_SALESFORCE_PAGES_H
#define PT_CONNECTORS_PUSH_SALESFORCE_PAGES_H

#include "connectors/push/salesforce/session.h"

/* Asks for the first page; what was queried before is forgotten, its rows are not. */
int pt_sf_query(struct pt_sf_part *part, const struct pt_buf *soql, struct pt_err *err) PT_MUSTUSE;

/* Writes one record into *item, zeroed; texts belong into the operation's arena. PT_E_INVALID. */
typedef int pt_sf_row_fn(void *item, struct pt_sf_op *op, const json_t *record, struct pt_err *err);

/* Takes a page, and asks for the next one if there is one. */
int pt_sf_take_page(struct pt_sf_part *part, const struct pt_sf_answer *answer, size_t item_size,
		    pt_sf_row_fn *read, struct pt_err *err) PT_MUSTUSE;

/* A kind's turned_down(): a query whose pages have been forgotten begins again. */
int pt_sf_page_turned_down(bool *out, struct pt_sf_part *part,
			   const struct pt_sf_judgement *judgement, struct pt_err *err);

/*
 * The rows of all parts as one array, sorted; they are the operation's and stay
 * where they are until it is freed.
 */
int pt_sf_gather(void **out, size_t *n_out, struct pt_sf_op *op, size_t item_size,
		 int (*compare)(const void *, const void *), struct pt_err *err) PT_MUSTUSE;

/* Fields of a record; "Parent.Field" goes through a relationship. NULL: null, or not there. */
const json_t *pt_sf_field(const json_t *record, const char *name);
const char *pt_sf_text(const json_t *record, const char *name);

/* These must be there and be what they are said to be: PT_E_INVALID naming the field. */
int pt_sf_need_id(struct pt_id *out, const json_t *record, const char *name, const char *prefix,
		  struct pt_err *err) PT_MUSTUSE;
int pt_sf_need_key(struct pt_org_key *out, const json_t *record, const char *name,
		   struct pt_err *err) PT_MUSTUSE;
int pt_sf_need_state(enum pt_job_state *out, const json_t *record, const char *name,
		     struct pt_err *err) PT_MUSTUSE;

#endif
