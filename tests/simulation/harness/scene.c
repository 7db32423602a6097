/* See scene.h. */
#include "tests/simulation/harness/scene.h"

#include <stdio.h>
#include <string.h>

#include "base/rng.h"
#include "config/suite.h"
#include "connectors/push/simulated/ids.h"
#include "tests/simulation/harness/scene_hours.h"

enum { FIRST_STAGE_PERCENT = 20, SMALL_BUNDLE_PERCENT = 30 };

/* 2026-01-01T00:00:00Z; releases are a day apart before it. */
static const int64_t NEWEST_MS = 1767225600000;

static bool percent(const struct sim_case *c, const char *what, uint64_t thing, uint32_t share)
{
	uint64_t key = pt_rng_mix_text(c->seed, what, strlen(what));

	return pt_rng_below(pt_rng_mix(key, thing), 100) < share;
}

bool sim_scene_excluded(const struct sim_case *c, uint32_t org)
{
	return percent(c, "excluded", org, c->knob[KNOB_EXCLUDED]);
}

static bool is_first(const struct sim_case *c, uint32_t org)
{
	return c->knob[KNOB_STAGES] == 3 && percent(c, "first", org, FIRST_STAGE_PERCENT);
}

uint8_t sim_scene_stage(const struct sim_case *c, uint32_t org, bool is_sandbox)
{
	uint8_t last = (uint8_t)(c->knob[KNOB_STAGES] - 1);

	if (is_first(c, org))
		return 0;
	return is_sandbox && last ? (uint8_t)(last - 1) : last;
}

bool sim_scene_wants_approval(const struct sim_case *c, uint32_t stage)
{
	uint32_t which = c->knob[KNOB_APPROVAL];

	return which >= APPROVAL_OF_ALL ||
	       (which == APPROVAL_OF_THE_LAST && stage + 1 == c->knob[KNOB_STAGES]);
}

uint32_t sim_scene_need(const struct sim_case *c, uint32_t package, uint32_t base)
{
	uint32_t target = c->knob[KNOB_RELEASES] - 1;
	bool lower = c->knob[KNOB_PINS] == 1 ||
		     (c->knob[KNOB_PINS] == 2 &&
		      percent(c, "pin", (uint64_t)package * SIM_PACKAGES + base, 50));

	return lower ? target - 1 : target;
}

static int releases(const struct pt_release **out, size_t *n_out, struct pt_manifest_source *source,
		    struct pt_err *err)
{
	const struct sim_source *s = (const struct sim_source *)(const void *)source;

	(void)err;
	*out = s->release;
	*n_out = s->nrelease;
	return 0;
}

static int manifest(const struct pt_manifest **out, struct pt_manifest_source *source,
		    const struct pt_release *release, struct pt_err *err)
{
	(void)release;
	(void)err;
	*out = &((const struct sim_source *)(const void *)source)->manifest;
	return 0;
}

/* It is the scene's. */
static void close_source(struct pt_manifest_source *source)
{
	(void)source;
}

static const struct pt_manifest_ops SOURCE = {releases, manifest, close_source};

static void make_source(struct sim_source *s, const struct sim_case *c, uint32_t package)
{
	size_t npin = 0;

	*s = (struct sim_source){.base.ops = &SOURCE, .nrelease = c->knob[KNOB_RELEASES]};
	snprintf(s->name, sizeof(s->name), "p%u", package);
	for (uint32_t k = 0; k < s->nrelease; k++) {
		struct pt_release *release = &s->release[k];

		snprintf(s->tag[k], sizeof(s->tag[k]), "v1.%u", k);
		release->tag = s->tag[k];
		release->version = (struct pt_version){.part = {1, k}, .npart = 2};
		release->time_ms = NEWEST_MS - (int64_t)(s->nrelease - k) * PT_DAY_MS;
		snprintf(release->oid, sizeof(release->oid), "%038u%02u", package, k);
		if (c->knob[KNOB_IDS]) {
			struct pt_id id =
			    pt_sim_id_drawn("04t", pt_rng_mix(pt_rng_mix(c->seed, package), k));

			memcpy(release->version_id, id.text, sizeof(release->version_id));
		}
	}
	for (uint32_t b = 0; b < package; b++) {
		struct pt_pin *pin = &s->pin[npin];

		if (!(c->needs[package] >> b & 1))
			continue;
		npin++;
		pin->version =
		    (struct pt_version){.part = {1, sim_scene_need(c, package, b)}, .npart = 2};
	}
	s->manifest = (struct pt_manifest){.package_name = s->name,
					   .namespace_ = s->name,
					   .pin = s->pin,
					   .npin = npin,
					   .source = "tag"};
}

/* A pin names its package by the base's own name, which must outlive it. */
static void name_pins(struct sim_scene *scene, uint32_t package)
{
	size_t n = 0;

	for (uint32_t b = 0; b < package; b++) {
		if (scene->c->needs[package] >> b & 1)
			scene->source[package].pin[n++].namespace_ = scene->source[b].name;
	}
}

static void write_gate(struct pt_buf *out, const struct sim_case *c)
{
	uint32_t limits = c->knob[KNOB_GATE_LIMITS], classes = c->knob[KNOB_CLASSES];

	pt_buf_printf(out, ", gate: { success: %u%%, held: %u%%, unknown: %u%%, benign: %u%%",
		      c->knob[KNOB_GATE], limits, limits, limits);
	if (classes < 100)
		pt_buf_printf(out,
			      ", permanent: %u%%, transient: %u%%, dependency: %u%%, not_yet: %u%%",
			      classes, classes, classes, classes);
	if (c->knob[KNOB_MINIMUM])
		pt_buf_printf(out, ", minimum: %u", c->knob[KNOB_MINIMUM]);
	/* Run by the harness itself. */
	if (c->knob[KNOB_CHECK])
		pt_buf_str(out, ", check: { command: \"true\" }");
	pt_buf_str(out, " }");
}

static void write_stage(struct pt_buf *out, const struct sim_case *c, uint32_t i)
{
	static const char *const ORGS[] = {"{ file: first.txt }", "{ type: Sandbox }",
					   "{ all: true }"};
	uint32_t which = i + 3 - c->knob[KNOB_STAGES];

	pt_buf_printf(out, "      - { name: s%u, orgs: %s, soak: %uh, running: %u", i, ORGS[which],
		      c->knob[KNOB_SOAK], c->knob[KNOB_RUNNING]);
	if (c->knob[KNOB_REQUEST_SIZE])
		pt_buf_printf(out, ", request_size: %u", c->knob[KNOB_REQUEST_SIZE]);
	else
		pt_buf_str(out, ", request_size: all");
	if (c->knob[KNOB_BATCHES] > 1)
		pt_buf_printf(out, ", batches: { sizes: [%s2, rest], every: 1h }",
			      c->knob[KNOB_BATCHES] > 2 ? "1, " : "");
	write_gate(out, c);
	if (c->knob[KNOB_BREAKER])
		pt_buf_printf(out, ", breaker: { failures: %u%%, after: 3 }",
			      c->knob[KNOB_BREAKER]);
	sim_scene_write_window(out, c, i);
	if (sim_scene_wants_approval(c, i)) {
		pt_buf_printf(out, ", approval: { required: true%s",
			      c->knob[KNOB_APPROVAL] == APPROVAL_BY_OTHERS ? ", four_eyes: true"
									   : "");
		if (c->knob[KNOB_WITHIN])
			pt_buf_printf(out, ", within: %uh", c->knob[KNOB_WITHIN]);
		pt_buf_str(out, " }");
	}
	pt_buf_str(out, " }\n");
}

static void write_suite(struct pt_buf *out, const struct sim_case *c)
{
	pt_buf_str(out, "suite: simulated\ntimezone: UTC\nconnectors:\n");
	for (uint32_t i = 0; i < c->knob[KNOB_CONNECTORS]; i++)
		pt_buf_printf(out, "  hub%u: { type: simulated, population: population.yaml }\n",
			      i);
	pt_buf_str(out, "defaults: { connector: hub0, tag: '^v(?<version>\\d+\\.\\d+)$' }\n"
			"packages:\n");
	for (uint32_t p = 0; p < c->knob[KNOB_PACKAGES]; p++)
		pt_buf_printf(out,
			      "  - { name: p%u, namespace: p%u, git: p%u.git, connector: hub%u }\n",
			      p, p, p, c->knob[KNOB_CONNECTORS] > 1 ? p % 2 : 0);
	pt_buf_str(out, "audience:\n  exclude:\n"
			"    - { status: [Inactive], reason: inactive }\n");
	if (c->knob[KNOB_EXCLUDED])
		pt_buf_str(out, "    - { file: excluded.txt, reason: by hand }\n");
	pt_buf_printf(out,
		      "trains:\n  weekly:\n    offset: %uh\n    order: %s\n    drift: %u%%\n"
		      "    topup: %um\n    job_timeout: %uh\n    stages:\n",
		      c->knob[KNOB_OFFSET], c->knob[KNOB_ORDER] ? "offset" : "confirmed",
		      c->knob[KNOB_DRIFT], c->knob[KNOB_TOPUP], c->knob[KNOB_JOB_TIMEOUT]);
	for (uint32_t i = 0; i < c->knob[KNOB_STAGES]; i++)
		write_stage(out, c, i);
	pt_buf_printf(out,
		      "    repush: { passes: %u, after: %uh, every: %uh }\n"
		      "    start_slack: %um\n",
		      c->knob[KNOB_PASSES], c->knob[KNOB_EVERY], c->knob[KNOB_EVERY],
		      c->knob[KNOB_SLACK]);
	sim_scene_write_blackouts(out, c);
}

/* All packages that one of them needs, and itself. */
static uint32_t closure(const struct sim_case *c, uint32_t package)
{
	uint32_t set = 1U << package;

	for (uint32_t p = package + 1; p-- > 0;) {
		if (set >> p & 1)
			set |= c->needs[p];
	}
	return set;
}

static void write_bundles(struct pt_buf *out, const struct sim_case *c)
{
	uint32_t n = c->knob[KNOB_PACKAGES], last = (uint32_t)pt_rng_below(c->seed, n);
	uint32_t set = c->knob[KNOB_INCOMPLETE] ? 1U << last : closure(c, last);

	pt_buf_printf(out,
		      "bundles:\n  - { packages: all, share: rest }\n"
		      "  - { share: %u%%%s, packages: [",
		      n > 1 ? SMALL_BUNDLE_PERCENT : 0,
		      c->knob[KNOB_INCOMPLETE] ? ", incomplete: true" : "");
	for (uint32_t p = 0, first = 1; p < n; p++) {
		if (set >> p & 1)
			pt_buf_printf(out, "%sp%u", first ? "" : ", ", p);
		first &= !(set >> p & 1);
	}
	pt_buf_str(out, "] }\n");
}

void sim_scene_population(struct pt_buf *out, const struct sim_case *c)
{
	const uint32_t *k = c->knob;

	pt_buf_printf(out, "seed: %llu\norgs: %u\nsandboxes: %u%%\n", (unsigned long long)c->seed,
		      k[KNOB_ORGS], k[KNOB_SANDBOXES]);
	pt_buf_printf(out, "status: { Active: rest, Inactive: %u%% }\nopted_out: %u%%\n",
		      k[KNOB_INACTIVE], k[KNOB_OPTED_OUT]);
	write_bundles(out, c);
	if (k[KNOB_ZONES])
		pt_buf_str(out, "instances: { production: { NA1..3: 1, EU1..2: 1, AP1: 1 }, "
				"sandbox: { CS1: 1, EU9: 1, AP9: 1 } }\n");
	pt_buf_printf(out,
		      "installed: { at_target: %u%%, previous: rest, "
		      "older: { share: %u%%, releases: 2..3 } }\n",
		      k[KNOB_CURRENT], k[KNOB_OLDER]);
	pt_buf_printf(out, "failures: { transient: %u%%, permanent: %u%%", k[KNOB_TRANSIENT],
		      k[KNOB_PERMANENT]);
	pt_buf_printf(out,
		      ", stuck: { share: %u%%, for: 90h }, not_yet: { share: %u%%, for: 9h } }\n",
		      k[KNOB_STUCK], k[KNOB_NOT_YET]);
	pt_buf_printf(out,
		      "latencies: { start_delay: { typical: %um, max: %um }, "
		      "job_duration: { typical: %um, max: %um }, "
		      "record_lag: { typical: %um, max: %um } }\n",
		      k[KNOB_START_DELAY], 2 * k[KNOB_START_DELAY], k[KNOB_DURATION],
		      3 * k[KNOB_DURATION], k[KNOB_LAG], 2 * k[KNOB_LAG]);
}

static bool save(const struct sim_scene *scene, const char *name, const struct pt_buf *text,
		 char *path_out)
{
	char path[SIM_PATH + 32];

	snprintf(path, sizeof(path), "%s/%s", scene->folder, name);
	FILE *file = fopen(path, "w");

	if (path_out)
		snprintf(path_out, SIM_PATH, "%.*s", SIM_PATH - 1, path);
	if (!file)
		return false;
	bool ok = !text->failed && fwrite(text->data, 1, text->len, file) == text->len;

	return fclose(file) == 0 && ok;
}

bool sim_scene_write(struct sim_scene *scene, const struct sim_case *c, const char *folder)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf suite = PT_BUF_INIT;
	PT_CLEANUP(pt_buf_release) struct pt_buf population = PT_BUF_INIT;

	*scene = (struct sim_scene){.c = c};
	snprintf(scene->folder, sizeof(scene->folder), "%s", folder);
	for (uint32_t p = 0; p < c->knob[KNOB_PACKAGES]; p++)
		make_source(&scene->source[p], c, p);
	for (uint32_t p = 0; p < c->knob[KNOB_PACKAGES]; p++)
		name_pins(scene, p);
	write_suite(&suite, c);
	sim_scene_population(&population, c);
	return save(scene, "suite.yaml", &suite, scene->suite) &&
	       save(scene, "population.yaml", &population, NULL);
}

bool sim_scene_write_orgs(const struct sim_scene *scene, const struct pt_platform *platform)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf excluded = PT_BUF_INIT;
	PT_CLEANUP(pt_buf_release) struct pt_buf first = PT_BUF_INIT;

	pt_buf_str(&excluded, "# org\n");
	pt_buf_str(&first, "# org\n");
	for (uint32_t org = 0; org < pt_platform_norg(platform); org++) {
		struct pt_platform_org record = pt_platform_org(platform, org);

		if (sim_scene_excluded(scene->c, org))
			pt_buf_printf(&excluded, "%s\n", record.key.text);
		if (is_first(scene->c, org))
			pt_buf_printf(&first, "%s\n", record.key.text);
	}
	return save(scene, "excluded.txt", &excluded, NULL) &&
	       save(scene, "first.txt", &first, NULL);
}
