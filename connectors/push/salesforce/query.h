/*
 * SOQL as text, and as a path to send: texts are escaped, and no query comes near
 * the 16,384 bytes that the platform takes as request line and headers.
 */
#ifndef PT_CONNECTORS_PUSH_SALESFORCE_QUERY_H
#define PT_CONNECTORS_PUSH_SALESFORCE_QUERY_H

#include "base/buf.h"
#include "connectors/push/push.h"

/* Values in one IN list: 500 org keys are 9 kB of path, 200 ids are 4 kB. */
enum { PT_SF_KEYS_LISTED = 500, PT_SF_IDS_LISTED = 200 };

/* Appends 'text' in quotes. */
void pt_sf_quote(struct pt_buf *out, const char *text);

/* Appends " field IN ('…','…')". */
void pt_sf_list_keys(struct pt_buf *out, const char *field, const struct pt_org_key *key, size_t n);
void pt_sf_list_ids(struct pt_buf *out, const char *field, const struct pt_id *id, size_t n);

/* Appends "2026-12-01T18:00:00Z"; the platform takes a time without a zone for who knows what. */
void pt_sf_time(struct pt_buf *out, int64_t ms);

/* "/services/data/vN/query?q=…" of the SOQL. Owned by the caller; NULL without memory. */
char *pt_sf_query_path(const char *api_version, const struct pt_buf *soql) PT_MUSTUSE;

#endif
