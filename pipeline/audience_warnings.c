/* See audience_warnings.h. */
#include "pipeline/audience_warnings.h"

#include <stdlib.h>
#include <string.h>

#include "pipeline/deal.h"

/* Orgs of a stage. */
struct sizes {
	uint64_t here, excluded;
	uint64_t *batch; /* owned; those that are not excluded, by batch */
};

static void count_orgs(struct sizes *sizes, const struct pt_stage_conf *conf,
		       const struct pt_audience *audience, size_t stage)
{
	for (uint32_t org = 0; org < audience->norg; org++) {
		if (audience->stage[org] != stage)
			continue;
		sizes->here += audience->reason[org] == PT_REASON_NONE;
		sizes->excluded += audience->reason[org] != PT_REASON_NONE;
		if (audience->reason[org] == PT_REASON_NONE)
			sizes->batch[pt_slot_batch(conf, audience->slot[org])]++;
	}
}

/* Of all orgs, those that a stage's `orgs` match, without its sample. */
struct matches {
	unsigned long long all, earlier, excluded; /* earlier: in stages before it */
};

static int count_matches(struct matches *out, const struct pt_audience_look *look, size_t stage,
			 struct pt_err *err)
{
	PT_CLEANUP(pt_selector_release) struct pt_selector selector = {.conf = NULL};
	int rc = pt_selector_open(&selector, &look->conf->stage[stage].orgs,
				  &look->lists->stage[stage], err);

	for (uint32_t org = 0; rc == 0 && org < look->audience->norg; org++) {
		bool match = false;

		rc = pt_selector_match(&match, &selector, look->inventory, org, err);
		out->all += match;
		if (match && look->audience->stage[org] < stage)
			out->earlier++;
		else if (match && look->audience->reason[org] != PT_REASON_NONE)
			out->excluded++;
	}
	return rc;
}

static int warn_empty(struct pt_buf *out, const struct pt_audience_look *look, size_t stage,
		      struct pt_err *err)
{
	const struct pt_stage_conf *conf = &look->conf->stage[stage];
	struct matches n = {0};
	int rc = count_matches(&n, look, stage, err);

	if (rc < 0)
		return rc;
	pt_buf_printf(out, "stage '%s' is empty: ", conf->name);
	if (n.all == 0)
		pt_buf_str(out, "no org matches it\n");
	else if (n.earlier == n.all)
		pt_buf_printf(out, "earlier stages take all %llu orgs that match it\n", n.all);
	else if (n.earlier + n.excluded == n.all)
		pt_buf_printf(out,
			      "of %llu orgs that match it %llu are in earlier stages and %llu are "
			      "excluded\n",
			      n.all, n.earlier, n.excluded);
	else
		pt_buf_printf(out, "a sample of %g%% of %llu orgs is nobody\n",
			      conf->orgs.sample_ppm / 10000.0, n.all - n.earlier - n.excluded);
	return 0;
}

/* Some batch before it got less than it asked for. */
static bool fell_short(const struct pt_stage_conf *conf, const struct sizes *sizes, size_t before)
{
	for (size_t b = 0; b < before; b++) {
		const struct pt_batch_conf *batch = &conf->batch[b];
		uint64_t size = batch->size;

		if (batch->unit == PT_BATCH_RATIO)
			size = pt_share_of((uint32_t)sizes->here, (int32_t)batch->size);
		if (batch->unit != PT_BATCH_INSTANCE && sizes->batch[b] < size)
			return true;
	}
	return false;
}

static void warn_groups(struct pt_buf *out, const struct pt_stage_conf *conf,
			const struct sizes *sizes)
{
	for (size_t b = 0; b < conf->nbatch; b++) {
		if (conf->batch[b].unit == PT_BATCH_INSTANCE && !sizes->batch[b])
			pt_buf_printf(out,
				      "stage '%s': batch %zu stays empty: no org is on an instance "
				      "'%s' that no earlier batch takes\n",
				      conf->name, b + 1, conf->batch[b].instance);
	}
}

static void warn_sizes(struct pt_buf *out, const struct pt_stage_conf *conf,
		       const struct sizes *sizes)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf empty = PT_BUF_INIT;
	size_t n = 0;

	for (size_t b = 0; b < conf->nbatch; b++) {
		if (sizes->batch[b] || (conf->batch[b].implied && !fell_short(conf, sizes, b)))
			continue;
		pt_buf_printf(&empty, "%s%zu", n++ ? ", " : "", b + 1);
	}
	pt_buf_lean(out, &empty);
	if (n)
		pt_buf_printf(out,
			      "stage '%s': %s %s stay%s empty: those before take all %llu orgs\n",
			      conf->name, n == 1 ? "batch" : "batches", pt_buf_text(&empty),
			      n == 1 ? "s" : "", (unsigned long long)sizes->here);
}

static int warn_stage(struct pt_buf *out, const struct pt_audience_look *look, size_t stage,
		      struct pt_err *err)
{
	const struct pt_stage_conf *conf = &look->conf->stage[stage];
	struct sizes sizes = {.batch = calloc(conf->nbatch, sizeof(*sizes.batch))};
	int rc = 0;

	if (!sizes.batch)
		return pt_err_nomem(err);
	count_orgs(&sizes, conf, look->audience, stage);
	if (sizes.here + sizes.excluded == 0)
		rc = warn_empty(out, look, stage, err);
	else if (sizes.here == 0)
		pt_buf_printf(out, "stage '%s': all its %llu orgs are excluded\n", conf->name,
			      (unsigned long long)sizes.excluded);
	else if (conf->orgs.sample > sizes.here)
		pt_buf_printf(out, "stage '%s': a sample of %u, but no more than %llu orgs match\n",
			      conf->name, conf->orgs.sample, (unsigned long long)sizes.here);
	if (sizes.here && conf->batch[0].unit == PT_BATCH_INSTANCE)
		warn_groups(out, conf, &sizes);
	else if (sizes.here)
		warn_sizes(out, conf, &sizes);
	free(sizes.batch);
	return rc;
}

static void warn_list(struct pt_buf *out, const struct pt_audience_look *look, const char *file,
		      const struct pt_org_list *list)
{
	const struct pt_org_key *some = NULL;
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++) {
		if (pt_inventory_find(look->inventory, &list->key[i]) != UINT32_MAX)
			continue;
		if (!some)
			some = &list->key[i];
		n++;
	}
	if (some)
		pt_buf_printf(out, "%s: %zu of its %zu orgs %s no package of the suite: %s%s\n",
			      file, n, list->n, n == 1 ? "has" : "have", some->text,
			      n > 1 ? ", …" : "");
}

/* Each file once, however often it is named. */
static void warn_files(struct pt_buf *out, const struct pt_audience_look *look)
{
	const struct pt_suite *suite = look->suite;
	size_t n = suite->nexclude + look->conf->nstage;

	for (size_t i = 0; i < n; i++) {
		bool is_entry = i < suite->nexclude;
		size_t at = is_entry ? i : i - suite->nexclude;
		const char *file =
		    is_entry ? suite->exclude[at].orgs.file : look->conf->stage[at].orgs.file;
		bool named = false;

		for (size_t k = 0; file && k < i && !named; k++) {
			const char *other = k < suite->nexclude
						? suite->exclude[k].orgs.file
						: look->conf->stage[k - suite->nexclude].orgs.file;

			named = other && strcmp(file, other) == 0;
		}
		if (file && !named)
			warn_list(out, look, file,
				  is_entry ? &look->lists->exclude[at] : &look->lists->stage[at]);
	}
}

static void warn_ends(struct pt_buf *out, const struct pt_audience_look *look)
{
	for (size_t i = 0; i < look->suite->nexclude; i++) {
		const struct pt_exclude_conf *entry = &look->suite->exclude[i];

		if (entry->until_ms <= look->now_ms)
			pt_buf_printf(
			    out,
			    "audience.exclude[%zu] '%s' expired on %s and excludes nobody "
			    "any more\n",
			    i, entry->reason, entry->until);
		else if (entry->until_ms <= look->last_ms)
			pt_buf_printf(
			    out,
			    "audience.exclude[%zu] '%s' expires on %s, while the train is "
			    "under way: stages that start later push its orgs, which the "
			    "plan counts as excluded\n",
			    i, entry->reason, entry->until);
	}
}

int pt_audience_warn(struct pt_buf *out, const struct pt_audience_look *look, struct pt_err *err)
{
	int rc = 0;

	for (size_t s = 0; rc == 0 && s < look->conf->nstage; s++)
		rc = warn_stage(out, look, s, err);
	if (rc < 0)
		return rc;
	warn_files(out, look);
	warn_ends(out, look);
	return pt_buf_check(out, err);
}
