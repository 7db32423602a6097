/* See hub.h. */
#include "tests/simulation/killed/hub.h"

#include <curl/curl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

enum { START_PATIENCE_US = 60 * 1000 * 1000, LOOK_EVERY_US = 1000, OK = 200 };

static const char API[] = "/services/data/v62.0/";

/* The value of a line NAME=VALUE. */
static bool find_value(char *out, size_t size, const char *text, const char *name)
{
	const char *at = strstr(text, name);
	size_t len;

	if (!at || !strchr(at, '\n'))
		return false;
	at += strlen(name);
	len = strcspn(at, "\n");
	snprintf(out, size, "%.*s", (int)len, at);
	return len < size;
}

static int read_address(struct hub *hub, struct pt_err *err)
{
	int64_t until_us = process_clock_us() + START_PATIENCE_US;

	while (process_clock_us() < until_us) {
		PT_CLEANUP(pt_buf_release) struct pt_buf said = PT_BUF_INIT;

		if (process_said(&said, &hub->process, NULL) == 0 &&
		    find_value(hub->url, sizeof(hub->url), pt_buf_text(&said),
			       "PUSHTRAIN_INSTANCE_URL=") &&
		    find_value(hub->token, sizeof(hub->token), pt_buf_text(&said),
			       "PUSHTRAIN_ACCESS_TOKEN="))
			return 0;
		process_sleep_us(LOOK_EVERY_US);
	}
	return pt_err_set(err, PT_E_IO, "the emulator does not start: %s", hub->process.said);
}

int hub_start(struct hub *out, const char *pushtrain, const char *folder, const struct scene *scene,
	      uint64_t seed, struct pt_err *err)
{
	char seed_text[32];
	const char *const argv[] = {pushtrain,      "emulate", "--at",      "2026-02-01",
				    "--clock",      "follow",  "--control", "--latency",
				    scene->latency, "--seed",  seed_text,   NULL};

	snprintf(seed_text, sizeof(seed_text), "%llu", (unsigned long long)seed);
	int rc = process_start(&out->process, folder, "emulator", argv, err);

	if (rc < 0)
		return rc;
	out->running = true;
	rc = read_address(out, err);
	if (rc == 0 && (setenv("PUSHTRAIN_INSTANCE_URL", out->url, 1) < 0 ||
			setenv("PUSHTRAIN_ACCESS_TOKEN", out->token, 1) < 0))
		rc = pt_err_nomem(err);
	return rc;
}

int hub_stop(struct hub *hub, struct pt_err *err)
{
	int status = 0, rc;

	if (!hub->running)
		return 0;
	hub->running = false;
	process_signal(&hub->process, SIGTERM);
	rc = process_wait(&status, &hub->process, err);
	if (rc == 0 && (!WIFEXITED(status) || WEXITSTATUS(status) != 0))
		rc = pt_err_set(err, PT_E_IO, "the emulator ended with status %d: %s", status,
				hub->process.said);
	return rc;
}

static size_t take_bytes(char *bytes, size_t size, size_t n, void *context)
{
	pt_buf_bytes((struct pt_buf *)context, bytes, size * n);
	return size * n;
}

static CURLcode perform(struct pt_buf *out, CURL *curl, const char *method, const char *body)
{
	(void)curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
	(void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_bytes);
	(void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, out);
	(void)curl_easy_setopt(curl, CURLOPT_PROXY, "");
	if (body)
		(void)curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
	return curl_easy_perform(curl);
}

int hub_ask(json_t **out, const struct hub *hub, const char *method, const char *path,
	    const char *body, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf answer = PT_BUF_INIT;
	CURL *curl = curl_easy_init();
	struct curl_slist *headers = NULL;
	char url[1024], bearer[160];
	long status = 0;

	snprintf(url, sizeof(url), "%s%s", hub->url, path);
	snprintf(bearer, sizeof(bearer), "Authorization: Bearer %s", hub->token);
	headers = curl_slist_append(headers, bearer);
	(void)curl_easy_setopt(curl, CURLOPT_URL, url);
	(void)curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	CURLcode code = perform(&answer, curl, method, body);

	(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	curl_slist_free_all(headers);
	curl_easy_cleanup(curl);
	if (code != CURLE_OK || status != OK)
		return pt_err_set(err, PT_E_IO, "%s %s: %s, status %ld: %.200s", method, path,
				  curl_easy_strerror(code), status, pt_buf_text(&answer));
	*out = json_loads(pt_buf_text(&answer), 0, NULL);
	return *out ? 0 : pt_err_set(err, PT_E_IO, "%s: no JSON", path);
}

int hub_rows(json_t **out, const struct hub *hub, const char *soql, struct pt_err *err)
{
	json_t *page = NULL;
	char path[768];
	size_t len;

	snprintf(path, sizeof(path), "%squery?q=%s", API, soql);
	len = strlen(path);
	for (size_t i = 0; i < len; i++)
		path[i] = path[i] == ' ' ? '+' : path[i];
	int rc = hub_ask(&page, hub, "GET", path, NULL, err);

	if (rc == 0 && !json_is_true(json_object_get(page, "done")))
		rc = pt_err_set(err, PT_E_LIMIT, "more than a page: %s", soql);
	if (rc == 0)
		*out = json_incref(json_object_get(page, "records"));
	json_decref(page);
	return rc;
}

const char *hub_text(const json_t *row, const char *field)
{
	const char *text = json_string_value(json_object_get(row, field));

	return text ? text : "";
}

uint32_t hub_find_package(const struct scene *scene, const char *name)
{
	uint32_t p = 0;

	while (p < scene->npackage && strcmp(scene->package[p].name, name) != 0)
		p++;
	return p;
}

int hub_read_versions(struct hub_versions *out, const struct hub *hub, const struct scene *scene,
		      struct pt_err *err)
{
	json_t *rows = NULL, *row;
	size_t i;
	int rc = hub_rows(&rows, hub,
			  "SELECT Id, MinorVersion, MetadataPackage.NamespacePrefix FROM "
			  "MetadataPackageVersion",
			  err);

	out->n = 0;
	json_array_foreach(rows, i, row)
	{
		const json_t *package = json_object_get(row, "MetadataPackage");

		if (out->n == PT_ARRAY_LEN(out->version))
			break;
		snprintf(out->version[out->n].id, HUB_KEY_TEXT, "%s", hub_text(row, "Id"));
		out->version[out->n].package =
		    hub_find_package(scene, hub_text(package, "NamespacePrefix"));
		out->version[out->n].trains =
		    json_integer_value(json_object_get(row, "MinorVersion")) == 1;
		out->n++;
	}
	json_decref(rows);
	if (rc == 0 && out->n != 2 * scene->npackage)
		rc = pt_err_set(err, PT_E_INVALID, "%u versions are on the platform", out->n);
	return rc;
}

uint32_t hub_find_version(const struct hub_versions *versions, const char *id)
{
	uint32_t i = 0;

	while (i < versions->n && strcmp(versions->version[i].id, id) != 0)
		i++;
	return i;
}

uint32_t hub_find_org(const struct hub_orgs *orgs, const char *key)
{
	uint32_t i = 0;

	while (i < orgs->norg && strcmp(orgs->org[i].key, key) != 0)
		i++;
	return i;
}

static int take_subscriber(struct hub_orgs *out, const struct hub_versions *versions,
			   const json_t *row, struct pt_err *err)
{
	const char *key = hub_text(row, "OrgKey");
	uint32_t org = hub_find_org(out, key);
	uint32_t v = hub_find_version(versions, hub_text(row, "MetadataPackageVersionId"));

	if (v == versions->n || org == HUB_MAX_ORGS)
		return pt_err_set(err, PT_E_INVALID, "the subscriber record of %s", key);
	if (org == out->norg) {
		memset(&out->org[org], 0, sizeof(out->org[org]));
		snprintf(out->org[org].key, HUB_KEY_TEXT, "%s", key);
		out->norg++;
	}
	out->org[org].opted_out |= json_is_true(json_object_get(row, "HasRestrictionEnabled"));
	if (strcmp(hub_text(row, "InstalledStatus"), "i") == 0)
		out->org[org].has[versions->version[v].package] =
		    versions->version[v].trains ? HUB_TRAINS : HUB_OTHER;
	return 0;
}

int hub_read_orgs(struct hub_orgs *out, const struct hub *hub, const struct scene *scene,
		  struct pt_err *err)
{
	struct hub_versions versions;
	json_t *rows = NULL, *row;
	size_t i;
	int rc = hub_read_versions(&versions, hub, scene, err);

	out->norg = 0;
	if (rc == 0)
		rc = hub_rows(&rows, hub,
			      "SELECT OrgKey, InstalledStatus, MetadataPackageVersionId, "
			      "HasRestrictionEnabled FROM PackageSubscriber",
			      err);
	json_array_foreach(rows, i, row)
	{
		if (rc == 0)
			rc = take_subscriber(out, &versions, row, err);
	}
	json_decref(rows);
	return rc;
}
