/* How everybody stood when a plan was made, a letter for each package. See plan_file.h, drift.h. */
#include "pipeline/drift.h"
#include "pipeline/plan_file_internal.h"

/* The orgs of a batch in the order of "members", the packages in the suite's. */
static void batch_json(struct pt_json *json, const struct pt_plan_setup *s, size_t stage, size_t b,
		       struct pt_buf *letters)
{
	const uint32_t *by_key = pt_inventory_by_key(s->inventory);

	pt_buf_clear(letters);
	for (uint32_t i = 0; i < s->audience->norg; i++) {
		uint32_t org = by_key[i];

		if (s->audience->stage[org] != stage ||
		    pt_slot_batch(&s->conf->stage[stage], s->audience->slot[org]) != b)
			continue;
		for (uint32_t p = 0; p < s->train->npackage; p++) {
			struct pt_pair pair =
			    pt_pair_classify(s->targets, s->inventory, s->audience, p, org);
			char letter = pt_drift_letter(&pair);

			pt_buf_bytes(letters, &letter, 1);
		}
	}
	pt_buf_lean(json->out, letters);
	pt_json_str(json, NULL, pt_buf_text(letters));
}

void pt_plan_file_json_standing(struct pt_json *json, const struct pt_plan *plan)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf letters = PT_BUF_INIT;
	const struct pt_plan_setup *s = &plan->setup;

	pt_json_array(json, "standing");
	for (size_t stage = 0; stage < s->conf->nstage; stage++) {
		pt_json_array(json, NULL);
		for (size_t b = 0; b < s->conf->stage[stage].nbatch; b++)
			batch_json(json, s, stage, b, &letters);
		pt_json_array_end(json);
	}
	pt_json_array_end(json);
}
