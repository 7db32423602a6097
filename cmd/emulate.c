/*
 * pushtrain emulate: the simulated platform over HTTP on this machine, for rehearsals
 * through the real connector and for other clients.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/instant.h"
#include "cmd/catalogue.h"
#include "cmd/context.h"
#include "connectors/emulator/emulator.h"
#include "connectors/push/simulated/population.h"

enum { PORT_MAX = 65535, TURN_MS = 200, PERCENT_PPM = 10000, HUNDRED = 100 };

static volatile sig_atomic_t stopped;

static void on_signal(int number)
{
	stopped = number;
}

static void catch_signals(void)
{
	struct sigaction action = {.sa_handler = on_signal};

	sigemptyset(&action.sa_mask);
	(void)sigaction(SIGINT, &action, NULL);
	(void)sigaction(SIGTERM, &action, NULL);
}

/* The one that was named, else that of the suite's first simulated connector. */
static int find_population(const char **out, const struct pt_context *c, struct pt_err *err)
{
	if (c->args->population) {
		*out = c->args->population;
		return 0;
	}
	for (size_t i = 0; i < c->suite->nconnector; i++) {
		if (c->suite->connector[i].type == PT_CONNECTOR_SIMULATED) {
			*out = c->suite->connector[i].population;
			return 0;
		}
	}
	return pt_err_set(err, PT_E_USAGE,
			  "%s has no simulated connector: --population FILE says which orgs there "
			  "are",
			  c->suite->file);
}

static int read_number(double *out, const char *option, const char *text, double most,
		       struct pt_err *err)
{
	char *end;

	*out = strtod(text, &end);
	if (end == text || *end != '\0' || !(*out > 0) || *out > most)
		return pt_err_set(err, PT_E_USAGE, "%s '%s', expected a number above 0, at most %g",
				  option, text, most);
	return 0;
}

static int read_clock(struct pt_emulator_conf *conf, const struct pt_args *args, struct pt_err *err)
{
	static const char *const names[] = {[PT_EMULATOR_SPEED] = "wall",
					    [PT_EMULATOR_MANUAL] = "manual",
					    [PT_EMULATOR_FOLLOWS] = "follow"};
	size_t i = 0;

	conf->speed = 1;
	while (args->clock && i < PT_ARRAY_LEN(names) && strcmp(args->clock, names[i]) != 0)
		i++;
	if (i == PT_ARRAY_LEN(names))
		return pt_err_set(err, PT_E_USAGE, "--clock '%s', expected wall, manual or follow",
				  args->clock);
	conf->clock = (enum pt_emulator_clock)i;
	if (args->speed && conf->clock != PT_EMULATOR_SPEED)
		return pt_err_set(err, PT_E_USAGE, "--speed goes with --clock wall");
	return args->speed ? read_number(&conf->speed, "--speed", args->speed, 1e9, err) : 0;
}

static int read_fault_rate(struct pt_emulator_conf *conf, const char *text, struct pt_err *err)
{
	char number[32];
	double percent;
	size_t len = strlen(text);

	if (len < 2 || len >= sizeof(number) || text[len - 1] != '%')
		return pt_err_set(err, PT_E_USAGE, "--fault-rate '%s', expected such as 5%%", text);
	snprintf(number, sizeof(number), "%.*s", (int)len - 1, text);
	int rc = read_number(&percent, "--fault-rate", number, HUNDRED, err);

	conf->fault_ppm = (int32_t)(percent * PERCENT_PPM);
	return rc;
}

static int read_conf(struct pt_emulator_conf *conf, const struct pt_context *c, int64_t at_ms,
		     struct pt_err *err)
{
	const struct pt_args *args = c->args;
	int rc = read_clock(conf, args, err);

	conf->start_ms = at_ms;
	conf->control = args->control;
	conf->seed = args->seed < 0 ? 0 : (uint64_t)args->seed;
	if (rc == 0 && args->port > PORT_MAX)
		rc = pt_err_set(err, PT_E_USAGE, "--port %lld, expected 0 to %d",
				(long long)args->port, PORT_MAX);
	conf->port = args->port < 0 ? 0 : (uint16_t)args->port;
	if (rc == 0 && args->latency &&
	    pt_duration_parse(&conf->latency_ms, args->latency, err) < 0)
		rc = pt_err_wrap(err, "--latency");
	if (rc == 0 && args->fault_rate)
		rc = read_fault_rate(conf, args->fault_rate, err);
	return rc;
}

static int read_population(struct pt_population **out, const char *path,
			   const struct pt_sim_catalogue *catalogue, struct pt_err *err)
{
	struct pt_errs errs = PT_ERRS_INIT;
	int rc = pt_population_read(out, path, catalogue, &errs);

	if (rc < 0 && errs.nomem) {
		rc = pt_err_nomem(err);
	} else if (rc < 0 && errs.n == 1 && errs.nlost == 0) {
		*err = errs.item[0];
	} else if (rc < 0) {
		pt_say_errors(&errs);
		rc = pt_err_set(err, PT_E_INVALID, "no orgs to begin with");
	}
	pt_errs_release(&errs);
	return rc;
}

/* The suite's packages as of that moment, and its population. */
static int make_platform(struct pt_platform **out, struct pt_emulator_conf *conf,
			 struct pt_context *c, int64_t at_ms, struct pt_err *err)
{
	struct pt_population *population = NULL;
	struct pt_arena arena = PT_ARENA_INIT;
	struct pt_sim_catalogue catalogue;
	const char *path = NULL;
	int rc = find_population(&path, c, err);

	if (rc == 0)
		rc = pt_context_decide(c, at_ms, err);
	if (rc == 0)
		rc = pt_catalogue_of_train(&catalogue, &arena, c->train, err);
	if (rc == 0)
		rc = read_population(&population, path, &catalogue, err);
	if (rc == 0) {
		conf->page_rows = population->api.page_rows;
		conf->daily_limit = population->api.daily_limit;
		rc = pt_population_people(
		    out, population, &catalogue,
		    c->args->seed < 0 ? population->seed : (uint64_t)c->args->seed, at_ms, err);
	}
	pt_population_free(population);
	pt_arena_release(&arena);
	return rc;
}

static int serve(struct pt_emulator *emulator, struct pt_err *err)
{
	int rc = 0;

	printf("listening on http://127.0.0.1:%u\n"
	       "PUSHTRAIN_INSTANCE_URL=http://127.0.0.1:%u\nPUSHTRAIN_ACCESS_TOKEN=%s\n",
	       pt_emulator_port(emulator), pt_emulator_port(emulator), pt_emulator_token(emulator));
	if (fflush(stdout) != 0)
		return pt_err_set(err, PT_E_IO, "cannot write to stdout");
	while (rc == 0 && !stopped)
		rc = pt_emulator_turn(emulator, TURN_MS, err);
	pt_say("%llu requests, %llu faults", (unsigned long long)pt_emulator_nrequest(emulator),
	       (unsigned long long)pt_emulator_nfault(emulator));
	return rc;
}

static int emulate(struct pt_context *c, struct pt_err *err)
{
	PT_CLEANUP(pt_platform_freep) struct pt_platform *platform = NULL;
	PT_CLEANUP(pt_emulator_freep) struct pt_emulator *emulator = NULL;
	struct pt_emulator_conf conf = {.port = 0};
	int64_t at_ms = 0;
	int rc = pt_context_cut(&at_ms, c, err);

	if (rc == 0)
		rc = read_conf(&conf, c, at_ms, err);
	if (rc == 0)
		rc = make_platform(&platform, &conf, c, at_ms, err);
	if (rc == 0)
		rc = pt_emulator_new(&emulator, platform, &conf, err);
	return rc < 0 ? rc : serve(emulator, err);
}

enum pt_exit pt_cmd_emulate(const struct pt_args *args)
{
	PT_CLEANUP(pt_context_release) struct pt_context c = {.args = args};
	struct pt_err err = PT_ERR_INIT;

	catch_signals();
	if (pt_context_open(&c, args, &err) < 0 || emulate(&c, &err) < 0)
		return pt_say_error(&err);
	return PT_EXIT_DONE;
}
