/* connectors: how the platform is reached. See suite_parts.h. */
#include <string.h>

#include "base/url.h"
#include "config/suite_parts.h"
#include "config/values.h"

/* The platform stops at 25 calls at a time that take long, and other clients need some. */
enum { MOST_IN_FLIGHT = 24 };

/* A secret: never the value itself, and an error about it never repeats it. */
void read_secret(struct reader *r, const struct pt_yaml_node *node, const char *path, void *into)
{
	struct pt_secret_conf *secret = into;
	static const char *const sources[] = {"env", "file", "command"};
	const char *text[3] = {NULL, NULL, NULL};
	size_t n = 0;

	if (node->kind != PT_YAML_MAP) {
		complain(
		    r, node->src,
		    "%s: a secret is never written here, expected { env: NAME }, { file: PATH } "
		    "or { command: \"...\" }",
		    path);
		return;
	}
	for (size_t i = 0; i < node->n; i++) {
		const char *key = node->key[i]->text;
		size_t k = 0;

		while (k < 3 && strcmp(key, sources[k]) != 0)
			k++;
		if (k < 3) {
			key_fn *read = strcmp(key, "file") == 0 ? value_path : value_raw;

			read(r, node->item[i], path_join(r, path, key), &text[k]);
			secret->from = (enum pt_secret_from)(PT_SECRET_ENV + (int)k);
			secret->text = text[k];
			n++;
		} else if (strcmp(key, "json") == 0) {
			value_raw(r, node->item[i], path_join(r, path, key), &secret->json);
		} else {
			/* The key may be the secret. */
			complain(r, node->key[i]->src,
				 "%s: unknown key, expected env, file, command or json", path);
		}
	}
	if (n != 1)
		complain(r, node->src, "%s: expected exactly one of env, file, command", path);
	if (secret->json && secret->from != PT_SECRET_COMMAND)
		complain(r, node->src, "%s: 'json' goes with 'command' only", path);
	secret->src = node->src;
}

static void read_url(struct reader *r, const struct pt_yaml_node *node, const char *path,
		     void *into)
{
	const char *text = scalar(r, node, path);

	if (!text)
		return;
	if (strncmp(text, "https://", 8) != 0 && !pt_url_is_loopback(text) && !strstr(text, "${"))
		complain(r, node->src, "%s: '%.80s' is not an https:// address", path, text);
	else
		keep(r, text, into);
}

static const struct key jwt_keys[] = {
    REQUIRED_KEY("client_id", value_raw, struct pt_auth_conf, client_id),
    REQUIRED_KEY("username", value_raw, struct pt_auth_conf, username),
    REQUIRED_KEY("key", read_secret, struct pt_auth_conf, key),
    KEY("login_url", read_url, struct pt_auth_conf, login_url),
};
static const struct key client_keys[] = {
    REQUIRED_KEY("client_id", value_raw, struct pt_auth_conf, client_id),
    REQUIRED_KEY("secret", read_secret, struct pt_auth_conf, secret),
    KEY("login_url", read_url, struct pt_auth_conf, login_url),
};
static const struct key refresh_keys[] = {
    REQUIRED_KEY("client_id", value_raw, struct pt_auth_conf, client_id),
    REQUIRED_KEY("token", read_secret, struct pt_auth_conf, token),
    KEY("secret", read_secret, struct pt_auth_conf, secret),
    KEY("login_url", read_url, struct pt_auth_conf, login_url),
};

static void set_kind(struct reader *r, const struct pt_yaml_node *node, const char *path,
		     struct pt_auth_conf *auth, enum pt_auth_kind kind)
{
	if (auth->kind != PT_AUTH_NONE)
		complain(r, node->src,
			 "%s: expected exactly one of access_token, jwt, client_credentials, "
			 "refresh_token",
			 path);
	auth->kind = kind;
	auth->src = node->src;
}

static void read_access_token(struct reader *r, const struct pt_yaml_node *node, const char *path,
			      void *into)
{
	struct pt_auth_conf *auth = into;

	set_kind(r, node, path, auth, PT_AUTH_ACCESS_TOKEN);
	read_secret(r, node, path, &auth->token);
}

static void read_jwt(struct reader *r, const struct pt_yaml_node *node, const char *path,
		     void *into)
{
	set_kind(r, node, path, into, PT_AUTH_JWT);
	keys_read(r, node, jwt_keys, PT_ARRAY_LEN(jwt_keys), path, into);
}

static void read_client(struct reader *r, const struct pt_yaml_node *node, const char *path,
			void *into)
{
	set_kind(r, node, path, into, PT_AUTH_CLIENT_CREDENTIALS);
	keys_read(r, node, client_keys, PT_ARRAY_LEN(client_keys), path, into);
}

static void read_refresh(struct reader *r, const struct pt_yaml_node *node, const char *path,
			 void *into)
{
	set_kind(r, node, path, into, PT_AUTH_REFRESH_TOKEN);
	keys_read(r, node, refresh_keys, PT_ARRAY_LEN(refresh_keys), path, into);
}

static const struct key auth_keys[] = {
    {"access_token", read_access_token, 0, false},
    {"client_credentials", read_client, 0, false},
    {"jwt", read_jwt, 0, false},
    {"refresh_token", read_refresh, 0, false},
};

static void read_auth(struct reader *r, const struct pt_yaml_node *node, const char *path,
		      void *into)
{
	keys_read(r, node, auth_keys, PT_ARRAY_LEN(auth_keys), path, into);
	if (node->kind == PT_YAML_MAP && node->n == 0)
		complain(r, node->src,
			 "%s: expected exactly one of access_token, jwt, client_credentials, "
			 "refresh_token",
			 path);
}

static void read_type(struct reader *r, const struct pt_yaml_node *node, const char *path,
		      void *into)
{
	static const char *const types[] = {"salesforce", "simulated"};
	int which = word_of(r, node, path, types, 2);

	if (which >= 0)
		*(enum pt_connector_type *)into = (enum pt_connector_type)which;
}

static void read_api_version(struct reader *r, const struct pt_yaml_node *node, const char *path,
			     void *into)
{
	const char *text = scalar(r, node, path);
	size_t digits = text ? strspn(text, "0123456789") : 0;

	if (!text)
		return;
	if (digits < 2 || digits > 3 || strcmp(text + digits, ".0") != 0)
		complain(r, node->src,
			 "%s: '%.40s' is not an API version, expected such as \"62.0\"", path,
			 text);
	else
		keep(r, text, into);
}

static const struct key connector_keys[] = {
    KEY("api_floor", value_ratio, struct pt_connector_conf, api_floor_ppm),
    KEY("api_version", read_api_version, struct pt_connector_conf, api_version),
    KEY("auth", read_auth, struct pt_connector_conf, auth),
    KEY("bulk_above", value_count, struct pt_connector_conf, bulk_above),
    KEY("in_flight", value_count, struct pt_connector_conf, in_flight),
    KEY("instance_url", read_url, struct pt_connector_conf, instance_url),
    KEY("poll", value_duration, struct pt_connector_conf, poll_ms),
    KEY("population", value_path, struct pt_connector_conf, population),
    KEY("timeout", value_duration, struct pt_connector_conf, timeout_ms),
    REQUIRED_KEY("type", read_type, struct pt_connector_conf, type),
};

static void check_connector(struct reader *r, const struct pt_yaml_node *node, const char *path,
			    const struct pt_connector_conf *conf)
{
	if (conf->type == PT_CONNECTOR_SIMULATED && !pt_yaml_get(node, "population"))
		complain(r, node->src, "%s: missing key 'population'", path);
	const char *type = pt_yaml_text(pt_yaml_get(node, "type"));

	if (type && strcmp(type, "salesforce") == 0) {
		if (!pt_yaml_get(node, "instance_url"))
			complain(r, node->src, "%s: missing key 'instance_url'", path);
		if (!pt_yaml_get(node, "auth"))
			complain(r, node->src, "%s: missing key 'auth'", path);
	}
	if (conf->poll_ms < 1)
		complain(r, node->src, "%s.poll: expected 1ms or more", path);
	if (conf->timeout_ms < PT_SECOND_MS || conf->timeout_ms > PT_HOUR_MS)
		complain(r, node->src, "%s.timeout: expected 1s to 1h", path);
	if (conf->in_flight < 1 || conf->in_flight > MOST_IN_FLIGHT)
		complain(r, node->src, "%s.in_flight: expected 1 to %d", path, MOST_IN_FLIGHT);
}

void read_connectors(struct reader *r, const struct pt_yaml_node *node)
{
	struct pt_suite *suite = r->suite;

	if (!expect(r, node, PT_YAML_MAP, "connectors"))
		return;
	suite->connector = keep_array(r, node->n, sizeof(*suite->connector));
	for (size_t i = 0; suite->connector && i < node->n; i++) {
		struct pt_connector_conf *conf = &suite->connector[suite->nconnector++];
		const char *path = path_join(r, "connectors", node->key[i]->text);

		*conf = (struct pt_connector_conf){.name = node->key[i]->text,
						   .src = node->key[i]->src,
						   .api_version = "62.0",
						   .poll_ms = 30 * PT_SECOND_MS,
						   .timeout_ms = 2 * PT_MINUTE_MS,
						   .in_flight = 8,
						   .bulk_above = 2000,
						   .api_floor_ppm = PT_RATIO_ONE / 10};
		keys_read(r, node->item[i], connector_keys, PT_ARRAY_LEN(connector_keys), path,
			  conf);
		check_connector(r, node->item[i], path, conf);
	}
}
