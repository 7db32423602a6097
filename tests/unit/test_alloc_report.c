/* The forms of a report, with every allocation failing. */
#include "tests/unit/alloc_fixture.h"

#include "tests/unit/report_fixture.h"

struct report_case {
	struct pt_history history;
	report_form *form;
};

static int write_it(uint64_t *result, void *context, struct pt_err *err)
{
	struct report_case *of = context;
	struct pt_buf text = PT_BUF_INIT;
	int rc = report_fixture_write(&text, of->form, &of->history, err);

	if (rc == 0)
		alloc_result(result, pt_buf_text(&text));
	pt_buf_release(&text);
	return rc;
}

PT_TEST(reports_survive_every_failed_allocation)
{
	static const struct {
		const char *name;
		report_form *form;
	} forms[] = {{"html", pt_report_as_html},
		     {"markdown", pt_report_as_markdown},
		     {"json", pt_report_as_json},
		     {"csv", pt_report_as_csv},
		     {"text", pt_report_as_text}};
	struct report_case of;

	report_fixture_make(&of.history, 6, "Org", "message");
	for (size_t i = 0; i < PT_ARRAY_LEN(forms); i++) {
		of.form = forms[i].form;
		survives_sampled(forms[i].name, write_it, &of, 150);
	}
	pt_history_release(&of.history);
}

int main(void)
{
	const struct CMUnitTest tests[] = {PT_RUN(reports_survive_every_failed_allocation)};

	return cmocka_run_group_tests(tests, alloc_take_libraries, NULL);
}
