/* pushtrain init: a first suite file from a folder of repositories. */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/zone.h"
#include "cmd/command.h"
#include "cmd/init_files.h"
#include "cmd/init_look.h"
#include "config/suite.h"
#include "config/suite_schema.h"
#include "pipeline/draft/quote.h"
#include "pipeline/train.h"

static const char population_name[] = "population.yaml", schema_name[] = "suite.schema.json";

struct init {
	const struct pt_args *args;
	const char *output;   /* "-": stdout */
	bool printed;         /* it is */
	struct pt_buf prefix; /* how the suite file sees the folder */
	struct pt_init_look look;
	char *population, *schema; /* the paths of the files beside it; NULL: none is written */
	bool population_there, schema_there;
};

static void init_release(struct init *i)
{
	pt_init_look_release(&i->look);
	pt_buf_release(&i->prefix);
	free(i->population);
	free(i->schema);
}

/* What is decided by the releases themselves; many of these are for 'graph' to tell. */
static int note_warnings(struct pt_draft *draft, const struct pt_train *train, struct pt_err *err)
{
	enum { FEW = 3 };
	int rc = 0;

	if (train->nwarning > FEW)
		rc = pt_draft_note(
		    draft, &draft->warning, err,
		    "%zu things about what the releases say of each other: 'pushtrain "
		    "graph' lists them",
		    train->nwarning);
	for (size_t k = 0; k < train->nwarning && train->nwarning <= FEW && rc == 0; k++)
		rc = pt_draft_note(draft, &draft->warning, err, "%s", train->warning[k]);
	for (size_t k = 0; k < train->nrefusal && rc == 0; k++)
		rc = pt_draft_note(draft, &draft->warning, err, "a train would be refused: %s",
				   train->refusal[k]);
	return rc;
}

/* What 'graph' would say of it: nothing is written that the suite's own reader refuses. */
static int try_out(struct init *i, const struct pt_buf *text, struct pt_err *err)
{
	PT_CLEANUP(pt_suite_freep) struct pt_suite *suite = NULL;
	PT_CLEANUP(pt_train_freep) struct pt_train *train = NULL;
	struct pt_draft *draft = &i->look.draft;
	struct pt_errs errs = PT_ERRS_INIT;
	struct pt_err why = PT_ERR_INIT;
	int rc = pt_suite_parse(&suite, pt_buf_text(text), text->len, i->output, &errs);

	if (rc < 0 && errs.n > 0 && err)
		*err = errs.item[0];
	pt_errs_release(&errs);
	if (rc < 0)
		return rc;
	struct pt_manifest_source **sources =
	    pt_arena_alloc(&draft->arena, draft->npackage, sizeof(*sources));

	if (!sources)
		return pt_err_nomem(err);
	for (size_t k = 0; k < draft->npackage; k++)
		sources[k] = draft->package[k].source;
	rc = pt_train_decide(&train, suite, sources, draft->cut_ms, &why);
	if (rc == -PT_E_NOMEM)
		return pt_err_nomem(err);
	if (rc < 0)
		return pt_draft_note(draft, &draft->warning, err, "no train can depart: %s",
				     why.text);
	return note_warnings(draft, train, err);
}

/* The files beside the suite file, unless they are there. */
static int write_others(struct init *i, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	int rc = pt_draft_population_text(&text, &i->look.draft, err);

	if (rc == 0 && !i->population_there)
		rc = pt_file_replace(i->population, pt_buf_text(&text), text.len, err);
	if (rc == 0 && !i->schema_there)
		rc = pt_file_replace(i->schema, pt_suite_schema, strlen(pt_suite_schema), err);
	return rc;
}

static void say_warnings(const struct init *i)
{
	for (size_t k = 0; k < i->look.draft.warning.n; k++) {
		PT_CLEANUP(pt_buf_release) struct pt_buf line = PT_BUF_INIT;

		pt_draft_comment(&line, i->look.draft.warning.line[k]);
		pt_say("warning: %s", pt_buf_text(&line));
	}
}

static void say_other(struct pt_buf *out, const char *path, bool was_there, const char *what)
{
	if (was_there)
		pt_buf_printf(out, "%s was there and stays as it is\n", path);
	else
		pt_buf_printf(out, "wrote %s%s\n", path, what);
}

static int show(struct pt_buf *out, const struct init *i, struct pt_err *err)
{
	bool named = strcmp(i->output, "suite.yaml") != 0;
	const char *f = named ? " -f " : "", *file = named ? i->output : "";
	const char *at = i->args->at ? " --at " : "", *cut = i->args->at ? i->args->at : "";
	int rc;

	if (i->args->json) {
		pt_draft_show_json(out, &i->look.draft, i->output, i->population);
		return 0;
	}
	pt_buf_printf(out, "suite %s: %zu packages\n\n", i->look.draft.name,
		      i->look.draft.npackage);
	rc = pt_draft_show_text(out, &i->look.draft, err);
	pt_buf_printf(out, "\nwrote %s\n", i->output);
	say_other(out, i->population, i->population_there, ": made-up orgs to rehearse on");
	say_other(out, i->schema, i->schema_there, ": editors explain and check every key with it");
	pt_buf_printf(out,
		      "\nnext:\n"
		      "  pushtrain check%s%s%s%s\n"
		      "  pushtrain graph%s%s%s%s\n"
		      "  pushtrain rehearse biweekly%s%s%s%s\n",
		      f, file, at, cut, f, file, at, cut, f, file, at, cut);
	return rc;
}

static int write_files(struct pt_buf *said, struct init *i, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	int rc = pt_draft_suite_text(&text, &i->look.draft, population_name, schema_name, err);

	if (rc == 0)
		rc = try_out(i, &text, err);
	if (rc < 0)
		return rc;
	say_warnings(i);
	if (i->printed) {
		pt_buf_str(said, pt_buf_text(&text));
		return pt_buf_check(said, err);
	}
	rc = write_others(i, err);
	if (rc == 0)
		rc = pt_init_refuse_existing(i->output, err);
	if (rc == 0)
		rc = pt_file_replace(i->output, pt_buf_text(&text), text.len, err);
	return rc < 0 ? rc : show(said, i, err);
}

/* The moment of the draft: --at, or now. */
static int read_cut(struct init *i, struct pt_err *err)
{
	PT_CLEANUP(pt_zone_freep) struct pt_zone *zone = NULL;
	int64_t *cut_ms = &i->look.draft.cut_ms;

	i->look.dated = i->args->at != NULL;
	*cut_ms = (int64_t)time(NULL) * 1000;
	if (!i->args->at)
		return 0;
	int rc = pt_zone_open(&zone, "UTC", err);

	if (rc == 0 && pt_zone_parse(cut_ms, zone, i->args->at, err) < 0)
		return pt_err_wrap(err, "--at");
	return rc;
}

/* Which files there will be, and that the suite file is none that is there. */
static int name_files(struct init *i, struct pt_err *err)
{
	int rc = pt_init_refuse_existing(i->output, err);

	if (rc < 0)
		return rc;
	i->population = pt_file_beside(i->output, population_name);
	i->schema = pt_file_beside(i->output, schema_name);
	if (!i->population || !i->schema)
		return pt_err_nomem(err);
	i->population_there = access(i->population, F_OK) == 0;
	i->schema_there = access(i->schema, F_OK) == 0;
	return 0;
}

static int prepare(struct init *i, const struct pt_args *args, struct pt_err *err)
{
	i->args = args;
	i->look.folder = args->operand ? args->operand : ".";
	i->output = args->output ? args->output : args->file;
	i->printed = strcmp(i->output, "-") == 0;
	if (i->printed && args->json)
		return pt_err_set(err, PT_E_USAGE,
				  "-o - prints the suite file, and --json what "
				  "was found: expected one of them");
	int rc = read_cut(i, err);

	if (rc == 0 && !i->printed)
		rc = name_files(i, err);
	if (rc == 0)
		rc = pt_init_relative(&i->prefix, i->look.folder, i->printed ? "" : i->output, err);
	i->look.prefix = pt_buf_text(&i->prefix);
	return rc;
}

enum pt_exit pt_cmd_init(const struct pt_args *args)
{
	PT_CLEANUP(init_release) struct init i = {.prefix = PT_BUF_INIT};
	PT_CLEANUP(pt_buf_release) struct pt_buf said = PT_BUF_INIT;
	struct pt_err err = PT_ERR_INIT;

	if (prepare(&i, args, &err) < 0 || pt_init_look(&i.look, &err) < 0 ||
	    write_files(&said, &i, &err) < 0)
		return pt_say_error(&err);
	return pt_print(&said, PT_EXIT_DONE);
}
