/* A simulated platform that lives in a file. See simulated.h and state_file.h. */
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/file.h"
#include "connectors/push/simulated/answers.h"
#include "connectors/push/simulated/population.h"
#include "connectors/push/simulated/simulated.h"
#include "connectors/push/simulated/state_file.h"

enum { POPULATION_MAX_BYTES = 64 << 20, PAGE_ROWS = 2000 };

/* A platform on its way out of the file. */
struct keeper {
	const char *path, *population_path;
	struct pt_buf population; /* the file's text */
	struct pt_sim_origin origin;
	struct pt_errs *errs;
	struct pt_platform *platform; /* NULL until the first catalogue */
	struct pt_population *read;
};

static int read_population(struct keeper *keeper, const struct pt_sim_catalogue *catalogue)
{
	return pt_population_parse(&keeper->read, pt_buf_text(&keeper->population),
				   keeper->population.len, keeper->population_path, catalogue,
				   keeper->errs);
}

static int people(struct keeper *keeper, const struct pt_sim_catalogue *catalogue,
		  struct pt_err *err)
{
	return pt_population_people(&keeper->platform, keeper->read, catalogue, keeper->origin.seed,
				    keeper->origin.made_ms, err);
}

static int take_catalogue(void *context, const struct pt_sim_catalogue *catalogue,
			  struct pt_err *err)
{
	struct keeper *keeper = context;
	int rc;

	if (keeper->platform)
		return pt_platform_upload(keeper->platform, catalogue, err);
	rc = read_population(keeper, catalogue);
	return rc < 0 ? rc : people(keeper, catalogue, err);
}

/* As it was carried out then; what it came back with was told then. */
static int take_call(void *context, const struct pt_push_call *call, int64_t at_ms,
		     struct pt_err *err)
{
	struct keeper *keeper = context;
	struct pt_sim_answer answer;
	int rc;

	pt_platform_advance(keeper->platform, at_ms);
	rc = pt_sim_answer_apply(&answer, keeper->platform, call, PAGE_ROWS, err);
	pt_sim_answer_release(&answer);
	return rc;
}

static int check_origin(const struct keeper *keeper, const struct pt_sim_origin *wanted,
			bool seed_given, struct pt_err *err)
{
	if (strcmp(keeper->origin.population, wanted->population) != 0)
		return pt_err_set(err, PT_E_REFUSED,
				  "the simulated platform %s was made from another %s; delete it "
				  "to begin with a fresh one",
				  keeper->path, keeper->population_path);
	if (seed_given && keeper->origin.seed != wanted->seed)
		return pt_err_set(err, PT_E_REFUSED,
				  "the simulated platform %s was made with seed %llu; delete it to "
				  "begin with a fresh one",
				  keeper->path, (unsigned long long)keeper->origin.seed);
	return 0;
}

/* The first time: made now, over that catalogue. */
static int make(struct keeper *keeper, struct pt_sim_state *state,
		const struct pt_sim_catalogue *catalogue, const struct pt_sim_origin *wanted,
		bool seed_given, struct pt_err *err)
{
	int rc = read_population(keeper, catalogue);

	if (rc < 0)
		return rc;
	keeper->origin = *wanted;
	if (!seed_given)
		keeper->origin.seed = keeper->read->seed;
	rc = people(keeper, catalogue, err);
	return rc < 0 ? rc : pt_sim_state_begin(state, &keeper->origin, catalogue, err);
}

static int make_or_find(struct keeper *keeper, struct pt_sim_state *state,
			const struct pt_sim_catalogue *catalogue, int64_t seed, int64_t now_ms,
			struct pt_err *err)
{
	const struct pt_sim_replay replay = {keeper, take_catalogue, take_call};
	struct pt_sim_origin wanted = {.made_ms = now_ms, .seed = seed < 0 ? 0 : (uint64_t)seed};
	bool found = false;
	int rc = pt_population_digest(wanted.population, pt_buf_text(&keeper->population),
				      keeper->population.len, keeper->population_path, err);

	if (rc == 0)
		rc = pt_sim_state_origin(&keeper->origin, &found, state, err);
	if (rc < 0)
		return rc;
	if (!found)
		return make(keeper, state, catalogue, &wanted, seed >= 0, err);
	rc = check_origin(keeper, &wanted, seed >= 0, err);
	if (rc == 0)
		rc = pt_sim_state_replay(state, &replay, err);
	if (rc == 0 && pt_platform_upload(keeper->platform, catalogue, err) < 0)
		rc = pt_err_wrap(err, "the simulated platform %s was made for another suite",
				 keeper->path);
	return rc < 0 ? rc : pt_sim_state_upload(state, catalogue, err);
}

static int open_kept(struct pt_push_session **out, struct keeper *keeper,
		     const struct pt_sim_catalogue *catalogue, int64_t seed, int64_t now_ms,
		     struct pt_err *err)
{
	PT_CLEANUP(pt_sim_state_closep) struct pt_sim_state *state = NULL;
	int rc =
	    pt_file_read(&keeper->population, keeper->population_path, POPULATION_MAX_BYTES, err);

	if (rc == 0)
		rc = pt_sim_state_open(&state, keeper->path, err);
	if (rc == 0)
		rc = make_or_find(keeper, state, catalogue, seed, now_ms, err);
	if (rc == 0)
		rc = pt_push_open_platform(out, keeper->platform, &keeper->read->api, err);
	if (rc < 0)
		return rc;
	pt_push_simulated_keep(*out, pt_take(state));
	keeper->platform = NULL;
	return 0;
}

int pt_push_open_kept(struct pt_push_session **out, const char *path, const char *population,
		      const struct pt_sim_catalogue *catalogue, int64_t seed, int64_t now_ms,
		      struct pt_errs *errs)
{
	struct keeper keeper = {.path = path, .population_path = population, .errs = errs};
	struct pt_err err = PT_ERR_INIT;
	int rc = open_kept(out, &keeper, catalogue, seed, now_ms, &err);

	/* What is wrong with the population is in errs already. */
	if (rc < 0 && err.code != PT_OK)
		pt_errs_add(errs, &err);
	pt_platform_free(keeper.platform);
	pt_population_free(keeper.read);
	pt_buf_release(&keeper.population);
	return rc;
}
