/* What both ways of adding jobs share: how it went for single orgs. */
#ifndef PT_CONNECTORS_PUSH_SALESFORCE_ADDING_H
#define PT_CONNECTORS_PUSH_SALESFORCE_ADDING_H

#include "connectors/push/salesforce/session.h"

/* The org was not simply added, for that reason. Goes into the part's rows. */
int pt_sf_not_added(struct pt_sf_part *part, const struct pt_org_key *org, const char *code,
		    const char *message, struct pt_err *err) PT_MUSTUSE;

/* None of the part's orgs was added; trying later may help. */
int pt_sf_none_added(struct pt_sf_part *part, const struct pt_sf_judgement *judgement,
		     struct pt_err *err) PT_MUSTUSE;

/*
 * A kind's finish(). When each and every org was turned down it asks for the
 * request's state first: not the orgs may be what is wrong.
 */
int pt_sf_adding_finish(struct pt_sf_op *op, struct pt_err *err);

/* True while the part asks for that state; its kind's take() then hands the answer on. */
bool pt_sf_adding_checks(const struct pt_sf_part *part);
int pt_sf_adding_take_state(struct pt_sf_part *part, const struct pt_sf_answer *answer,
			    struct pt_err *err) PT_MUSTUSE;

#endif
