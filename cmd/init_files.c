/* See init_files.h. */
#include "cmd/init_files.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/zone.h"

int pt_init_refuse_existing(const char *path, struct pt_err *err)
{
	struct stat info;

	if (lstat(path, &info) < 0)
		return errno == ENOENT ? 0 : pt_err_io(err, errno, "cannot write '%s'", path);
	if (S_ISCHR(info.st_mode) || S_ISFIFO(info.st_mode))
		return 0;
	return pt_err_set(err, PT_E_USAGE,
			  "'%s' is there already and stays as it is: remove it, or write elsewhere "
			  "with -o FILE (-o - prints it)",
			  path);
}

static int resolve(struct pt_buf *out, const char *path, struct pt_err *err)
{
	char whole[PATH_MAX];

	if (!realpath(path, whole))
		return errno == ENOENT ? pt_err_set(err, PT_E_NOTFOUND, "no such folder '%s'", path)
				       : pt_err_io(err, errno, "cannot open '%s'", path);
	pt_buf_str(out, whole);
	return pt_buf_check(out, err);
}

/* "./a//b/" becomes "a/b"; "." becomes "". */
static void tidy(struct pt_buf *out, const char *path)
{
	if (path[0] == '/')
		pt_buf_char(out, '/');
	while (*path) {
		size_t n = strcspn(path, "/");

		if (n > 0 && !(n == 1 && path[0] == '.'))
			pt_buf_printf(out, "%s%.*s",
				      out->len && out->data[out->len - 1] != '/' ? "/" : "", (int)n,
				      path);
		path += n + (path[n] == '/');
	}
}

/* How much of both is the same folders: "/a/b/" of "/a/b/c" and "/a/b/d", or all of one. */
static size_t common(const char *a, const char *b)
{
	size_t last = 0;

	for (size_t i = 0;; i++) {
		bool a_ends = a[i] == '/' || !a[i], b_ends = b[i] == '/' || !b[i];

		if (a_ends && b_ends)
			last = i;
		if (a[i] != b[i] || !a[i])
			return last;
	}
}

/* From one folder to another, both resolved. */
static void walk(struct pt_buf *out, const char *from, const char *to)
{
	size_t same = common(from, to);

	for (const char *at = from + same; *at; at++) {
		if (*at == '/' && at[1])
			pt_buf_str(out, out->len ? "/.." : "..");
	}
	to += same;
	to += *to == '/';
	if (*to)
		pt_buf_printf(out, "%s%s", out->len ? "/" : "", to);
}

int pt_init_relative(struct pt_buf *out, const char *folder, const char *beside, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf home = PT_BUF_INIT, from = PT_BUF_INIT;
	PT_CLEANUP(pt_buf_release) struct pt_buf to = PT_BUF_INIT;
	const char *slash = strrchr(beside, '/');
	int rc;

	/* As it was said, where that is seen from the same place; links stay links. */
	if (!slash || folder[0] == '/') {
		tidy(out, folder);
		return pt_buf_check(out, err);
	}
	pt_buf_bytes(&home, beside, slash == beside ? 1 : (size_t)(slash - beside));
	rc = pt_buf_check(&home, err);
	if (rc == 0)
		rc = resolve(&from, pt_buf_text(&home), err);
	if (rc == 0)
		rc = resolve(&to, folder, err);
	if (rc < 0)
		return rc;
	walk(out, pt_buf_text(&from), pt_buf_text(&to));
	return pt_buf_check(out, err);
}

static bool says_nothing(const char *name)
{
	static const char *const names[] = {"",    ".",        "repos",        "repo",
					    "git", "packages", "repositories", "src"};

	for (size_t i = 0; i < PT_ARRAY_LEN(names); i++) {
		if (strcasecmp(name, names[i]) == 0)
			return true;
	}
	return false;
}

int pt_init_suite_name(struct pt_buf *out, const char *folder, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf path = PT_BUF_INIT;
	int rc = resolve(&path, folder, err);
	const char *text = pt_buf_text(&path);
	size_t end = path.len;

	for (int i = 0; rc == 0 && i < 2 && !out->len; i++) {
		size_t begin = end;
		char name[256];

		while (begin > 0 && text[begin - 1] != '/')
			begin--;
		snprintf(name, sizeof(name), "%.*s", (int)(end - begin), text + begin);
		if (!says_nothing(name))
			pt_buf_str(out, name);
		end = begin ? begin - 1 : 0;
	}
	if (rc == 0 && !out->len)
		pt_buf_str(out, "suite");
	return rc < 0 ? rc : pt_buf_check(out, err);
}

static bool is_zone(const char *name)
{
	PT_CLEANUP(pt_zone_freep) struct pt_zone *zone = NULL;

	return strchr(name, '/') && pt_zone_open(&zone, name, NULL) == 0;
}

void pt_init_timezone(struct pt_buf *out)
{
	const char *set = getenv("TZ"), *name = set;
	char link[PATH_MAX];
	ssize_t len = set ? -1 : readlink("/etc/localtime", link, sizeof(link) - 1);

	if (len > 0) {
		link[len] = '\0';
		name = strstr(link, "zoneinfo/");
		name = name ? name + strlen("zoneinfo/") : NULL;
	} else if (name && name[0] == ':') {
		name++;
	}
	bool known = name && is_zone(name) && strcmp(name, "Etc/UTC") != 0;

	pt_buf_str(out, known ? name : "UTC");
}
