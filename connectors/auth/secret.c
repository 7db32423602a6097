/* See secret.h. */
#include "connectors/auth/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json_load.h"
#include "connectors/command/command.h"

enum {
	SECRET_MAX = 64 * 1024,
	OUTPUT_MAX = 1 << 20,
	COMMAND_LIMIT_MS = 60000,
	PATH_TEXT = 256,
};

void pt_secret_wipe(struct pt_buf *secret)
{
	if (secret->data)
		OPENSSL_cleanse(secret->data, secret->cap);
	pt_buf_release(secret);
}

/* All room at once: a buffer that grows leaves copies behind. */
static int make_room(struct pt_buf *out, struct pt_err *err)
{
	pt_secret_wipe(out);
	return pt_buf_reserve(out, OUTPUT_MAX + 1) ? 0 : pt_err_nomem(err);
}

static int from_environment(struct pt_buf *out, const char *name, struct pt_err *err)
{
	const char *value = getenv(name);

	if (!value || !value[0])
		return pt_err_set(err, PT_E_NOTFOUND, "the environment variable %s is not set",
				  name);
	pt_buf_str(out, value);
	return 0;
}

static int check_file(int fd, const char *path, struct pt_err *err)
{
	struct stat info;

	if (fstat(fd, &info) != 0)
		return pt_err_io(err, errno, "cannot read '%s'", path);
	if (!S_ISREG(info.st_mode))
		return pt_err_set(err, PT_E_REFUSED, "'%s' is not a regular file", path);
	if (info.st_uid != geteuid() && info.st_uid != 0)
		return pt_err_set(err, PT_E_REFUSED, "'%s' belongs to another user", path);
	if (info.st_mode & 077)
		return pt_err_set(err, PT_E_REFUSED,
				  "'%s' can be read by others, expected mode 0600", path);
	if (info.st_size > SECRET_MAX)
		return pt_err_set(err, PT_E_LIMIT, "'%s' is larger than a secret is", path);
	return 0;
}

static int from_file(struct pt_buf *out, const char *path, struct pt_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), rc;
	ssize_t n = 1;

	if (fd < 0)
		return pt_err_io(err, errno, "cannot read '%s'", path);
	rc = check_file(fd, path, err);
	while (rc == 0 && n > 0) {
		n = read(fd, out->data + out->len, SECRET_MAX - out->len);
		if (n < 0)
			rc = pt_err_io(err, errno, "cannot read '%s'", path);
		else
			out->len += (size_t)n;
	}
	out->data[out->len] = '\0';
	(void)close(fd);
	return rc;
}

/* "result.accessToken", "result.0.token" */
static const json_t *follow(const json_t *value, const char *path)
{
	char name[PATH_TEXT];

	while (value && *path) {
		size_t len = strcspn(path, ".");

		snprintf(name, sizeof(name), "%.*s", (int)len, path);
		value = json_is_array(value) ? json_array_get(value, strtoul(name, NULL, 10))
					     : json_object_get(value, name);
		path += len + (path[len] == '.');
	}
	return value;
}

static int take_part(struct pt_buf *out, const char *path, struct pt_err *err)
{
	json_t *root = NULL;
	int rc = pt_json_load(&root, out->data, out->len, 0, NULL);
	const char *text = json_string_value(follow(root, path));

	if (rc == -PT_E_NOMEM)
		rc = pt_err_nomem(err);
	else if (rc < 0)
		rc = pt_err_set(err, PT_E_INVALID, "what the command printed is not JSON");
	else if (!text)
		rc = pt_err_set(err, PT_E_INVALID, "what the command printed has no text at '%s'",
				path);
	OPENSSL_cleanse(out->data, out->cap);
	out->len = 0;
	if (rc == 0)
		pt_buf_str(out, text);
	json_decref(root);
	return rc;
}

static int from_command(struct pt_buf *out, const struct pt_secret_conf *conf, struct pt_err *err)
{
	int rc = pt_command_run(out, conf->text, COMMAND_LIMIT_MS, OUTPUT_MAX, err);

	return rc == 0 && conf->json ? take_part(out, conf->json, err) : rc;
}

static int check(struct pt_buf *out, bool lines, struct pt_err *err)
{
	while (out->len > 0 && (out->data[out->len - 1] == '\n' || out->data[out->len - 1] == '\r'))
		out->data[--out->len] = '\0';
	if (out->len == 0)
		return pt_err_set(err, PT_E_INVALID, "it is empty");
	for (size_t i = 0; i < out->len; i++) {
		unsigned char c = (unsigned char)out->data[i];

		if (c == '\0' || c == 0x7f || (c < ' ' && !(lines && (c == '\n' || c == '\r'))))
			return pt_err_set(err, PT_E_INVALID, "it has control characters in it");
	}
	if (strncmp(out->data, "[REDACTED]", 10) == 0)
		return pt_err_set(err, PT_E_INVALID,
				  "the program that was asked keeps it to itself; of the "
				  "Salesforce CLI ask 'sf org auth show-access-token --json'");
	return 0;
}

int pt_secret_read(struct pt_buf *out, const struct pt_secret_conf *conf, bool lines,
		   struct pt_err *err)
{
	int rc = make_room(out, err);

	if (rc < 0)
		return rc;
	switch (conf->from) {
	case PT_SECRET_ENV:
		rc = from_environment(out, conf->text, err);
		break;
	case PT_SECRET_FILE:
		rc = from_file(out, conf->text, err);
		break;
	case PT_SECRET_COMMAND:
		rc = from_command(out, conf, err);
		break;
	case PT_SECRET_NONE:
		rc = pt_err_set(err, PT_E_INVALID, "nothing says where it is");
		break;
	}
	if (rc == 0)
		rc = check(out, lines, err);
	if (rc < 0)
		pt_secret_wipe(out);
	return rc;
}
