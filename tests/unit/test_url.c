/* Addresses of repositories: which are taken, and what of them may be printed. */
#include "base/url.h"

#include <string.h>

#include "tests/test.h"

static void assert_parsed(const char *text, enum pt_url_kind kind, const char *address,
			  const char *user, const char *password)
{
	struct pt_url url = PT_URL_INIT;
	struct pt_err err = PT_ERR_INIT;

	assert_int_equal(pt_url_parse(&url, text, &err), 0);
	assert_int_equal(url.kind, kind);
	assert_string_equal(pt_buf_text(&url.address), address);
	assert_string_equal(pt_buf_text(&url.user), user);
	assert_string_equal(pt_buf_text(&url.password), password);
	pt_url_release(&url);
}

static void assert_refused(const char *text, const char *why)
{
	struct pt_url url = PT_URL_INIT;
	struct pt_err err = PT_ERR_INIT;

	assert_int_equal(pt_url_parse(&url, text, &err), -PT_E_INVALID);
	assert_string_equal(err.text, why);
	pt_url_release(&url);
}

static void assert_shown(const char *text, const char *expected)
{
	struct pt_buf shown = PT_BUF_INIT;

	pt_url_show(&shown, text);
	assert_string_equal(pt_buf_text(&shown), expected);
	pt_buf_release(&shown);
}

PT_TEST(an_address_is_told_from_a_path)
{
	static const char *const addresses[] = {"https://example.org/a.git", "ftp://x", "://",
						"git@example.org:a.git", "a@b:c/d"};
	static const char *const paths[] = {"repos/a.git", "/srv/a.git", "a:b",        "./a@b:c",
					    "a/b@c:d",     "",           "user@host/x"};

	for (size_t i = 0; i < PT_ARRAY_LEN(addresses); i++)
		assert_true(pt_url_is(addresses[i]));
	for (size_t i = 0; i < PT_ARRAY_LEN(paths); i++)
		assert_false(pt_url_is(paths[i]));
}

PT_TEST(credentials_are_parted_from_the_address)
{
	assert_parsed("https://example.org/a.git", PT_URL_HTTPS, "https://example.org/a.git", "",
		      "");
	assert_parsed("https://me:se%2Fcr%3at@example.org:8443/a.git", PT_URL_HTTPS,
		      "https://example.org:8443/a.git", "me", "se/cr:t");
	assert_parsed("https://token@example.org/a", PT_URL_HTTPS, "https://example.org/a", "token",
		      "");
	assert_parsed("https://:only%00%zz%4@example.org/a", PT_URL_HTTPS, "https://example.org/a",
		      "", "only%00%zz%4");
	assert_parsed("http://me:x@localhost:8080/a", PT_URL_HTTP, "http://localhost:8080/a", "me",
		      "x");
	assert_parsed("ssh://git@example.org:22/a", PT_URL_SSH, "ssh://git@example.org:22/a", "",
		      "");
	assert_parsed("git@example.org:acme/a.git", PT_URL_SSH, "git@example.org:acme/a.git", "",
		      "");
	assert_parsed("file:///srv/a@b.git", PT_URL_FILE, "file:///srv/a@b.git", "", "");
}

PT_TEST(what_programs_read_differently_is_refused)
{
	static const char why[] =
	    "has a blank, a backslash, a control character or a misplaced '@' in it";
	static const char *const odd[] = {"https://a b", "https://a\n", "https://a\\@b/"};
	static const char *const at[] = {"https://me:x@y@example.org/a",
					 "https://me:x/y@example.org/a",
					 "ssh://me:x/y@example.org/a"};
	static const char *const shown[] = {"https://example.org/a", "https://example.org/a",
					    "ssh://me@example.org/a"};
	char text[200];

	for (size_t i = 0; i < PT_ARRAY_LEN(odd); i++) {
		struct pt_url url = PT_URL_INIT;

		assert_int_equal(pt_url_parse(&url, odd[i], NULL), -PT_E_INVALID);
		pt_url_release(&url);
	}
	for (size_t i = 0; i < PT_ARRAY_LEN(at); i++) {
		snprintf(text, sizeof(text), "'%s' %s", shown[i], why);
		assert_refused(at[i], text);
	}
}

PT_TEST(what_is_not_taken_is_said_without_credentials)
{
	static const char unknown[] = "is not an address that is known, expected https://, "
				      "ssh://, file:// or user@host:path";
	char text[200];

	snprintf(text, sizeof(text), "'ftp://example.org/a' %s", unknown);
	assert_refused("ftp://me:secret@example.org/a", text);
	snprintf(text, sizeof(text), "'HTTPS://example.org/a' %s", unknown);
	assert_refused("HTTPS://example.org/a", text);
	assert_refused("http://me:secret@example.org/a",
		       "'http://example.org/a' is plain http, expected https (http is for this "
		       "machine only)");
	assert_refused("http://localhost.example.org/a",
		       "'http://localhost.example.org/a' is plain http, expected https (http is "
		       "for this machine only)");
	assert_refused("https://example.org/a?token=secret",
		       "'https://example.org/a' has a '?' or '#' in it, expected none in a "
		       "repository's address");
	assert_refused("ssh://me:secret@example.org/a",
		       "'ssh://me@example.org/a' has a password in it, which ssh does not take");
	assert_refused("ssh://-oProxyCommand=x/a", "'ssh://-oProxyCommand=x/a' names no host");
	assert_refused("ssh://me@-oProxyCommand=x/a",
		       "'ssh://me@-oProxyCommand=x/a' names no host");
	assert_refused("https:///a", "'https:///a' names no host");
	assert_refused("-o@example.org:a",
		       "'-o@example.org:a' has a user or host that begins with '-'");
	assert_refused("git@-oProxyCommand=x:a",
		       "'git@-oProxyCommand=x:a' has a user or host that begins with '-'");
}

PT_TEST(addresses_are_printed_without_secrets)
{
	assert_shown("https://me:secret@example.org/a?token=secret", "https://example.org/a");
	assert_shown("https://me:se/cr@et@example.org/a", "https://example.org/a");
	assert_shown("ssh://me:secret@example.org/a", "ssh://me@example.org/a");
	assert_shown("ftp://me:secret@example.org/a", "ftp://example.org/a");
	assert_shown("git@example.org:a", "git@example.org:a");
	assert_shown("repos/a@b.git", "repos/a@b.git");
	assert_shown("https://", "https://");
}

PT_TEST(only_this_machine_is_loopback)
{
	static const char *const here[] = {"http://127.0.0.1", "http://localhost:8080/x",
					   "http://[::1]:80"};
	static const char *const elsewhere[] = {"https://127.0.0.1",
						"http://127.0.0.1.example.org",
						"http://localhost:x@example.org",
						"http://localhost:80a/",
						"http://example.org/127.0.0.1",
						"http://me@localhost/",
						"http://127.0.0.1:80@x/y",
						"127.0.0.1"};

	for (size_t i = 0; i < PT_ARRAY_LEN(here); i++)
		assert_true(pt_url_is_loopback(here[i]));
	for (size_t i = 0; i < PT_ARRAY_LEN(elsewhere); i++)
		assert_false(pt_url_is_loopback(elsewhere[i]));
}

static void assert_origin(const char *text, const char *trimmed, const char *wrong)
{
	struct pt_buf url = PT_BUF_INIT;
	const char *found;

	pt_buf_str(&url, text);
	found = pt_url_trim_origin(&url);
	if (wrong)
		assert_string_equal(found, wrong);
	else
		assert_null(found);
	assert_string_equal(pt_buf_text(&url), trimmed);
	assert_int_equal(url.len, strlen(trimmed));
	pt_buf_release(&url);
}

PT_TEST(an_origin_is_scheme_host_and_port_alone)
{
	static const char scheme[] = "expected https://…";
	static const char more[] = "expected a host and nothing after it";

	assert_origin("https://acme.example:8443//", "https://acme.example:8443", NULL);
	assert_origin("http://127.0.0.1:80", "http://127.0.0.1:80", NULL);
	assert_origin("http://acme.example", "http://acme.example", scheme);
	assert_origin("https://", "https:", scheme);
	assert_origin("", "", scheme);
	assert_origin("https://acme.example/x/", "https://acme.example/x", more);
	assert_origin("https://me@acme.example", "https://me@acme.example", more);
	assert_origin("https://?x", "https://?x", more);
}

PT_TEST(what_does_not_stand_for_itself_is_encoded)
{
	static const char text[] = "a-Z_0.~ +%41\xc3\xa9'(=\n";
	struct pt_buf out = PT_BUF_INIT, back = PT_BUF_INIT;

	pt_url_encode(&out, text, strlen(text), "", false);
	assert_string_equal(pt_buf_text(&out), "a-Z_0.~%20%2B%2541%C3%A9%27%28%3D%0A");
	pt_url_decode(&back, pt_buf_text(&out), out.len, false);
	assert_string_equal(pt_buf_text(&back), text);
	pt_buf_clear(&out);
	pt_buf_clear(&back);
	pt_url_encode(&out, text, strlen(text), "'(", true);
	assert_string_equal(pt_buf_text(&out), "a-Z_0.~+%2B%2541%C3%A9'(%3D%0A");
	pt_url_decode(&back, pt_buf_text(&out), out.len, true);
	assert_string_equal(pt_buf_text(&back), text);
	pt_buf_clear(&back);
	pt_url_decode(&back, "%00%zz%4+%41", 12, false);
	assert_string_equal(pt_buf_text(&back), "%00%zz%4+A");
	pt_buf_release(&back);
	pt_buf_release(&out);
}

PT_TEST_MAIN(PT_RUN(an_address_is_told_from_a_path),
	     PT_RUN(credentials_are_parted_from_the_address),
	     PT_RUN(what_programs_read_differently_is_refused),
	     PT_RUN(what_is_not_taken_is_said_without_credentials),
	     PT_RUN(addresses_are_printed_without_secrets), PT_RUN(only_this_machine_is_loopback),
	     PT_RUN(an_origin_is_scheme_host_and_port_alone),
	     PT_RUN(what_does_not_stand_for_itself_is_encoded))
