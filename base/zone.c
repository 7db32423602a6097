/* See zone.h. */
#include "base/zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/zone_rule.h"

enum { FILE_MAX = 1 << 20, NAME_MAX_LEN = 80 };

struct pt_zone {
	char *name;
	int64_t *at_s;     /* transitions, seconds since 1970, ascending */
	int32_t *offset_s; /* in force from at_s[i] on */
	size_t n;
	int32_t before_s;         /* in force before the first transition */
	struct pt_zone_rule rule; /* in force after the last */
};

/* A TZif header's six counts, in file order. */
struct counts {
	uint32_t isutcnt, isstdcnt, leapcnt, timecnt, typecnt, charcnt;
};

static uint32_t be32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int64_t be64(const unsigned char *p)
{
	return (int64_t)((uint64_t)be32(p) << 32 | be32(p + 4));
}

static bool read_header(struct counts *out, const unsigned char *p, size_t size)
{
	if (size < 44 || memcmp(p, "TZif", 4) != 0)
		return false;
	out->isutcnt = be32(p + 20);
	out->isstdcnt = be32(p + 24);
	out->leapcnt = be32(p + 28);
	out->timecnt = be32(p + 32);
	out->typecnt = be32(p + 36);
	out->charcnt = be32(p + 40);
	return out->timecnt < 100000 && out->typecnt > 0 && out->typecnt < 1000 &&
	       out->charcnt < 10000 && out->leapcnt < 1000 && out->isstdcnt <= out->typecnt &&
	       out->isutcnt <= out->typecnt;
}

/* Bytes of a data block whose times are time_bytes wide. */
static size_t block_size(const struct counts *c, size_t time_bytes)
{
	return c->timecnt * (time_bytes + 1) + (size_t)c->typecnt * 6 + c->charcnt +
	       c->leapcnt * (time_bytes + 4) + c->isstdcnt + c->isutcnt;
}

static int fill(struct pt_zone *zone, const struct counts *c, const unsigned char *p)
{
	const unsigned char *index = p + (size_t)c->timecnt * 8;
	const unsigned char *type = index + c->timecnt;

	zone->at_s = calloc(c->timecnt + 1, sizeof(*zone->at_s));
	zone->offset_s = calloc(c->timecnt + 1, sizeof(*zone->offset_s));
	if (!zone->at_s || !zone->offset_s)
		return -PT_E_NOMEM;
	zone->n = c->timecnt;
	zone->before_s = (int32_t)be32(type);
	for (size_t i = 0; i < zone->n; i++) {
		size_t t = index[i] < c->typecnt ? index[i] : 0;

		zone->at_s[i] = be64(p + i * 8);
		zone->offset_s[i] = (int32_t)be32(type + t * 6);
	}
	return 0;
}

/*
 * A version 2 file: a block with 32-bit times to skip, one with 64-bit times, the rule.
 * -PT_E_SYNTAX: it is none.
 */
static int parse_file(struct pt_zone *zone, const unsigned char *p, size_t size)
{
	struct counts c;

	if (!read_header(&c, p, size) || p[4] < '2' || block_size(&c, 4) + 44 > size)
		return -PT_E_SYNTAX;
	p += 44 + block_size(&c, 4);
	size -= 44 + block_size(&c, 4);
	if (!read_header(&c, p, size) || block_size(&c, 8) + 44 > size)
		return -PT_E_SYNTAX;
	if (fill(zone, &c, p + 44) < 0)
		return -PT_E_NOMEM;
	p += 44 + block_size(&c, 8);
	size -= 44 + block_size(&c, 8);
	if (size < 2 || p[0] != '\n' || !memchr(p + 1, '\n', size - 1))
		return -PT_E_SYNTAX;
	int32_t last_s = zone->n ? zone->offset_s[zone->n - 1] : zone->before_s;

	return pt_zone_rule_parse(&zone->rule, (const char *)p + 1, last_s) ? 0 : -PT_E_SYNTAX;
}

/*
 * Names are paths below the zone folder: nothing that could leave it, and not the
 * copies in right/, whose times count leap seconds.
 */
static bool good_name(const char *name)
{
	size_t n = strlen(name);

	if (n == 0 || n > NAME_MAX_LEN || name[0] == '/' || strstr(name, "..") ||
	    strncmp(name, "right/", 6) == 0)
		return false;
	return strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/") ==
	       n;
}

static int read_zone(struct pt_zone *zone, struct pt_buf *path, struct pt_buf *file)
{
	struct pt_err why = PT_ERR_INIT;

	if (!good_name(zone->name))
		return -PT_E_NOTFOUND;
	pt_buf_printf(path, "/usr/share/zoneinfo/%s", zone->name);
	if (path->failed)
		return -PT_E_NOMEM;
	if (pt_file_read(file, pt_buf_text(path), FILE_MAX, &why) < 0)
		return why.code == PT_E_NOMEM ? -PT_E_NOMEM : -PT_E_NOTFOUND;
	return parse_file(zone, (const unsigned char *)pt_buf_text(file), file->len);
}

int pt_zone_open(struct pt_zone **out, const char *name, struct pt_err *err)
{
	struct pt_buf path = PT_BUF_INIT, file = PT_BUF_INIT;
	struct pt_zone *zone = calloc(1, sizeof(*zone));
	int rc = -PT_E_NOMEM;

	if (zone && (zone->name = strdup(name)))
		rc = read_zone(zone, &path, &file);
	if (rc == -PT_E_NOMEM)
		pt_err_nomem(err);
	else if (rc == -PT_E_NOTFOUND)
		pt_err_set(err, PT_E_NOTFOUND,
			   "no time zone '%.80s', expected an IANA name such as Europe/Berlin",
			   name);
	else if (rc < 0)
		pt_err_set(err, PT_E_SYNTAX, "time zone '%s': its file is not a TZif file", name);
	else
		*out = pt_take(zone);
	pt_zone_free(zone);
	pt_buf_release(&path);
	pt_buf_release(&file);
	return rc;
}

void pt_zone_free(struct pt_zone *zone)
{
	if (!zone)
		return;
	free(zone->name);
	free(zone->at_s);
	free(zone->offset_s);
	free(zone);
}

void pt_zone_freep(struct pt_zone **zone)
{
	pt_zone_free(*zone);
}

const char *pt_zone_name(const struct pt_zone *zone)
{
	return zone->name;
}

static int64_t floor_seconds(int64_t ms)
{
	return ms >= 0 ? ms / 1000 : -((-ms + 999) / 1000);
}

int64_t pt_zone_offset_ms(const struct pt_zone *zone, int64_t ms)
{
	int64_t at = floor_seconds(ms);
	size_t low = 0, high = zone->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (zone->at_s[mid] <= at)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == zone->n)
		return 1000 * (int64_t)pt_zone_rule_offset(&zone->rule, at);
	return 1000 * (int64_t)(low ? zone->offset_s[low - 1] : zone->before_s);
}

int64_t pt_zone_resolve(const struct pt_zone *zone, const struct pt_civil *local,
			enum pt_zone_pick pick)
{
	int64_t naive = pt_civil_to_ms(local);
	/* No zone changes its clocks twice within a day, so these two are the candidates. */
	int64_t early = naive - pt_zone_offset_ms(zone, naive - PT_DAY_MS);
	int64_t late = naive - pt_zone_offset_ms(zone, naive + PT_DAY_MS);
	bool early_ok = early + pt_zone_offset_ms(zone, early) == naive;
	bool late_ok = late + pt_zone_offset_ms(zone, late) == naive;

	if (early_ok && late_ok)
		return pick == PT_ZONE_FIRST ? early : late;
	/* Skipped: neither shows it; the offset before the gap is the early one. */
	return late_ok ? late : early;
}

int pt_zone_parse(int64_t *ms_out, const struct pt_zone *zone, const char *text, struct pt_err *err)
{
	struct pt_civil civil;
	enum pt_civil_form form;
	int64_t offset_ms;
	int rc = pt_civil_parse(&civil, &form, &offset_ms, text, err);

	if (rc < 0)
		return rc;
	*ms_out = form == PT_CIVIL_OFFSET ? pt_civil_to_ms(&civil) - offset_ms
					  : pt_zone_resolve(zone, &civil, PT_ZONE_FIRST);
	return 0;
}

const char *pt_zone_text(char buf[PT_INSTANT_TEXT], const struct pt_zone *zone, int64_t ms)
{
	static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	int64_t offset = pt_zone_offset_ms(zone, ms);
	struct pt_civil c = pt_civil_of_ms(ms + offset);
	int64_t minutes = (offset < 0 ? -offset : offset) / PT_MINUTE_MS;

	snprintf(buf, PT_INSTANT_TEXT, "%s %04d-%02d-%02d %02d:%02d %c%02d:%02d",
		 days[pt_civil_weekday(c.year, c.month, c.day)], c.year % 10000, c.month, c.day,
		 c.hour, c.minute, offset < 0 ? '-' : '+', (int)(minutes / 60 % 24),
		 (int)(minutes % 60));
	return buf;
}
