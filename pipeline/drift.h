/*
 * What became of the audience since a plan was made: who joined, who left, who was
 * upgraded or excluded meanwhile, stage by stage, and whether that is more than the
 * train allows. Asked before a plan departs.
 */
#ifndef PT_PIPELINE_DRIFT_H
#define PT_PIPELINE_DRIFT_H

#include "pipeline/plan_file.h"

/* What happened to an org; the first that applies. */
enum pt_drift_kind {
	PT_DRIFT_JOINED,   /* it is in no stage of the plan */
	PT_DRIFT_LEFT,     /* it has none of the packages any more */
	PT_DRIFT_EXCLUDED, /* some push to it is excluded by now */
	PT_DRIFT_UPGRADED, /* it has got some of the train's versions without the train */
	PT_DRIFT_ADMITTED, /* some push to it is excluded no longer */
	PT_DRIFT_CHANGED,  /* it has another package, or an older version, than it had */
	PT_DRIFT_NKIND,
};

enum { PT_DRIFT_SAMPLE = 3 };

struct pt_drift_stage {
	uint64_t planned;      /* pushes that the plan counted */
	uint64_t lost, gained; /* of them and beside them */
	uint64_t norg[PT_DRIFT_NKIND];
	struct pt_org_key sample[PT_DRIFT_NKIND][PT_DRIFT_SAMPLE]; /* some of them */
};

struct pt_drift {
	struct pt_drift_stage *stage; /* one per stage of the train; owned */
	size_t nstage;
};

/*
 * `now` is the plan's audience as it is now: placed as the file says, those admitted that
 * it knows nothing of. Owned by the caller, released with pt_drift_release(). O(orgs).
 */
int pt_drift_find(struct pt_drift *out, const struct pt_plan_file *file,
		  const struct pt_plan_setup *now, struct pt_err *err) PT_MUSTUSE;
void pt_drift_release(struct pt_drift *drift);

/* Anything is other than planned; more pushes of that stage than that share of the planned ones. */
bool pt_drift_any(const struct pt_drift *drift);
bool pt_drift_is_beyond(const struct pt_drift_stage *stage, int32_t drift_ppm);

/* Appends a line per stage and kind of change; nothing when nothing changed. */
void pt_drift_text(struct pt_buf *out, const struct pt_drift *drift,
		   const struct pt_train_conf *conf);

/* The member "drift", an array of the stages. */
void pt_drift_json(struct pt_json *json, const struct pt_drift *drift,
		   const struct pt_train_conf *conf);

/* PT_E_REFUSED, naming the first stage that changed by more than the train's drift. */
int pt_drift_refuse(const struct pt_drift *drift, const struct pt_train_conf *conf,
		    struct pt_err *err) PT_MUSTUSE;

/* A letter for how a pair stands before anything is pushed; what a plan file keeps of it. */
char pt_drift_letter(const struct pt_pair *pair);

#endif
