/* See instant.h. */
#include "base/instant.h"

#include <stdio.h>
#include <string.h>

/* Days since 1970-01-01, counting years from March so that leap days come last. */
static int64_t days_of_civil(int64_t year, int64_t month, int64_t day)
{
	if (month <= 2)
		year--;
	int64_t era = (year >= 0 ? year : year - 399) / 400;
	int64_t year_of_era = year - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * 146097 + day_of_era - 719468;
}

static int64_t floor_div(int64_t a, int64_t b)
{
	int64_t q = a / b;

	return q * b > a ? q - 1 : q;
}

int64_t pt_civil_to_ms(const struct pt_civil *c)
{
	return days_of_civil(c->year, c->month, c->day) * PT_DAY_MS + c->hour * PT_HOUR_MS +
	       c->minute * PT_MINUTE_MS + c->second * PT_SECOND_MS + c->ms;
}

struct pt_civil pt_civil_of_ms(int64_t ms)
{
	int64_t days = floor_div(ms, PT_DAY_MS);
	int64_t rest = ms - days * PT_DAY_MS;
	int64_t shifted = days + 719468;
	int64_t era = floor_div(shifted, 146097);
	int64_t doe = shifted - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	int64_t month = mp < 10 ? mp + 3 : mp - 9;

	return (struct pt_civil){
	    .year = (int32_t)(yoe + era * 400 + (month <= 2)),
	    .month = (int32_t)month,
	    .day = (int32_t)(doy - (153 * mp + 2) / 5 + 1),
	    .hour = (int32_t)(rest / PT_HOUR_MS),
	    .minute = (int32_t)(rest / PT_MINUTE_MS % 60),
	    .second = (int32_t)(rest / PT_SECOND_MS % 60),
	    .ms = (int32_t)(rest % 1000),
	};
}

int pt_civil_weekday(int32_t year, int32_t month, int32_t day)
{
	int64_t days = days_of_civil(year, month, day);

	return (int)((days % 7 + 11) % 7);
}

/* Reads exactly ndigit digits within [low, high]. */
static bool take_digits(int32_t *out, const char **at, int ndigit, int32_t low, int32_t high)
{
	int32_t value = 0;

	for (int i = 0; i < ndigit; i++) {
		char c = (*at)[i];

		if (c < '0' || c > '9')
			return false;
		value = value * 10 + (c - '0');
	}
	if (value < low || value > high)
		return false;
	*at += ndigit;
	*out = value;
	return true;
}

static bool take_char(const char **at, char c)
{
	if (**at != c)
		return false;
	(*at)++;
	return true;
}

static int32_t days_in_month(int32_t year, int32_t month)
{
	static const int32_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

static bool take_date(struct pt_civil *c, const char **at)
{
	return take_digits(&c->year, at, 4, 1600, 9999) && take_char(at, '-') &&
	       take_digits(&c->month, at, 2, 1, 12) && take_char(at, '-') &&
	       take_digits(&c->day, at, 2, 1, days_in_month(c->year, c->month));
}

static bool take_time(struct pt_civil *c, const char **at)
{
	if (!take_digits(&c->hour, at, 2, 0, 23) || !take_char(at, ':') ||
	    !take_digits(&c->minute, at, 2, 0, 59))
		return false;
	if (!take_char(at, ':'))
		return true;
	if (!take_digits(&c->second, at, 2, 0, 59))
		return false;
	return !take_char(at, '.') || take_digits(&c->ms, at, 3, 0, 999);
}

static bool take_offset(int64_t *offset_ms, const char **at)
{
	int32_t hours, minutes;
	int64_t sign = **at == '-' ? -1 : 1;

	if (take_char(at, 'Z'))
		return true;
	if (!take_char(at, '+') && !take_char(at, '-'))
		return false;
	if (!take_digits(&hours, at, 2, 0, 23))
		return false;
	(void)take_char(at, ':');
	if (!take_digits(&minutes, at, 2, 0, 59))
		return false;
	*offset_ms = sign * (hours * PT_HOUR_MS + minutes * PT_MINUTE_MS);
	return true;
}

int pt_civil_parse(struct pt_civil *out, enum pt_civil_form *form_out, int64_t *offset_ms_out,
		   const char *text, struct pt_err *err)
{
	struct pt_civil civil = {.ms = 0};
	enum pt_civil_form form = PT_CIVIL_DATE;
	int64_t offset_ms = 0;
	const char *at = text;
	bool ok = take_date(&civil, &at);

	if (ok && *at) {
		form = PT_CIVIL_LOCAL;
		ok = (take_char(&at, 'T') || take_char(&at, ' ')) && take_time(&civil, &at);
	}
	if (ok && *at) {
		form = PT_CIVIL_OFFSET;
		ok = take_offset(&offset_ms, &at);
	}
	if (!ok || *at)
		return pt_err_set(err, PT_E_INVALID,
				  "'%.40s' is not a time, expected such as 2026-12-01, "
				  "2026-12-01T18:00 or 2026-12-01T18:00:00Z",
				  text);
	*out = civil;
	*form_out = form;
	*offset_ms_out = offset_ms;
	return 0;
}

bool pt_civil_parse_basic(struct pt_civil *out, enum pt_civil_form *form_out, const char *text,
			  size_t size_bytes)
{
	struct pt_civil c = {.ms = 0};
	char copy[] = "00000000T000000Z"; /* the longest; ended by a NUL, as digits are taken */
	const char *at = copy;
	enum pt_civil_form form = size_bytes == 8    ? PT_CIVIL_DATE
				  : size_bytes == 15 ? PT_CIVIL_LOCAL
						     : PT_CIVIL_OFFSET;

	if (size_bytes != 8 && size_bytes != 15 && size_bytes != 16)
		return false;
	memcpy(copy, text, size_bytes);
	copy[size_bytes] = '\0';
	if (!take_digits(&c.year, &at, 4, 1600, 9999) || !take_digits(&c.month, &at, 2, 1, 12) ||
	    !take_digits(&c.day, &at, 2, 1, days_in_month(c.year, c.month)))
		return false;
	if (form != PT_CIVIL_DATE &&
	    (!take_char(&at, 'T') || !take_digits(&c.hour, &at, 2, 0, 23) ||
	     !take_digits(&c.minute, &at, 2, 0, 59) || !take_digits(&c.second, &at, 2, 0, 59)))
		return false;
	if (form == PT_CIVIL_OFFSET && !take_char(&at, 'Z'))
		return false;
	*out = c;
	*form_out = form;
	return true;
}

const char *pt_instant_text(char buf[PT_INSTANT_TEXT], int64_t ms)
{
	struct pt_civil c = pt_civil_of_ms(ms);
	int n = snprintf(buf, PT_INSTANT_TEXT, "%04d-%02d-%02dT%02d:%02d:%02d", c.year, c.month,
			 c.day, c.hour, c.minute, c.second);

	if (n > 0 && n < PT_INSTANT_TEXT && c.ms)
		n += snprintf(buf + n, (size_t)(PT_INSTANT_TEXT - n), ".%03d", c.ms);
	if (n > 0 && n < PT_INSTANT_TEXT)
		snprintf(buf + n, (size_t)(PT_INSTANT_TEXT - n), "Z");
	return buf;
}

static const struct {
	const char *unit;
	int64_t ms;
} units[] = {{"w", 7 * PT_DAY_MS}, {"d", PT_DAY_MS},    {"h", PT_HOUR_MS},
	     {"m", PT_MINUTE_MS},  {"s", PT_SECOND_MS}, {"ms", 1}};

int pt_duration_parse(int64_t *ms_out, const char *text, struct pt_err *err)
{
	int64_t value = 0;
	const char *at = text;
	const int64_t most = 36525 * PT_DAY_MS;

	while (*at >= '0' && *at <= '9' && value <= most)
		value = value * 10 + (*at++ - '0');
	for (size_t i = 0; at != text && i < PT_ARRAY_LEN(units); i++) {
		if (strcmp(at, units[i].unit) == 0 && value <= most / units[i].ms) {
			*ms_out = value * units[i].ms;
			return 0;
		}
	}
	return pt_err_set(err, PT_E_INVALID,
			  "'%.40s' is not a duration, expected such as 90s, 30m, 4h, 6d or 2w",
			  text);
}

const char *pt_duration_text(char buf[PT_DURATION_TEXT], int64_t ms)
{
	/* Weeks are left out: people say 14d of a fortnight's soak and 7d of a week's. */
	for (size_t i = 1; i < PT_ARRAY_LEN(units); i++) {
		if (ms % units[i].ms == 0 && (ms != 0 || units[i].ms == PT_SECOND_MS)) {
			snprintf(buf, PT_DURATION_TEXT, "%lld%s", (long long)(ms / units[i].ms),
				 units[i].unit);
			break;
		}
	}
	return buf;
}

const char *pt_duration_human(char buf[PT_DURATION_TEXT], int64_t ms)
{
	size_t i = 1;

	while (i + 1 < PT_ARRAY_LEN(units) - 1 && ms < units[i].ms)
		i++;
	int64_t whole = ms / units[i].ms;
	int64_t rest = i + 2 < PT_ARRAY_LEN(units) ? ms % units[i].ms / units[i + 1].ms : 0;

	if (rest)
		snprintf(buf, PT_DURATION_TEXT, "%lld%s %lld%s", (long long)whole, units[i].unit,
			 (long long)rest, units[i + 1].unit);
	else
		snprintf(buf, PT_DURATION_TEXT, "%lld%s", (long long)whole, units[i].unit);
	return buf;
}
