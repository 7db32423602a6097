/* Where a report goes, a piece at a time. See view.h. */
#include "pipeline/report/view.h"

enum { MUCH_BYTES = 1 << 18 };

static void pass_on(struct pt_report_out *out)
{
	int rc = 0;

	if (out->err.code == PT_OK && pt_buf_check(&out->text, &out->err) == 0 && out->text.len)
		rc = out->pass(out->context, pt_buf_text(&out->text), out->text.len, &out->err);
	(void)rc; /* it is in out->err */
	if (!out->text.failed)
		pt_buf_clear(&out->text);
}

void pt_report_turn(struct pt_report_out *out)
{
	if (out->text.len >= MUCH_BYTES)
		pass_on(out);
}

int pt_report_out_end(struct pt_report_out *out, struct pt_err *err)
{
	pass_on(out);
	pt_buf_release(&out->text);
	if (out->err.code == PT_OK)
		return 0;
	if (err && err->code == PT_OK)
		*err = out->err;
	return -(int)out->err.code;
}
