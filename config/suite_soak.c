/*
 * minimum_soak: what the stages promise between the waves to sandboxes and the first
 * wave to production. See suite_parts.h.
 */
#include "base/instant.h"
#include "config/suite_parts.h"

static bool of_sandboxes(const struct pt_stage_conf *stage)
{
	return stage->orgs.types == PT_ORG_SANDBOX;
}

/* The first stage of customers' production orgs; nstage: there is none. */
static size_t first_production(const struct pt_train_conf *train)
{
	size_t i = 0;

	while (i < train->nstage && (!train->stage[i].visible || of_sandboxes(&train->stage[i])))
		i++;
	return i;
}

void check_minimum_soak(struct reader *r, const struct pt_train_conf *train, const char *path)
{
	size_t production = first_production(train), sandbox = production;
	char wanted[PT_DURATION_TEXT], promised[PT_DURATION_TEXT];
	int64_t soak_ms = 0;

	if (train->minimum_soak_ms == 0 || production == train->nstage)
		return;
	while (sandbox > 0 &&
	       !(train->stage[sandbox - 1].visible && of_sandboxes(&train->stage[sandbox - 1])))
		sandbox--;
	pt_duration_text(wanted, train->minimum_soak_ms);
	if (sandbox == 0) {
		complain(r, train->minimum_soak_src,
			 "%s.minimum_soak: %s between sandboxes and production, but no stage of "
			 "sandboxes comes before '%s'",
			 path, wanted, train->stage[production].name);
		return;
	}
	/* Waves and passes take time too, but nobody promises how much. */
	for (size_t i = sandbox - 1; i < production; i++)
		soak_ms += train->stage[i].soak_ms;
	if (soak_ms < train->minimum_soak_ms)
		complain(
		    r, train->minimum_soak_src,
		    "%s.minimum_soak: %s between sandboxes and production, but from stage '%s' "
		    "on there are %s of soak before '%s'",
		    path, wanted, train->stage[sandbox - 1].name,
		    pt_duration_text(promised, soak_ms), train->stage[production].name);
}
