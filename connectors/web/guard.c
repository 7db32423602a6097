/* See guard.h. */
#include "connectors/web/guard.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/attr.h"

enum { HTTP_PORT = 80 };

bool pt_web_host_is_ours(const char *host, uint16_t port)
{
	static const char *const names[] = {"localhost", "127.0.0.1", "[::1]"};
	char suffix[8];

	(void)snprintf(suffix, sizeof(suffix), ":%u", port);
	for (size_t i = 0; host && i < PT_ARRAY_LEN(names); i++) {
		size_t len = strlen(names[i]);

		if (strncasecmp(host, names[i], len) != 0)
			continue;
		if (strcmp(host + len, suffix) == 0 || (port == HTTP_PORT && host[len] == '\0'))
			return true;
	}
	return false;
}

bool pt_web_is_foreign(const struct pt_web_headers *headers, uint16_t port)
{
	static const char SCHEME[] = "http://";
	const char *origin = headers->origin, *site = headers->fetch_site;

	if (origin && (strncmp(origin, SCHEME, strlen(SCHEME)) != 0 ||
		       !pt_web_host_is_ours(origin + strlen(SCHEME), port)))
		return true;
	if (!site || strcmp(site, "same-origin") == 0 || strcmp(site, "none") == 0)
		return false;
	return !headers->fetch_mode || strcmp(headers->fetch_mode, "navigate") != 0;
}
