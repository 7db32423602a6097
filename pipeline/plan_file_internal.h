/* What the files that read a plan file share. Nothing else includes it. */
#ifndef PT_PIPELINE_PLAN_FILE_INTERNAL_H
#define PT_PIPELINE_PLAN_FILE_INTERNAL_H

#include <jansson.h>
#include <stdint.h>

#include "base/json.h"

struct pt_plan;

struct pt_plan_file {
	json_t *root;
	int64_t start_ms, cut_ms;
};

/* The member "standing". */
void pt_plan_file_json_standing(struct pt_json *json, const struct pt_plan *plan);

#endif
