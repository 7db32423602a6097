/* See file.h. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_LINKS = 40 };

/* What was appended by a read that failed goes away again. */
static void cut(struct pt_buf *buf, size_t len)
{
	if (buf->data)
		buf->data[len] = '\0';
	buf->len = len;
}

static int read_all(struct pt_buf *out, int fd, const char *path, size_t max_bytes,
		    struct pt_err *err)
{
	size_t start = out->len;

	for (;;) {
		char *to = pt_buf_reserve(out, 65536);

		if (!to)
			return pt_err_nomem(err);
		ssize_t got = read(fd, to, 65536);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return pt_err_io(err, errno, "cannot read '%s'", path);
		if (got == 0)
			break;
		out->len += (size_t)got;
		out->data[out->len] = '\0';
		if (out->len - start > max_bytes)
			return pt_err_set(err, PT_E_LIMIT, "'%s' is larger than %zu bytes", path,
					  max_bytes);
	}
	return 0;
}

int pt_file_read(struct pt_buf *out, const char *path, size_t max_bytes, struct pt_err *err)
{
	struct stat info;
	size_t start = out->len;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return pt_err_set(err, PT_E_NOTFOUND, "no such file '%s'", path);
	if (fd < 0)
		return pt_err_io(err, errno, "cannot open '%s'", path);
	int rc = 0;

	if (fstat(fd, &info) < 0)
		rc = pt_err_io(err, errno, "cannot read '%s'", path);
	else if (S_ISDIR(info.st_mode))
		rc = pt_err_set(err, PT_E_INVALID, "'%s' is a folder, expected a file", path);
	else
		rc = read_all(out, fd, path, max_bytes, err);
	close(fd);
	if (rc < 0)
		cut(out, start);
	return rc;
}

static int write_all(int fd, const char *data, size_t size_bytes)
{
	while (size_bytes) {
		ssize_t put = write(fd, data, size_bytes);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return -1;
		data += put;
		size_bytes -= (size_t)put;
	}
	return 0;
}

/* A device or a pipe is written to: a file in its place would be the end of it. */
static int write_into(const char *path, const char *data, size_t size_bytes, struct pt_err *err)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int rc = 0;

	if (fd < 0)
		return pt_err_io(err, errno, "cannot open '%s'", path);
	if (write_all(fd, data, size_bytes) < 0)
		rc = pt_err_io(err, errno, "cannot write '%s'", path);
	if (close(fd) < 0 && rc == 0)
		rc = pt_err_io(err, errno, "cannot write '%s'", path);
	return rc;
}

static int write_beside(const char *path, const char *data, size_t size_bytes, struct pt_err *err)
{
	struct pt_buf fresh = PT_BUF_INIT;
	int rc = 0, fd = -1;

	pt_buf_printf(&fresh, "%s.XXXXXX", path);
	if (pt_buf_check(&fresh, err) < 0) {
		rc = -PT_E_NOMEM;
		goto out;
	}
	fd = mkstemp(fresh.data);
	if (fd < 0) {
		rc = pt_err_io(err, errno, "cannot create a file beside '%s'", path);
		goto out;
	}
	if (fchmod(fd, 0644) < 0 || write_all(fd, data, size_bytes) < 0 || fsync(fd) < 0)
		rc = pt_err_io(err, errno, "cannot write '%s'", path);
	if (close(fd) < 0 && rc == 0)
		rc = pt_err_io(err, errno, "cannot write '%s'", path);
	if (rc == 0 && rename(fresh.data, path) < 0)
		rc = pt_err_io(err, errno, "cannot replace '%s'", path);
	if (rc < 0)
		unlink(fresh.data);
out:
	pt_buf_release(&fresh);
	return rc;
}

/* What the path leads to in the end, there or not; NULL without memory. To be freed. */
static char *follow_links(const char *path)
{
	char *at = strdup(path);

	for (int nlink = 0; at && nlink < MOST_LINKS; nlink++) {
		char target[4096];
		ssize_t len = readlink(at, target, sizeof(target) - 1);

		if (len < 0)
			break;
		target[len] = '\0';
		char *next = pt_file_beside(at, target);

		free(at);
		at = next;
	}
	return at;
}

int pt_file_replace(const char *path, const char *data, size_t size_bytes, struct pt_err *err)
{
	struct stat info;

	if (stat(path, &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode))
		return write_into(path, data, size_bytes, err);
	char *file = follow_links(path);
	int rc = file ? write_beside(file, data, size_bytes, err) : pt_err_nomem(err);

	free(file);
	return rc;
}

char *pt_file_beside(const char *beside, const char *path)
{
	struct pt_buf whole = PT_BUF_INIT;
	const char *slash = strrchr(beside, '/');

	if (path[0] != '/' && slash)
		pt_buf_bytes(&whole, beside, (size_t)(slash - beside) + 1);
	pt_buf_str(&whole, path);
	return pt_buf_take(&whole);
}
