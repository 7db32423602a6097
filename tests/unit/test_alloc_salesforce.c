/* The connector to the platform, with every allocation failing. */
#include "tests/unit/alloc_fixture.h"

#include "base/file.h"
#include "base/json_load.h"
#include "connectors/auth/auth.h"
#include "tests/deaf_session.h"

#define ANSWERS PT_SOURCE_DIR "/tests/data/answers"

/* The next body for the part that asks. */
static int take_answer(struct pt_sf *sf, const char *text, size_t size, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf body = PT_BUF_INIT;
	struct pt_sf_part *part = sf->first;
	struct pt_sf_answer answer = {.status = 200, .body = &body};
	json_t *json = NULL;

	sf->first = part->next;
	if (!sf->first)
		sf->last = &sf->first;
	part->state = PT_SF_DONE;
	part->op->nopen--;
	pt_buf_bytes(&body, text, size);
	int rc = pt_buf_check(&body, err);

	if (rc == 0 && size > 0 && (text[0] == '{' || text[0] == '[')) {
		rc = pt_json_load(&json, body.data, body.len, 0, NULL);
		if (rc == -PT_E_NOMEM)
			return pt_err_nomem(err);
		rc = 0;
	}
	answer.json = json;
	if (rc == 0)
		rc = part->op->kind->take(part, &answer, err);
	json_decref(json);
	return rc;
}

static void take_reply(uint64_t *result, const struct pt_sf_op *op)
{
	const struct pt_push_reply *reply = &op->reply;

	*result = reply->nversion + reply->nsubscriber * 3 + reply->nlive * 5 +
		  reply->nadd_failure * 7 + reply->ncount * 11 + reply->njob * 13 +
		  reply->nerror * 17 + reply->nfound * 19 + (uint64_t)reply->outcome * 23;
	alloc_result(result, reply->request.text);
}

static int answer_all(uint64_t *result, void *context, struct pt_err *err)
{
	static const struct pt_sf_kind *const kinds[] = {
	    &pt_sf_versions, &pt_sf_subscribers, &pt_sf_live_jobs, &pt_sf_count_jobs,
	    &pt_sf_jobs,     &pt_sf_errors,      &pt_sf_find,      &pt_sf_create,
	    &pt_sf_activate, &pt_sf_add_records, &pt_sf_add_bulk};
	const struct pt_buf *data = context;
	struct pt_sf sf = {.instance_url = deaf_url, .api_version = deaf_version};
	struct pt_sf_op *op = calloc(1, sizeof(*op));
	const char *text = data->data + 1, *end = data->data + data->len;

	sf.last = &sf.first;
	sf.last_done = &sf.done;
	if (!op)
		return pt_err_nomem(err);
	op->sf = &sf;
	op->kind = kinds[(uint8_t)data->data[0] % PT_ARRAY_LEN(kinds)];
	op->call = deaf_call(PT_PUSH_NOP);
	int rc = op->kind->start(op, err);

	while (rc == 0 && sf.first && text < end) {
		const char *nul = memchr(text, '\0', (size_t)(end - text));
		size_t n = nul ? (size_t)(nul - text) : (size_t)(end - text);

		rc = take_answer(&sf, text, n, err);
		text += n + (nul != NULL);
	}
	if (rc == 0 && !sf.first && !op->failed)
		rc = op->kind->finish(op, err);
	if (rc == 0)
		take_reply(result, op);
	pt_sf_op_free(op);
	return rc;
}

static void try_answer(const char *name)
{
	struct pt_buf data = PT_BUF_INIT;
	char path[512];

	snprintf(path, sizeof(path), ANSWERS "/%s", name);
	assert_int_equal(pt_file_read(&data, path, 1 << 20, NULL), 0);
	assert_true(data.len > 1);
	survives(name, answer_all, &data);
	pt_buf_release(&data);
}

PT_TEST(answers_survive_every_failed_allocation)
{
	assert_true(alloc_each(ANSWERS, try_answer) >= 10);
}

static int take_token(uint64_t *result, void *context, struct pt_err *err)
{
	const char *text = "{\"access_token\":\"hush\",\"instance_url\":\"https://x.example.org\"}";
	struct pt_auth *auth = NULL;
	bool post = false;
	int rc = pt_auth_new(&auth, context, "https://x.example.org", err);

	if (rc == 0)
		rc = pt_auth_begin(&post, auth, 1700000000000, err);
	if (rc == 0 && post) {
		alloc_result(result, pt_auth_url(auth));
		rc = pt_auth_answer(auth, 200, text, strlen(text), err);
	}
	if (rc == 0)
		alloc_result(result, pt_auth_token(auth));
	pt_auth_free(auth);
	return rc;
}

PT_TEST(tokens_survive_every_failed_allocation)
{
	struct pt_auth_conf client = {.kind = PT_AUTH_CLIENT_CREDENTIALS,
				      .client_id = "id",
				      .secret = {.from = PT_SECRET_ENV, .text = "PT_SECRET"}};
	struct pt_auth_conf refresh = {.kind = PT_AUTH_REFRESH_TOKEN,
				       .client_id = "id",
				       .login_url = "https://login.example.org",
				       .token = {.from = PT_SECRET_ENV, .text = "PT_SECRET"}};
	struct pt_auth_conf access = {
	    .kind = PT_AUTH_ACCESS_TOKEN,
	    .token = {.from = PT_SECRET_COMMAND,
		      .text = "echo '{\"result\":[{\"token\":\"hush\"}]}'",
		      .json = "result.0.token"}};
	struct pt_auth_conf none = {.kind = PT_AUTH_ACCESS_TOKEN,
				    .token = {.from = PT_SECRET_ENV, .text = "PT_NO_SECRET"}};

	assert_int_equal(setenv("PT_SECRET", "hush", 1), 0);
	survives("client credentials", take_token, &client);
	survives("a refresh token", take_token, &refresh);
	survives("an access token of a command", take_token, &access);
	survives("no access token", take_token, &none);
}

static int sign_jwt(uint64_t *result, void *context, struct pt_err *err)
{
	struct pt_auth_conf jwt = {.kind = PT_AUTH_JWT,
				   .client_id = "id",
				   .username = "somebody@example.org",
				   .login_url = "https://login.example.org",
				   .key = {.from = PT_SECRET_ENV, .text = "PT_KEY"}};

	(void)context;
	return take_token(result, &jwt, err);
}

PT_TEST(a_signed_token_survives_every_failed_allocation)
{
	static char key[8192];
	FILE *made = popen("openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 "
			   "2>/dev/null",
			   "r");

	assert_non_null(made);
	size_t n = fread(key, 1, sizeof(key) - 1, made);

	assert_int_equal(pclose(made), 0);
	assert_true(n > 1000);
	assert_int_equal(setenv("PT_KEY", key, 1), 0);
	survives("a signed token", sign_jwt, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PT_RUN(answers_survive_every_failed_allocation),
	    PT_RUN(tokens_survive_every_failed_allocation),
	    PT_RUN(a_signed_token_survives_every_failed_allocation),
	};

	return cmocka_run_group_tests(tests, alloc_take_libraries, NULL);
}
