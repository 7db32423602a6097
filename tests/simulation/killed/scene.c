/* See scene.h. */
#include "tests/simulation/killed/scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"

enum { NEVER_BULK = 100000, ALWAYS_BULK = 1 };

#define NEEDS(package) (1U << (package))

static const struct scene_package chain[] = {
    {"core", 1, 0},
    {"app", 2, NEEDS(0)},
    {"ext", 3, NEEDS(1)},
};

static const struct scene_package diamond[] = {
    {"base", 1, 0},         {"left", 2, NEEDS(0)},
    {"right", 3, NEEDS(0)}, {"top", 4, NEEDS(1) | NEEDS(2)},
    {"leaf", 5, NEEDS(3)},  {"alone", 6, 0},
};

#define CHAIN   "chain", chain, PT_ARRAY_LEN(chain)
#define DIAMOND "diamond", diamond, PT_ARRAY_LEN(diamond)

const struct scene scene_all[SCENE_NSCENE] = {
    {CHAIN, true, NEVER_BULK, "200", 2, "1ms"},  {DIAMOND, false, ALWAYS_BULK, "9", 1, "0ms"},
    {DIAMOND, true, NEVER_BULK, "9", 3, "0ms"},  {CHAIN, false, NEVER_BULK, "12", 2, "0ms"},
    {CHAIN, true, ALWAYS_BULK, "12", 1, "0ms"},  {DIAMOND, false, NEVER_BULK, "all", 2, "0ms"},
    {DIAMOND, true, ALWAYS_BULK, "9", 2, "0ms"}, {CHAIN, false, ALWAYS_BULK, "200", 4, "1ms"},
};

static const char population[] =
    "orgs: 60\nsandboxes: 30%\nopted_out: 5%\n"
    "bundles: [{ packages: all, share: rest }]\n"
    "installed: { at_target: 5%, previous: rest }\n"
    "failures: { transient: 10%, permanent: 3% }\n"
    "latencies: { start_delay: { typical: 20m, max: 1h }, job_duration: { typical: 20m, max: 1h "
    "},\n"
    "  record_lag: { typical: 10m, max: 1h } }\n";

int scene_write_file(const char *folder, const char *name, const char *text, struct pt_err *err)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return pt_file_replace(path, text, strlen(text), err);
}

/* A release: its manifest says what of the same age it needs. */
static void add_release(struct pt_buf *command, const struct scene *scene, uint32_t p,
			unsigned minor)
{
	const struct scene_package *of = scene->package;
	const char *comma = "";

	pt_buf_str(command, " && printf '%s\\n' 'needs: {");
	for (uint32_t i = 0; i < scene->npackage; i++) {
		if (!(of[p].needs & NEEDS(i)))
			continue;
		pt_buf_printf(command, "%s %s: \"%u.%u\"", comma, of[i].name, of[i].major, minor);
		comma = ",";
	}
	pt_buf_printf(command,
		      " }' >pushtrain.yaml && \"$commit\" %s.git v%u.%u pushtrain.yaml "
		      "pushtrain.yaml",
		      of[p].name, of[p].major, minor);
}

static int make_repos(const struct scene *scene, const char *folder, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf command = PT_BUF_INIT;

	pt_buf_printf(&command, "commit='%s/tests/e2e/commit-files' && mkdir '%s/%s' && cd '%s/%s'",
		      PT_SOURCE_DIR, folder, scene->suite, folder, scene->suite);
	for (uint32_t p = 0; p < scene->npackage; p++) {
		add_release(&command, scene, p, 0);
		add_release(&command, scene, p, 1);
	}
	if (pt_buf_check(&command, err) < 0)
		return -PT_E_NOMEM;
	if (system(pt_buf_text(&command)) != 0)
		return pt_err_set(err, PT_E_IO, "the repositories of %s", scene->suite);
	return 0;
}

int scene_make_repos(const char *folder, struct pt_err *err)
{
	int rc = make_repos(&scene_all[0], folder, err);

	return rc < 0 ? rc : make_repos(&scene_all[1], folder, err);
}

static void add_packages(struct pt_buf *out, const struct scene *scene)
{
	for (uint32_t p = 0; p < scene->npackage; p++) {
		const char *name = scene->package[p].name;

		pt_buf_printf(out, "  - { name: %s, namespace: %s, git: ../%s/%s.git }\n", name,
			      name, scene->suite, name);
	}
}

static void add_stage(struct pt_buf *out, const struct scene *scene, const char *name,
		      const char *type)
{
	pt_buf_printf(out,
		      "      - { name: %s, orgs: { type: %s }, request_size: %s, running: %u }\n",
		      name, type, scene->request_size, scene->running);
}

int scene_write(const struct scene *scene, const char *folder, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;

	pt_buf_printf(
	    &text,
	    "suite: %s\ntimezone: Europe/Berlin\nconnectors:\n"
	    "  hub:\n    type: salesforce\n    instance_url: ${PUSHTRAIN_INSTANCE_URL}\n"
	    "    timeout: 30s\n    bulk_above: %u\n"
	    "    auth: { access_token: { env: PUSHTRAIN_ACCESS_TOKEN } }\n"
	    "  rehearsal: { type: simulated, population: population.yaml }\n"
	    "defaults: { connector: hub, tag: '^v(?<version>\\d+\\.\\d+)$' }\npackages:\n",
	    scene->suite, scene->bulk_above);
	add_packages(&text, scene);
	pt_buf_printf(&text,
		      "audience:\n  exclude:\n"
		      "    - { file: excluded.txt, reason: \"upgraded by hand\" }\n"
		      "trains:\n  " SCENE_TRAIN ":\n    offset: 4h\n    order: %s\n    stages:\n",
		      scene->confirmed ? "confirmed" : "offset");
	add_stage(&text, scene, "sandbox", "Sandbox");
	add_stage(&text, scene, "production", "Production");
	pt_buf_str(&text, "    repush: { passes: 3, after: 1h, every: 12h }\n");
	int rc = pt_buf_check(&text, err);

	if (rc == 0)
		rc = scene_write_file(folder, "suite.yaml", pt_buf_text(&text), err);
	return rc < 0 ? rc : scene_write_file(folder, "population.yaml", population, err);
}
