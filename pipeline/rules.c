/* See rules.h. */
#include "pipeline/rules.h"

#include <stdio.h>

#include "base/instant.h"
#include "base/json.h"

static const char *const upgrades[] = {"patch", "minor", "major"};
static const char *const overlaps[] = {"wait", "supersede", "refuse"};

static void duration_line(struct pt_buf *out, const char *where, const char *key, int64_t ms)
{
	char text[PT_DURATION_TEXT];

	pt_buf_printf(out, "%s%s: %s\n", where, key, pt_duration_text(text, ms));
}

static void limit_line(struct pt_buf *out, const char *where, const char *key,
		       const struct pt_limit_conf *limit)
{
	if (limit->ratio_ppm != PT_UNSET)
		pt_buf_printf(out, "%s%s: %g%%\n", where, key, limit->ratio_ppm / 10000.0);
	if (limit->count != PT_UNSET)
		pt_buf_printf(out, "%s%s: %lld\n", where, key, (long long)limit->count);
}

static void range_text(struct pt_buf *out, const struct pt_suite *suite,
		       const struct pt_range_conf *range)
{
	static const char *const kinds[] = {"", " none", " any"};
	char version[PT_VERSION_TEXT];

	pt_buf_printf(out, ", installed %s%s", suite->package[range->package].name,
		      kinds[range->kind]);
	if (pt_version_known(&range->low))
		pt_buf_printf(out, " %s%s",
			      range->above_low ? ">" : ">=", pt_version_text(version, &range->low));
	if (pt_version_known(&range->high))
		pt_buf_printf(out, " %s%s", range->below_high ? "<" : "<=",
			      pt_version_text(version, &range->high));
}

/* What was not thought of when plans were first made is printed where it is used alone. */
static void selector_line(struct pt_buf *out, const char *where, const struct pt_suite *suite,
			  const struct pt_selector_conf *orgs)
{
	pt_buf_printf(out, "%sorgs: file %s, types %u, statuses %u, instance %s, sample %u/%d",
		      where, orgs->file ? orgs->file : "-", orgs->types, orgs->statuses,
		      orgs->instance ? orgs->instance : "-", orgs->sample, orgs->sample_ppm);
	for (size_t i = 0; i < orgs->ninstalled; i++)
		range_text(out, suite, &orgs->installed[i]);
	if (orgs->seed)
		pt_buf_printf(out, ", seed %s", orgs->seed);
	pt_buf_str(out, "\n");
	if (orgs->not_) {
		pt_buf_printf(out, "%snot.", where);
		selector_line(out, "", suite, orgs->not_);
	}
}

static void batch_line(struct pt_buf *out, const char *where, const struct pt_stage_conf *stage)
{
	pt_buf_printf(out, "%sbatches:", where);
	for (size_t b = 0; b < stage->nbatch; b++) {
		const struct pt_batch_conf *batch = &stage->batch[b];

		if (batch->unit == PT_BATCH_INSTANCE)
			pt_buf_printf(out, " instance %s,", batch->instance);
		else
			pt_buf_printf(out, " %d/%u", (int)batch->unit, batch->size);
	}
	pt_buf_str(out, "\n");
}

static void exclude_lines(struct pt_buf *out, const struct pt_suite *suite)
{
	for (size_t i = 0; i < suite->nexclude; i++) {
		const struct pt_exclude_conf *entry = &suite->exclude[i];

		pt_buf_printf(out, "exclude[%zu].reason: %s\n", i, entry->reason);
		selector_line(out, "exclude.", suite, &entry->orgs);
		for (size_t k = 0; k < entry->npackage; k++)
			pt_buf_printf(out, "exclude[%zu].packages: %s\n", i,
				      suite->package[entry->package[k]].name);
		if (entry->until)
			pt_buf_printf(out, "exclude[%zu].until: %s\n", i, entry->until);
	}
	pt_buf_printf(out, "sandboxes.of_excluded: %s\n",
		      suite->keep_sandboxes ? "keep" : "exclude");
}

static void stage_lines(struct pt_buf *out, const struct pt_suite *suite,
			const struct pt_stage_conf *stage)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf at = PT_BUF_INIT;
	const char *where;

	pt_buf_printf(&at, "stages.%s.", stage->name);
	pt_buf_lean(out, &at);
	where = pt_buf_text(&at);
	selector_line(out, where, suite, &stage->orgs);
	if (!stage->visible)
		pt_buf_printf(out, "%svisible: false\n", where);
	duration_line(out, where, "soak", stage->soak_ms);
	if (stage->gate.success_ppm != PT_UNSET)
		pt_buf_printf(out, "%sgate.success: %g%%\n", where,
			      stage->gate.success_ppm / 10000.0);
	limit_line(out, where, "gate.held", &stage->gate.held);
	limit_line(out, where, "gate.unknown", &stage->gate.unknown);
	limit_line(out, where, "gate.benign", &stage->gate.benign);
	for (int c = 0; c < PT_FAILURE_NCLASS; c++) {
		char key[32];

		snprintf(key, sizeof(key), "gate.%s",
			 pt_failure_class_text((enum pt_failure_class)c));
		limit_line(out, where, key, &stage->gate.failed[c]);
	}
	if (stage->gate.minimum)
		pt_buf_printf(out, "%sgate.minimum: %u\n", where, stage->gate.minimum);
	if (stage->gate.check.command) {
		pt_buf_printf(out, "%sgate.check.command: ", where);
		pt_json_quote(out, stage->gate.check.command);
		pt_buf_char(out, '\n');
		duration_line(out, where, "gate.check.timeout", stage->gate.check.timeout_ms);
	}
	pt_buf_printf(out, "%sapproval.required: %s\n", where,
		      stage->approval.required ? "true" : "false");
	if (stage->approval.four_eyes)
		pt_buf_printf(out, "%sapproval.four_eyes: true\n", where);
	if (stage->approval.within_ms != PT_UNSET)
		duration_line(out, where, "approval.within", stage->approval.within_ms);
	batch_line(out, where, stage);
	duration_line(out, where, "batches.every", stage->batch_every_ms);
	if (stage->breaker.set)
		pt_buf_printf(out, "%sbreaker: %d ppm, count %lld, after %lld\n", where,
			      stage->breaker.ratio_ppm, (long long)stage->breaker.count,
			      (long long)stage->breaker.after);
	pt_buf_printf(out, "%srequest_size: %u\n%srunning: %u\n", where, stage->request_size, where,
		      stage->running);
	if (stage->window.set)
		pt_buf_printf(out, "%swindow: %d-%d\n", where, stage->window.open_minute,
			      stage->window.close_minute);
	for (size_t z = 0; z < stage->window.nzone; z++)
		pt_buf_printf(out, "%swindow.zones: %s in %s\n", where,
			      stage->window.zone[z].instance, stage->window.zone[z].zone);
}

/* A calendar file may say another thing each day; that it is one may not change. */
static void blackout_line(struct pt_buf *out, const struct pt_suite *suite, size_t at)
{
	const struct pt_blackout_conf *conf = &suite->blackout[at];
	char from[PT_INSTANT_TEXT], to[PT_INSTANT_TEXT], length[PT_DURATION_TEXT];

	pt_buf_printf(out, "blackouts[%zu]: %s in %s, ", at, conf->name, suite->timezone);
	switch (conf->kind) {
	case PT_BLACKOUT_DATES:
		/* Local times: the letter for UTC is left out. */
		pt_buf_printf(out, "from %.19s to %.19s\n",
			      pt_instant_text(from, pt_civil_to_ms(&conf->from)),
			      pt_instant_text(to, pt_civil_to_ms(&conf->to)));
		break;
	case PT_BLACKOUT_RRULE:
		pt_buf_printf(out, "%s at %02d:%02d from %.10s for %s\n", conf->rrule,
			      conf->at_minute / 60, conf->at_minute % 60,
			      conf->has_from ? pt_instant_text(from, pt_civil_to_ms(&conf->from))
					     : "-",
			      pt_duration_text(length, conf->duration_ms));
		break;
	case PT_BLACKOUT_ICS:
		pt_buf_printf(out, "%s\n", conf->ics);
		break;
	}
}

void pt_rules_of_train(struct pt_buf *out, const struct pt_suite *suite,
		       const struct pt_train_conf *conf)
{
	pt_buf_printf(out, "upgrade: %s\norder: %s\n", upgrades[conf->upgrade],
		      conf->order == PT_ORDER_CONFIRMED ? "confirmed" : "offset");
	if (conf->overlap_src.line)
		pt_buf_printf(out, "overlap: %s\n", overlaps[conf->overlap]);
	duration_line(out, "", "offset", conf->offset_ms);
	duration_line(out, "", "fresh", conf->fresh_ms);
	duration_line(out, "", "topup", conf->topup_ms);
	duration_line(out, "", "job_timeout", conf->job_timeout_ms);
	duration_line(out, "", "start_slack", conf->start_slack_ms);
	pt_buf_printf(out, "drift: %g%%\nrepush.passes: %u\n", conf->drift_ppm / 10000.0,
		      conf->repush.passes);
	duration_line(out, "", "repush.after", conf->repush.after_ms);
	duration_line(out, "", "repush.every", conf->repush.every_ms);
	duration_line(out, "", "notice", conf->notice_ms);
	duration_line(out, "", "minimum_soak", conf->minimum_soak_ms);
	for (size_t s = 0; s < conf->nstage; s++)
		stage_lines(out, suite, &conf->stage[s]);
	exclude_lines(out, suite);
	for (size_t i = 0; i < suite->nfailure; i++) {
		const struct pt_failure_conf *rule = &suite->failure[i];

		pt_buf_printf(out, "failures[%zu]: %s when type %s, title %s, message %s\n", i,
			      pt_failure_class_text(rule->class_), rule->type ? rule->type : "-",
			      rule->title ? rule->title : "-", rule->message ? rule->message : "-");
	}
	for (size_t i = 0; i < suite->nblackout; i++)
		blackout_line(out, suite, i);
}

void pt_rules_of_packages(struct pt_buf *out, const struct pt_train *train)
{
	char version[PT_VERSION_TEXT];

	for (size_t i = 0; i < train->npackage; i++) {
		const struct pt_train_package *package = &train->package[train->order[i]];

		pt_buf_printf(out, "%s: %s tag %s %s", package->name,
			      pt_version_text(version, &package->version), package->release->tag,
			      package->release->oid);
		for (size_t k = 0; k < package->nneed; k++)
			pt_buf_printf(out, ", needs %s %s",
				      train->package[package->need[k].package].name,
				      pt_version_text(version, &package->need[k].version));
		pt_buf_str(out, "\n");
	}
}
