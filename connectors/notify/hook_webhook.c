/* A notice, posted. See hook.h. */
#include <curl/curl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>

#include "base/url.h"
#include "config/expand.h"
#include "connectors/auth/secret.h"
#include "connectors/clock/clock.h"
#include "connectors/notify/hook.h"

enum {
	ANSWER_MAX = 64 * 1024, /* nobody reads it: a longer one is left */
	PATIENCE_MOST_S = 60,   /* of what the other side may wish for */
	HEX = 16,
};

struct webhook {
	struct pt_hook base;
	const struct pt_notify_conf *conf;
	struct pt_buf url, secret; /* both are secrets */
	bool loopback;
	CURLM *multi;
	CURL *curl;
	struct curl_slist *header;
	bool active, too_long;
	size_t received;
};

int pt_hook_sign(char out[PT_SIGNATURE_TEXT], const struct pt_buf *secret, int64_t time_s,
		 const char *body, struct pt_err *err)
{
	static const char digits[] = "0123456789abcdef";
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	unsigned char hash[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	pt_buf_printf(&text, "%lld.%s", (long long)time_s, body);
	if (text.failed || !HMAC(EVP_sha256(), pt_buf_text(secret), (int)secret->len,
				 (const unsigned char *)pt_buf_text(&text), text.len, hash, &n))
		return pt_err_nomem(err);
	char *to = out + snprintf(out, PT_SIGNATURE_TEXT, "sha256=");

	for (unsigned i = 0; i < n; i++) {
		*to++ = digits[hash[i] / HEX];
		*to++ = digits[hash[i] % HEX];
	}
	*to = '\0';
	return 0;
}

/* What they answer is of no interest, but that they do. */
static size_t on_body(char *data, size_t size, size_t count, void *context)
{
	struct webhook *hook = context;

	(void)data;
	hook->received += size * count;
	hook->too_long = hook->received > ANSWER_MAX;
	return hook->too_long ? 0 : size * count;
}

static int add_header(struct webhook *hook, const char *name, const char *value, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf line = PT_BUF_INIT;
	struct curl_slist *longer;

	pt_buf_printf(&line, "%s:%s%s", name, *value ? " " : "", value);
	longer = line.failed ? NULL : curl_slist_append(hook->header, pt_buf_text(&line));
	if (!longer)
		return pt_err_nomem(err);
	hook->header = longer;
	return 0;
}

/* The time is that of the try: who checks it does not take an old notice twice. */
static int sign(struct webhook *hook, const char *body, struct pt_err *err)
{
	struct pt_clock wall = pt_clock_wall();
	int64_t now_s = wall.now_ms(&wall) / PT_SECOND_MS;
	char signature[PT_SIGNATURE_TEXT], time_text[32];
	int rc;

	(void)snprintf(time_text, sizeof(time_text), "%lld", (long long)now_s);
	rc = add_header(hook, "X-Pushtrain-Timestamp", time_text, err);
	if (rc < 0 || hook->conf->secret.from == PT_SECRET_NONE)
		return rc;
	rc = pt_hook_sign(signature, &hook->secret, now_s, body, err);
	return rc < 0 ? rc : add_header(hook, "X-Pushtrain-Signature", signature, err);
}

static int add_headers(struct webhook *hook, const struct pt_notice *notice, struct pt_err *err)
{
	int rc = add_header(hook, "Content-Type", "application/json", err);

	/* Waiting for leave to send a body costs a second where nobody gives it. */
	if (rc == 0)
		rc = add_header(hook, "Expect", "", err);
	if (rc == 0)
		rc = add_header(hook, "X-Pushtrain-Event", notice->type, err);
	if (rc == 0)
		rc = add_header(hook, "X-Pushtrain-Delivery", notice->id, err);
	return rc < 0 ? rc : sign(hook, notice->body, err);
}

static CURLcode set_options(struct webhook *hook, const char *body)
{
	CURL *curl = hook->curl;
	CURLcode rc = curl_easy_setopt(curl, CURLOPT_URL, pt_buf_text(&hook->url));

	if (rc == CURLE_OK)
		rc = curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR,
				      hook->loopback ? "http" : "https");
	if (rc == CURLE_OK && hook->loopback)
		rc = curl_easy_setopt(curl, CURLOPT_PROXY, "");
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(curl, CURLOPT_USERAGENT, "pushtrain/" PT_VERSION);
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(body));
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, body);
	(void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)hook->conf->timeout_ms);
	(void)curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)hook->conf->timeout_ms);
	(void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
	(void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, hook);
	(void)curl_easy_setopt(curl, CURLOPT_HTTPHEADER, hook->header);
	return rc;
}

static void end_try(struct webhook *hook)
{
	if (hook->active)
		(void)curl_multi_remove_handle(hook->multi, hook->curl);
	hook->active = false;
	curl_slist_free_all(hook->header);
	hook->header = NULL;
}

static int begin(struct pt_hook *base, const struct pt_notice *notice, struct pt_err *err)
{
	struct webhook *hook = (struct webhook *)base;
	int rc;

	curl_easy_reset(hook->curl);
	hook->received = 0;
	hook->too_long = false;
	rc = add_headers(hook, notice, err);
	if (rc == 0 && set_options(hook, notice->body) != CURLE_OK)
		rc = pt_err_set(err, PT_E_INVALID, "its address is none that can be posted to");
	if (rc == 0 && curl_multi_add_handle(hook->multi, hook->curl))
		rc = pt_err_nomem(err);
	hook->active = rc == 0;
	if (rc < 0)
		end_try(hook);
	return rc;
}

/* libcurl's own texts may repeat an address; these do not. */
static void judge(struct pt_hook_end *out, const struct webhook *hook, CURLcode rc)
{
	curl_off_t after_s = 0;
	long status = 0;

	(void)curl_easy_getinfo(hook->curl, CURLINFO_RESPONSE_CODE, &status);
	(void)curl_easy_getinfo(hook->curl, CURLINFO_RETRY_AFTER, &after_s);
	if (after_s > PATIENCE_MOST_S)
		after_s = PATIENCE_MOST_S;
	*out = (struct pt_hook_end){.not_before_ms = (int64_t)after_s * PT_SECOND_MS};
	if (rc != CURLE_OK && !hook->too_long) {
		out->again = rc != CURLE_UNSUPPORTED_PROTOCOL && rc != CURLE_URL_MALFORMAT &&
			     rc != CURLE_PEER_FAILED_VERIFICATION;
		(void)snprintf(out->why, sizeof(out->why), "%s", curl_easy_strerror(rc));
		return;
	}
	out->delivered = status >= 200 && status < 300;
	out->again = status >= 500 || status == 429 || status == 408;
	if (status >= 300 && status < 400)
		(void)snprintf(out->why, sizeof(out->why),
			       "it answers %ld, a redirect, which is not followed", status);
	else
		(void)snprintf(out->why, sizeof(out->why), "it answers %ld", status);
}

static bool poll_webhook(struct pt_hook_end *out, struct pt_hook *base)
{
	struct webhook *hook = (struct webhook *)base;
	const CURLMsg *message;
	int nrunning, nleft;

	(void)curl_multi_perform(hook->multi, &nrunning);
	message = curl_multi_info_read(hook->multi, &nleft);
	if (!message || message->msg != CURLMSG_DONE)
		return false;
	judge(out, hook, message->data.result);
	end_try(hook);
	return true;
}

static void close_webhook(struct pt_hook *base)
{
	struct webhook *hook = (struct webhook *)base;

	end_try(hook);
	curl_easy_cleanup(hook->curl);
	(void)curl_multi_cleanup(hook->multi);
	curl_global_cleanup();
	pt_secret_wipe(&hook->url);
	pt_secret_wipe(&hook->secret);
	free(hook);
}

static int read_address(struct webhook *hook, struct pt_err *err)
{
	const char *url;
	int rc = pt_expand(&hook->url, hook->conf->url, err);

	if (rc < 0)
		return rc;
	url = pt_buf_text(&hook->url);
	hook->loopback = pt_url_is_loopback(url);
	if (!hook->loopback && strncmp(url, "https://", 8) != 0)
		return pt_err_set(err, PT_E_INVALID,
				  "expected an https:// address, or http:// to this machine");
	for (const char *c = url; *c; c++) {
		if ((unsigned char)*c <= ' ' || *c == 0x7f)
			return pt_err_set(err, PT_E_INVALID,
					  "its address has a blank or a control character in it");
	}
	return 0;
}

int pt_hook_open_webhook(struct pt_hook **out, const struct pt_notify_conf *conf,
			 struct pt_err *err)
{
	static const struct pt_hook_ops ops = {
	    .begin = begin, .poll = poll_webhook, .close = close_webhook};
	struct webhook *hook = calloc(1, sizeof(*hook));
	int rc;

	if (!hook)
		return pt_err_nomem(err);
	hook->base.ops = &ops;
	hook->conf = conf;
	/* Counted by libcurl: once for the process suffices, and more do no harm. */
	if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
		hook->multi = curl_multi_init();
	hook->curl = curl_easy_init();
	rc = hook->multi && hook->curl ? read_address(hook, err) : pt_err_nomem(err);
	if (rc == 0 && conf->secret.from != PT_SECRET_NONE &&
	    pt_secret_read(&hook->secret, &conf->secret, false, err) < 0)
		rc = pt_err_wrap(err, "its secret");
	if (rc < 0) {
		close_webhook(&hook->base);
		return rc;
	}
	*out = &hook->base;
	return 0;
}
