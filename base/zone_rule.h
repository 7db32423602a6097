/*
 * The rule at the end of a TZif file, "PST8PDT,M3.2.0,M11.1.0": which offset is
 * in force after the last transition that the file lists.
 */
#ifndef PT_BASE_ZONE_RULE_H
#define PT_BASE_ZONE_RULE_H

#include <stdbool.h>
#include <stdint.h>

/* The day and local time of day at which clocks change each year. */
struct pt_zone_change {
	char kind; /* 'M' month.week.day, 'J' day 1-365 without leap days, 'D' day 0-365 */
	int32_t month, week, day;
	int32_t at_s; /* local seconds after midnight, may be negative or beyond a day */
};

struct pt_zone_rule {
	int32_t std_s, dst_s; /* seconds east of UTC */
	bool has_dst;
	struct pt_zone_change to_dst, to_std;
};

/* Reads up to the newline; an empty rule means that fallback_s goes on for ever. */
bool pt_zone_rule_parse(struct pt_zone_rule *out, const char *text, int32_t fallback_s);

/* Seconds east of UTC at that second since 1970. */
int32_t pt_zone_rule_offset(const struct pt_zone_rule *rule, int64_t at_s);

#endif
