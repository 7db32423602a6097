/* See git_cache.h. */
#include "connectors/manifest/git_cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/digest.h"
#include "connectors/manifest/git_run.h"

struct fetched {
	const char *address;
	struct fetched *next;
};

struct pt_manifest_cache {
	struct pt_buf folder;    /* ends in '/' */
	struct fetched *fetched; /* what need not be fetched again; lives in the arena */
	struct pt_arena arena;
};

/* Where the clone of one address lives, and the lock that is held meanwhile. */
struct place {
	struct pt_buf clone; /* <folder><digest>.git */
	struct pt_buf lock;  /* <folder><digest>.lock */
	int lock_fd;         /* -1: not held */
};

static int default_folder(struct pt_buf *out, struct pt_err *err)
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

	/* A relative one is to be ignored, says the standard that the variable is from. */
	if (cache && cache[0] == '/')
		pt_buf_printf(out, "%s/pushtrain/git", cache);
	else if (home && home[0] == '/')
		pt_buf_printf(out, "%s/.cache/pushtrain/git", home);
	else
		return pt_err_set(err, PT_E_INVALID,
				  "no place for clones: neither XDG_CACHE_HOME nor HOME is set");
	return pt_buf_check(out, err);
}

int pt_manifest_cache_new(struct pt_manifest_cache **out, const char *folder, struct pt_err *err)
{
	struct pt_manifest_cache *cache = calloc(1, sizeof(*cache));

	if (!cache)
		return pt_err_nomem(err);
	pt_buf_str(&cache->folder, folder ? folder : "");
	int rc = pt_buf_check(&cache->folder, err);

	if (rc < 0)
		pt_manifest_cache_free(cache);
	else
		*out = cache;
	return rc;
}

void pt_manifest_cache_free(struct pt_manifest_cache *cache)
{
	if (!cache)
		return;
	pt_buf_release(&cache->folder);
	pt_arena_release(&cache->arena);
	free(cache);
}

void pt_manifest_cache_freep(struct pt_manifest_cache **cache)
{
	pt_manifest_cache_free(*cache);
}

/* The folder and those above it, for nobody else to read. */
static int make_folders(char *path, struct pt_err *err)
{
	for (char *at = path + 1; *at; at++) {
		if (*at != '/')
			continue;
		*at = '\0';
		int failed = mkdir(path, 0700) < 0 && errno != EEXIST ? errno : 0;

		if (failed)
			(void)pt_err_io(err, failed, "cannot create the folder '%s'", path);
		*at = '/';
		if (failed)
			return -PT_E_IO;
	}
	return 0;
}

static int prepare_folder(struct pt_manifest_cache *cache, struct pt_err *err)
{
	struct pt_buf *folder = &cache->folder;
	int rc = folder->len ? 0 : default_folder(folder, err);

	if (rc == 0 && folder->data[folder->len - 1] != '/')
		pt_buf_char(folder, '/');
	if (rc == 0)
		rc = pt_buf_check(folder, err);
	return rc < 0 ? rc : make_folders(folder->data, err);
}

static bool is_fetched(const struct pt_manifest_cache *cache, const char *address)
{
	const struct fetched *entry = cache->fetched;

	while (entry && strcmp(entry->address, address) != 0)
		entry = entry->next;
	return entry != NULL;
}

static int note_fetched(struct pt_manifest_cache *cache, const char *address, struct pt_err *err)
{
	struct fetched *entry = pt_arena_alloc(&cache->arena, 1, sizeof(*entry));

	if (!entry)
		return pt_err_nomem(err);
	entry->address = pt_arena_strdup(&cache->arena, address);
	if (!entry->address)
		return pt_err_nomem(err);
	entry->next = cache->fetched;
	cache->fetched = entry;
	return 0;
}

static void place_release(struct place *place)
{
	if (place->lock_fd >= 0)
		close(place->lock_fd); /* which gives the lock back */
	pt_buf_release(&place->clone);
	pt_buf_release(&place->lock);
}

static int place_of(struct place *out, const struct pt_manifest_cache *cache,
		    const struct pt_url *url, struct pt_err *err)
{
	char digest[PT_DIGEST_TEXT];
	int rc = pt_digest(digest, url->address.data, url->address.len, err);

	if (rc < 0)
		return rc;
	pt_buf_printf(&out->clone, "%s%s.git", pt_buf_text(&cache->folder), digest);
	pt_buf_printf(&out->lock, "%s%s.lock", pt_buf_text(&cache->folder), digest);
	rc = pt_buf_check(&out->clone, err);
	return rc < 0 ? rc : pt_buf_check(&out->lock, err);
}

/* Waits until no other process fetches into that place. */
static int take_lock(struct place *place, struct pt_err *err)
{
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	const char *path = pt_buf_text(&place->lock);

	place->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (place->lock_fd < 0)
		return pt_err_io(err, errno, "cannot open '%s'", path);
	while (fcntl(place->lock_fd, F_SETLKW, &whole) < 0) {
		if (errno != EINTR)
			return pt_err_io(err, errno, "cannot lock '%s'", path);
	}
	return 0;
}

/* Deletes a folder and all in it; what cannot be deleted stays. `path` is borrowed meanwhile. */
static void remove_tree(struct pt_buf *path, unsigned depth)
{
	enum { DEPTH_MAX = 32 };
	DIR *folder = depth < DEPTH_MAX ? opendir(pt_buf_text(path)) : NULL;
	size_t len = path->len;

	for (const struct dirent *entry = folder ? readdir(folder) : NULL; entry;
	     entry = readdir(folder)) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		pt_buf_printf(path, "/%s", entry->d_name);
		/* Links are deleted and not followed. */
		if (!path->failed && unlink(path->data) < 0 && (errno == EISDIR || errno == EPERM))
			remove_tree(path, depth + 1);
		if (path->failed)
			break;
		path->len = len;
		path->data[len] = '\0';
	}
	if (folder)
		closedir(folder);
	if (!path->failed)
		(void)rmdir(path->data);
}

/* Clones of this address that were never finished; the lock is held, so nobody is at it. */
static void sweep(const struct pt_manifest_cache *cache, const struct place *place)
{
	enum { DIGEST_LEN = PT_DIGEST_TEXT - 1 };
	const char *digest = pt_buf_text(&place->clone) + cache->folder.len;
	DIR *folder = opendir(pt_buf_text(&cache->folder));

	for (const struct dirent *entry = folder ? readdir(folder) : NULL; entry;
	     entry = readdir(folder)) {
		PT_CLEANUP(pt_buf_release) struct pt_buf path = PT_BUF_INIT;

		if (strncmp(entry->d_name, digest, DIGEST_LEN) != 0 ||
		    strncmp(entry->d_name + DIGEST_LEN, ".new-", 5) != 0)
			continue;
		pt_buf_printf(&path, "%s%s", pt_buf_text(&cache->folder), entry->d_name);
		if (!path.failed)
			remove_tree(&path, 0);
	}
	if (folder)
		closedir(folder);
}

/* Into a folder of another name, which is renamed once it is whole. */
static int clone(const struct pt_manifest_cache *cache, const struct place *place,
		 const struct pt_url *url, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf fresh = PT_BUF_INIT;

	sweep(cache, place);
	pt_buf_bytes(&fresh, place->clone.data, place->clone.len - strlen(".git"));
	pt_buf_str(&fresh, ".new-XXXXXX");
	int rc = pt_buf_check(&fresh, err);

	if (rc < 0)
		return rc;
	if (!mkdtemp(fresh.data))
		return pt_err_io(err, errno, "cannot create a folder in '%s'",
				 pt_buf_text(&cache->folder));
	rc = pt_git_run_init(fresh.data, err);
	if (rc == 0)
		rc = pt_git_run_fetch(fresh.data, url, err);
	if (rc == 0 && rename(fresh.data, place->clone.data) < 0)
		rc = pt_err_io(err, errno, "cannot rename '%s'", fresh.data);
	if (rc < 0)
		remove_tree(&fresh, 0);
	return rc;
}

static int update(struct pt_manifest_cache *cache, const struct place *place,
		  const struct pt_url *url, struct pt_err *err)
{
	struct stat info;
	int rc;

	if (stat(place->clone.data, &info) == 0)
		rc = pt_git_run_fetch(place->clone.data, url, err);
	else
		rc = clone(cache, place, url, err);
	return rc < 0 ? rc : note_fetched(cache, pt_buf_text(&url->address), err);
}

int pt_git_cache_get(struct pt_buf *out, struct pt_manifest_cache *cache, const char *url,
		     struct pt_err *err)
{
	PT_CLEANUP(pt_url_release) struct pt_url parsed = PT_URL_INIT;
	PT_CLEANUP(place_release) struct place place = {.lock_fd = -1};
	int rc = pt_url_parse(&parsed, url, err);

	if (rc == 0)
		rc = prepare_folder(cache, err);
	if (rc == 0)
		rc = place_of(&place, cache, &parsed, err);
	if (rc == 0 && !is_fetched(cache, pt_buf_text(&parsed.address))) {
		rc = take_lock(&place, err);
		if (rc == 0)
			rc = update(cache, &place, &parsed, err);
		if (rc < 0)
			return pt_err_wrap(err, "'%s'", pt_buf_text(&parsed.address));
	}
	if (rc < 0)
		return rc;
	pt_buf_bytes(out, place.clone.data, place.clone.len);
	return pt_buf_check(out, err);
}
