/* See snapshot.h. Here: reading the file, row by row, and believing none of it. */
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/file.h"
#include "base/instant.h"
#include "config/suite.h"
#include "connectors/push/snapshot.h"
#include "connectors/push/snapshot_words.h"

enum { SIZE_MAX_BYTES = 512 << 20, LENGTH_MAX_DAYS = 30, CELL_TEXT = 12 };

const char *const pt_snapshot_length_word[] = {
    [PT_SNAPSHOT_START] = "start",
    [PT_SNAPSHOT_JOB] = "job",
    [PT_SNAPSHOT_DURATION] = "duration",
    [PT_SNAPSHOT_NOT_YET] = "not_yet",
};

const char *const pt_snapshot_status_word[] = {"Active", "Demo", "Free", "Inactive", "Trial"};

/* What is being read; arrays grow and are moved into the arena of the snapshot at the end. */
struct draft {
	struct pt_snapshot *s;
	struct pt_csv csv;
	const char *path;
	struct pt_buf orgs, cells, packages, versions; /* versions: of the package read last */
	bool ended;
	struct pt_err *err;
};

static int wrong(struct draft *d, const char *expected)
{
	struct pt_src src = {.file = d->path, .line = d->csv.row};

	return pt_err_at(d->err, PT_E_INVALID, src, "expected %s", expected);
}

static const char *field(const struct draft *d, size_t i)
{
	return pt_csv_field(&d->csv, i);
}

static bool number_of(uint64_t *out, const char *text, uint64_t most)
{
	uint64_t n = 0;
	const char *c = text;

	for (; *c >= '0' && *c <= '9' && c - text < 18; c++)
		n = n * 10 + (uint64_t)(*c - '0');
	*out = n;
	return c != text && *c == '\0' && n <= most;
}

/* A name as suites have them: it is printed, and must not be able to do more. */
static bool is_name(const char *text)
{
	size_t n = 0;

	for (; text[n]; n++) {
		if ((unsigned char)text[n] < ' ' || text[n] == 0x7f)
			return false;
	}
	return n > 0 && n <= 200;
}

static int read_suite(struct draft *d)
{
	if (!is_name(field(d, 1)))
		return wrong(d, "suite,NAME");
	d->s->suite = pt_arena_strdup(&d->s->arena, field(d, 1));
	return d->s->suite ? 0 : pt_err_nomem(d->err);
}

static int read_taken(struct draft *d)
{
	struct pt_civil civil;
	enum pt_civil_form form;
	int64_t offset_ms;

	if (pt_civil_parse(&civil, &form, &offset_ms, field(d, 1), NULL) < 0 ||
	    form != PT_CIVIL_OFFSET)
		return wrong(d, "taken,TIME such as 2026-12-01T18:00:00Z");
	d->s->taken_ms = pt_civil_to_ms(&civil) - offset_ms;
	return 0;
}

static int read_keys(struct draft *d)
{
	const char *how = field(d, 1), *fingerprint = field(d, 2);

	d->s->hashed = strcmp(how, "hashed") == 0;
	if (!d->s->hashed && strcmp(how, "plain") == 0)
		return 0;
	if (!d->s->hashed || strspn(fingerprint, "0123456789abcdef") != 16 || fingerprint[16])
		return wrong(d, "keys,plain or keys,hashed,FINGERPRINT of 16 hexadecimal digits");
	memcpy(d->s->fingerprint, fingerprint, sizeof(d->s->fingerprint));
	return 0;
}

static int read_delay(struct draft *d)
{
	const uint64_t most = (uint64_t)(LENGTH_MAX_DAYS * PT_DAY_MS);
	struct pt_snapshot_delay delay;
	uint64_t typical, max;
	size_t i = 0;

	while (i < PT_SNAPSHOT_NLENGTH && strcmp(pt_snapshot_length_word[i], field(d, 1)) != 0)
		i++;
	if (i == PT_SNAPSHOT_NLENGTH || !number_of(&delay.n, field(d, 2), UINT64_MAX) ||
	    !number_of(&typical, field(d, 3), most) || !number_of(&max, field(d, 4), most) ||
	    typical > max)
		return wrong(d, "delay, one of start, job, duration and not_yet, how many were "
				"measured, and two times in milliseconds, the second not below "
				"the first, at most 30 days");
	delay.typical_ms = (int64_t)typical;
	delay.max_ms = (int64_t)max;
	d->s->delay[i] = delay;
	return 0;
}

static struct pt_snapshot_package *last_package(struct draft *d)
{
	size_t n = d->packages.len / sizeof(struct pt_snapshot_package);

	return n ? (struct pt_snapshot_package *)(void *)d->packages.data + n - 1 : NULL;
}

/* The versions that were read are those of the package before. */
static int close_package(struct draft *d)
{
	struct pt_snapshot_package *package = last_package(d);
	size_t n = d->versions.len / sizeof(struct pt_snapshot_version);

	if (d->versions.failed)
		return pt_err_nomem(d->err);
	if (!package)
		return 0;
	package->version = pt_arena_alloc(&d->s->arena, n + 1, sizeof(*package->version));
	if (!package->version)
		return pt_err_nomem(d->err);
	if (n > 0)
		memcpy(package->version, d->versions.data, d->versions.len);
	package->nversion = n;
	pt_buf_clear(&d->versions);
	return 0;
}

static int read_counts(struct draft *d, struct pt_snapshot_pushes *out)
{
	uint64_t *const to[] = {&out->jobs,      &out->transient, &out->stuck,  &out->orgs,
				&out->permanent, &out->places,    &out->not_yet};

	for (size_t i = 0; i < PT_ARRAY_LEN(to); i++) {
		if (!number_of(to[i], field(d, 2 + i), UINT64_MAX))
			return wrong(d, "package,NAME and seven counts");
	}
	if (out->transient + out->stuck > out->jobs || out->permanent > out->orgs ||
	    out->not_yet > out->places)
		return wrong(d, "counts of a package of which none is larger than what it is of");
	return 0;
}

static int read_package(struct draft *d)
{
	struct pt_snapshot_package package = {.name = field(d, 1)};
	int rc = d->orgs.len ? wrong(d, "packages before orgs") : close_package(d);

	for (size_t i = 0; rc == 0 && i < d->s->npackage; i++) {
		const struct pt_snapshot_package *other =
		    (const struct pt_snapshot_package *)(const void *)d->packages.data + i;

		if (strcmp(other->name, package.name) == 0)
			return wrong(d, "each package once");
	}
	if (rc == 0 && (!is_name(package.name) || d->s->npackage == PT_SNAPSHOT_PACKAGES_MAX))
		rc = wrong(d, "the name of a package, of at most 256");
	if (rc == 0)
		rc = read_counts(d, &package.pushes);
	if (rc < 0)
		return rc;
	package.name = pt_arena_strdup(&d->s->arena, package.name);
	if (!package.name)
		return pt_err_nomem(d->err);
	pt_buf_bytes(&d->packages, &package, sizeof(package));
	d->s->npackage++;
	return pt_buf_check(&d->packages, d->err);
}

static int read_version(struct draft *d)
{
	struct pt_snapshot_version version = {.released = strcmp(field(d, 2), "released") == 0};
	const struct pt_snapshot_version *other = (const void *)d->versions.data;
	size_t n = d->versions.len / sizeof(version);

	if (!last_package(d) || d->orgs.len)
		return wrong(d, "versions after the package that they are of, before orgs");
	if (pt_version_parse(&version.version, field(d, 1), NULL) < 0 ||
	    version.version.npart != 4 || n == PT_SNAPSHOT_VERSIONS_MAX ||
	    (!version.released && strcmp(field(d, 2), "beta") != 0))
		return wrong(d, "version, four numbers such as 3.223.0.2, and released or beta; at "
				"most 4096 of a package");
	for (size_t i = 0; i < n; i++) {
		if (pt_version_cmp(&other[i].version, &version.version) == 0)
			return wrong(d, "each version of a package once");
	}
	pt_buf_bytes(&d->versions, &version, sizeof(version));
	return pt_buf_check(&d->versions, d->err);
}

/* "12", "12b", "12ub" or "-"; */
static bool read_cell(struct pt_snapshot_cell *out, const char **at,
		      const struct pt_snapshot_package *package)
{
	size_t len = strcspn(*at, " "), digits = strspn(*at, "0123456789");
	char text[CELL_TEXT];
	uint64_t version;

	*out = (struct pt_snapshot_cell){.version = PT_SNAPSHOT_NOTHING};
	if (len == 1 && **at == '-') {
		*at += 1;
		return true;
	}
	if (digits == 0 || digits > len || len >= sizeof(text))
		return false;
	memcpy(text, *at, digits);
	text[digits] = '\0';
	*at += digits;
	if (!number_of(&version, text, PT_SNAPSHOT_VERSIONS_MAX) || version >= package->nversion)
		return false;
	out->version = (uint16_t)version;
	out->uninstalled = **at == 'u';
	*at += out->uninstalled;
	out->blocked = **at == 'b';
	*at += out->blocked;
	return **at == ' ' || **at == '\0';
}

static int read_cells(struct draft *d)
{
	const struct pt_snapshot_package *package = (const void *)d->packages.data;
	const char *at = field(d, 6);

	for (size_t p = 0; p < d->s->npackage; p++) {
		struct pt_snapshot_cell cell;

		if ((p > 0 && *at++ != ' ') || !read_cell(&cell, &at, &package[p]))
			return wrong(d, "for each package the number of a version, with u when it "
					"is uninstalled and b when it is blocked, or -");
		pt_buf_bytes(&d->cells, &cell, sizeof(cell));
	}
	if (*at)
		return wrong(d, "no more of an org than there are packages");
	return pt_buf_check(&d->cells, d->err);
}

static bool read_words(struct pt_snapshot_org *org, const struct draft *d)
{
	const char *type = field(d, 2), *instance = field(d, 4);
	unsigned status = 0;

	org->type = strcmp(type, "Sandbox") == 0 ? PT_ORG_SANDBOX : PT_ORG_PRODUCTION;
	if (org->type == PT_ORG_PRODUCTION && strcmp(type, "Production") != 0)
		return false;
	while (status < PT_SNAPSHOT_NSTATUS &&
	       strcmp(pt_snapshot_status_word[status], field(d, 3)) != 0)
		status++;
	if (status == PT_SNAPSHOT_NSTATUS)
		return false;
	org->status = (uint8_t)(PT_ORG_ACTIVE << status);
	for (size_t i = 0; instance[i]; i++) {
		if (i + 1 >= sizeof(org->instance) || instance[i] <= ' ' || instance[i] > '~')
			return false;
		org->instance[i] = instance[i];
	}
	return true;
}

static int read_org(struct draft *d)
{
	struct pt_snapshot_org org = {.type = 0};
	const char *parent = field(d, 5);
	size_t n = d->orgs.len / sizeof(org);
	int rc = n == 0 ? close_package(d) : 0;

	if (rc < 0)
		return rc;
	if (pt_org_key_parse(&org.key, field(d, 1), strlen(field(d, 1)), NULL) < 0 ||
	    (parent[0] && pt_org_key_parse(&org.parent, parent, strlen(parent), NULL) < 0) ||
	    !read_words(&org, d))
		return wrong(d, "org, its key, Production or Sandbox, a status, an instance, the "
				"key of its parent or nothing, and what it has");
	if (n == PT_SNAPSHOT_ORGS_MAX)
		return wrong(d, "at most 1000000 orgs");
	if (n > 0) {
		const struct pt_snapshot_org *last =
		    (const struct pt_snapshot_org *)(const void *)d->orgs.data + n - 1;

		if (pt_org_key_cmp(&last->key, &org.key) >= 0)
			return wrong(d, "orgs in the order of their keys, each once");
	}
	pt_buf_bytes(&d->orgs, &org, sizeof(org));
	rc = pt_buf_check(&d->orgs, d->err);
	return rc < 0 ? rc : read_cells(d);
}

static int read_end(struct draft *d)
{
	uint64_t n;

	if (!number_of(&n, field(d, 1), PT_SNAPSHOT_ORGS_MAX) ||
	    n != d->orgs.len / sizeof(struct pt_snapshot_org))
		return wrong(d, "end and the number of orgs before it; something is missing");
	d->ended = true;
	return n == 0 ? close_package(d) : 0;
}

static int read_row(struct draft *d)
{
	static const struct {
		const char *word;
		int (*read)(struct draft *d);
		size_t nfield;
	} rows[] = {
	    {"suite", read_suite, 2}, {"taken", read_taken, 2},     {"keys", read_keys, 0},
	    {"delay", read_delay, 5}, {"package", read_package, 9}, {"version", read_version, 3},
	    {"org", read_org, 7},     {"end", read_end, 2},
	};

	if (d->ended)
		return wrong(d, "nothing after the row 'end'");
	for (size_t i = 0; i < PT_ARRAY_LEN(rows); i++) {
		if (strcmp(rows[i].word, field(d, 0)) != 0)
			continue;
		if (rows[i].nfield && d->csv.nfield != rows[i].nfield)
			return wrong(d, "another number of fields in this row");
		return rows[i].read(d);
	}
	return wrong(d, "a row that begins with suite, taken, keys, delay, package, version, org "
			"or end");
}

static int read_first(struct draft *d)
{
	struct pt_src src = {.file = d->path, .line = 1};
	uint64_t version;

	if (strcmp(field(d, 0), PT_SNAPSHOT_WORD) != 0)
		return pt_err_at(d->err, PT_E_INVALID, src,
				 "this is not a snapshot, expected '%s,%d'", PT_SNAPSHOT_WORD,
				 PT_SNAPSHOT_VERSION);
	if (!number_of(&version, field(d, 1), INT32_MAX) || version != PT_SNAPSHOT_VERSION)
		return pt_err_at(d->err, PT_E_UNSUPPORTED, src,
				 "a snapshot of version '%.20s', expected %d: take another one "
				 "with this program",
				 field(d, 1), PT_SNAPSHOT_VERSION);
	return 0;
}

static int read_rows(struct draft *d)
{
	bool got = false;

	for (;;) {
		int rc = pt_csv_next(&got, &d->csv, d->err);

		if (rc < 0)
			return pt_err_wrap(d->err, "%s", d->path);
		if (!got)
			break;
		rc = d->csv.row == 1 ? read_first(d) : read_row(d);
		if (rc < 0)
			return rc;
	}
	if (!d->ended)
		return pt_err_set(d->err, PT_E_INVALID,
				  "%s: the row 'end' is missing, so the file is not whole",
				  d->path);
	if (!d->s->suite || !d->s->taken_ms || d->s->npackage == 0)
		return pt_err_set(d->err, PT_E_INVALID,
				  "%s: expected the rows suite, taken and package", d->path);
	return 0;
}

static void *moved(struct pt_arena *arena, const struct pt_buf *from, size_t size_bytes)
{
	char *to = pt_arena_alloc(arena, from->len / size_bytes + 1, size_bytes);

	if (to && from->len)
		memcpy(to, from->data, from->len);
	return to;
}

static int finish(struct draft *d)
{
	struct pt_snapshot *s = d->s;

	s->package = moved(&s->arena, &d->packages, sizeof(*s->package));
	s->org = moved(&s->arena, &d->orgs, sizeof(*s->org));
	s->cell = moved(&s->arena, &d->cells, sizeof(*s->cell));
	s->norg = d->orgs.len / sizeof(*s->org);
	return s->package && s->org && s->cell ? 0 : pt_err_nomem(d->err);
}

int pt_snapshot_parse(struct pt_snapshot **out, const char *text, size_t size_bytes,
		      const char *path, struct pt_err *err)
{
	struct draft d = {.s = calloc(1, sizeof(*d.s)), .path = path, .err = err};
	int rc;

	if (!d.s)
		return pt_err_nomem(err);
	pt_csv_init(&d.csv, text, size_bytes);
	rc = read_rows(&d);
	if (rc == 0)
		rc = finish(&d);
	pt_csv_release(&d.csv);
	pt_buf_release(&d.orgs);
	pt_buf_release(&d.cells);
	pt_buf_release(&d.packages);
	pt_buf_release(&d.versions);
	if (rc < 0)
		pt_snapshot_free(d.s);
	else
		*out = d.s;
	return rc;
}

int pt_snapshot_read(struct pt_snapshot **out, const char *path, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	int rc = pt_file_read(&text, path, SIZE_MAX_BYTES, err);

	return rc < 0 ? rc : pt_snapshot_parse(out, pt_buf_text(&text), text.len, path, err);
}

void pt_snapshot_free(struct pt_snapshot *snapshot)
{
	if (!snapshot)
		return;
	pt_arena_release(&snapshot->arena);
	free(snapshot);
}

void pt_snapshot_freep(struct pt_snapshot **snapshot)
{
	pt_snapshot_free(*snapshot);
	*snapshot = NULL;
}
