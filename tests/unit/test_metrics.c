/* Metrics, read back as strictly as the format is written down, and held against their page. */
#include "tests/test.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "pipeline/metrics.h"

enum { LABELS_MAX = 8, SAMPLES_MAX = 512 };

struct sample {
	char name[96];
	char label[LABELS_MAX][32];
	char value[LABELS_MAX][160]; /* as it was meant */
	size_t nlabel;
	double number;
};

struct reading {
	struct sample sample[SAMPLES_MAX];
	size_t n;
	char family[96], help[96]; /* the one under way; the last that had a HELP */
	char seen[64][96];
	size_t nseen;
};

static bool is_name(char c, bool first)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	       (!first && c >= '0' && c <= '9');
}

static const char *take_name(char *out, size_t size, const char *at)
{
	size_t n = 0;

	while (is_name(at[n], n == 0))
		n++;
	assert_true(n > 0 && n < size);
	memcpy(out, at, n);
	out[n] = '\0';
	return at + n;
}

/* Three escapes and nothing else; a line feed cannot stand in it. */
static const char *take_value(char *out, size_t size, const char *at)
{
	size_t n = 0;

	assert_int_equal(*at++, '"');
	while (*at != '"') {
		char c = *at++;

		assert_true(c != '\0' && c != '\n' && n + 1 < size);
		if (c == '\\') {
			c = *at++;
			assert_true(c == '\\' || c == '"' || c == 'n');
			c = c == 'n' ? '\n' : c;
		}
		out[n++] = c;
	}
	out[n] = '\0';
	return at + 1;
}

static void take_comment(struct reading *r, const char *line)
{
	char word[8], name[96];
	const char *at = take_name(word, sizeof(word), line + 2);

	assert_int_equal(*at, ' ');
	at = take_name(name, sizeof(name), at + 1);
	assert_int_equal(*at, ' ');
	if (strcmp(word, "HELP") == 0) {
		/* A family comes once, and as a whole. */
		for (size_t i = 0; i < r->nseen; i++)
			assert_string_not_equal(r->seen[i], name);
		snprintf(r->seen[r->nseen++], sizeof(r->seen[0]), "%s", name);
		snprintf(r->help, sizeof(r->help), "%s", name);
		assert_true(strlen(at + 1) > 3);
		return;
	}
	assert_string_equal(word, "TYPE");
	assert_string_equal(name, r->help);
	assert_true(strcmp(at + 1, "gauge") == 0 || strcmp(at + 1, "counter") == 0);
	/* Counters are called so, and nothing else is. */
	size_t len = strlen(name);
	bool total = len > 6 && strcmp(name + len - 6, "_total") == 0;

	assert_int_equal(total, strcmp(at + 1, "counter") == 0);
	snprintf(r->family, sizeof(r->family), "%s", name);
}

static void take_sample(struct reading *r, const char *line)
{
	struct sample *s = &r->sample[r->n++];
	const char *at = take_name(s->name, sizeof(s->name), line);
	char *end;

	assert_true(r->n < SAMPLES_MAX);
	assert_string_equal(s->name, r->family);
	for (char before = '{'; *at == before; before = ',') {
		at = take_name(s->label[s->nlabel], sizeof(s->label[0]), at + 1);
		assert_int_equal(*at, '=');
		at = take_value(s->value[s->nlabel++], sizeof(s->value[0]), at + 1);
	}
	assert_int_equal(*at++, '}');
	assert_int_equal(*at++, ' ');
	s->number = strtod(at, &end);
	assert_true(end > at && *end == '\0' && !strchr(at, 'e'));
}

static struct reading *parse(const struct pt_buf *text)
{
	struct reading *r = calloc(1, sizeof(*r));
	const char *at = pt_buf_text(text);
	char line[1024];

	assert_non_null(r);
	while (*at) {
		size_t len = strcspn(at, "\n");

		assert_true(len < sizeof(line) && at[len] == '\n');
		memcpy(line, at, len);
		line[len] = '\0';
		if (strncmp(line, "# ", 2) == 0)
			take_comment(r, line);
		else
			take_sample(r, line);
		at += len + 1;
	}
	return r;
}

static const char *label(const struct sample *s, const char *name)
{
	for (size_t i = 0; i < s->nlabel; i++) {
		if (strcmp(s->label[i], name) == 0)
			return s->value[i];
	}
	return "";
}

/* The samples of that name, with that label's value if one is named. */
static double sum_of(const struct reading *r, const char *name, const char *key, const char *value)
{
	double sum = 0;
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++) {
		const struct sample *s = &r->sample[i];

		if (strcmp(s->name, name) != 0 || (key && strcmp(label(s, key), value) != 0))
			continue;
		sum += s->number;
		n++;
	}
	return n ? sum : -1;
}

#define EVIL "a\"} 1\n# TYPE x gauge\\\x80\xff"

struct made {
	struct pt_status status;
	struct pt_status_stage stage[2];
	struct pt_status_package package[1];
	struct pt_stage_figures figures[2];
	uint32_t order[1];
};

static void make(struct made *m, const char *name)
{
	*m = (struct made){
	    .stage = {{.name = "sandbox", .state = PT_STAGE_SOAKING, .start_ms = 1500},
		      {.name = "production",
		       .state = PT_STAGE_AHEAD,
		       .planned_ms = 9000,
		       .asked_ms = 8000}},
	    .package = {{.name = name, .version = "1.0"}},
	    .figures = {{.tally = {.selected = 20,
				   .already_current = 1,
				   .excluded = 2,
				   .eligible = 17,
				   .at_target = 9,
				   .waiting = 1,
				   .held = 1,
				   .in_flight = 1,
				   .unknown = 1,
				   .canceled = 1,
				   .benign = 1,
				   .failed = {[PT_FAILURE_PERMANENT] = 2}},
			 .requests = 3,
			 .jobs = 21,
			 .jobs_failed = {[PT_FAILURE_BENIGN] = 1, [PT_FAILURE_PERMANENT] = 4}}},
	    .status = {.run = {.row = {.run = 1,
				       .name = name,
				       .suite = "s",
				       .train = "t",
				       .id = "1",
				       .begun_ms = 1250}},
		       .progress = {.state = PT_RUN_PAUSED,
				    .now_ms = INT64_C(1790092800000),
				    .next_ms = INT64_C(1790092830500),
				    .http_calls = 77}},
	};
	m->status.stage = m->stage;
	m->status.nstage = 2;
	m->status.package = m->package;
	m->status.npackage = 1;
	m->status.order = m->order;
	m->status.figures = m->figures;
}

PT_TEST(metrics_say_how_a_run_stands)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	struct made m;

	make(&m, "run-1");
	const struct pt_metrics_run run = {&m.status, PT_METRICS_DRIVEN};

	pt_metrics_text(&text, &run, 1);
	struct reading *r = parse(&text);

	assert_true(sum_of(r, "pushtrain_run_state", NULL, NULL) == 1);
	assert_true(sum_of(r, "pushtrain_run_state", "state", "paused") == 1);
	assert_true(sum_of(r, "pushtrain_run_driven", NULL, NULL) == 1);
	assert_true(sum_of(r, "pushtrain_stage_state", "state", "soaking") == 1);
	assert_true(sum_of(r, "pushtrain_stage_state", NULL, NULL) == 2);
	assert_true(sum_of(r, "pushtrain_stage_awaits_approval", "stage", "production") == 1);
	assert_true(sum_of(r, "pushtrain_stage_awaits_approval", "stage", "sandbox") == 0);
	assert_true(sum_of(r, "pushtrain_stage_start_timestamp_seconds", "stage", "sandbox") ==
		    1.5);
	assert_true(sum_of(r, "pushtrain_stage_start_timestamp_seconds", "stage", "production") ==
		    9);
	assert_true(sum_of(r, "pushtrain_run_begun_timestamp_seconds", NULL, NULL) == 1.25);
	assert_true(sum_of(r, "pushtrain_run_next_due_timestamp_seconds", NULL, NULL) ==
		    1790092830.5);
	/* As `status` has it, the states add up. */
	assert_true(sum_of(r, "pushtrain_orgs", NULL, NULL) == 20);
	assert_true(sum_of(r, "pushtrain_orgs", "state", "failed") == 2);
	assert_true(sum_of(r, "pushtrain_orgs", "state", "at_target") == 9);
	assert_true(sum_of(r, "pushtrain_orgs_failed", "class", "permanent") == 2);
	assert_true(sum_of(r, "pushtrain_orgs_failed", "class", "benign") == -1);
	assert_true(sum_of(r, "pushtrain_jobs_failed_total", NULL, NULL) == 5);
	assert_true(sum_of(r, "pushtrain_pushes_total", NULL, NULL) == 21);
	assert_true(sum_of(r, "pushtrain_requests_total", NULL, NULL) == 3);
	assert_true(sum_of(r, "pushtrain_api_calls_total", NULL, NULL) == 77);
	free(r);
}

PT_TEST(metrics_of_several_runs_stay_in_families)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	struct made a, b;

	make(&a, "run-1");
	make(&b, "run-2");
	b.status.progress.next_ms = INT64_MAX;
	const struct pt_metrics_run runs[] = {{&a.status, PT_METRICS_IDLE},
					      {&b.status, PT_METRICS_UNKNOWN}};

	pt_metrics_text(&text, runs, 2);
	struct reading *r = parse(&text);

	assert_true(sum_of(r, "pushtrain_run_state", NULL, NULL) == 2);
	assert_true(sum_of(r, "pushtrain_run_driven", "run", "run-1") == 0);
	assert_true(sum_of(r, "pushtrain_run_driven", "run", "run-2") == -1);
	assert_true(sum_of(r, "pushtrain_run_next_due_timestamp_seconds", "run", "run-2") == -1);
	free(r);
}

PT_TEST(metrics_of_no_run_are_no_error)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;

	pt_metrics_text(&text, NULL, 0);
	struct reading *r = parse(&text);

	assert_int_equal(r->n, 1);
	assert_true(sum_of(r, "pushtrain_build_info", "version", PT_VERSION) == 1);
	free(r);
}

PT_TEST(metrics_cannot_be_broken_out_of)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	struct made m;

	make(&m, EVIL);
	const struct pt_metrics_run run = {&m.status, PT_METRICS_IDLE};

	pt_metrics_text(&text, &run, 1);
	struct reading *r = parse(&text);

	assert_true(sum_of(r, "pushtrain_run_driven", "run",
			   "a\"} 1\n# TYPE x gauge\\\xef\xbf\xbd\xef\xbf\xbd") == 0);
	free(r);
}

static void read_page(struct pt_buf *page)
{
	struct pt_err err = PT_ERR_INIT;

	if (pt_file_read(page, PT_SOURCE_DIR "/docs/metrics.md", 1 << 20, &err) < 0)
		fail_msg("%s", err.text);
}

/* "| `name` | counter | `stage` `package` |" */
PT_TEST(metrics_are_all_on_their_page)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf page = PT_BUF_INIT;

	read_page(&page);
	for (size_t i = 0; i < pt_nmetric; i++) {
		PT_CLEANUP(pt_buf_release) struct pt_buf row = PT_BUF_INIT;
		const char *at = pt_metrics[i].labels ? pt_metrics[i].labels : "version";

		pt_buf_printf(&row, "| `%s` | %s | ", pt_metrics[i].name, pt_metrics[i].type);
		while (*at) {
			size_t len = strcspn(at, " ");

			pt_buf_printf(&row, "`%.*s` ", (int)len, at);
			at += len + (at[len] == ' ');
		}
		pt_buf_char(&row, '|');
		if (!strstr(pt_buf_text(&page), pt_buf_text(&row)))
			fail_msg("docs/metrics.md lacks: %s", pt_buf_text(&row));
	}
}

PT_TEST(metrics_on_their_page_are_all_there)
{
	static const char MARK[] = "| `pushtrain_";
	PT_CLEANUP(pt_buf_release) struct pt_buf page = PT_BUF_INIT;
	size_t nrow = 0;

	read_page(&page);
	for (const char *at = pt_buf_text(&page); (at = strstr(at, MARK)); at += strlen(MARK))
		nrow++;
	assert_int_equal(nrow, pt_nmetric);
}

PT_TEST_MAIN(PT_RUN(metrics_say_how_a_run_stands), PT_RUN(metrics_of_several_runs_stay_in_families),
	     PT_RUN(metrics_of_no_run_are_no_error), PT_RUN(metrics_cannot_be_broken_out_of),
	     PT_RUN(metrics_are_all_on_their_page), PT_RUN(metrics_on_their_page_are_all_there))
