/* See tags.h. */
#include "connectors/manifest/tags.h"

#include <stdlib.h>
#include <string.h>

#include "base/url.h"
#include "connectors/manifest/git_repo.h"
#include "connectors/manifest/git_run.h"

static const char prefix[] = "refs/tags/", peeled[] = "^{}";

enum {
	PREFIX_LEN = sizeof(prefix) - 1,
	PEELED_LEN = sizeof(peeled) - 1,
	OID_LEN = PT_OID_TEXT - 1
};

void pt_tags_release(struct pt_tags *tags)
{
	free(tags->tag);
	pt_arena_release(&tags->names);
	*tags = (struct pt_tags)PT_TAGS_INIT;
}

static int by_name(const void *a, const void *b)
{
	const struct pt_tag *x = a, *y = b;

	return strcmp(x->name, y->name);
}

const struct pt_tag *pt_tags_find(const struct pt_tags *tags, const char *name)
{
	const struct pt_tag key = {.name = name};

	return tags->n ? bsearch(&key, tags->tag, tags->n, sizeof(key), by_name) : NULL;
}

static int add(struct pt_tags *tags, const char *name, size_t len, const char *oid,
	       const char *commit, struct pt_err *err)
{
	if (tags->n == tags->cap) {
		size_t cap = tags->cap ? 2 * tags->cap : 64;
		struct pt_tag *grown = realloc(tags->tag, cap * sizeof(*grown));

		if (!grown)
			return pt_err_nomem(err);
		tags->tag = grown;
		tags->cap = cap;
	}
	struct pt_tag *tag = &tags->tag[tags->n];

	*tag = (struct pt_tag){.name = pt_arena_strndup(&tags->names, name, len)};
	if (!tag->name)
		return pt_err_nomem(err);
	memcpy(tag->oid, oid, OID_LEN);
	memcpy(tag->commit, commit, strnlen(commit, OID_LEN));
	tags->n++;
	return 0;
}

/* One part of a name between slashes. */
static bool is_part(const char *part, size_t len)
{
	static const char lock[] = ".lock";
	const size_t nlock = sizeof(lock) - 1;

	return len > 0 && part[0] != '.' && part[len - 1] != '.' &&
	       (len < nlock || memcmp(part + len - nlock, lock, nlock) != 0);
}

/* What git-check-ref-format takes: another side may say anything. */
static bool is_name(const char *name, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)name[i] <= ' ' || strchr("\x7f~^:?*[\\", name[i]) ||
		    strncmp(name + i, "..", 2) == 0 || strncmp(name + i, "@{", 2) == 0)
			return false;
	}
	for (size_t i = 0, n; i <= len; i += n + 1) {
		n = strcspn(name + i, "/");
		if (!is_part(name + i, n))
			return false;
	}
	return true;
}

static bool is_oid(const char *text, size_t len)
{
	return len > OID_LEN && strspn(text, "0123456789abcdef") == OID_LEN &&
	       text[OID_LEN] == '\t';
}

/* One line, whose end is a NUL; an annotated tag's commit stands on the line after its own. */
static int parse_line(struct pt_tags *out, const char *line, size_t len, struct pt_err *err)
{
	const char *ref = line + OID_LEN + 1, *name = ref + PREFIX_LEN;

	if (!is_oid(line, len) || strncmp(ref, prefix, PREFIX_LEN) != 0)
		return 0;
	size_t nname = strlen(name);
	struct pt_tag *last = out->n ? &out->tag[out->n - 1] : NULL;

	if (nname > PEELED_LEN && strcmp(name + nname - PEELED_LEN, peeled) == 0) {
		if (last && strlen(last->name) == nname - PEELED_LEN &&
		    memcmp(last->name, name, nname - PEELED_LEN) == 0)
			memcpy(last->commit, line, OID_LEN);
		return 0;
	}
	return is_name(name, nname) ? add(out, name, nname, line, line, err) : 0;
}

static void sort(struct pt_tags *tags)
{
	size_t n = 0;

	if (tags->n)
		qsort(tags->tag, tags->n, sizeof(*tags->tag), by_name);
	for (size_t i = 0; i < tags->n; i++) {
		if (n == 0 || strcmp(tags->tag[n - 1].name, tags->tag[i].name) != 0)
			tags->tag[n++] = tags->tag[i];
	}
	tags->n = n;
}

int pt_tags_parse(struct pt_tags *out, const char *text, size_t size_bytes, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf line = PT_BUF_INIT;
	const char *end = text + size_bytes;
	int rc = 0;

	while (rc == 0 && text < end) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));
		size_t len = (size_t)((stop ? stop : end) - text);

		pt_buf_clear(&line);
		pt_buf_bytes(&line, text, len);
		rc = pt_buf_check(&line, err);
		/* A NUL would hide what comes after it. */
		if (rc == 0 && strlen(pt_buf_text(&line)) == len)
			rc = parse_line(out, pt_buf_text(&line), len, err);
		text = stop ? stop + 1 : end;
	}
	sort(out);
	return rc;
}

static int ask(struct pt_tags *out, const char *git, int64_t limit_ms, struct pt_err *err)
{
	PT_CLEANUP(pt_url_release) struct pt_url url = PT_URL_INIT;
	PT_CLEANUP(pt_buf_release) struct pt_buf list = PT_BUF_INIT;
	int rc = pt_url_parse(&url, git, err);

	if (rc < 0)
		return rc;
	rc = pt_git_run_list_tags(&list, &url, limit_ms, err);
	if (rc < 0)
		return pt_err_wrap(err, "'%s'", pt_buf_text(&url.address));
	return pt_tags_parse(out, pt_buf_text(&list), list.len, err);
}

struct visit {
	struct pt_tags *tags;
	struct pt_git_repo *repo;
};

/* A tag whose object is missing is a tag all the same. */
static int visit_tag(void *user, const char *tag, const char *oid, struct pt_err *err)
{
	const struct visit *visit = user;
	char commit[PT_OID_TEXT] = "";
	struct pt_err why = PT_ERR_INIT;

	if (pt_git_repo_commit(commit, visit->repo, oid, &why) == -PT_E_NOMEM)
		return pt_err_nomem(err);
	return add(visit->tags, tag, strlen(tag), oid, commit, err);
}

int pt_tags_list(struct pt_tags *out, const char *git, int64_t limit_ms, struct pt_err *err)
{
	PT_CLEANUP(pt_git_repo_freep) struct pt_git_repo *repo = NULL;
	int rc;

	if (pt_url_is(git))
		return ask(out, git, limit_ms, err);
	rc = pt_git_repo_open(&repo, git, NULL, err);
	if (rc == 0) {
		struct visit visit = {out, repo};

		rc = pt_git_repo_tags(repo, visit_tag, &visit, err);
	}
	sort(out);
	return rc;
}
