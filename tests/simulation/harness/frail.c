/* See frail.h. */
#include "tests/simulation/harness/frail.h"

static struct sim_frail *frail_of(struct pt_store *base)
{
	return (struct sim_frail *)(void *)base;
}

/* One more write: does it fail? */
static int wear(struct sim_frail *f, struct pt_err *err)
{
	if (f->failing && f->left-- == 0)
		f->failed = true;
	return f->failed ? pt_err_set(err, PT_E_IO, "the disk is full") : 0;
}

static int frail_begin(struct pt_store *base, enum pt_store_durability durability,
		       struct pt_err *err)
{
	struct sim_frail *f = frail_of(base);

	if (!f->failing)
		f->failing = f->fails(f->context, &f->left);
	int rc = wear(f, err);

	return rc < 0 ? rc : f->inner->ops->begin(f->inner, durability, err);
}

static int frail_put(struct pt_store *base, size_t table, const void *row, struct pt_err *err)
{
	struct sim_frail *f = frail_of(base);
	int rc = wear(f, err);

	return rc < 0 ? rc : f->inner->ops->put(f->inner, table, row, err);
}

static int frail_commit(struct pt_store *base, struct pt_err *err)
{
	struct sim_frail *f = frail_of(base);
	int rc = wear(f, err);

	if (rc == 0)
		return f->inner->ops->commit(f->inner, err);
	f->inner->ops->rollback(f->inner);
	return rc;
}

static void frail_rollback(struct pt_store *base)
{
	struct pt_store *inner = frail_of(base)->inner;

	inner->ops->rollback(inner);
}

static int frail_each(struct pt_store *base, size_t table, const void *key, size_t nkey,
		      pt_store_row_fn *fn, void *context, struct pt_err *err)
{
	struct pt_store *inner = frail_of(base)->inner;

	return inner->ops->each(inner, table, key, nkey, fn, context, err);
}

static int frail_begin_reading(struct pt_store *base, struct pt_err *err)
{
	struct pt_store *inner = frail_of(base)->inner;

	return inner->ops->begin_reading(inner, err);
}

static int frail_changed(bool *out, struct pt_store *base, struct pt_err *err)
{
	struct pt_store *inner = frail_of(base)->inner;

	return inner->ops->changed(out, inner, err);
}

/* What is behind it is not its own. */
static void frail_close(struct pt_store *base)
{
	(void)base;
}

const struct pt_store_ops SIM_FRAIL = {.begin = frail_begin,
				       .put = frail_put,
				       .commit = frail_commit,
				       .rollback = frail_rollback,
				       .each = frail_each,
				       .begin_reading = frail_begin_reading,
				       .changed = frail_changed,
				       .close = frail_close};
