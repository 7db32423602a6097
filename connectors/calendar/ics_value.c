/* See ics_value.h. */
#include "connectors/calendar/ics_value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ZONES_MAX = 100, TZID_MAX = 128 };

struct pt_ics_zone {
	char tzid[TZID_MAX];
	struct pt_zone *zone;
};

void pt_ics_zones_release(struct pt_ics_zones *zones)
{
	for (size_t i = 0; i < zones->n; i++)
		pt_zone_free(zones->known[i].zone);
	free(zones->known);
}

/* Some programs put their own name before the zone's: /example.org/20260101_1/Europe/Berlin. */
static int open_zone(struct pt_zone **out, const char *tzid, struct pt_err *err)
{
	const char *windows = pt_windows_zone(tzid);
	struct pt_err why = PT_ERR_INIT;
	int rc = pt_zone_open(out, windows ? windows : tzid, &why);

	if (tzid[0] != '/')
		tzid = "";
	for (tzid = strchr(tzid, '/'); rc == -PT_E_NOTFOUND && tzid; tzid = strchr(tzid + 1, '/')) {
		why = (struct pt_err)PT_ERR_INIT;
		rc = pt_zone_open(out, tzid + 1, &why);
	}
	if (rc == -PT_E_NOMEM)
		return pt_err_nomem(err);
	return rc;
}

static int find_zone(const struct pt_zone **out, struct pt_ics_zones *zones,
		     const struct pt_ics_lines *lines, const char *tzid, size_t len,
		     struct pt_err *err)
{
	struct pt_ics_zone new = {.zone = NULL};

	for (size_t i = 0; i < zones->n; i++) {
		if (strlen(zones->known[i].tzid) == len &&
		    memcmp(zones->known[i].tzid, tzid, len) == 0) {
			*out = zones->known[i].zone;
			return 0;
		}
	}
	if (zones->n == ZONES_MAX)
		return pt_err_at(err, PT_E_LIMIT, lines->src, "more than %d time zones", ZONES_MAX);
	if (!zones->known)
		zones->known = calloc(ZONES_MAX, sizeof(*zones->known));
	if (!zones->known)
		return pt_err_nomem(err);
	snprintf(new.tzid, sizeof(new.tzid), "%.*s", (int)(len < TZID_MAX ? len : TZID_MAX), tzid);
	int rc = len < TZID_MAX ? open_zone(&new.zone, new.tzid, err) : -PT_E_NOTFOUND;

	if (rc == -PT_E_NOMEM)
		return rc;
	if (rc < 0)
		return pt_err_at(err, PT_E_INVALID, lines->src,
				 "no time zone '%.80s', expected a TZID such as Europe/Berlin",
				 new.tzid);
	zones->known[zones->n++] = new;
	*out = new.zone;
	return 0;
}

int64_t pt_ics_time_ms(const struct pt_ics_time *time, enum pt_zone_pick pick)
{
	return pt_zone_resolve(time->zone, &time->civil, pick);
}

int pt_ics_time_read(struct pt_ics_time *out, struct pt_ics_zones *zones,
		     const struct pt_ics_lines *lines, const char *text, size_t len,
		     struct pt_err *err)
{
	struct pt_ics_time time = {.zone = zones->own};
	const char *tzid;
	size_t tzid_len;
	int rc = 0;

	if (!pt_civil_parse_basic(&time.civil, &time.form, text, len))
		return pt_err_at(err, PT_E_INVALID, lines->src,
				 "%s: '%.*s' is not a time, expected such as 20261201, "
				 "20261201T180000 or 20261201T180000Z",
				 lines->name, (int)(len < 40 ? len : 40), text);
	if (time.form == PT_CIVIL_OFFSET)
		rc = find_zone(&time.zone, zones, lines, "Etc/UTC", 7, err);
	else if (time.form == PT_CIVIL_LOCAL && pt_ics_param(&tzid, &tzid_len, lines, "TZID"))
		rc = find_zone(&time.zone, zones, lines, tzid, tzid_len, err);
	if (rc == 0)
		*out = time;
	return rc;
}

/* "12H": the number, and where the unit is; NULL: there is none, or it is too large. */
static const char *take_number(int64_t *out, const char *at)
{
	const char *start = at;
	int64_t value = 0;

	for (; *at >= '0' && *at <= '9' && at - start < 10; at++)
		value = value * 10 + (*at - '0');
	*out = value;
	return at == start ? NULL : at;
}

/* Adds "1W2D" or "3H4M5S", units in that order; NULL: it is not such. */
static const char *take_units(int64_t *ms, const char *at, const char *units,
			      const int64_t *unit_ms)
{
	const char *unit = units, *start = at;
	int64_t number;

	while (*at && *at != 'T') {
		at = take_number(&number, at);
		unit = at && *at ? strchr(unit, *at) : NULL;
		if (!unit || number > 36525 * PT_DAY_MS / unit_ms[unit - units])
			return NULL;
		*ms += number * unit_ms[unit - units];
		unit++;
		at++;
	}
	return at == start && *at != 'T' ? NULL : at;
}

int pt_ics_length_read(struct pt_ics_length *out, const struct pt_ics_lines *lines,
		       const char *text, struct pt_err *err)
{
	static const int64_t day_ms[] = {7 * PT_DAY_MS, PT_DAY_MS};
	static const int64_t time_ms[] = {PT_HOUR_MS, PT_MINUTE_MS, PT_SECOND_MS};
	struct pt_ics_length length = {.days_ms = 0};
	const char *at = *text == '+' ? text + 1 : text;

	at = *at == 'P' ? take_units(&length.days_ms, at + 1, "WD", day_ms) : NULL;
	if (at && *at == 'T')
		at = take_units(&length.time_ms, at + 1, "HMS", time_ms);
	if (!at || *at)
		return pt_err_at(err, PT_E_INVALID, lines->src,
				 "%s: '%.40s' is not a length, expected such as P1D or PT2H30M",
				 lines->name, text);
	*out = length;
	return 0;
}

void pt_ics_text_read(struct pt_buf *out, const char *text, size_t max_bytes)
{
	size_t end = out->len + max_bytes;

	for (; *text; text++) {
		bool escaped = *text == '\\' && text[1];
		char c = escaped ? *++text : *text;

		/* Not in the middle of a character. */
		if (out->len >= end && ((unsigned char)c & 0xc0) != 0x80)
			break;
		if (out->len >= end + 4)
			break;
		pt_buf_char(out, escaped && (c == 'n' || c == 'N') ? ' ' : c);
	}
}
