/*
 * The platform that is pushed to: `pushtrain emulate` as a process of its own, asked over
 * HTTP, and what it says of who has what.
 */
#ifndef PT_TESTS_SIMULATION_KILLED_HUB_H
#define PT_TESTS_SIMULATION_KILLED_HUB_H

#include <jansson.h>

#include "tests/simulation/killed/process.h"
#include "tests/simulation/killed/scene.h"

enum { HUB_MAX_ORGS = 128, HUB_KEY_TEXT = 24 };

struct hub {
	struct process process;
	bool running;
	char url[64], token[128];
};

/* Starts it in the folder of the scene, and points the environment to it. */
int hub_start(struct hub *out, const char *pushtrain, const char *folder, const struct scene *scene,
	      uint64_t seed, struct pt_err *err) PT_MUSTUSE;

/* It must end in order. */
int hub_stop(struct hub *hub, struct pt_err *err) PT_MUSTUSE;

/* One exchange; the body MAY be NULL. What came, to be given back to json_decref(). */
int hub_ask(json_t **out, const struct hub *hub, const char *method, const char *path,
	    const char *body, struct pt_err *err) PT_MUSTUSE;

/* The records of a query that fit on one page, to be given back to json_decref(). */
int hub_rows(json_t **out, const struct hub *hub, const char *soql, struct pt_err *err) PT_MUSTUSE;

/* What an org has of a package. */
enum hub_has { HUB_NOTHING, HUB_OTHER, HUB_TRAINS };

/* Who has what, by the subscriber records. */
struct hub_orgs {
	uint32_t norg;
	struct {
		char key[HUB_KEY_TEXT];
		bool opted_out;
		uint8_t has[SCENE_MAX_PACKAGES]; /* enum hub_has */
	} org[HUB_MAX_ORGS];
};

int hub_read_orgs(struct hub_orgs *out, const struct hub *hub, const struct scene *scene,
		  struct pt_err *err) PT_MUSTUSE;

/* The org's number, or norg. */
uint32_t hub_find_org(const struct hub_orgs *orgs, const char *key);

/* The package's number, or npackage. */
uint32_t hub_find_package(const struct scene *scene, const char *name);

/* The versions that are on the platform. */
struct hub_versions {
	uint32_t n;
	struct {
		char id[HUB_KEY_TEXT];
		uint32_t package;
		bool trains;
	} version[2 * SCENE_MAX_PACKAGES];
};

int hub_read_versions(struct hub_versions *out, const struct hub *hub, const struct scene *scene,
		      struct pt_err *err) PT_MUSTUSE;
uint32_t hub_find_version(const struct hub_versions *versions, const char *id);

/* The text of a field, "" if it has none. */
const char *hub_text(const json_t *row, const char *field);

#endif
