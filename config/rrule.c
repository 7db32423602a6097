/* See rrule.h. */
#include "config/rrule.h"

#include <stdio.h>
#include <string.h>

enum part_name {
	FREQ,
	INTERVAL,
	COUNT,
	UNTIL,
	WKST,
	BYSECOND,
	BYMINUTE,
	BYHOUR,
	BYDAY,
	BYMONTHDAY,
	BYYEARDAY,
	BYWEEKNO,
	BYMONTH,
	BYSETPOS,
	NPART,
};

/* Numbers from `low` to `high`, negative ones too where they count from the end. */
struct part_rule {
	const char *name;
	long low, high;
	bool from_end;
	uint32_t most; /* values; what fits into libical's arrays */
};

static const struct part_rule part_rules[NPART] = {
    [FREQ] = {"FREQ", 0, 0, false, 1},
    [INTERVAL] = {"INTERVAL", 1, 9999, false, 1},
    [COUNT] = {"COUNT", 1, 999999, false, 1},
    [UNTIL] = {"UNTIL", 0, 0, false, 1},
    [WKST] = {"WKST", 0, 0, false, 1},
    [BYSECOND] = {"BYSECOND", 0, 59, false, 60},
    [BYMINUTE] = {"BYMINUTE", 0, 59, false, 60},
    [BYHOUR] = {"BYHOUR", 0, 23, false, 24},
    [BYDAY] = {"BYDAY", 1, 53, true, 371},
    [BYMONTHDAY] = {"BYMONTHDAY", 1, 31, true, 31},
    [BYYEARDAY] = {"BYYEARDAY", 1, 366, true, 366},
    [BYWEEKNO] = {"BYWEEKNO", 1, 53, true, 53},
    [BYMONTH] = {"BYMONTH", 1, 12, false, 12},
    [BYSETPOS] = {"BYSETPOS", 1, 366, true, 366},
};

/* While a rule is read. */
struct parts {
	uint32_t n[NPART]; /* values of each; 0: the part is not there */
	bool nth_day;      /* a BYDAY such as 2TU */
	bool within_day;   /* a FREQ of hours or less */
};

static const char *const freqs[] = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"};

static bool is_word(const char *text, size_t len, const char *word)
{
	return strlen(word) == len && strncmp(text, word, len) == 0;
}

static bool is_weekday(const char *text, size_t len)
{
	static const char *const days[] = {"SU", "MO", "TU", "WE", "TH", "FR", "SA"};

	for (size_t i = 0; i < PT_ARRAY_LEN(days); i++) {
		if (is_word(text, len, days[i]))
			return true;
	}
	return false;
}

static bool is_number(const char *text, size_t len, const struct part_rule *rule)
{
	size_t sign = rule->from_end && len > 1 && (*text == '+' || *text == '-');
	long value = 0;

	if (len == sign || len - sign > 6)
		return false;
	for (size_t i = sign; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		value = value * 10 + (text[i] - '0');
	}
	return value >= rule->low && value <= rule->high;
}

static bool read_freq(struct pt_rrule *out, struct parts *parts, const char *text, size_t len)
{
	static const char *const shorter[] = {"SECONDLY", "MINUTELY", "HOURLY"};

	for (size_t i = 0; i < PT_ARRAY_LEN(freqs); i++) {
		if (is_word(text, len, freqs[i])) {
			out->freq = (enum pt_rrule_freq)i;
			return true;
		}
	}
	for (size_t i = 0; i < PT_ARRAY_LEN(shorter); i++)
		parts->within_day |= is_word(text, len, shorter[i]);
	return parts->within_day;
}

/* One value of a part: all of it, or what stands between two commas. */
static bool read_value(struct pt_rrule *out, struct parts *parts, enum part_name part,
		       const char *text, size_t len)
{
	switch (part) {
	case FREQ:
		return read_freq(out, parts, text, len);
	case UNTIL:
		out->has_until = true;
		return pt_civil_parse_basic(&out->until, &out->until_form, text, len);
	case WKST:
		return is_weekday(text, len);
	case BYDAY:
		if (len < 2 || !is_weekday(text + len - 2, 2))
			return false;
		parts->nth_day |= len > 2;
		return len == 2 || is_number(text, len - 2, &part_rules[part]);
	case INTERVAL:
	case COUNT:
	case BYSECOND:
	case BYMINUTE:
	case BYHOUR:
	case BYMONTHDAY:
	case BYYEARDAY:
	case BYWEEKNO:
	case BYMONTH:
	case BYSETPOS:
	case NPART:
		break;
	}
	return is_number(text, len, &part_rules[part]);
}

static int wrong(struct pt_err *err, const char *rule, const char *what)
{
	return pt_err_set(err, PT_E_INVALID,
			  "'%.60s' is not a recurrence%s%s, expected such as "
			  "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU",
			  rule, *what ? ": " : "", what);
}

static int wrong_part(struct pt_err *err, const char *rule, const char *part, size_t len,
		      const char *what)
{
	char text[96];

	snprintf(text, sizeof(text), "'%.*s' %s", (int)(len < 40 ? len : 40), part, what);
	return wrong(err, rule, text);
}

/* "NAME=value,value" */
static int read_part(struct pt_rrule *out, struct parts *parts, const char *rule, const char *text,
		     size_t len, struct pt_err *err)
{
	const char *equals = memchr(text, '=', len);
	size_t name_len = equals ? (size_t)(equals - text) : len;
	unsigned part = 0;

	while (part < NPART && !is_word(text, name_len, part_rules[part].name))
		part++;
	if (part == NPART || !equals)
		return wrong_part(err, rule, text, len, "is not a part of one");
	if (parts->n[part])
		return wrong_part(err, rule, text, name_len, "is there twice");
	for (const char *at = equals, *end = text + len; at < end;) {
		const char *value = at + 1;
		const char *comma = memchr(value, ',', (size_t)(end - value));

		at = comma ? comma : end;
		if (!read_value(out, parts, (enum part_name)part, value, (size_t)(at - value)) ||
		    ++parts->n[part] > part_rules[part].most)
			return wrong_part(err, rule, text, len, "has a wrong value");
	}
	return 0;
}

/* The combinations that the table of RFC 5545, 3.3.10 rules out, and those that are too much. */
static const char *misfit(const struct pt_rrule *rule, const struct parts *parts)
{
	const uint32_t *n = parts->n;
	bool any_by = false;

	for (unsigned part = BYSECOND; part < BYSETPOS; part++)
		any_by |= n[part] > 0;
	if (parts->within_day)
		return "it recurs within a day, the shortest is FREQ=DAILY";
	if (rule->times > PT_RRULE_TIMES)
		return "it recurs more than 8 times a day";
	if (n[COUNT] && n[UNTIL])
		return "COUNT and UNTIL exclude each other";
	if (n[BYSETPOS] && !any_by)
		return "BYSETPOS needs another BY part";
	if (rule->freq != PT_RRULE_YEARLY && (n[BYWEEKNO] || n[BYYEARDAY]))
		return "BYWEEKNO and BYYEARDAY need FREQ=YEARLY";
	if (rule->freq == PT_RRULE_WEEKLY && n[BYMONTHDAY])
		return "BYMONTHDAY does not go with FREQ=WEEKLY";
	if (parts->nth_day && rule->freq != PT_RRULE_MONTHLY && rule->freq != PT_RRULE_YEARLY)
		return "the n-th day of a week needs FREQ=MONTHLY or FREQ=YEARLY";
	if (parts->nth_day && n[BYWEEKNO])
		return "the n-th day of a week does not go with BYWEEKNO";
	return NULL;
}

static uint32_t at_least_one(uint32_t n)
{
	return n ? n : 1;
}

int pt_rrule_parse(struct pt_rrule *out, const char *text, struct pt_err *err)
{
	struct pt_rrule rule = {.times = 1};
	struct parts parts = {.nth_day = false};
	int rc = 0;

	if (strlen(text) > PT_RRULE_TEXT)
		return wrong(err, text, "it is too long");
	if (!strstr(text, "FREQ="))
		return wrong(err, text, "");

	for (const char *at = text; rc == 0; at++) {
		size_t len = strcspn(at, ";");

		rc = read_part(&rule, &parts, text, at, len, err);
		at += len;
		if (!*at)
			break;
	}
	if (rc == 0 && !parts.n[FREQ])
		rc = wrong(err, text, "it has no FREQ");
	if (rc < 0)
		return rc;
	rule.times = at_least_one(parts.n[BYSECOND]) * at_least_one(parts.n[BYMINUTE]) *
		     at_least_one(parts.n[BYHOUR]);
	const char *why = misfit(&rule, &parts);

	if (why)
		return wrong(err, text, why);
	*out = rule;
	return 0;
}
