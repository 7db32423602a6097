/*
 * A platform for tests: three packages, of which `app` needs `base`, and short
 * words for what is done with it.
 */
#ifndef PT_TESTS_UNIT_PLATFORM_FIXTURE_H
#define PT_TESTS_UNIT_PLATFORM_FIXTURE_H

#include "tests/test.h"
#include <stdio.h>

#include <string.h>

#include "base/instant.h"
#include "config/suite.h"
#include "connectors/push/simulated/ids.h"
#include "connectors/push/simulated/platform.h"

enum { BASE, APP, LONE, NPACKAGE };
enum { BASE_10, BASE_11, BASE_12, BASE_13_BETA, BASE_14_OLD, BASE_15 };
enum { APP_20, APP_21, APP_22 };

#define T0     (INT64_C(1700000000) * 1000)
#define MINUTE PT_MINUTE_MS
#define HOUR   PT_HOUR_MS

#define V(major, minor)                                                                            \
	{                                                                                          \
		.part = {major, minor}, .npart = 2                                                 \
	}

static const struct pt_sim_need APP_21_NEEDS[] = {{BASE, V(1, 2)}};
static const struct pt_sim_need APP_22_NEEDS[] = {{BASE, V(1, 2)}, {LONE, {.npart = 0}}};

static const struct pt_sim_version BASE_VERSIONS[] = {
    {.version = V(1, 0)},
    {.version = V(1, 1)},
    {.version = V(1, 2), .id = {"04t000000000001AAA"}},
    {.version = V(1, 3), .beta = true},
    {.version = V(1, 4), .deprecated = true},
    {.version = V(1, 5)},
};
static const struct pt_sim_version APP_VERSIONS[] = {
    {.version = V(2, 0)},
    {.version = V(2, 1), .need = APP_21_NEEDS, .nneed = 1},
    {.version = V(2, 2), .need = APP_22_NEEDS, .nneed = 2},
};
static const struct pt_sim_version LONE_VERSIONS[] = {{.version = V(5, 0)}, {.version = V(5, 1)}};

static const struct pt_sim_package PACKAGES[] = {
    {"base", "The Base", "bas", BASE_VERSIONS, PT_ARRAY_LEN(BASE_VERSIONS), BASE_12},
    {"app", "The App", "app", APP_VERSIONS, PT_ARRAY_LEN(APP_VERSIONS), APP_21},
    {"lone", "Lone", "lon", LONE_VERSIONS, PT_ARRAY_LEN(LONE_VERSIONS), 1},
};
static const struct pt_sim_catalogue CATALOGUE = {PACKAGES, NPACKAGE};

/* Ten minutes a job, and nothing goes wrong. */
static const struct pt_sim_behaviour PLAIN = {.job_duration = {10 * MINUTE, 10 * MINUTE}};

static inline struct pt_platform *platform_of(const struct pt_sim_behaviour *behaviour,
					      uint64_t seed, uint32_t norg)
{
	struct pt_platform *p;

	assert_int_equal(pt_platform_new(&p, &CATALOGUE, behaviour, seed, T0, NULL), 0);
	for (uint32_t i = 0; i < norg; i++) {
		struct pt_platform_org org = {.type = PT_ORG_PRODUCTION, .status = PT_ORG_ACTIVE};
		uint32_t number;

		org.key = pt_sim_org_key(1, i);
		snprintf(org.instance, sizeof(org.instance), "NA%u", 1 + i % 7);
		assert_int_equal(pt_platform_add_org(&number, p, &org, NULL), 0);
		assert_int_equal(number, i);
	}
	return p;
}

static inline void change(struct pt_platform *p, int64_t at_ms, enum pt_platform_change_kind kind,
			  uint32_t org, uint32_t package, uint32_t value)
{
	struct pt_platform_change change = {at_ms, kind, org, package, value};

	assert_int_equal(pt_platform_change(p, &change, NULL), 0);
}

static inline void has(struct pt_platform *p, uint32_t org, uint32_t package, uint32_t version)
{
	change(p, 0, PT_CHANGE_INSTALLED, org, package, version);
}

/* A platform of which every org has base 1.0 and app 2.0. */
static inline struct pt_platform *peopled(const struct pt_sim_behaviour *behaviour, uint64_t seed,
					  uint32_t norg)
{
	struct pt_platform *p = platform_of(behaviour, seed, norg);

	for (uint32_t i = 0; i < norg; i++) {
		has(p, i, BASE, BASE_10);
		has(p, i, APP, APP_20);
	}
	return p;
}

static inline struct pt_id id_of(const struct pt_platform *p, uint32_t package, uint32_t version)
{
	return pt_platform_packages(p)->item[package].version[version].id;
}

static inline uint32_t create(struct pt_platform *p, uint32_t package, uint32_t version,
			      int64_t start_ms)
{
	struct pt_id id = id_of(p, package, version);
	enum pt_refusal refusal;
	uint32_t request = 0;

	assert_int_equal(pt_platform_create(&request, &refusal, p, &id, start_ms, NULL), 0);
	assert_int_equal(refusal, PT_REFUSAL_NONE);
	return request;
}

static inline enum pt_platform_add add(struct pt_platform *p, uint32_t request, uint32_t org)
{
	struct pt_org_key key = pt_platform_org(p, org).key;
	enum pt_platform_add result;
	enum pt_refusal refusal;

	assert_int_equal(pt_platform_add_jobs(&result, &refusal, p, request, &key, 1, NULL), 0);
	assert_int_equal(refusal, PT_REFUSAL_NONE);
	return result;
}

/* A request for orgs from `first` up to below `end`, activated now. */
static inline uint32_t push(struct pt_platform *p, uint32_t package, uint32_t version,
			    uint32_t first, uint32_t end)
{
	uint32_t request = create(p, package, version, 0);

	for (uint32_t i = first; i < end; i++)
		assert_int_equal(add(p, request, i), PT_PLATFORM_ADDED);
	assert_int_equal(pt_platform_activate(p, request), PT_REFUSAL_NONE);
	return request;
}

static inline struct pt_platform_job job_of(struct pt_platform *p, uint32_t request, size_t i)
{
	const uint32_t *job;
	size_t n;

	assert_int_equal(pt_platform_request_jobs(&job, &n, p, request, NULL), 0);
	assert_true(i < n);
	return pt_platform_job(p, job[i]);
}

static inline struct pt_sim_error error_of(struct pt_platform *p, uint32_t request, size_t i)
{
	struct pt_sim_error error = {.type = ""};
	const uint32_t *job;
	size_t n;

	assert_int_equal(pt_platform_request_jobs(&job, &n, p, request, NULL), 0);
	assert_true(i < n && pt_platform_nerror(p, job[i]) > 0);
	pt_platform_error(&error, p, job[i], 0);
	return error;
}

static inline enum pt_job_state state_of(const struct pt_platform *p, uint32_t request)
{
	return pt_platform_request(p, request).state;
}

#endif
