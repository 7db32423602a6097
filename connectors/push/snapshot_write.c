/* See snapshot.h. Here: the file's text. */
#include <string.h>

#include "base/instant.h"
#include "config/suite.h"
#include "connectors/push/snapshot.h"
#include "connectors/push/snapshot_words.h"

/* A text of people's choosing, in quotes where it needs them. */
static void put_text(struct pt_buf *out, const char *text)
{
	if (!strpbrk(text, ",\"\r\n")) {
		pt_buf_str(out, text);
		return;
	}
	pt_buf_char(out, '"');
	for (; *text; text++) {
		if (*text == '"')
			pt_buf_char(out, '"');
		pt_buf_char(out, *text);
	}
	pt_buf_char(out, '"');
}

static void put_head(struct pt_buf *out, const struct pt_snapshot *s)
{
	char when[PT_INSTANT_TEXT];

	pt_buf_printf(out, "%s,%d\n", PT_SNAPSHOT_WORD, PT_SNAPSHOT_VERSION);
	pt_buf_str(out, "suite,");
	put_text(out, s->suite);
	pt_buf_char(out, '\n');
	pt_buf_printf(out, "taken,%s\n", pt_instant_text(when, s->taken_ms));
	if (s->hashed)
		pt_buf_printf(out, "keys,hashed,%s\n", s->fingerprint);
	else
		pt_buf_str(out, "keys,plain\n");
	for (size_t i = 0; i < PT_SNAPSHOT_NLENGTH; i++)
		pt_buf_printf(out, "delay,%s,%llu,%lld,%lld\n", pt_snapshot_length_word[i],
			      (unsigned long long)s->delay[i].n, (long long)s->delay[i].typical_ms,
			      (long long)s->delay[i].max_ms);
}

static void put_package(struct pt_buf *out, const struct pt_snapshot_package *package)
{
	const struct pt_snapshot_pushes *n = &package->pushes;
	const uint64_t counts[] = {n->jobs,      n->transient, n->stuck,  n->orgs,
				   n->permanent, n->places,    n->not_yet};

	pt_buf_str(out, "package,");
	put_text(out, package->name);
	for (size_t i = 0; i < PT_ARRAY_LEN(counts); i++)
		pt_buf_printf(out, ",%llu", (unsigned long long)counts[i]);
	pt_buf_char(out, '\n');
	for (size_t i = 0; i < package->nversion; i++) {
		const uint32_t *part = package->version[i].version.part;

		pt_buf_printf(out, "version,%u.%u.%u.%u,%s\n", part[0], part[1], part[2], part[3],
			      package->version[i].released ? "released" : "beta");
	}
}

static void put_cell(struct pt_buf *out, const struct pt_snapshot_cell *cell)
{
	if (cell->version == PT_SNAPSHOT_NOTHING) {
		pt_buf_char(out, '-');
		return;
	}
	pt_buf_printf(out, "%u%s%s", cell->version, cell->uninstalled ? "u" : "",
		      cell->blocked ? "b" : "");
}

static void put_org(struct pt_buf *out, const struct pt_snapshot *s, size_t i)
{
	const struct pt_snapshot_org *org = &s->org[i];
	unsigned status = 0;

	while (status + 1 < PT_SNAPSHOT_NSTATUS && org->status != PT_ORG_ACTIVE << status)
		status++;
	pt_buf_printf(out, "org,%s,%s,%s,", org->key.text,
		      org->type == PT_ORG_SANDBOX ? "Sandbox" : "Production",
		      pt_snapshot_status_word[status]);
	put_text(out, org->instance);
	pt_buf_printf(out, ",%s,", org->parent.text);
	for (size_t p = 0; p < s->npackage; p++) {
		if (p > 0)
			pt_buf_char(out, ' ');
		put_cell(out, &s->cell[i * s->npackage + p]);
	}
	pt_buf_char(out, '\n');
}

void pt_snapshot_write(struct pt_buf *out, const struct pt_snapshot *s)
{
	put_head(out, s);
	for (size_t p = 0; p < s->npackage; p++)
		put_package(out, &s->package[p]);
	for (size_t i = 0; i < s->norg; i++)
		put_org(out, s, i);
	pt_buf_printf(out, "end,%zu\n", s->norg);
}
