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

struct pt_file_fresh {
	char *path;  /* where it goes */
	char *fresh; /* where it is until then; NULL: it is written to as it is */
	int fd;
};

/* A device or a pipe is written to: a file in its place would be the end of it. */
static bool is_written_into(const char *path)
{
	struct stat info;

	return stat(path, &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode);
}

static int open_into(struct pt_file_fresh *file, struct pt_err *err)
{
	file->fd = open(file->path, O_WRONLY | O_CLOEXEC);
	return file->fd < 0 ? pt_err_io(err, errno, "cannot open '%s'", file->path) : 0;
}

static int open_beside(struct pt_file_fresh *file, struct pt_err *err)
{
	struct pt_buf fresh = PT_BUF_INIT;
	char *behind = follow_links(file->path);

	if (!behind)
		return pt_err_nomem(err);
	free(file->path);
	file->path = behind;
	pt_buf_printf(&fresh, "%s.XXXXXX", file->path);
	if (pt_buf_check(&fresh, err) < 0) {
		pt_buf_release(&fresh);
		return -PT_E_NOMEM;
	}
	file->fd = mkstemp(fresh.data);
	if (file->fd < 0) {
		pt_buf_release(&fresh);
		return pt_err_io(err, errno, "cannot create a file beside '%s'", file->path);
	}
	file->fresh = pt_buf_take(&fresh);
	if (fchmod(file->fd, 0644) < 0)
		return pt_err_io(err, errno, "cannot write '%s'", file->path);
	return 0;
}

int pt_file_begin(struct pt_file_fresh **out, const char *path, struct pt_err *err)
{
	struct pt_file_fresh *file = calloc(1, sizeof(*file));
	int rc;

	if (!file)
		return pt_err_nomem(err);
	file->fd = -1;
	file->path = strdup(path);
	if (!file->path)
		rc = pt_err_nomem(err);
	else
		rc = is_written_into(path) ? open_into(file, err) : open_beside(file, err);
	if (rc < 0)
		pt_file_drop(file);
	else
		*out = file;
	return rc;
}

int pt_file_put(struct pt_file_fresh *file, const char *data, size_t size_bytes, struct pt_err *err)
{
	if (write_all(file->fd, data, size_bytes) < 0)
		return pt_err_io(err, errno, "cannot write '%s'", file->path);
	return 0;
}

int pt_file_end(struct pt_file_fresh *file, struct pt_err *err)
{
	int rc = 0;

	if (file->fresh && fsync(file->fd) < 0)
		rc = pt_err_io(err, errno, "cannot write '%s'", file->path);
	if (close(file->fd) < 0 && rc == 0)
		rc = pt_err_io(err, errno, "cannot write '%s'", file->path);
	file->fd = -1;
	if (rc == 0 && file->fresh && rename(file->fresh, file->path) < 0)
		rc = pt_err_io(err, errno, "cannot replace '%s'", file->path);
	if (rc == 0) {
		free(file->fresh);
		file->fresh = NULL;
	}
	pt_file_drop(file);
	return rc;
}

void pt_file_drop(struct pt_file_fresh *file)
{
	if (!file)
		return;
	if (file->fd >= 0)
		close(file->fd);
	if (file->fresh)
		unlink(file->fresh);
	free(file->fresh);
	free(file->path);
	free(file);
}

int pt_file_replace(const char *path, const char *data, size_t size_bytes, struct pt_err *err)
{
	struct pt_file_fresh *file = NULL;
	int rc = pt_file_begin(&file, path, err);

	if (rc < 0)
		return rc;
	rc = pt_file_put(file, data, size_bytes, err);
	if (rc == 0)
		return pt_file_end(file, err);
	pt_file_drop(file);
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
