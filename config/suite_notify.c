/* notify: who is told what happens. See suite_parts.h. */
#include <string.h>

#include "base/url.h"
#include "config/suite_parts.h"
#include "config/values.h"

enum { MOST_RETRIES = 10 };

/* A word or a list of words. */
static void read_on(struct reader *r, const struct pt_yaml_node *node, const char *path, void *into)
{
	static const char *const words[] = {"approvals", "departs", "ends",
					    "gates",     "halts",   "stages"};
	unsigned *on = into;
	size_t n = node->kind == PT_YAML_LIST ? node->n : 1;

	*on = 0;
	if (n == 0)
		complain(r, node->src, "%s: expected at least one event", path);
	for (size_t i = 0; i < n; i++) {
		const struct pt_yaml_node *item = node->kind == PT_YAML_LIST ? node->item[i] : node;
		int which = word_of(r, item, path, words, PT_ARRAY_LEN(words));

		if (which >= 0 && *on & 1U << which)
			complain(r, item->src, "%s: '%s' is there twice", path, words[which]);
		if (which >= 0)
			*on |= 1U << which;
	}
}

/* It may be a secret as a whole, and no error repeats it. */
static void read_hook_url(struct reader *r, const struct pt_yaml_node *node, const char *path,
			  void *into)
{
	const char *text = scalar(r, node, path);

	if (!text)
		return;
	if (strncmp(text, "https://", 8) != 0 && !pt_url_is_loopback(text) && !strstr(text, "${"))
		complain(r, node->src, "%s: expected an https:// address", path);
	else
		keep(r, text, into);
}

static const struct key hook_keys[] = {
    KEY("backoff", value_duration, struct pt_notify_conf, backoff_ms),
    KEY("command", value_raw, struct pt_notify_conf, command),
    KEY("on", read_on, struct pt_notify_conf, on),
    KEY("retries", value_number, struct pt_notify_conf, retries),
    KEY("secret", read_secret, struct pt_notify_conf, secret),
    KEY("timeout", value_duration, struct pt_notify_conf, timeout_ms),
    KEY("url", read_hook_url, struct pt_notify_conf, url),
};

static void check_hook(struct reader *r, const struct pt_yaml_node *node, const char *path,
		       const struct pt_notify_conf *conf)
{
	const struct pt_yaml_node *url = pt_yaml_get(node, "url");
	const struct pt_yaml_node *secret = pt_yaml_get(node, "secret");

	if (!url == !pt_yaml_get(node, "command"))
		complain(r, node->src, "%s: expected exactly one of command, url", path);
	if (secret && !url)
		complain(r, secret->src, "%s.secret: it goes with 'url' only", path);
	if (conf->timeout_ms < PT_SECOND_MS / 10 || conf->timeout_ms > 10 * PT_MINUTE_MS)
		complain(r, node->src, "%s.timeout: expected 100ms to 10m", path);
	if (conf->backoff_ms < 1 || conf->backoff_ms > PT_MINUTE_MS)
		complain(r, node->src, "%s.backoff: expected 1ms to 1m", path);
	if (conf->retries > MOST_RETRIES)
		complain(r, node->src, "%s.retries: expected 0 to %d", path, MOST_RETRIES);
}

static void read_hook(struct reader *r, const struct pt_yaml_node *node, const char *path,
		      struct pt_notify_conf *conf)
{
	bool webhook = pt_yaml_get(node, "url") != NULL;

	*conf = (struct pt_notify_conf){.kind = webhook ? PT_NOTIFY_WEBHOOK : PT_NOTIFY_COMMAND,
					.on = PT_ON_ALL,
					.timeout_ms = (webhook ? 10 : 30) * PT_SECOND_MS,
					.retries = webhook ? 3 : 0,
					.backoff_ms = PT_SECOND_MS,
					.src = node->src};
	keys_read(r, node, hook_keys, PT_ARRAY_LEN(hook_keys), path, conf);
	if (node->kind == PT_YAML_MAP)
		check_hook(r, node, path, conf);
}

void read_notify(struct reader *r, const struct pt_yaml_node *node, const char *path, void *into)
{
	struct pt_suite *suite = r->suite;

	(void)into;
	if (!expect(r, node, PT_YAML_LIST, path))
		return;
	suite->notify = keep_array(r, node->n, sizeof(*suite->notify));
	for (size_t i = 0; suite->notify && i < node->n; i++)
		read_hook(r, node->item[i], path_item(r, path, node->item[i], i),
			  &suite->notify[suite->nnotify++]);
}
