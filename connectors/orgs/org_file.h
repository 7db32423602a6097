/*
 * Files of org keys: the orgs of a stage, or those to leave out.
 *
 * Plain form: one org id a line, 15 or 18 characters; words after it and what
 * follows a '#' are for people. CSV form: the first line is a header with a column
 * OrganizationId, OrgKey, SubscriberOrganizationKey or Id (the first of these that
 * is there, in any case); fields may be quoted, lines that begin with '#' are
 * comments. Blank lines, CRLF and a byte order mark are fine in both, and so is
 * an org that is named twice.
 *
 * A wrong line fails the whole file: a list that is half read would push to, or
 * leave out, the wrong orgs.
 */
#ifndef PT_CONNECTORS_ORGS_ORG_FILE_H
#define PT_CONNECTORS_ORGS_ORG_FILE_H

#include <stddef.h>

#include "connectors/push/orgkey.h"

enum { PT_ORG_FILE_MAX_BYTES = 64 << 20 };

/*
 * The orgs of a file, sorted, each once: an array owned by the caller, to be
 * freed; NULL for none. Fails with PT_E_INVALID or PT_E_SYNTAX and the place,
 * PT_E_LIMIT, PT_E_NOTFOUND or PT_E_IO. O(n log n).
 */
int pt_org_file_read(struct pt_org_key **out, size_t *n_out, const char *path,
		     struct pt_err *err) PT_MUSTUSE;

/* The same from memory; `file` names it in errors. */
int pt_org_file_parse(struct pt_org_key **out, size_t *n_out, const char *data, size_t size_bytes,
		      const char *file, struct pt_err *err) PT_MUSTUSE;

#endif
