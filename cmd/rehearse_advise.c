/* rehearse --advise: the fewest passes, and with them the smallest offset, that do. */
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "base/table.h"
#include "cmd/forecast.h"
#include "config/values.h"

enum { RUNS = 100, PASSES_MAX = 10 };

static const int64_t offsets_ms[] = {
    0,
    15 * PT_MINUTE_MS,
    30 * PT_MINUTE_MS,
    1 * PT_HOUR_MS,
    2 * PT_HOUR_MS,
    3 * PT_HOUR_MS,
    4 * PT_HOUR_MS,
    6 * PT_HOUR_MS,
    8 * PT_HOUR_MS,
    12 * PT_HOUR_MS,
    18 * PT_HOUR_MS,
    24 * PT_HOUR_MS,
};

enum { NOFFSET = PT_ARRAY_LEN(offsets_ms), TRIES_MAX = PASSES_MAX + 1 + NOFFSET };

struct
try {
	uint32_t passes, offset;      /* an index of offsets_ms */
	struct pt_forecast *forecast; /* owned */
};

struct search {
	struct pt_forecasts f;
	int32_t converge_ppm, probability_ppm;
	struct try try[TRIES_MAX];
	uint32_t ntry;
	const struct try *found; /* NULL: none does */
};

static int read_share(int32_t *out, const char *option, const char *text, struct pt_err *err)
{
	if (!text)
		return 0;
	if (!ratio_of(out, text) || *out == 0)
		return pt_err_set(err, PT_E_USAGE,
				  "%s '%.40s', expected a share above 0%% and up to 100%%, such as "
				  "99.5%%",
				  option, text);
	return 0;
}

static bool does(const struct search *s, const struct try *try)
{
	const struct pt_chance *reached = &try->forecast->reached;

	return (uint64_t)reached->n * PT_RATIO_ONE >=
	       (uint64_t)reached->of * (uint64_t)s->probability_ppm;
}

static int rehearse(const struct try **out, struct search *s, uint32_t passes, uint32_t offset,
		    struct pt_err *err)
{
	struct pt_train_conf conf = s->f.c->conf;
	struct try *try = &s->try[s->ntry];
	int rc;

	conf.repush.passes = passes;
	conf.offset_ms = offsets_ms[offset];
	rc = pt_forecasts_make(&try->forecast, &s->f, &conf, 1, err);
	if (rc < 0)
		return rc;
	try->passes = passes;
	try->offset = offset;
	s->ntry++;
	*out = try;
	return 0;
}

/* With that many passes the longest offset does: the shortest that does as well, by halves. */
static int shorten(struct search *s, uint32_t passes, struct pt_err *err)
{
	uint32_t low = 0, high = NOFFSET - 1;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		const struct try *try = NULL;
		int rc = rehearse(&try, s, passes, middle, err);

		if (rc < 0)
			return rc;
		if (does(s, try)) {
			s->found = try;
			high = middle;
		} else {
			low = middle + 1;
		}
	}
	return 0;
}

static int search(struct search *s, struct pt_err *err)
{
	for (uint32_t passes = 0; passes <= PASSES_MAX; passes++) {
		const struct try *try = NULL;
		int rc = rehearse(&try, s, passes, NOFFSET - 1, err);

		if (rc < 0)
			return rc;
		if (does(s, try)) {
			s->found = try;
			return shorten(s, passes, err);
		}
	}
	return 0;
}

static void try_row(struct pt_table *table, const struct search *s, const struct try *try)
{
	const struct pt_forecast *f = try->forecast;
	const struct pt_forecast_cell *train = pt_forecast_cell(f, f->nstage, f->npackage);
	char text[PT_CHANCE_TEXT], offset[PT_DURATION_TEXT], median[PT_DURATION_TEXT],
	    p95[PT_DURATION_TEXT];

	pt_table_cell(table, "%u", try->passes);
	pt_table_cell(table, "%s", pt_duration_text(offset, offsets_ms[try->offset]));
	pt_table_cell(table, "%s", pt_chance_text(text, &f->reached));
	pt_table_cell(table, "%.2f%%", (double)f->share_ppm.median / 10000);
	pt_table_cell(table, "%s",
		      train->time_ms.nrun ? pt_duration_human(median, train->time_ms.median) : "-");
	pt_table_cell(table, "%s",
		      train->time_ms.nrun ? pt_duration_human(p95, train->time_ms.p95) : "-");
	pt_table_cell(table, "%lld", (long long)train->pushes.median);
	pt_table_cell(table, "%lld", (long long)train->left.median);
	pt_table_cell(table, "%s", pt_chance_text(text, &f->halted));
	pt_table_cell(table, "%s", try == s->found ? "<" : "");
}

static void advice_text(struct pt_buf *out, const struct search *s)
{
	double converge = s->converge_ppm / 10000.0, probability = s->probability_ppm / 10000.0;
	char offset[PT_DURATION_TEXT];

	if (!s->found) {
		pt_buf_printf(out,
			      "nothing that was tried converges to %g%% with a probability of "
			      "%g%%: no more than %d passes, offsets up to %s\n",
			      converge, probability, PASSES_MAX,
			      pt_duration_text(offset, offsets_ms[NOFFSET - 1]));
		return;
	}
	const struct pt_chance *reached = &s->found->forecast->reached;

	pt_buf_printf(out,
		      "offset: %s with repush.passes: %u converges to %g%% in %u of %u "
		      "rehearsals\n",
		      pt_duration_text(offset, offsets_ms[s->found->offset]), s->found->passes,
		      converge, reached->n, reached->of);
	if (reached->low * 100 < probability)
		pt_buf_printf(out,
			      "not sure: the probability may be as low as %.1f%%; more --runs say "
			      "more\n",
			      100 * reached->low);
}

static int advise_text(struct pt_buf *out, const struct search *s, struct pt_err *err)
{
	static const char *const heads[] = {"passes", "offset", "reaches it", "converged", "time",
					    "95%",    "pushes", "orgs left",  "halted",    ""};
	PT_CLEANUP(pt_table_freep) struct pt_table *table = pt_table_new("rrrrrrrrrl");

	if (!table)
		return pt_err_nomem(err);
	for (size_t i = 0; i < PT_ARRAY_LEN(heads); i++)
		pt_table_cell(table, "%s", heads[i]);
	for (uint32_t i = 0; i < s->ntry; i++)
		try_row(table, s, &s->try[i]);
	pt_buf_printf(out,
		      "train %s %s: to converge to %g%% with a probability of %g%%, %u rehearsals "
		      "each\n",
		      s->f.c->conf.name, s->f.c->id, s->converge_ppm / 10000.0,
		      s->probability_ppm / 10000.0, s->f.nrun);
	int rc = pt_table_render(out, table, 2, err);

	pt_buf_str(out, "\n");
	advice_text(out, s);
	return rc;
}

static void try_json(struct pt_json *json, const char *key, const struct try *try)
{
	const struct pt_forecast *f = try->forecast;
	const struct pt_forecast_cell *train = pt_forecast_cell(f, f->nstage, f->npackage);

	pt_json_object(json, key);
	pt_json_int(json, "passes", try->passes);
	pt_json_int(json, "offset_ms", offsets_ms[try->offset]);
	pt_chance_json(json, "reaches", &f->reached);
	pt_share_json(json, "convergence_ppm", &f->share_ppm);
	pt_spread_json(json, "time_ms", &train->time_ms);
	pt_spread_json(json, "pushes", &train->pushes);
	pt_spread_json(json, "orgs_left", &train->left);
	pt_chance_json(json, "is_halted", &f->halted);
	pt_json_object_end(json);
}

static void advise_json(struct pt_buf *out, const struct search *s)
{
	struct pt_json json;

	pt_json_init(&json, out);
	pt_json_object(&json, NULL);
	pt_json_str(&json, "suite", s->f.c->suite->name);
	pt_json_str(&json, "train", s->f.c->conf.name);
	pt_json_str(&json, "id", s->f.c->id);
	pt_json_int(&json, "converge_ppm", s->converge_ppm);
	pt_json_int(&json, "probability_ppm", s->probability_ppm);
	pt_json_int(&json, "runs", s->f.nrun);
	pt_json_int(&json, "first_seed", (int64_t)s->f.first_seed);
	pt_json_array(&json, "tried");
	for (uint32_t i = 0; i < s->ntry; i++)
		try_json(&json, NULL, &s->try[i]);
	pt_json_array_end(&json);
	if (s->found)
		try_json(&json, "advice", s->found);
	else
		pt_json_str(&json, "advice", NULL);
	pt_json_object_end(&json);
}

static int advise(struct pt_buf *out, struct search *s, struct pt_context *c, struct pt_err *err)
{
	int rc = read_share(&s->converge_ppm, "--converge", c->args->converge, err);

	if (rc == 0)
		rc = read_share(&s->probability_ppm, "--probability", c->args->probability, err);
	if (rc == 0)
		rc = pt_forecasts_open(&s->f, c, RUNS, err);
	if (rc < 0)
		return rc;
	s->f.reach_ppm = s->converge_ppm;
	rc = search(s, err);
	if (rc == 0 && c->args->json)
		advise_json(out, s);
	else if (rc == 0)
		rc = advise_text(out, s, err);
	return rc;
}

enum pt_exit pt_rehearse_advised(struct pt_context *c)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
	struct search s = {.converge_ppm = 990000, .probability_ppm = 950000};
	struct pt_err err = PT_ERR_INIT;
	int rc = advise(&out, &s, c, &err);

	for (uint32_t i = 0; i < s.ntry; i++)
		free(s.try[i].forecast);
	pt_forecasts_release(&s.f);
	if (rc < 0)
		return pt_say_error(&err);
	return pt_print(&out, s.found ? PT_EXIT_DONE : PT_EXIT_RESIDUE);
}
