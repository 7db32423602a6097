/*
 * A plan as a file: the document of `plan --json` with the rules it was made
 * under, who is in which stage and batch, and a digest of it all, so that what
 * was approved is what runs.
 */
#ifndef PT_PIPELINE_PLAN_FILE_H
#define PT_PIPELINE_PLAN_FILE_H

#include "pipeline/plan.h"

/* Appends the file's text. */
int pt_plan_file_write(struct pt_buf *out, const struct pt_plan *plan,
		       struct pt_err *err) PT_MUSTUSE;

struct pt_plan_file;

/* PT_E_INVALID: not a plan file, edited since it was written, or of a newer format. */
int pt_plan_file_parse(struct pt_plan_file **out, const char *data, size_t size_bytes,
		       struct pt_err *err) PT_MUSTUSE;
void pt_plan_file_free(struct pt_plan_file *file);
void pt_plan_file_freep(struct pt_plan_file **file);

/* Borrowed from the file. */
const char *pt_plan_file_suite(const struct pt_plan_file *file);
const char *pt_plan_file_train(const struct pt_plan_file *file);
const char *pt_plan_file_id(const struct pt_plan_file *file);
enum pt_order pt_plan_file_order(const struct pt_plan_file *file);
int64_t pt_plan_file_start_ms(const struct pt_plan_file *file);
int64_t pt_plan_file_cut_ms(const struct pt_plan_file *file);

/*
 * Appends what differs between the file and the suite and tags as they are now,
 * "- was" and "+ is" lines; nothing appended: the plan still holds.
 */
int pt_plan_file_diff(struct pt_buf *out, const struct pt_plan_file *file,
		      const struct pt_suite *suite, const struct pt_train_conf *conf,
		      const struct pt_train *train, struct pt_err *err) PT_MUSTUSE;

/*
 * The train as the plan has it: versions, needs and order, with no other releases,
 * and without a look at any repository. PT_E_REFUSED: the suite has other packages.
 */
int pt_plan_file_decide(struct pt_train **out, const struct pt_plan_file *file,
			const struct pt_suite *suite, struct pt_err *err) PT_MUSTUSE;

/* Puts everybody where the plan put them, but for their zones: pt_audience_admit() is next. */
int pt_plan_file_place(struct pt_audience *audience, const struct pt_plan_file *file,
		       const struct pt_train_conf *conf, const struct pt_inventory *inventory,
		       struct pt_err *err) PT_MUSTUSE;

#endif
