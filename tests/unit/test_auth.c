/* Secrets, tokens and how they are asked for. */
#include "tests/test.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/expand.h"
#include "connectors/auth/auth.h"
#include "connectors/auth/jwt.h"
#include "connectors/auth/secret.h"

static const char instance[] = "https://acme.my.salesforce.com";

PT_TEST(variables_are_expanded_and_missing_ones_are_named)
{
	static const struct {
		const char *text, *out, *error;
	} cases[] = {
	    {"https://x", "https://x", ""},
	    {"a${PT_A}b${PT_A}", "aonebone", ""},
	    {"$$5 $x", "$5 $x", ""},
	    {"${PT_UNSET}", NULL, "the environment variable PT_UNSET is not set"},
	    {"${PT_EMPTY}", NULL, "the environment variable PT_EMPTY is not set"},
	    {"${PT_A", NULL, "a '${' without its '}'"},
	    {"${}", NULL, "'${}' around something that is no name"},
	};

	setenv("PT_A", "one", 1);
	setenv("PT_EMPTY", "", 1);
	for (size_t i = 0; i < PT_ARRAY_LEN(cases); i++) {
		PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
		struct pt_err err = PT_ERR_INIT;
		int rc = pt_expand(&out, cases[i].text, &err);

		assert_string_equal(err.text, cases[i].error);
		if (rc == 0)
			assert_string_equal(pt_buf_text(&out), cases[i].out);
	}
}

/* What is read, or the error. */
static void check_secret(enum pt_secret_from from, const char *text, const char *json,
			 const char *expected)
{
	PT_CLEANUP(pt_secret_wipe) struct pt_buf out = PT_BUF_INIT;
	const struct pt_secret_conf conf = {.from = from, .text = text, .json = json};
	struct pt_err err = PT_ERR_INIT;
	int rc = pt_secret_read(&out, &conf, false, &err);

	assert_string_equal(rc < 0 ? err.text : pt_buf_text(&out), expected);
	assert_null(strstr(err.text, "hush"));
}

PT_TEST(a_secret_comes_from_the_environment)
{
	setenv("PT_S", "hush\n", 1);
	setenv("PT_BAD", "hush\nhush", 1);
	setenv("PT_RED", "[REDACTED] Use 'sf org auth show-access-token' to view", 1);
	unsetenv("PT_NONE");
	check_secret(PT_SECRET_ENV, "PT_S", NULL, "hush");
	check_secret(PT_SECRET_ENV, "PT_NONE", NULL, "the environment variable PT_NONE is not set");
	check_secret(PT_SECRET_ENV, "PT_BAD", NULL, "it has control characters in it");
	check_secret(PT_SECRET_ENV, "PT_RED", NULL,
		     "the program that was asked keeps it to itself; of the Salesforce CLI ask 'sf "
		     "org auth show-access-token --json'");
}

PT_TEST(a_secret_file_must_be_for_its_owner_alone)
{
	char path[] = "/tmp/pt-secret-XXXXXX", expected[128];
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, "hush\n", 5), 5);
	assert_int_equal(close(fd), 0);
	check_secret(PT_SECRET_FILE, path, NULL, "hush");
	assert_int_equal(chmod(path, 0640), 0);
	snprintf(expected, sizeof(expected), "'%s' can be read by others, expected mode 0600",
		 path);
	check_secret(PT_SECRET_FILE, path, NULL, expected);
	assert_int_equal(chmod(path, 0600), 0);
	assert_int_equal(truncate(path, 0), 0);
	check_secret(PT_SECRET_FILE, path, NULL, "it is empty");
	assert_int_equal(truncate(path, 1 << 20), 0);
	snprintf(expected, sizeof(expected), "'%s' is larger than a secret is", path);
	check_secret(PT_SECRET_FILE, path, NULL, expected);
	assert_int_equal(unlink(path), 0);
	snprintf(expected, sizeof(expected), "cannot read '%s': No such file or directory", path);
	check_secret(PT_SECRET_FILE, path, NULL, expected);
	check_secret(PT_SECRET_FILE, "/tmp", NULL, "'/tmp' is not a regular file");
}

PT_TEST(a_command_prints_a_secret_whole_or_as_a_part_of_json)
{
	check_secret(PT_SECRET_COMMAND, "echo hush", NULL, "hush");
	check_secret(PT_SECRET_COMMAND, "echo '{\"result\":[{\"token\":\"hush\"}]}'",
		     "result.0.token", "hush");
	check_secret(PT_SECRET_COMMAND, "echo '{\"result\":{\"token\":7}}'", "result.token",
		     "what the command printed has no text at 'result.token'");
	check_secret(PT_SECRET_COMMAND, "echo hush", "a", "what the command printed is not JSON");
	check_secret(PT_SECRET_COMMAND, "echo hush; exit 3", NULL,
		     "the command ended with status 3");
	check_secret(PT_SECRET_COMMAND, "kill -9 $$", NULL, "the command was ended by signal 9");
	check_secret(PT_SECRET_COMMAND, "cat", NULL, "it is empty");
	check_secret(PT_SECRET_COMMAND, "yes hush", NULL,
		     "the command prints more than 1048576 bytes");
}

/* Owned by the caller. */
static char *make_key(unsigned bits, EVP_PKEY **out)
{
	EVP_PKEY *key = EVP_RSA_gen(bits);
	BIO *bio = BIO_new(BIO_s_mem());
	char *data, *text;
	long n;

	assert_non_null(key);
	assert_int_equal(PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL), 1);
	n = BIO_get_mem_data(bio, &data);
	text = strndup(data, (size_t)n);
	assert_non_null(text);
	BIO_free(bio);
	if (out)
		*out = key;
	else
		EVP_PKEY_free(key);
	return text;
}

static size_t decode(unsigned char *out, const char *text, size_t len)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	unsigned bits = 0, nbit = 0;
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		bits = bits << 6 | (unsigned)(strchr(digits, text[i]) - digits);
		nbit += 6;
		if (nbit >= 8) {
			nbit -= 8;
			out[n++] = (unsigned char)(bits >> nbit);
		}
	}
	return n;
}

PT_TEST(a_jwt_is_signed_so_that_its_public_key_agrees)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf token = PT_BUF_INIT;
	const struct pt_jwt_claims claims = {"client", "me@example.org", "https://login",
					     1700000000};
	struct pt_err err = PT_ERR_INIT;
	EVP_PKEY *key = NULL;
	char *pem = make_key(2048, &key);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	unsigned char bytes[1024];
	const char *first, *second;
	size_t n;

	assert_int_equal(pt_jwt_sign(&token, &claims, pem, &err), 0);
	first = strchr(token.data, '.');
	second = strrchr(token.data, '.');
	n = decode(bytes, token.data, (size_t)(first - token.data));
	assert_memory_equal(bytes, "{\"alg\":\"RS256\"}", n);
	n = decode(bytes, first + 1, (size_t)(second - first - 1));
	bytes[n] = '\0';
	assert_string_equal((char *)bytes, "{\"iss\":\"client\",\"sub\":\"me@example.org\","
					   "\"aud\":\"https://login\",\"exp\":1700000000}");
	n = decode(bytes, second + 1, strlen(second + 1));
	assert_int_equal(EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key), 1);
	assert_int_equal(EVP_DigestVerify(context, bytes, n, (unsigned char *)token.data,
					  (size_t)(second - token.data)),
			 1);
	EVP_MD_CTX_free(context);
	EVP_PKEY_free(key);
	free(pem);
}

PT_TEST(a_key_that_is_none_or_too_short_is_refused)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf token = PT_BUF_INIT;
	const struct pt_jwt_claims claims = {"client", "me", "https://login", 1};
	struct pt_err err = PT_ERR_INIT;
	char *pem = make_key(1024, NULL);

	assert_int_equal(pt_jwt_sign(&token, &claims, pem, &err), -PT_E_INVALID);
	assert_string_equal(err.text, "expected an RSA key of 2048 bits or more");
	err = (struct pt_err)PT_ERR_INIT;
	assert_int_equal(pt_jwt_sign(&token, &claims, "hush", &err), -PT_E_INVALID);
	assert_string_equal(err.text, "not a private key in PEM form without a password");
	free(pem);
}

static struct pt_auth *open_auth(const struct pt_auth_conf *conf)
{
	struct pt_err err = PT_ERR_INIT;
	struct pt_auth *auth = NULL;

	if (pt_auth_new(&auth, conf, instance, &err) < 0)
		fail_msg("%s", err.text);
	return auth;
}

PT_TEST(client_credentials_and_refresh_tokens_are_posted_as_forms)
{
	const struct pt_auth_conf client = {.kind = PT_AUTH_CLIENT_CREDENTIALS,
					    .secret = {.from = PT_SECRET_ENV, .text = "PT_S"},
					    .client_id = "a b&c"};
	const struct pt_auth_conf refresh = {.kind = PT_AUTH_REFRESH_TOKEN,
					     .token = {.from = PT_SECRET_ENV, .text = "PT_S"},
					     .client_id = "id",
					     .login_url = "https://login.example.org/"};
	struct pt_auth *auth = open_auth(&client);
	bool post = false;

	setenv("PT_S", "hush+hush", 1);
	assert_int_equal(pt_auth_begin(&post, auth, 0, NULL), 0);
	assert_true(post);
	assert_string_equal(pt_auth_url(auth),
			    "https://acme.my.salesforce.com/services/oauth2/token");
	assert_string_equal(pt_auth_body(auth), "grant_type=client_credentials&client_id=a%20b%26c&"
						"client_secret=hush%2Bhush");
	pt_auth_free(auth);
	auth = open_auth(&refresh);
	assert_int_equal(pt_auth_begin(&post, auth, 0, NULL), 0);
	assert_string_equal(pt_auth_url(auth), "https://login.example.org/services/oauth2/token");
	assert_string_equal(pt_auth_body(auth),
			    "grant_type=refresh_token&client_id=id&refresh_token=hush%2Bhush");
	pt_auth_free(auth);
}

PT_TEST(a_token_endpoint_may_answer_anything)
{
	static const struct {
		long status;
		const char *body, *error;
		enum pt_errc code;
	} cases[] = {
	    {200, "{\"access_token\":\"00Dx!tok\",\"token_type\":\"Bearer\"}", "", PT_OK},
	    {400, "{\"error\":\"invalid_grant\",\"error_description\":\"expired\"}",
	     "invalid_grant: expired", PT_E_REFUSED},
	    {400, "{\"error\":\"x\",\"error_description\":\"you sent hush+hush\\n\"}",
	     "x: you sent [secret]?", PT_E_REFUSED},
	    {503, "<html>", "HTTP 503 without a token", PT_E_PLATFORM},
	    {200, "", "HTTP 200 without a token", PT_E_PLATFORM},
	    {200, "{\"access_token\":7}", "HTTP 200 without a token", PT_E_PLATFORM},
	    {200, "{\"access_token\":\"a\\r\\nX: y\"}", "a token that is none", PT_E_PLATFORM},
	    {200, "{\"access_token\":\"\"}", "a token that is none", PT_E_PLATFORM},
	    {302, "{\"access_token\":\"abc\"}", "HTTP 302 without a token", PT_E_PLATFORM},
	};
	const struct pt_auth_conf conf = {.kind = PT_AUTH_CLIENT_CREDENTIALS,
					  .secret = {.from = PT_SECRET_ENV, .text = "PT_S"},
					  .client_id = "id"};

	setenv("PT_S", "hush+hush", 1);
	for (size_t i = 0; i < PT_ARRAY_LEN(cases); i++) {
		struct pt_auth *auth = open_auth(&conf);
		struct pt_err err = PT_ERR_INIT;
		bool post;

		assert_int_equal(pt_auth_begin(&post, auth, 0, NULL), 0);
		assert_int_equal(pt_auth_answer(auth, cases[i].status, cases[i].body,
						strlen(cases[i].body), &err),
				 -(int)cases[i].code);
		assert_string_equal(err.text, cases[i].error);
		if (i == 0)
			assert_string_equal(pt_auth_token(auth), "00Dx!tok");
		else
			assert_null(pt_auth_token(auth));
		pt_auth_free(auth);
	}
}

PT_TEST(whatever_is_secret_is_taken_out_of_a_text)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
	const struct pt_auth_conf conf = {.kind = PT_AUTH_ACCESS_TOKEN,
					  .token = {.from = PT_SECRET_ENV, .text = "PT_S"}};
	struct pt_auth *auth = open_auth(&conf);
	static const char text[] = "a hush+hush, hush+hushhush+hush hush+hus";
	bool post = true;

	setenv("PT_S", "hush+hush", 1);
	assert_int_equal(pt_auth_begin(&post, auth, 0, NULL), 0);
	assert_false(post);
	pt_auth_redact(auth, &out, text, strlen(text));
	assert_string_equal(pt_buf_text(&out), "a [secret], [secret][secret] hush+hus");
	pt_auth_free(auth);
}

PT_TEST(a_login_host_is_https_or_this_machine_and_nothing_more)
{
	static const char *const wrong[] = {
	    "http://login.example.org", "https://", "ftp://x", "https://a/b", "https://a@b",
	    "http://127.0.0.1.evil.org"};

	for (size_t i = 0; i < PT_ARRAY_LEN(wrong); i++) {
		const struct pt_auth_conf conf = {
		    .kind = PT_AUTH_REFRESH_TOKEN, .client_id = "id", .login_url = wrong[i]};
		struct pt_err err = PT_ERR_INIT;
		struct pt_auth *auth = NULL;

		assert_int_equal(pt_auth_new(&auth, &conf, instance, &err), -PT_E_INVALID);
		assert_non_null(strstr(err.text, "auth: login_url: expected"));
	}
}

PT_TEST_MAIN(PT_RUN(variables_are_expanded_and_missing_ones_are_named),
	     PT_RUN(a_secret_comes_from_the_environment),
	     PT_RUN(a_secret_file_must_be_for_its_owner_alone),
	     PT_RUN(a_command_prints_a_secret_whole_or_as_a_part_of_json),
	     PT_RUN(a_jwt_is_signed_so_that_its_public_key_agrees),
	     PT_RUN(a_key_that_is_none_or_too_short_is_refused),
	     PT_RUN(client_credentials_and_refresh_tokens_are_posted_as_forms),
	     PT_RUN(a_token_endpoint_may_answer_anything),
	     PT_RUN(whatever_is_secret_is_taken_out_of_a_text),
	     PT_RUN(a_login_host_is_https_or_this_machine_and_nothing_more))
