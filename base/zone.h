/*
 * Time zones by their IANA name, read from the system's TZif files (RFC 8536).
 *
 * Local times that a change of the clocks skips or repeats are resolved by a
 * written rule: a skipped one with the offset before the gap, a repeated one to
 * its first or its second occurrence, as the caller says.
 */
#ifndef PT_BASE_ZONE_H
#define PT_BASE_ZONE_H

#include "base/instant.h"

struct pt_zone;

enum pt_zone_pick { PT_ZONE_FIRST, PT_ZONE_SECOND };

/* Owned by the caller. PT_E_NOTFOUND when there is no such zone, PT_E_SYNTAX for a broken file. */
int pt_zone_open(struct pt_zone **out, const char *name, struct pt_err *err) PT_MUSTUSE;
void pt_zone_free(struct pt_zone *zone);
void pt_zone_freep(struct pt_zone **zone);

/* The name it was opened with; borrowed from the zone. */
const char *pt_zone_name(const struct pt_zone *zone);

/* Milliseconds east of UTC at that moment. */
int64_t pt_zone_offset_ms(const struct pt_zone *zone, int64_t ms);

/* The moment at which clocks in the zone show `local`. */
int64_t pt_zone_resolve(const struct pt_zone *zone, const struct pt_civil *local,
			enum pt_zone_pick pick);

/*
 * A time as people write it: with an offset, local to the zone, or a bare date,
 * which is 00:00 in the zone.
 */
int pt_zone_parse(int64_t *ms_out, const struct pt_zone *zone, const char *text,
		  struct pt_err *err) PT_MUSTUSE;

/* "Tue 2026-12-01 18:00 -08:00": local time with the offset of that date. Returns buf. */
const char *pt_zone_text(char buf[PT_INSTANT_TEXT], const struct pt_zone *zone, int64_t ms);

#endif
