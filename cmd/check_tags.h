/*
 * Which train each tag of a trigger would be: 'check' looks at those that are there, before
 * 'watch' sees the next.
 */
#ifndef PT_CMD_CHECK_TAGS_H
#define PT_CMD_CHECK_TAGS_H

#include "base/json.h"
#include "cmd/context.h"

/*
 * Appends a table of the newest tags, nothing for a train without a trigger; the context has
 * its repositories open. O(tags × what a train takes to be decided).
 */
int pt_check_tags_text(struct pt_buf *out, struct pt_context *c, const struct pt_train_conf *conf,
		       struct pt_err *err) PT_MUSTUSE;

/* The same of all tags, as "tags" in an open object. */
int pt_check_tags_json(struct pt_json *json, struct pt_context *c, const struct pt_train_conf *conf,
		       struct pt_err *err) PT_MUSTUSE;

#endif
