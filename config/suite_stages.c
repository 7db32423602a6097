/* stages: parts of the audience, each with its own start, soak and gate. See suite_parts.h. */
#include <string.h>

#include "config/suite_parts.h"
#include "config/values.h"

static void read_soak(struct reader *r, const struct pt_yaml_node *node, const char *path,
		      void *into)
{
	struct pt_stage_conf *stage = into;

	value_duration(r, node, path, &stage->soak_ms);
	stage->soak_src = node->src;
}

static void read_size(struct reader *r, const struct pt_yaml_node *node, const char *path,
		      struct pt_batch_conf *batch)
{
	const char *text = scalar(r, node, path);
	int32_t ppm = 0;

	if (!text)
		return;
	if (strcmp(text, "rest") == 0) {
		batch->unit = PT_BATCH_REST;
	} else if (ratio_of(&ppm, text)) {
		batch->unit = PT_BATCH_RATIO;
		batch->size = (uint32_t)ppm;
		if (ppm == 0)
			complain(r, node->src, "%s: a batch of nobody", path);
	} else {
		batch->unit = PT_BATCH_ORGS;
		batch->size = 0;
		value_count(r, node, path, &batch->size);
	}
}

/* The last batch takes the rest, written or not. */
static void end_with_rest(struct pt_stage_conf *stage)
{
	if (stage->batch &&
	    (stage->nbatch == 0 || stage->batch[stage->nbatch - 1].unit != PT_BATCH_REST))
		stage->batch[stage->nbatch++] =
		    (struct pt_batch_conf){.unit = PT_BATCH_REST, .implied = true};
}

typedef void batch_fn(struct reader *r, const struct pt_yaml_node *node, const char *path,
		      struct pt_batch_conf *batch);

static void read_list(struct reader *r, const struct pt_yaml_node *node, const char *path,
		      struct pt_stage_conf *stage, batch_fn *read_one)
{
	if (!expect(r, node, PT_YAML_LIST, path))
		return;
	if (node->n > PT_BATCH_MAX) {
		complain(r, node->src, "%s: more than %d batches", path, PT_BATCH_MAX);
		return;
	}
	stage->batch = keep_array(r, node->n + 1, sizeof(*stage->batch));
	stage->nbatch = 0;
	for (size_t i = 0; stage->batch && i < node->n; i++) {
		struct pt_batch_conf *batch = &stage->batch[stage->nbatch++];

		read_one(r, node->item[i], path, batch);
		if (batch->unit == PT_BATCH_REST && i + 1 < node->n)
			complain(r, node->item[i]->src, "%s: 'rest' comes last", path);
	}
	end_with_rest(stage);
}

static void read_sizes(struct reader *r, const struct pt_yaml_node *node, const char *path,
		       void *into)
{
	struct pt_stage_conf *stage = into;
	uint64_t sum_ppm = 0;

	read_list(r, node, path, stage, read_size);
	for (size_t i = 0; i < stage->nbatch; i++) {
		if (stage->batch[i].unit == PT_BATCH_RATIO)
			sum_ppm += stage->batch[i].size;
	}
	if (sum_ppm > PT_RATIO_ONE)
		complain(r, node->src, "%s: the shares add up to %g%%", path,
			 (double)sum_ppm / 10000.0);
}

static void read_group(struct reader *r, const struct pt_yaml_node *node, const char *path,
		       struct pt_batch_conf *batch)
{
	const char *text = scalar(r, node, path);

	if (!text)
		return;
	batch->unit = PT_BATCH_REST;
	if (strcmp(text, "rest") == 0)
		return;
	batch->unit = PT_BATCH_INSTANCE;
	value_pattern(r, node, path, &batch->instance);
}

static void read_instances(struct reader *r, const struct pt_yaml_node *node, const char *path,
			   void *into)
{
	read_list(r, node, path, into, read_group);
}

static const struct key batches_keys[] = {
    KEY("every", value_duration, struct pt_stage_conf, batch_every_ms),
    {"instances", read_instances, 0, false},
    {"sizes", read_sizes, 0, false},
};

static void read_batches(struct reader *r, const struct pt_yaml_node *node, const char *path,
			 void *into)
{
	const struct pt_yaml_node *sizes = pt_yaml_get(node, "sizes");

	keys_read(r, node, batches_keys, PT_ARRAY_LEN(batches_keys), path, into);
	if (node->kind == PT_YAML_MAP && !sizes == !pt_yaml_get(node, "instances"))
		complain(r, node->src, "%s: expected exactly one of instances, sizes", path);
}

static void read_request_size(struct reader *r, const struct pt_yaml_node *node, const char *path,
			      void *into)
{
	const char *text = scalar(r, node, path);

	if (text && strcmp(text, "all") == 0)
		*(uint32_t *)into = 0;
	else if (text)
		value_count(r, node, path, into);
}

static const struct key stage_keys[] = {
    KEY("approval", read_stage_approval, struct pt_stage_conf, approval),
    {"batches", read_batches, 0, false},
    KEY("breaker", read_stage_breaker, struct pt_stage_conf, breaker),
    KEY("gate", read_stage_gate, struct pt_stage_conf, gate),
    REQUIRED_KEY("name", value_text, struct pt_stage_conf, name),
    REQUIRED_KEY("orgs", read_selector, struct pt_stage_conf, orgs),
    KEY("request_size", read_request_size, struct pt_stage_conf, request_size),
    KEY("running", value_count, struct pt_stage_conf, running),
    {"soak", read_soak, 0, false},
    KEY("visible", value_bool, struct pt_stage_conf, visible),
    KEY("window", read_stage_window, struct pt_stage_conf, window),
};

static const struct pt_limit_conf no_limit = {.ratio_ppm = PT_UNSET, .count = PT_UNSET};

/* More slots than these would not fit where an org's is kept. */
enum { MOST_BATCHES = 500, MOST_ZONES = 100 };

static bool set_defaults(struct reader *r, struct pt_stage_conf *stage)
{
	*stage = (struct pt_stage_conf){
	    .name = "",
	    .orgs = {.sample_ppm = PT_UNSET},
	    .gate = {.success_ppm = PT_UNSET,
		     .held = no_limit,
		     .unknown = no_limit,
		     .benign = no_limit},
	    .approval = {.within_ms = PT_UNSET},
	    .breaker = {.ratio_ppm = PT_UNSET, .count = PT_UNSET},
	    .request_size = 200,
	    .running = 2,
	    .visible = true,
	    .nbatch = 1,
	};
	for (int c = 0; c < PT_FAILURE_NCLASS; c++)
		stage->gate.failed[c] = no_limit;
	stage->batch = keep_array(r, 1, sizeof(*stage->batch));
	if (stage->batch)
		stage->batch[0] = (struct pt_batch_conf){.unit = PT_BATCH_REST, .implied = true};
	return stage->batch != NULL;
}

void read_stages(struct reader *r, const struct pt_yaml_node *node, const char *path, void *into)
{
	struct pt_train_conf *train = into;

	if (!expect(r, node, PT_YAML_LIST, path))
		return;
	if (node->n == 0 || node->n > 200)
		complain(r, node->src, "%s: expected 1 to 200 stages", path);
	train->stage = keep_array(r, node->n, sizeof(*train->stage));
	for (size_t i = 0; train->stage && i < node->n && i < 200; i++) {
		struct pt_stage_conf *stage = &train->stage[i];
		const char *at = path_item(r, path, node->item[i], i);

		if (!set_defaults(r, stage))
			return;
		train->nstage++;
		stage->src = node->item[i]->src;
		keys_read(r, node->item[i], stage_keys, PT_ARRAY_LEN(stage_keys), at, stage);
		if (stage->nbatch > MOST_BATCHES || stage->window.nzone > MOST_ZONES)
			complain(r, stage->src, "%s: expected at most %d batches and %d zones", at,
				 MOST_BATCHES, MOST_ZONES);
		for (size_t k = 0; k < i; k++) {
			if (stage->name[0] && strcmp(train->stage[k].name, stage->name) == 0)
				complain(r, stage->src, "%s: stage '%s' is declared twice", path,
					 stage->name);
		}
	}
}
