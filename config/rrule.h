/*
 * The grammar of recurrence rules (RFC 5545, 3.3.10): which parts there are, with
 * what values and beside which others. What a rule comes to is expanded elsewhere
 * (connectors/calendar); what passes here can be, with bounded work.
 *
 * A rule recurs by days, weeks, months or years and at most PT_RRULE_TIMES times a
 * day. Other calendars than the Gregorian (RSCALE) are refused.
 */
#ifndef PT_CONFIG_RRULE_H
#define PT_CONFIG_RRULE_H

#include "base/instant.h"

enum { PT_RRULE_TIMES = 8, PT_RRULE_TEXT = 2048 /* bytes of a rule at most */ };

enum pt_rrule_freq { PT_RRULE_DAILY, PT_RRULE_WEEKLY, PT_RRULE_MONTHLY, PT_RRULE_YEARLY };

struct pt_rrule {
	enum pt_rrule_freq freq;
	bool has_until;
	struct pt_civil until;
	enum pt_civil_form until_form; /* PT_CIVIL_OFFSET: it is in UTC */
	uint32_t times;                /* a day */
};

/* Words are upper case. PT_E_INVALID, naming the part that is wrong and what was expected. */
int pt_rrule_parse(struct pt_rrule *out, const char *text, struct pt_err *err) PT_MUSTUSE;

#endif
