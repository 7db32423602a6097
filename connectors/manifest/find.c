/* See find.h. */
#include "connectors/manifest/find.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"

enum { WARNINGS_MAX = 50 };

/* A folder that is still to be searched, and one that was. */
struct place {
	const char *path; /* below the top; "" is the top */
	unsigned depth;
};

struct seen {
	dev_t dev;
	ino_t ino;
};

struct search {
	struct pt_found *found;
	struct pt_arena *arena;
	const char *folder;
	struct place *queue; /* breadth first: what is near comes before what is far */
	size_t nqueue, next;
	struct seen *seen; /* by inode; an open table, 0: free */
	size_t cap;
	bool full, nomem;
};

static int add_warning(struct search *s, const char *text, const char *path, struct pt_err *err)
{
	struct pt_found *found = s->found;

	if (found->nwarning == WARNINGS_MAX)
		return 0;
	char *line = pt_arena_printf(s->arena, "'%s': %s", path[0] ? path : ".", text);

	if (!line)
		return pt_err_nomem(err);
	found->warning[found->nwarning++] = line;
	return 0;
}

/* The path as seen from the working folder. */
static int whole_path(struct pt_buf *out, const struct search *s, const char *path,
		      const char *name, struct pt_err *err)
{
	pt_buf_printf(out, "%s%s%s%s%s", s->folder, path[0] ? "/" : "", path, name[0] ? "/" : "",
		      name);
	return pt_buf_check(out, err);
}

static bool is_there(struct search *s, const char *path, const char *name, bool folder)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf whole = PT_BUF_INIT;
	struct stat info;

	if (whole_path(&whole, s, path, name, NULL) < 0) {
		s->nomem = true;
		return false;
	}
	if (stat(pt_buf_text(&whole), &info) < 0)
		return false;
	return !folder || S_ISDIR(info.st_mode);
}

static bool is_repo(struct search *s, const char *path)
{
	if (is_there(s, path, ".git", false))
		return true;
	return is_there(s, path, "HEAD", false) && is_there(s, path, "objects", true) &&
	       is_there(s, path, "refs", true);
}

/* True for a folder that was searched before, by this path or by another. */
static bool was_seen(struct search *s, const struct stat *info)
{
	size_t at = ((size_t)info->st_ino * 2654435761U + (size_t)info->st_dev) % s->cap;

	for (; s->seen[at].ino; at = (at + 1) % s->cap) {
		if (s->seen[at].ino == info->st_ino && s->seen[at].dev == info->st_dev)
			return true;
	}
	s->seen[at] = (struct seen){info->st_dev, info->st_ino};
	return false;
}

static int add_repo(struct search *s, const char *path, struct pt_err *err)
{
	struct pt_found *found = s->found;

	if (found->nrepo == PT_FIND_REPOS)
		return add_warning(s, "more repositories than are taken, it is left out", path,
				   err);
	found->repo[found->nrepo++].path = path[0] ? path : ".";
	return 0;
}

static int enqueue(struct search *s, const struct place *above, const char *name,
		   struct pt_err *err)
{
	const char *path = above->path[0] ? pt_arena_printf(s->arena, "%s/%s", above->path, name)
					  : pt_arena_strdup(s->arena, name);

	if (!path)
		return pt_err_nomem(err);
	s->queue[s->nqueue++] = (struct place){path, above->depth + 1};
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool is_passed_over(const char *name)
{
	return name[0] == '.' || strcmp(name, "node_modules") == 0;
}

/* The names in a folder in their order, so that what is found does not depend on the disk. */
static int list(char ***out, size_t *n_out, DIR *folder, struct pt_err *err)
{
	size_t n = 0, cap = 0;
	char **names = NULL;

	for (const struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
		if (is_passed_over(entry->d_name))
			continue;
		if (n == cap) {
			cap = cap ? 2 * cap : 64;
			char **grown = realloc(names, cap * sizeof(*names));

			if (!grown)
				goto nomem;
			names = grown;
		}
		if (!(names[n] = strdup(entry->d_name)))
			goto nomem;
		n++;
	}
	if (n)
		qsort(names, n, sizeof(*names), by_name);
	*out = names;
	*n_out = n;
	return 0;
nomem:
	while (n > 0)
		free(names[--n]);
	free(names);
	return pt_err_nomem(err);
}

/* Puts the folders in it at the end of the queue. */
static int search_names(struct search *s, const struct place *place, DIR *folder,
			struct pt_err *err)
{
	char **names = NULL;
	size_t n = 0;
	int rc = list(&names, &n, folder, err);

	for (size_t i = 0; i < n; i++) {
		if (rc == 0 && s->nqueue == PT_FIND_FOLDERS) {
			if (!s->full)
				rc = add_warning(s, "too many folders, what comes is not searched",
						 place->path, err);
			s->full = true;
		} else if (rc == 0 && is_there(s, place->path, names[i], false)) {
			PT_CLEANUP(pt_buf_release) struct pt_buf whole = PT_BUF_INIT;
			struct stat info;

			rc = whole_path(&whole, s, place->path, names[i], err);
			if (rc == 0 && stat(pt_buf_text(&whole), &info) == 0 &&
			    S_ISDIR(info.st_mode) && !was_seen(s, &info))
				rc = enqueue(s, place, names[i], err);
		}
		free(names[i]);
	}
	free(names);
	return rc;
}

static int search_folder(struct search *s, const struct place *place, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf whole = PT_BUF_INIT;
	int rc = 0;

	s->found->nfolder++;
	if (is_repo(s, place->path)) {
		rc = add_repo(s, place->path, err);
		if (rc < 0 || place->path[0])
			return rc;
	}
	if (place->depth == PT_FIND_DEPTH)
		return 0;
	rc = whole_path(&whole, s, place->path, "", err);
	if (rc < 0)
		return rc;
	DIR *folder = opendir(pt_buf_text(&whole));

	if (!folder && place->path[0])
		return add_warning(s, strerror(errno), place->path, err);
	if (!folder)
		return pt_err_io(err, errno, "cannot open the folder '%s'", s->folder);
	rc = search_names(s, place, folder, err);
	closedir(folder);
	return rc;
}

static int by_path(const void *a, const void *b)
{
	const struct pt_found_repo *x = a, *y = b;

	return strcmp(x->path, y->path);
}

static int check_folder(const char *folder, struct stat *info, struct pt_err *err)
{
	if (stat(folder, info) < 0 && (errno == ENOENT || errno == ENOTDIR))
		return pt_err_set(err, PT_E_NOTFOUND, "no such folder '%s'", folder);
	if (stat(folder, info) < 0)
		return pt_err_io(err, errno, "cannot open '%s'", folder);
	if (!S_ISDIR(info->st_mode))
		return pt_err_set(err, PT_E_INVALID, "'%s' is a file, expected a folder", folder);
	return 0;
}

int pt_find_repos(struct pt_found *out, struct pt_arena *arena, const char *folder,
		  struct pt_err *err)
{
	struct pt_found found = {.repo = NULL};
	struct search s = {.found = &found, .arena = arena, .folder = folder};
	struct stat info;
	int rc = check_folder(folder, &info, err);

	if (rc < 0)
		return rc;
	s.cap = (size_t)2 * PT_FIND_FOLDERS;
	s.seen = pt_arena_alloc(arena, s.cap, sizeof(*s.seen));
	s.queue = pt_arena_alloc(arena, PT_FIND_FOLDERS, sizeof(*s.queue));
	found.repo = pt_arena_alloc(arena, PT_FIND_REPOS, sizeof(*found.repo));
	found.warning = pt_arena_alloc(arena, WARNINGS_MAX, sizeof(*found.warning));
	if (!s.seen || !s.queue || !found.repo || !found.warning)
		return pt_err_nomem(err);
	(void)was_seen(&s, &info);
	s.queue[s.nqueue++] = (struct place){"", 0};
	for (; rc == 0 && s.next < s.nqueue; s.next++)
		rc = search_folder(&s, &s.queue[s.next], err);
	if (rc == 0 && s.nomem)
		rc = pt_err_nomem(err);
	if (rc < 0)
		return rc;
	if (found.nrepo)
		qsort(found.repo, found.nrepo, sizeof(*found.repo), by_path);
	*out = found;
	return 0;
}
