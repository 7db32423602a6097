/* What changed in the engine, into the journal. See engine.h and journal.h. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/instant.h"
#include "base/pack.h"
#include "pipeline/engine_internal.h"

struct recorder {
	struct pt_engine *e;
	const struct pt_journal *journal;
	uint8_t *bytes; /* owned; what is being packed */
	size_t size, cap;
};

static int put(const struct recorder *rec, enum pt_journal_table table, const void *row,
	       struct pt_err *err)
{
	struct pt_store *store = rec->journal->store;

	return store->ops->put(store, table, row, err);
}

/* Room for that many bytes, from the start. */
static int room(struct recorder *rec, size_t size, struct pt_err *err)
{
	if (!rec->bytes || size > rec->cap) {
		uint8_t *grown = realloc(rec->bytes, size);

		if (!grown)
			return pt_err_nomem(err);
		rec->bytes = grown;
		rec->cap = size;
	}
	rec->size = size;
	return 0;
}

/* And room for as many bytes after them. */
static int pack_orgs(struct recorder *rec, const uint32_t *org, uint32_t n, size_t after,
		     struct pt_err *err)
{
	int rc = room(rec, (size_t)n * 4 + after + 1, err);

	for (uint32_t i = 0; rc == 0 && i < n; i++)
		pt_pack32(rec->bytes + (size_t)i * 4, org[i]);
	rec->size = (size_t)n * 4;
	return rc;
}

static int record_progress(const struct recorder *rec, struct pt_err *err)
{
	const struct pt_engine *e = rec->e;
	PT_CLEANUP(pt_buf_release) struct pt_buf waits = PT_BUF_INIT;
	struct pt_outlook outlook;

	pt_engine_outlook(&outlook, e);
	pt_wait_words(&waits, &outlook.wait, e->setup.suite, e->setup.conf, e->setup.train);
	const struct pt_progress_row row = {
	    .run = rec->journal->run,
	    .state = pt_engine_state(e),
	    .now_ms = e->now_ms,
	    .next_ms = e->finished ? e->now_ms : pt_engine_wake_ms(e),
	    .stage = e->at,
	    .first_wave = e->first_wave,
	    .halting = e->halting,
	    .aborting = e->aborting,
	    .finished = e->finished,
	    .http_calls = (int64_t)e->http_calls,
	    .norg = e->pairs.norg,
	    .halt_text = e->halting ? e->halt_text : NULL,
	    .approvals_heard = e->heard_approval,
	    .repush_taken = e->repush.taken,
	    .repush_served = e->repush.served,
	    .home = e->repush.home,
	    .home_state = e->repush.home_state,
	    .home_halted_in = e->repush.home_halted_in,
	    .home_text = e->repush.home_text[0] ? e->repush.home_text : NULL,
	    .waits_kind = outlook.wait.kind,
	    .waits_since_ms = outlook.wait.since_ms,
	    .waits_until_ms = outlook.wait.until_ms,
	    .waits = waits.len ? pt_buf_text(&waits) : NULL,
	};
	int rc = pt_buf_check(&waits, err);

	return rc < 0 ? rc : put(rec, PT_ROWS_PROGRESS, &row, err);
}

static int record_stage(const struct recorder *rec, uint32_t at, struct pt_err *err)
{
	const struct pt_engine *e = rec->e;
	const struct stage *stage = &e->stage[at];
	const struct pt_stage_row row = {
	    .run = rec->journal->run,
	    .stage = at,
	    .name = e->setup.conf->stage[at].name,
	    .planned_ms = e->setup.stage_start_ms[at],
	    .planned_eligible = (int64_t)e->setup.stage_eligible[at],
	    .state = stage->state,
	    .halted_in = stage->halted_in,
	    .start_ms = stage->start_ms,
	    .end_ms = stage->end_ms,
	    .waves_end_ms = stage->waves_end_ms,
	    .pass = stage->pass,
	    .pass_start_ms = stage->pass_start_ms,
	    .pass_at = stage->pass_at,
	    .pass_open = stage->pass_open,
	    .by_hand = stage->by_hand,
	    .asked_ms = stage->asked_ms,
	    .approved = stage->approved,
	    .excused = stage->excused,
	    .joined = stage->njoined,
	    .nzone = pt_stage_nzone(&e->setup.conf->stage[at]),
	    .passes = e->setup.conf->repush.passes,
	    .pass_after_ms = e->setup.conf->repush.after_ms,
	    .pass_every_ms = e->setup.conf->repush.every_ms,
	    .soak_ms = e->setup.conf->stage[at].soak_ms,
	    .wants_approval = e->setup.conf->stage[at].approval.required,
	};
	int rc = put(rec, PT_ROWS_STAGE, &row, err);

	for (uint32_t p = 0; rc == 0 && p < e->pairs.npackage; p++) {
		const struct pt_stage_figures *f = &stage->figures[p];
		struct pt_figures_row figures = {
		    .run = rec->journal->run,
		    .stage = at,
		    .package = p,
		    .requests = (int64_t)f->requests,
		    .jobs = (int64_t)f->jobs,
		    .http_calls = (int64_t)f->http_calls,
		    .breaker_finished = (int64_t)stage->breaker[p].finished,
		    .breaker_failed = (int64_t)stage->breaker[p].failed,
		};

		for (int c = 0; c < PT_FAILURE_NCLASS; c++)
			figures.failed[c] = (int64_t)f->jobs_failed[c];
		rc = put(rec, PT_ROWS_FIGURES, &figures, err);
	}
	return rc;
}

static int record_wave(struct recorder *rec, uint32_t at, struct pt_err *err)
{
	struct wave *w = &rec->e->wave[at];
	int rc = w->queue ? pack_orgs(rec, w->queue + w->at, w->nqueue - w->at, 0, err)
			  : pack_orgs(rec, NULL, 0, 0, err);
	const struct pt_wave_row row = {
	    .run = rec->journal->run,
	    .wave = at,
	    .stage = w->stage,
	    .package = w->package,
	    .batch = w->slot,
	    .pass = w->pass,
	    .opens_ms = w->opens_ms,
	    .start_ms = w->start_ms,
	    .next_topup_ms = w->next_topup_ms,
	    .opened = w->opened,
	    .done = w->done,
	    .base_arrived = w->base_arrived,
	    .held = w->nheld,
	    .pushed = (int64_t)w->npushed,
	    .at_target = (int64_t)w->nat_target,
	    .failed = (int64_t)w->nfailed,
	    .queue = {rec->bytes, rec->size},
	};

	return rc < 0 ? rc : put(rec, PT_ROWS_WAVE, &row, err);
}

static int record_request(struct recorder *rec, uint32_t at, struct pt_err *err)
{
	const struct request *r = &rec->e->request[at];
	size_t nfailures = (size_t)r->nfailure * PT_PACKED_FAILURE;
	int rc = pack_orgs(rec, r->org, r->norg, nfailures, err);

	if (rc < 0)
		return rc;
	failures_pack(rec->bytes + rec->size, r);
	const struct pt_request_row row = {
	    .run = rec->journal->run,
	    .request = at,
	    .wave = r->wave,
	    .state = r->state,
	    .sent = r->sent != 0,
	    .stuck = r->stuck,
	    .cancel_tried = r->cancel_tried,
	    .doubted = in_doubt(r) ? r->doubt.write : 0,
	    .id = r->id.text[0] ? r->id.text : NULL,
	    .made_ms = r->made_ms,
	    .done_ms = r->done_ms,
	    .start_ms = r->start_ms,
	    .checked_ms = r->checked_ms,
	    .terminal_read = r->nterminal_read,
	    .activated_ms = r->activated_ms,
	    .add_tries = r->nadd_try,
	    .tries = r->retry.ntry,
	    .due_ms = r->retry.due_ms,
	    .orgs = {rec->bytes, rec->size},
	    .views = {r->view, r->norg},
	    .failures = {rec->bytes + rec->size, nfailures},
	};

	return put(rec, PT_ROWS_REQUEST, &row, err);
}

static uint32_t chunk_end(const struct pt_engine *e, uint32_t chunk)
{
	uint32_t end = (chunk + 1) * PT_JOURNAL_CHUNK;

	return end < e->pairs.norg ? end : e->pairs.norg;
}

/* What the audience says of an org; orgs that came after it was drawn are in no stage yet. */
static struct pt_org_place place_of(const struct pt_engine *e, uint32_t org)
{
	const struct pt_audience *audience = e->setup.audience;

	if (org >= audience->norg)
		return (struct pt_org_place){.stage = PT_NO_STAGE};
	return (struct pt_org_place){audience->stage[org], audience->slot[org],
				     audience->reason[org]};
}

static int record_orgs(struct recorder *rec, uint32_t chunk, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf names = PT_BUF_INIT;
	PT_CLEANUP(pt_buf_release) struct pt_buf parents = PT_BUF_INIT;
	const struct pt_engine *e = rec->e;
	uint32_t first = chunk * PT_JOURNAL_CHUNK, end = chunk_end(e, chunk);
	int rc = room(rec, (size_t)PT_JOURNAL_CHUNK * PT_PACKED_ORG, err);

	if (rc < 0)
		return rc;
	for (uint32_t i = first; i < end; i++) {
		const struct pt_org *org = pt_inventory_org(e->setup.inventory, i);
		struct pt_org_place place = place_of(e, i);

		pt_org_pack(rec->bytes + (size_t)(i - first) * PT_PACKED_ORG, org, &place);
		pt_buf_bytes(&names, org->name, strlen(org->name) + 1);
		pt_buf_bytes(&parents, org->parent.text, strlen(org->parent.text) + 1);
	}
	const struct pt_chunk_row row = {
	    .run = rec->journal->run,
	    .first = first,
	    .orgs = {rec->bytes, (size_t)(end - first) * PT_PACKED_ORG},
	    .names = {pt_buf_text(&names), names.len},
	    .parents = {pt_buf_text(&parents), parents.len},
	};

	rc = pt_buf_check(&names, err);
	if (rc == 0)
		rc = pt_buf_check(&parents, err);
	return rc < 0 ? rc : put(rec, PT_ROWS_ORG, &row, err);
}

static int record_chunk(struct recorder *rec, enum pt_journal_table table, uint32_t package,
			uint32_t chunk, struct pt_err *err)
{
	const struct pt_engine *e = rec->e;
	size_t size = table == PT_ROWS_PAIR ? PT_PACKED_PAIR : PT_PACKED_HAVE;
	uint32_t first = chunk * PT_JOURNAL_CHUNK, end = chunk_end(e, chunk);
	int rc = room(rec, PT_JOURNAL_CHUNK * size, err);

	for (uint32_t i = first; rc == 0 && i < end; i++) {
		uint8_t *to = rec->bytes + (i - first) * size;

		if (table == PT_ROWS_PAIR)
			pt_pair_pack(to, pair_of(e, package, i));
		else
			pt_have_pack(to, pt_inventory_have(e->setup.inventory, package, i));
	}
	const struct pt_package_chunk_row row = {
	    .run = rec->journal->run,
	    .package = package,
	    .first = first,
	    .records = {rec->bytes, (end - first) * size},
	};

	return rc < 0 ? rc : put(rec, table, &row, err);
}

static int record_tables(struct recorder *rec, struct pt_err *err)
{
	struct pt_engine *e = rec->e;
	uint32_t nchunk = (e->pairs.norg + PT_JOURNAL_CHUNK - 1) / PT_JOURNAL_CHUNK;
	int rc = 0;

	for (uint32_t c = 0; rc == 0 && e->dirt.orgs && c < nchunk; c++)
		rc = record_orgs(rec, c, err);
	for (uint32_t p = 0; rc == 0 && p < e->pairs.npackage; p++) {
		for (uint32_t c = 0; rc == 0 && c < nchunk; c++) {
			size_t at = (size_t)p * e->dirt.nchunk + c;

			if (e->dirt.pair[at])
				rc = record_chunk(rec, PT_ROWS_PAIR, p, c, err);
			if (rc == 0 && e->dirt.have[at])
				rc = record_chunk(rec, PT_ROWS_HAVE, p, c, err);
		}
	}
	return rc;
}

static int record_package(const struct recorder *rec, uint32_t p, struct pt_err *err)
{
	const struct pt_engine *e = rec->e;
	const struct pt_train *train = e->setup.train;
	struct pt_id package_id = pt_inventory_package_id(e->setup.inventory, p);
	struct pt_package_row row = {.run = rec->journal->run,
				     .package = p,
				     .name = train->package[p].name,
				     .version_id = e->setup.targets->target[p].version_id.text,
				     .package_id = package_id.text};
	char version[PT_VERSION_TEXT];
	size_t nversion;
	const struct pt_push_version *versions =
	    pt_inventory_versions(&nversion, e->setup.inventory, p);

	for (size_t i = 0; i < train->npackage; i++) {
		if (train->order[i] == p)
			row.position = (int64_t)i;
	}
	row.version = pt_version_text(version, &train->package[p].version);
	int rc = put(rec, PT_ROWS_PACKAGE, &row, err);

	for (size_t i = 0; rc == 0 && i < nversion; i++) {
		const struct pt_version_row known = {
		    .run = rec->journal->run,
		    .package = p,
		    .version = (int64_t)i,
		    .version_id = versions[i].id.text,
		    .number = pt_version_text(version, &versions[i].version),
		};

		rc = put(rec, PT_ROWS_VERSION, &known, err);
	}
	return rc;
}

/* What the numbers of reasons stand for: the suite's entries may move afterwards. */
static int record_reasons(const struct recorder *rec, struct pt_err *err)
{
	const struct pt_suite *suite = rec->e->setup.suite;
	size_t n = pt_reason_count(suite);
	int rc = 0;

	for (size_t i = 1; rc == 0 && i < n; i++) {
		char words[PT_REASON_TEXT];
		const struct pt_reason_row row = {rec->journal->run, (int64_t)i,
						  pt_reason_text(words, suite, (unsigned)i)};

		rc = put(rec, PT_ROWS_REASON, &row, err);
	}
	return rc;
}

/* What stays as it is. */
static int record_once(const struct recorder *rec, struct pt_err *err)
{
	int rc = record_reasons(rec, err);

	for (uint32_t p = 0; rc == 0 && p < rec->e->pairs.npackage; p++)
		rc = record_package(rec, p, err);
	return rc;
}

static int record_texts(const struct recorder *rec, struct pt_err *err)
{
	const struct pt_engine *e = rec->e;
	uint32_t n = pt_intern_count(e->texts);
	int rc = 0;

	for (uint32_t i = e->ntext_kept; rc == 0 && i < n; i++) {
		const struct pt_text_row row = {rec->journal->run, i, pt_intern_text(e->texts, i)};

		rc = put(rec, PT_ROWS_TEXT, &row, err);
	}
	return rc;
}

static int record_notes(const struct recorder *rec, struct pt_err *err)
{
	const struct pt_engine *e = rec->e;
	int64_t number = e->nnote_kept;
	int rc = 0;

	for (size_t i = e->note_at; rc == 0 && i < e->nnote; i++) {
		const struct pt_note *note = &e->notes[i];
		const struct pt_note_row row = {
		    .run = rec->journal->run,
		    .note = ++number,
		    .at_ms = note->at_ms,
		    .kind = note->kind,
		    .stage = note->stage,
		    .package = note->package,
		    .batch = note->slot,
		    .pass = note->pass,
		    .until_ms = note->until_ms,
		    .a = (int64_t)note->a,
		    .b = (int64_t)note->b,
		    .c = (int64_t)note->c,
		    .d = (int64_t)note->d,
		    .ppm = note->ppm,
		    .words = note->text,
		};

		rc = put(rec, PT_ROWS_NOTE, &row, err);
	}
	return rc;
}

static int record_all(struct recorder *rec, struct pt_err *err)
{
	struct pt_engine *e = rec->e;
	int rc = record_progress(rec, err);

	if (rc == 0 && !e->kept)
		rc = record_once(rec, err);
	for (uint32_t s = 0; rc == 0 && s < e->setup.conf->nstage; s++) {
		if (!e->kept || e->stages_dirty || (s >= e->kept_at && s <= e->at))
			rc = record_stage(rec, s, err);
	}
	for (uint32_t i = 0; rc == 0 && i < e->nwave; i++) {
		if (e->wave[i].dirty)
			rc = record_wave(rec, i, err);
	}
	for (uint32_t i = 0; rc == 0 && i < e->ntouched; i++)
		rc = record_request(rec, e->touched[i], err);
	if (rc == 0)
		rc = record_tables(rec, err);
	if (rc == 0)
		rc = record_texts(rec, err);
	return rc < 0 ? rc : record_notes(rec, err);
}

static bool is_intent(const struct request *r)
{
	return r->sent && is_write(r->state);
}

static bool any_intent(const struct pt_engine *e)
{
	for (uint32_t i = 0; i < e->ntouched; i++) {
		if (is_intent(&e->request[e->touched[i]]))
			return true;
	}
	return false;
}

static bool any_change(const struct pt_engine *e)
{
	const struct stage *stage = &e->stage[e->at];

	if (!e->kept || e->at != e->kept_at || e->ntouched || e->note_at < e->nnote ||
	    e->dirt.orgs || e->finished || e->stages_dirty || stage->state != e->kept_state ||
	    stage->pass_at != e->kept_pass_at)
		return true;
	for (uint32_t i = 0; i < e->nwave; i++) {
		if (e->wave[i].dirty)
			return true;
	}
	size_t nmap = (size_t)e->dirt.nchunk * e->pairs.npackage;

	return memchr(e->dirt.pair, 1, nmap) || memchr(e->dirt.have, 1, nmap);
}

static void mark_kept(struct pt_engine *e)
{
	size_t nmap = (size_t)e->dirt.nchunk * (e->pairs.npackage + 1);

	memset(e->dirt.pair, 0, nmap);
	memset(e->dirt.have, 0, nmap);
	e->dirt.orgs = false;
	for (uint32_t i = 0; i < e->nwave; i++)
		e->wave[i].dirty = false;
	for (uint32_t i = 0; i < e->ntouched; i++) {
		struct request *r = &e->request[e->touched[i]];

		r->dirty = false;
		if (r->state == REQ_DONE)
			request_release(r);
	}
	e->ntouched = 0;
	e->ntext_kept = pt_intern_count(e->texts);
	e->nnote_kept += (int64_t)(e->nnote - e->note_at);
	e->kept = true;
	e->stages_dirty = false;
	e->kept_at = e->at;
	e->kept_state = e->stage[e->at].state;
	e->kept_pass_at = e->stage[e->at].pass_at;
}

int pt_engine_record(struct pt_engine *e, const struct pt_journal *journal, struct pt_err *err)
{
	struct recorder rec = {.e = e, .journal = journal};
	struct pt_store *store = journal->store;
	int rc;

	if (!any_change(e))
		return 0;
	rc = store->ops->begin(
	    store, any_intent(e) || e->finished ? PT_STORE_ON_DISK : PT_STORE_SOON, err);
	if (rc < 0)
		return rc;
	rc = record_all(&rec, err);
	free(rec.bytes);
	if (rc == 0)
		rc = store->ops->commit(store, err);
	else
		store->ops->rollback(store);
	if (rc == 0)
		mark_kept(e);
	return rc;
}

int pt_engine_record_progress(struct pt_engine *e, const struct pt_journal *journal,
			      struct pt_err *err)
{
	const struct recorder rec = {.e = e, .journal = journal};
	struct pt_store *store = journal->store;
	int rc = store->ops->begin(store, PT_STORE_ON_DISK, err);

	if (rc < 0)
		return rc;
	rc = record_progress(&rec, err);
	if (rc == 0)
		return store->ops->commit(store, err);
	store->ops->rollback(store);
	return rc;
}
