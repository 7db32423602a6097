/* Thousands of failures come to the few causes behind them, whatever is in their words. */
#include "tests/unit/history_fixture.h"

#include "base/rng.h"
#include "pipeline/history/cause_text.h"
#include "pipeline/history/causes.h"

/* The skeleton with # for slots. */
static void skeleton_is(const char *message, const char *org, const char *expected)
{
	struct pt_cause_text text = {.skeleton = PT_BUF_INIT};
	char got[PT_CAUSE_MOST_BYTES + 16];

	pt_cause_text_read(&text, message, org);
	snprintf(got, sizeof(got), "%s", pt_buf_text(&text.skeleton));
	for (char *c = got; *c; c++)
		*c = *c == PT_CAUSE_SLOT ? '#' : *c;
	assert_string_equal(got, expected);
	pt_cause_text_release(&text);
}

PT_TEST(a_message_is_read_apart_from_what_varies)
{
	skeleton_is("Contact Support with this error number: 731858695-80805 (-151184096).", "",
		    "Contact Support with this error number: #.");
	skeleton_is("ErrorId: 731858695-80805 (151184096)", "", "ErrorId: #");
	skeleton_is("entity 00D5e000000Xyz1 and 00D5e000000Xyz1EAA are locked", "",
		    "entity # and # are locked");
	skeleton_is("Acme & Sons (Berlin) is over its limit", "Acme & Sons (Berlin)",
		    "# is over its limit");
	skeleton_is("Acmetown is not Acme", "Acme", "Acmetown is not #");
	skeleton_is("line 12, column 3", "", "line #, column #");
	skeleton_is("Package \"npsp\", Version 1.2, in \"Some Org\"", "",
		    "Package \"npsp\", Version 1.2, in \"#\"");
	skeleton_is("needs Version 4 of npe01, API v 57, has 3.12.1 of npo02", "",
		    "needs Version 4 of npe01, API v 57, has 3.12.1 of npo02");
	skeleton_is("It doesn't work: can't find 'Thing__c'", "",
		    "It doesn't work: can't find '#'");
	skeleton_is("AccountRollupTest.test1 did not pass", "",
		    "AccountRollupTest.test1 did not pass");
	skeleton_is("an unclosed \"quote", "", "an unclosed \"quote");
	skeleton_is("a\x01\x1b[2Jb\n7", "", "a  [# #");
	skeleton_is("took 1500ms, 2nd try, with 1.2beta", "", "took #, # try, with 1.2beta");
	skeleton_is("", "", "");
	skeleton_is("ab", "ab", "ab");
}

PT_TEST(of_a_long_message_the_beginning_counts)
{
	struct pt_cause_text text = {.skeleton = PT_BUF_INIT};
	size_t size = 1 << 20;
	char *message = malloc(size + 1);

	assert_non_null(message);
	memset(message, '"', size);
	message[size] = '\0';
	pt_cause_text_read(&text, message, "\"\"\"\"");
	assert_true(text.skeleton.len < PT_CAUSE_MOST_BYTES + 8);
	for (size_t i = 0; i < size; i++)
		message[i] = i % 2 ? '1' : ' ';
	pt_cause_text_read(&text, message, "");
	assert_int_equal(text.nslot, PT_CAUSE_SLOTS);
	memset(message, 0xc3, size);
	pt_cause_text_read(&text, message, "");
	assert_true(text.skeleton.len < PT_CAUSE_MOST_BYTES + 8);
	pt_cause_text_release(&text);
	free(message);
}

static void find(struct pt_causes *causes, const struct pt_history *h,
		 const struct pt_causes_filter *filter)
{
	struct pt_err err = PT_ERR_INIT;

	assert_int_equal(pt_causes_find(causes, h, filter, &err), 0);
}

PT_TEST(failures_that_say_the_same_are_one_cause)
{
	struct pt_causes causes;
	struct pt_history h;

	fixture_make(&h, 10);
	fixture_fail(&h, 0, 1, PT_FAILURE_TRANSIENT, "Unexpected Failure",
		     "error number: 731858695-80805 (-151184096) of Org 1 Inc on 3 tries");
	fixture_fail(&h, 0, 2, PT_FAILURE_TRANSIENT, "Unexpected Failure",
		     "error number: 12-1 (-2) of Org 2 Inc on 3 tries");
	fixture_fail(&h, 0, 2, PT_FAILURE_TRANSIENT, "Unexpected Failure",
		     "error number: 13-1 (-2) of Org 2 Inc on 3 tries");
	fixture_fail(&h, 0, 3, PT_FAILURE_PERMANENT, "Missing Feature", "needs Chatter");
	fixture_fail(&h, 1, 3, PT_FAILURE_PERMANENT, "Missing Feature", "needs Chatter");
	h.pair[0][1].state = PT_PAIR_AT_TARGET;
	find(&causes, &h, NULL);
	assert_int_equal(causes.n, 3);
	assert_int_equal(causes.njob, 5);
	assert_int_equal(causes.nleft, 3);
	const struct pt_cause *first = &causes.cause[0];

	assert_string_equal(first->message, "error number: … of … on 3 tries");
	assert_string_equal(first->said,
			    "error number: 731858695-80805 (-151184096) of Org 1 Inc on 3 tries");
	assert_int_equal(first->njob, 3);
	assert_int_equal(first->norg, 2);
	assert_int_equal(first->nleft, 1);
	assert_int_equal(first->org, 2);
	assert_int_equal(first->first_ms, FIXTURE_START_MS);
	assert_int_equal(first->last_ms, FIXTURE_START_MS + 120000);
	assert_string_equal(causes.cause[1].title, "Missing Feature");
	assert_int_equal(causes.cause[1].package, 0);
	assert_int_equal(causes.cause[2].package, 1);
	pt_causes_release(&causes);
	pt_history_release(&h);
}

PT_TEST(who_is_held_stands_with_what_keeps_the_base_away)
{
	struct pt_causes causes;
	struct pt_history h;

	fixture_make(&h, 20);
	for (uint32_t org = 0; org < 6; org++) {
		fixture_fail(&h, 0, org, PT_FAILURE_PERMANENT, "Missing Feature", "needs Chatter");
		fixture_hold(&h, 1, org, 0);
		fixture_hold(&h, 2, org, 1);
	}
	fixture_hold(&h, 1, 7, 0);
	h.pair[0][8] = (struct pt_pair){.state = PT_PAIR_EXCLUDED, .detail = PT_REASON_OPTED_OUT};
	fixture_hold(&h, 1, 8, 0);
	find(&causes, &h, NULL);
	assert_int_equal(causes.nheld_pair, 14);
	assert_int_equal(causes.nheld, 3);
	assert_int_equal(causes.held[0].npair, 12);
	assert_int_equal(causes.held[0].norg, 6);
	assert_int_equal(causes.held[0].base, 0);
	assert_string_equal(causes.held[0].cause->title, "Missing Feature");
	assert_int_equal(causes.held[0].cause->nheld, 6);
	assert_int_equal(causes.held[1].state, PT_PAIR_WAITING);
	assert_null(causes.held[1].cause);
	assert_int_equal(causes.held[2].reason, PT_REASON_OPTED_OUT);
	pt_causes_release(&causes);

	/* Of one package, its own; and of a class, what waits for such. */
	find(&causes, &h, &(struct pt_causes_filter){PT_CAUSES_ANY, 2, PT_CAUSES_ANY});
	assert_int_equal(causes.n, 0);
	assert_int_equal(causes.nheld_pair, 6);
	assert_int_equal(causes.held[0].cause->norg, 6);
	pt_causes_release(&causes);
	find(&causes, &h,
	     &(struct pt_causes_filter){PT_CAUSES_ANY, PT_CAUSES_ANY, PT_FAILURE_PERMANENT});
	assert_int_equal(causes.nheld_pair, 12);
	assert_int_equal(causes.n, 1);
	pt_causes_release(&causes);
	find(&causes, &h, &(struct pt_causes_filter){1, PT_CAUSES_ANY, PT_CAUSES_ANY});
	assert_int_equal(causes.n + causes.nheld, 0);
	pt_causes_release(&causes);
	pt_history_release(&h);
}

PT_TEST(an_old_journal_has_the_last_words_of_each_org)
{
	struct pt_causes causes;
	struct pt_history h;

	fixture_make(&h, 3);
	const char *text[] = {"", "Unable to Lock: row 12", "Unable to Lock: row 13"};

	h.text = text;
	h.ntext = 3;
	for (uint32_t i = 0; i < 3; i++)
		h.pair[0][i] = (struct pt_pair){
		    .state = PT_PAIR_FAILED, .class_ = PT_FAILURE_TRANSIENT, .text = i};
	find(&causes, &h, NULL);
	assert_int_equal(causes.n, 2);
	assert_string_equal(causes.cause[0].message, "Unable to Lock: row …");
	assert_string_equal(causes.cause[1].message, "");
	assert_int_equal(causes.cause[0].first_ms, 0);
	pt_causes_release(&causes);
	pt_history_release(&h);
}

/* Each of another shape, from an alphabet of what the reader looks for. */
static const char *hostile(struct pt_history *h, uint64_t seed)
{
	static const char *const piece[] = {"\"", "'",  "00D",      "1",    "9-",       " (-",
					    ")",  "a",  "package ", "\x01", "\xe2\x80", "Org ",
					    "\n", "1.", "version ", "%s"};
	char text[400] = "";
	size_t n = 5 + seed % 40, len = 0;

	for (size_t i = 0; i < n; i++)
		len +=
		    (size_t)snprintf(text + len, sizeof(text) - len, "%s",
				     piece[pt_rng_below(pt_rng_mix(seed, i), PT_ARRAY_LEN(piece))]);
	return pt_arena_strndup(&h->arena, text, len);
}

PT_TEST(a_hundred_thousand_hostile_messages_are_no_matter)
{
	enum { N = 100000 };
	struct pt_causes causes;
	struct pt_history h;
	uint64_t njob = 0;

	fixture_make(&h, N);
	h.failure = fixture_alloc(&h, N, sizeof(*h.failure));
	for (uint32_t i = 0; i < N; i++) {
		h.failure[i] = (struct pt_history_failure){.org = i,
							   .class_ = PT_FAILURE_TRANSIENT,
							   .severity = "",
							   .type = "t",
							   .title = "u",
							   .message = hostile(&h, i)};
		assert_non_null(h.failure[i].message);
		h.pair[0][i].state = PT_PAIR_FAILED;
		h.pair[0][i].class_ = PT_FAILURE_TRANSIENT;
		fixture_hold(&h, 1, i, 0);
	}
	h.nfailure = N;
	find(&causes, &h, NULL);
	for (size_t i = 0; i < causes.n; i++) {
		njob += causes.cause[i].njob;
		assert_null(strchr(causes.cause[i].message, '\n'));
		assert_true(i == 0 || causes.cause[i].norg <= causes.cause[i - 1].norg);
	}
	assert_true(causes.n > 1000);
	assert_int_equal(njob, N);
	assert_int_equal(causes.nleft, N);
	assert_int_equal(causes.nheld_pair, N);
	pt_causes_release(&causes);
	pt_history_release(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PT_RUN(a_message_is_read_apart_from_what_varies),
	    PT_RUN(of_a_long_message_the_beginning_counts),
	    PT_RUN(failures_that_say_the_same_are_one_cause),
	    PT_RUN(who_is_held_stands_with_what_keeps_the_base_away),
	    PT_RUN(an_old_journal_has_the_last_words_of_each_org),
	    PT_RUN(a_hundred_thousand_hostile_messages_are_no_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
