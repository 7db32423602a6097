/* See tag_shape.h. */
#include "pipeline/draft/tag_shape.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "pipeline/draft/quote.h"

enum { VERSION_MAX_LEN = 40, PREFIX_MAX_LEN = 200 };

/* Said of what is not for customers, or not yet. */
static const char *const not_released[] = {
    "alpha",   "beta", "build",    "canary",  "candidate",  "ci",        "dev",     "draft",
    "feature", "next", "nightly",  "old",     "pilot",      "pre",       "preview", "rc",
    "revert",  "qa",   "snapshot", "staging", "test",       "tmp",       "uat",     "wip",
    "broken",  "bad",  "backup",   "archive", "prerelease", "unreleased"};

/* Said of releases, whatever they are of. */
static const char *const released[] = {"managed", "prod",     "production", "r",       "rel",
				       "release", "releases", "stable",     "tag",     "v",
				       "ver",     "version",  "versions",   "package", "packages"};

static bool is_one_of(const char *word, size_t len, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strlen(list[i]) == len && strncasecmp(list[i], word, len) == 0)
			return true;
	}
	return false;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The next run of letters; 0 when there is none. */
static size_t next_word(const char **at, const char *end)
{
	const char *word = *at, *stop;

	while (word < end && !is_letter(*word))
		word++;
	for (stop = word; stop < end && is_letter(*stop); stop++)
		;
	*at = word;
	return (size_t)(stop - word);
}

static bool is_pre_release(const char *prefix, size_t len)
{
	const char *at = prefix, *end = prefix + len;

	for (size_t n = next_word(&at, end); n > 0; n = next_word(&at, end)) {
		if (is_one_of(at, n, not_released, PT_ARRAY_LEN(not_released)))
			return true;
		at += n;
	}
	/* "1.2-3.4": what follows a version is no release of it. */
	for (size_t i = 1; i + 1 < len; i++) {
		if (prefix[i] == '.' && is_digit(prefix[i - 1]) && is_digit(prefix[i + 1]))
			return true;
	}
	return false;
}

/* "v7" is a release, "table7" is not. */
static bool ends_in_release_word(const char *prefix, size_t len)
{
	const char *at = prefix, *end = prefix + len;
	bool says = false;

	for (size_t n = next_word(&at, end); n > 0; n = next_word(&at, end)) {
		says = is_one_of(at, n, released, PT_ARRAY_LEN(released));
		at += n;
	}
	return says;
}

/* Where the numbers begin that a tag ends in; its length: it ends in none. */
static size_t version_at(const char *tag)
{
	size_t len = strlen(tag), at = len;

	while (at > 0 && (is_digit(tag[at - 1]) || (tag[at - 1] == '.' && at < len)))
		at--;
	/* "rel.1.2": the dot belongs to what comes before. */
	while (at < len && tag[at] == '.')
		at++;
	return at;
}

int pt_tag_prefix(struct pt_version *version_out, const char *tag)
{
	size_t at = version_at(tag), len = strlen(tag + at);
	bool lone = !strchr(tag + at, '.');

	if (len == 0 || len > VERSION_MAX_LEN || at > PREFIX_MAX_LEN || !pt_draft_is_utf8(tag) ||
	    pt_version_parse(version_out, tag + at, NULL) < 0 || is_pre_release(tag, at) ||
	    (lone && !ends_in_release_word(tag, at)))
		return -1;
	if (lone)
		version_out->npart = 1;
	return (int)at;
}

static struct pt_tag_shape *shape_of(struct pt_tag_shapes *shapes, struct pt_arena *arena,
				     size_t *cap, const char *tag, size_t len)
{
	for (size_t i = 0; i < shapes->n; i++) {
		const char *prefix = shapes->shape[i].prefix;

		if (strlen(prefix) == len && memcmp(prefix, tag, len) == 0)
			return &shapes->shape[i];
	}
	if (shapes->n == *cap) {
		size_t more = *cap ? 2 * *cap : 16;
		struct pt_tag_shape *grown = pt_arena_alloc(arena, more, sizeof(*grown));

		if (!grown)
			return NULL;
		if (shapes->n)
			memcpy(grown, shapes->shape, shapes->n * sizeof(*grown));
		shapes->shape = grown;
		*cap = more;
	}
	struct pt_tag_shape *shape = &shapes->shape[shapes->n];

	*shape = (struct pt_tag_shape){.least = 4, .newest_ms = INT64_MIN};
	shape->prefix = pt_arena_strndup(arena, tag, len);
	if (!shape->prefix)
		return NULL;
	shapes->n++;
	return shape;
}

static void count(struct pt_tag_shape *shape, const struct pt_release *tag,
		  const struct pt_version *version)
{
	shape->n++;
	if (version->npart < shape->least)
		shape->least = version->npart;
	if (version->npart > shape->most)
		shape->most = version->npart;
	if (!pt_version_known(&shape->highest) || pt_version_cmp(version, &shape->highest) > 0)
		shape->highest = *version;
	if (tag->time_ms >= shape->newest_ms) {
		shape->newest_ms = tag->time_ms;
		shape->newest = tag->tag;
		shape->oid = tag->oid;
	}
}

static int by_count(const void *a, const void *b)
{
	const struct pt_tag_shape *x = a, *y = b;

	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	if (x->newest_ms != y->newest_ms)
		return x->newest_ms > y->newest_ms ? -1 : 1;
	return strcmp(x->prefix, y->prefix);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* "v1.2" beside "v1.2.0" stands for the newest of 1.2, not for a release. */
static void find_floating(struct pt_tag_shapes *shapes, const char **names, size_t n)
{
	for (size_t i = 0; i < shapes->n; i++) {
		struct pt_tag_shape *shape = &shapes->shape[i];
		size_t len = strlen(shape->prefix);

		for (size_t k = 0; shape->most > shape->least && !shape->floating && k < n; k++) {
			char zero[PREFIX_MAX_LEN + VERSION_MAX_LEN + 3];
			struct pt_version version;
			const char *wanted = zero;

			if (strncmp(names[k], shape->prefix, len) != 0 ||
			    pt_tag_prefix(&version, names[k]) != (int)len ||
			    version.npart == shape->most)
				continue;
			snprintf(zero, sizeof(zero), "%s.0", names[k]);
			shape->floating =
			    bsearch(&wanted, names, n, sizeof(*names), by_name) != NULL;
		}
	}
}

int pt_tag_shapes(struct pt_tag_shapes *out, struct pt_arena *arena, const struct pt_release *tag,
		  size_t ntag, int64_t cut_ms, struct pt_err *err)
{
	enum { SHAPES_MAX = 2000 };
	struct pt_tag_shapes shapes = {.n = 0};
	const char **names = pt_arena_alloc(arena, ntag + 1, sizeof(*names));
	size_t n = 0, cap = 0;

	if (!names)
		return pt_err_nomem(err);
	for (size_t i = 0; i < ntag; i++) {
		struct pt_version version;
		int len = tag[i].time_ms > cut_ms ? -1 : pt_tag_prefix(&version, tag[i].tag);

		if (len < 0 || shapes.n == SHAPES_MAX) {
			shapes.nother++;
			continue;
		}
		struct pt_tag_shape *shape =
		    shape_of(&shapes, arena, &cap, tag[i].tag, (size_t)len);

		if (!shape)
			return pt_err_nomem(err);
		count(shape, &tag[i], &version);
		names[n++] = tag[i].tag;
	}
	if (n)
		qsort(names, n, sizeof(*names), by_name);
	find_floating(&shapes, names, n);
	for (size_t i = 0; i < shapes.n; i++) {
		struct pt_tag_shape *shape = &shapes.shape[i];

		shape->newest = pt_arena_strdup(arena, shape->newest);
		shape->oid = pt_arena_strdup(arena, shape->oid);
		if (!shape->newest || !shape->oid)
			return pt_err_nomem(err);
	}
	if (shapes.n)
		qsort(shapes.shape, shapes.n, sizeof(*shapes.shape), by_count);
	*out = shapes;
	return 0;
}

const char *pt_tag_subject(char buf[PT_TAG_SUBJECT], const char *prefix)
{
	size_t len = 0;

	while (*prefix) {
		size_t n = 0;

		while (isalnum((unsigned char)prefix[n]) || (prefix[n] & 0x80))
			n++;
		for (size_t i = 0; !is_one_of(prefix, n, released, PT_ARRAY_LEN(released)) &&
				   i < n && len + 1 < PT_TAG_SUBJECT;
		     i++)
			buf[len++] = (char)tolower((unsigned char)prefix[i]);
		prefix += n + (prefix[n] != '\0');
	}
	buf[len] = '\0';
	return buf;
}

static void append_escaped(struct pt_buf *out, const char *prefix)
{
	for (const char *at = prefix; *at; at++) {
		if (strchr("\\^$.|?*+()[]{}#", *at))
			pt_buf_char(out, '\\');
		pt_buf_char(out, *at);
	}
}

/* "\d+\.\d+(?:\.\d+)?": a hotfix may have a number more than any release so far. */
static void append_numbers(struct pt_buf *out, uint8_t least, uint8_t most)
{
	if (least == 1) {
		pt_buf_str(out, "\\d+(?:\\.\\d+)*");
		return;
	}
	if (least == 2 && most == 2)
		most = 3;
	pt_buf_str(out, "\\d+");
	for (uint8_t i = 1; i < most; i++)
		pt_buf_str(out, i < least ? "\\.\\d+" : "(?:\\.\\d+");
	for (uint8_t i = least; i < most; i++)
		pt_buf_str(out, ")?");
}

void pt_tag_pattern(struct pt_buf *out, const struct pt_tag_shape *shape,
		    const struct pt_tag_shape *also, const char *group)
{
	uint8_t least = shape->floating ? shape->most : shape->least, most = shape->most;

	pt_buf_char(out, '^');
	if (also) {
		pt_buf_str(out, "(?:");
		append_escaped(out, shape->prefix);
		pt_buf_char(out, '|');
		append_escaped(out, also->prefix);
		pt_buf_char(out, ')');
		if (also->least < least)
			least = also->least;
		if (also->most > most)
			most = also->most;
	} else {
		append_escaped(out, shape->prefix);
	}
	pt_buf_printf(out, "(?<%s>", group);
	append_numbers(out, least, most);
	pt_buf_str(out, ")$");
}
