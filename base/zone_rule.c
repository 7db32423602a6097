/* See zone_rule.h. */
#include "base/zone_rule.h"

#include <string.h>

#include "base/instant.h"

static bool take_name(const char **at)
{
	const char *p = *at;

	if (*p == '<') {
		p += strcspn(p, ">\n");
		if (*p != '>')
			return false;
		p++;
	} else {
		while ((*p >= 'A' && *p <= 'Z') || (*p >= 'a' && *p <= 'z'))
			p++;
	}
	bool some = p != *at;

	*at = p;
	return some;
}

static bool take_number(int32_t *out, const char **at, int32_t most)
{
	int32_t value = 0;
	const char *p = *at;

	while (*p >= '0' && *p <= '9' && value <= most)
		value = value * 10 + (*p++ - '0');
	if (p == *at || value > most)
		return false;
	*at = p;
	*out = value;
	return true;
}

/* [+-]hh[:mm[:ss]], hours up to 167 as RFC 8536 allows. */
static bool take_clock(int32_t *out_s, const char **at)
{
	int32_t sign = **at == '-' ? -1 : 1, hours, minutes = 0, seconds = 0;

	if (**at == '-' || **at == '+')
		(*at)++;
	if (!take_number(&hours, at, 167))
		return false;
	if (**at == ':' && ((*at)++, !take_number(&minutes, at, 59)))
		return false;
	if (**at == ':' && ((*at)++, !take_number(&seconds, at, 59)))
		return false;
	*out_s = sign * (hours * 3600 + minutes * 60 + seconds);
	return true;
}

static bool take_change(struct pt_zone_change *out, const char **at)
{
	*out = (struct pt_zone_change){.kind = 'D', .at_s = 7200};
	if (**at != ',')
		return false;
	(*at)++;
	if (**at == 'M') {
		out->kind = 'M';
		(*at)++;
		if (!take_number(&out->month, at, 12) || out->month == 0 || *(*at)++ != '.' ||
		    !take_number(&out->week, at, 5) || out->week == 0 || *(*at)++ != '.' ||
		    !take_number(&out->day, at, 6))
			return false;
	} else {
		if (**at == 'J') {
			out->kind = 'J';
			(*at)++;
		}
		if (!take_number(&out->day, at, 365))
			return false;
	}
	if (**at != '/')
		return true;
	(*at)++;
	return take_clock(&out->at_s, at);
}

bool pt_zone_rule_parse(struct pt_zone_rule *out, const char *text, int32_t fallback_s)
{
	struct pt_zone_rule rule = {.std_s = fallback_s};
	const char *at = text;

	if (*at != '\n') {
		if (!take_name(&at) || !take_clock(&rule.std_s, &at))
			return false;
		rule.std_s = -rule.std_s; /* POSIX counts west of Greenwich */
	}
	if (*at != '\n') {
		rule.has_dst = true;
		rule.dst_s = rule.std_s + 3600;
		if (!take_name(&at))
			return false;
		if (*at != ',') {
			if (!take_clock(&rule.dst_s, &at))
				return false;
			rule.dst_s = -rule.dst_s;
		}
		if (!take_change(&rule.to_dst, &at) || !take_change(&rule.to_std, &at))
			return false;
	}
	if (*at != '\n')
		return false;
	*out = rule;
	return true;
}

static bool is_leap(int32_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int64_t midnight_s(int32_t year, int32_t month, int32_t day)
{
	struct pt_civil civil = {.year = year, .month = month, .day = day};

	return pt_civil_to_ms(&civil) / 1000;
}

/* The moment of a change in that year, when the offset before it is offset_s. */
static int64_t change_s(const struct pt_zone_change *change, int32_t year, int32_t offset_s)
{
	int64_t day_s;

	if (change->kind == 'M') {
		int32_t first =
		    1 + (change->day - pt_civil_weekday(year, change->month, 1) + 7) % 7;
		int32_t day = first + 7 * (change->week - 1);
		int64_t next = change->month == 12 ? midnight_s(year + 1, 1, 1)
						   : midnight_s(year, change->month + 1, 1);

		day_s = midnight_s(year, change->month, 1) + (int64_t)(day - 1) * 86400;
		while (day_s >= next) /* week 5 means the last */
			day_s -= 7 * 86400;
	} else {
		int32_t day = change->day;

		if (change->kind == 'J')
			day += is_leap(year) && day >= 60 ? 0 : -1;
		day_s = midnight_s(year, 1, 1) + (int64_t)day * 86400;
	}
	return day_s + change->at_s - offset_s;
}

int32_t pt_zone_rule_offset(const struct pt_zone_rule *rule, int64_t at_s)
{
	if (!rule->has_dst)
		return rule->std_s;
	int32_t year = pt_civil_of_ms((at_s + rule->std_s) * 1000).year;
	int64_t start = change_s(&rule->to_dst, year, rule->std_s);
	int64_t end = change_s(&rule->to_std, year, rule->dst_s);
	bool dst = start < end ? at_s >= start && at_s < end : at_s >= start || at_s < end;

	return dst ? rule->dst_s : rule->std_s;
}
