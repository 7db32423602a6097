/*
 * The simulated platform behind the push interface: opens a population over a
 * catalogue of packages. The catalogue is what the platform would know from the
 * packages that were uploaded to it.
 *
 * A call takes effect when it is submitted; its reply is there after the latency
 * of the HTTP calls that it stands for.
 */
#ifndef PT_CONNECTORS_PUSH_SIMULATED_SIMULATED_H
#define PT_CONNECTORS_PUSH_SIMULATED_SIMULATED_H

#include "base/errs.h"
#include "connectors/push/push.h"
#include "connectors/push/simulated/catalogue.h"
#include "connectors/push/simulated/outcomes.h"

struct pt_platform;

/* How the platform answers. */
struct pt_sim_api {
	struct pt_sim_spread latency; /* of one HTTP call */
	uint32_t page_rows;           /* at most so many rows a page; 0: 2,000 */
	uint32_t daily_limit;         /* HTTP calls in 24 hours; above it calls are TEMPORARY;
					 0: no limit */
};

/*
 * Reads the population and peoples the platform. The catalogue is copied. Owned
 * by the caller, closed with ops->close. What is wrong with the file is
 * collected in errs. `seed` overrides the file's when it is not negative.
 */
int pt_push_open_simulated(struct pt_push_session **out, const char *population,
			   const struct pt_sim_catalogue *catalogue, int64_t seed, int64_t now_ms,
			   struct pt_errs *errs) PT_MUSTUSE;

struct pt_population;

/* The same of a population that was read over that catalogue; it is borrowed for the call alone. */
int pt_push_open_population(struct pt_push_session **out, const struct pt_population *population,
			    const struct pt_sim_catalogue *catalogue, int64_t seed, int64_t now_ms,
			    struct pt_err *err) PT_MUSTUSE;

/*
 * A session with a platform that is borrowed until close: several sessions may
 * talk to it, one after the other or by turns.
 */
int pt_push_open_platform(struct pt_push_session **out, struct pt_platform *platform,
			  const struct pt_sim_api *api, struct pt_err *err) PT_MUSTUSE;

/*
 * As pt_push_open_simulated(), with a platform that lives in the file `path`: made
 * at now_ms when there is none, else found as it was left. A write call is on disk
 * before it is carried out. PT_E_BUSY: another process has it open.
 */
int pt_push_open_kept(struct pt_push_session **out, const char *path, const char *population,
		      const struct pt_sim_catalogue *catalogue, int64_t seed, int64_t now_ms,
		      struct pt_errs *errs) PT_MUSTUSE;

struct pt_sim_state;

/* Keeps the session's write calls from now on; takes ownership of state and platform. */
void pt_push_simulated_keep(struct pt_push_session *session, struct pt_sim_state *state);

/* The platform behind a session of these; borrowed. */
struct pt_platform *pt_push_simulated_platform(struct pt_push_session *session);

#endif
