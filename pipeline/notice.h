/* The time between planning or departing and the first wave that customers see. */
#ifndef PT_PIPELINE_NOTICE_H
#define PT_PIPELINE_NOTICE_H

#include "pipeline/plan.h"

/*
 * PT_E_REFUSED when less than the train's `notice` lies between now_ms and the first wave of
 * a stage that is visible. A train that starts late starts every wave later.
 */
int pt_notice_check(const struct pt_plan *plan, int64_t now_ms, struct pt_err *err) PT_MUSTUSE;

#endif
