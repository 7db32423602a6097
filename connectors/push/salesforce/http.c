/* See http.h. */
#include "connectors/push/salesforce/http.h"

#include <curl/curl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/url.h"

enum { LOCATION_TEXT = 512, HEADER_TEXT = 64, CONNECT_TIMEOUT_S = 30 };

/* A transfer, or room for one; its handle is kept, and with it what the handle allocated. */
struct transfer {
	struct pt_http *http;
	CURL *curl;
	bool active;
	struct pt_http_request request;
	size_t nsent; /* of the request's body */
	struct curl_slist *header;
	struct pt_buf body;
	bool too_large;
	char location[LOCATION_TEXT];
	char why[CURL_ERROR_SIZE];
	uint32_t api_used, api_limit;
};

struct pt_http {
	CURLM *multi;
	struct pt_http_conf conf;
	struct transfer *transfer; /* owned; conf.in_flight of them */
	struct transfer *shown;    /* behind the answer taken last */
	uint32_t nactive;
};

const char *pt_http_method_text(enum pt_http_method method)
{
	static const char *const texts[] = {[PT_HTTP_GET] = "GET",
					    [PT_HTTP_POST] = "POST",
					    [PT_HTTP_PATCH] = "PATCH",
					    [PT_HTTP_PUT] = "PUT"};

	return texts[method];
}

static size_t on_body(char *data, size_t size, size_t count, void *context)
{
	struct transfer *transfer = context;
	size_t n = size * count;

	if (transfer->body.len + n > transfer->http->conf.answer_max_bytes) {
		transfer->too_large = true;
		return 0;
	}
	pt_buf_bytes(&transfer->body, data, n);
	return transfer->body.failed ? 0 : n;
}

/* Without a function that goes back in it, libcurl cannot send a body again. */
static size_t on_send(char *out, size_t size, size_t count, void *context)
{
	struct transfer *transfer = context;
	size_t left = transfer->request.body_size - transfer->nsent, n = size * count;

	if (n > left)
		n = left;
	if (n > 0)
		memcpy(out, transfer->request.body + transfer->nsent, n);
	transfer->nsent += n;
	return n;
}

/* "api-usage=18/100000", perhaps followed by more. */
static void read_limits(struct transfer *transfer, const char *text)
{
	const char *usage = strstr(text, "api-usage=");
	unsigned long used, limit;
	char *end;

	if (!usage)
		return;
	usage += strlen("api-usage=");
	if (*usage < '0' || *usage > '9')
		return;
	used = strtoul(usage, &end, 10);
	if (*end != '/' || end[1] < '0' || end[1] > '9')
		return;
	limit = strtoul(end + 1, NULL, 10);
	if (used > UINT32_MAX || limit > UINT32_MAX)
		return;
	transfer->api_used = (uint32_t)used;
	transfer->api_limit = (uint32_t)limit;
}

static bool has_name(const char *data, size_t n, const char *name)
{
	return n > strlen(name) && strncasecmp(data, name, strlen(name)) == 0;
}

static size_t on_header(char *data, size_t size, size_t count, void *context)
{
	struct transfer *transfer = context;
	char value[LOCATION_TEXT];
	size_t n = size * count;
	const char *colon = memchr(data, ':', n);

	if (!colon)
		return n;
	size_t from = (size_t)(colon - data) + 1;

	while (from < n && data[from] == ' ')
		from++;
	snprintf(value, sizeof(value), "%.*s", (int)(n - from), data + from);
	value[strcspn(value, "\r\n")] = '\0';
	if (has_name(data, n, "sforce-limit-info:"))
		read_limits(transfer, value);
	else if (has_name(data, n, "location:"))
		memcpy(transfer->location, value, sizeof(value));
	return n;
}

static int fail(struct pt_err *err, const char *doing, const char *why)
{
	return pt_err_set(err, PT_E_IO, "%s: %s", doing, why);
}

int pt_http_new(struct pt_http **out, const struct pt_http_conf *conf, struct pt_err *err)
{
	struct pt_http *http = calloc(1, sizeof(*http));

	if (!http)
		return pt_err_nomem(err);
	http->conf = *conf;
	http->transfer = calloc(conf->in_flight, sizeof(*http->transfer));
	/* Counted by libcurl: once for the process suffices, and more do no harm. */
	if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
		http->multi = curl_multi_init();
	if (!http->transfer || !http->multi) {
		pt_http_free(http);
		return pt_err_nomem(err);
	}
	(void)curl_multi_setopt(http->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)conf->in_flight);
	(void)curl_multi_setopt(http->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)conf->in_flight);
	*out = http;
	return 0;
}

static void end_transfer(struct transfer *transfer)
{
	if (transfer->active) {
		(void)curl_multi_remove_handle(transfer->http->multi, transfer->curl);
		transfer->http->nactive--;
	}
	transfer->active = false;
	curl_slist_free_all(transfer->header);
	transfer->header = NULL;
}

void pt_http_free(struct pt_http *http)
{
	if (!http)
		return;
	for (uint32_t i = 0; http->transfer && i < http->conf.in_flight; i++) {
		struct transfer *transfer = &http->transfer[i];

		end_transfer(transfer);
		curl_easy_cleanup(transfer->curl);
		pt_buf_release(&transfer->body);
	}
	free(http->transfer);
	(void)curl_multi_cleanup(http->multi);
	curl_global_cleanup();
	free(http);
}

uint32_t pt_http_nactive(const struct pt_http *http)
{
	return http->nactive;
}

uint32_t pt_http_room(const struct pt_http *http)
{
	return http->conf.in_flight - http->nactive - (http->shown ? 1 : 0);
}

static struct transfer *find_room(struct pt_http *http)
{
	for (uint32_t i = 0; i < http->conf.in_flight; i++) {
		struct transfer *transfer = &http->transfer[i];

		if (!transfer->active && transfer != http->shown)
			return transfer;
	}
	return NULL;
}

static int add_header(struct transfer *transfer, const char *name, const char *value)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf line = PT_BUF_INIT;
	struct curl_slist *longer;

	pt_buf_printf(&line, "%s:%s%s", name, *value ? " " : "", value);
	longer = line.failed ? NULL : curl_slist_append(transfer->header, pt_buf_text(&line));
	if (longer)
		transfer->header = longer;
	return longer ? 0 : -1;
}

static int add_headers(struct transfer *transfer, struct pt_err *err)
{
	const struct pt_http_request *request = &transfer->request;
	char now[HEADER_TEXT];
	int failed = add_header(transfer, "Accept", "application/json");

	if (request->content_type) {
		failed |= add_header(transfer, "Content-Type", request->content_type);
		/* Waiting for leave to send a body costs a second where nobody gives it. */
		failed |= add_header(transfer, "Expect", "");
	}
	if (request->method == PT_HTTP_GET && request->bearer)
		failed |= add_header(transfer, "Sforce-Query-Options", "batchSize=2000");
	if (request->tell_ms >= 0) {
		snprintf(now, sizeof(now), "%lld", (long long)request->tell_ms);
		failed |= add_header(transfer, "Pushtrain-Now", now);
	}
	return failed ? pt_err_nomem(err) : 0;
}

/* What libcurl takes or does not take; it fails without memory only. */
static CURLcode set_method(struct transfer *transfer)
{
	const struct pt_http_request *request = &transfer->request;
	CURL *curl = transfer->curl;
	CURLcode rc = CURLE_OK;

	if (!request->content_type)
		return curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
	if (request->method == PT_HTTP_PUT) {
		(void)curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
		(void)curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE,
				       (curl_off_t)request->body_size);
	} else {
		(void)curl_easy_setopt(curl, CURLOPT_POST, 1L);
		(void)curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
				       (curl_off_t)request->body_size);
	}
	(void)curl_easy_setopt(curl, CURLOPT_READFUNCTION, on_send);
	(void)curl_easy_setopt(curl, CURLOPT_READDATA, transfer);
	if (request->method == PT_HTTP_PATCH)
		rc = curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, "PATCH");
	return rc;
}

static CURLcode set_options(struct transfer *transfer)
{
	const struct pt_http_request *request = &transfer->request;
	bool loopback = pt_url_is_loopback(request->url);
	CURL *curl = transfer->curl;
	CURLcode rc = curl_easy_setopt(curl, CURLOPT_URL, request->url);

	if (rc == CURLE_OK)
		rc = curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, loopback ? "http" : "https");
	if (rc == CURLE_OK && loopback)
		rc = curl_easy_setopt(curl, CURLOPT_PROXY, "");
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "");
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(curl, CURLOPT_USERAGENT, "pushtrain/" PT_VERSION);
	if (rc == CURLE_OK && request->bearer) {
		(void)curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
		rc = curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, request->bearer);
	}
	(void)curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	(void)curl_easy_setopt(curl, CURLOPT_PIPEWAIT, 1L);
	(void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_TIMEOUT_S);
	(void)curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)transfer->http->conf.timeout_ms);
	(void)curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, transfer->why);
	(void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
	(void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, transfer);
	(void)curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
	(void)curl_easy_setopt(curl, CURLOPT_HEADERDATA, transfer);
	(void)curl_easy_setopt(curl, CURLOPT_HTTPHEADER, transfer->header);
	(void)curl_easy_setopt(curl, CURLOPT_PRIVATE, transfer);
	return rc == CURLE_OK ? set_method(transfer) : rc;
}

static int begin(struct transfer *transfer, struct pt_err *err)
{
	CURLcode rc;

	if (add_headers(transfer, err) < 0)
		return -PT_E_NOMEM;
	rc = set_options(transfer);
	if (rc == CURLE_UNSUPPORTED_PROTOCOL || rc == CURLE_URL_MALFORMAT)
		return fail(err, "cannot send", curl_easy_strerror(rc));
	if (rc != CURLE_OK || curl_multi_add_handle(transfer->http->multi, transfer->curl))
		return pt_err_nomem(err);
	transfer->active = true;
	transfer->http->nactive++;
	return 0;
}

int pt_http_start(struct pt_http *http, const struct pt_http_request *request, struct pt_err *err)
{
	struct transfer *transfer = find_room(http);
	int rc;

	if (!transfer)
		return pt_err_set(err, PT_E_LIMIT, "too many transfers at a time");
	if (transfer->curl)
		curl_easy_reset(transfer->curl);
	else
		transfer->curl = curl_easy_init();
	if (!transfer->curl)
		return pt_err_nomem(err);
	transfer->http = http;
	transfer->request = *request;
	transfer->nsent = 0;
	transfer->too_large = false;
	transfer->api_used = transfer->api_limit = 0;
	transfer->location[0] = transfer->why[0] = '\0';
	pt_buf_clear(&transfer->body);
	rc = begin(transfer, err);
	if (rc < 0)
		end_transfer(transfer);
	return rc;
}

int pt_http_wait(struct pt_http *http, int wait_ms, struct pt_err *err)
{
	int nrunning = 0;
	CURLMcode rc = curl_multi_perform(http->multi, &nrunning);

	/* All that ended is there to be taken: nothing to wait for. */
	if (rc == CURLM_OK && wait_ms > 0 && (uint32_t)nrunning == http->nactive)
		rc = curl_multi_poll(http->multi, NULL, 0, wait_ms, NULL);
	if (rc == CURLM_OK)
		rc = curl_multi_perform(http->multi, &nrunning);
	return rc == CURLM_OK ? 0 : fail(err, "waiting for answers", curl_multi_strerror(rc));
}

static enum pt_http_end end_of(const struct transfer *transfer, CURLcode rc)
{
	if (rc == CURLE_OK)
		return PT_HTTP_ANSWERED;
	if (rc == CURLE_PEER_FAILED_VERIFICATION || rc == CURLE_SSL_CACERT_BADFILE ||
	    rc == CURLE_SSL_ISSUER_ERROR)
		return PT_HTTP_UNTRUSTED;
	/* Whatever libcurl says was sent: headers without the body that they announce are carried
	   out by nobody, and the body is taken from us. */
	if (transfer->request.body_size > 0 && transfer->nsent == 0)
		return PT_HTTP_NOT_SENT;
	return PT_HTTP_CUT;
}

static void show(struct pt_http_answer *out, const struct transfer *transfer, CURLcode rc)
{
	curl_off_t took_us = 0, received = 0;
	long status = 0;

	(void)curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE, &status);
	(void)curl_easy_getinfo(transfer->curl, CURLINFO_TOTAL_TIME_T, &took_us);
	(void)curl_easy_getinfo(transfer->curl, CURLINFO_SIZE_DOWNLOAD_T, &received);
	*out = (struct pt_http_answer){
	    .tag = transfer->request.tag,
	    .end = end_of(transfer, rc),
	    .text = transfer->why[0] ? transfer->why : curl_easy_strerror(rc),
	    .status = status,
	    .body = &transfer->body,
	    .location = transfer->location,
	    .took_us = took_us,
	    .received_bytes = (uint64_t)received,
	    .api_used = transfer->api_used,
	    .api_limit = transfer->api_limit,
	};
	if (transfer->too_large)
		out->text = "the answer is longer than any that is expected";
}

bool pt_http_take(struct pt_http_answer *out, struct pt_http *http)
{
	const CURLMsg *message;
	int nleft;

	http->shown = NULL;
	while ((message = curl_multi_info_read(http->multi, &nleft))) {
		char *private_ = NULL;
		CURLcode rc = message->data.result;

		if (message->msg != CURLMSG_DONE ||
		    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &private_))
			continue;
		struct transfer *transfer = (struct transfer *)(void *)private_;

		show(out, transfer, rc);
		end_transfer(transfer);
		http->shown = transfer;
		return true;
	}
	return false;
}
