/*
 * What an HTTP answer means for the call that it answers: whether it was carried
 * out, whether asking again may help, and the platform's own words.
 */
#ifndef PT_CONNECTORS_PUSH_SALESFORCE_JUDGE_H
#define PT_CONNECTORS_PUSH_SALESFORCE_JUDGE_H

#include "connectors/push/salesforce/http.h"

enum pt_sf_verdict {
	PT_SF_FINE,
	PT_SF_REFUSED, /* not carried out, nor will it be when asked again */
	PT_SF_NOT_NOW, /* not carried out; asking again later may help */
	PT_SF_SPENT,   /* not carried out: the API calls of the day are used up */
	PT_SF_EXPIRED, /* not carried out: the token does not hold any more */
	PT_SF_UNSURE,  /* it may have been carried out or not */
};

enum { PT_SF_CODE_TEXT = 64, PT_SF_WORDS_TEXT = 400 };

struct pt_sf_judgement {
	enum pt_sf_verdict verdict;
	char code[PT_SF_CODE_TEXT];   /* "UNABLE_TO_LOCK_ROW"; "" if there is none */
	char words[PT_SF_WORDS_TEXT]; /* for people, one line; "" when fine */
};

int pt_sf_judge(struct pt_sf_judgement *out, const struct pt_http_answer *answer,
		struct pt_err *err) PT_MUSTUSE;

/* The record alone was turned down for a reason that passes. */
bool pt_sf_passes(const char *code, const char *message);

#endif
