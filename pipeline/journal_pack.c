/* See journal.h. Here: what is kept by org, as bytes. */
#include <string.h>

#include "base/pack.h"
#include "pipeline/journal.h"

/* state, class, pushes, live, detail (2), text (4) */
void pt_pair_pack(uint8_t to[PT_PACKED_PAIR], const struct pt_pair *pair)
{
	to[0] = pair->state;
	to[1] = pair->class_;
	to[2] = pair->npush;
	to[3] = pair->live;
	pt_pack16(to + 4, pair->detail);
	pt_pack32(to + 6, pair->text);
}

bool pt_pair_unpack(struct pt_pair *out, const uint8_t from[PT_PACKED_PAIR])
{
	*out = (struct pt_pair){
	    .state = from[0],
	    .class_ = from[1],
	    .npush = from[2],
	    .live = from[3] == 1,
	    .detail = pt_unpack16(from + 4),
	    .text = pt_unpack32(from + 6),
	};
	return out->state < PT_PAIR_NSTATE && out->class_ < PT_FAILURE_NCLASS && from[3] <= 1;
}

enum { KEY = 15, TYPE = 15, STATUS = 16, INSTANCE = 17, STAGE = 31, SLOT = 32, REASON = 34 };

/* key (15), type, status, instance (14), stage, slot (2), reason (2) */
void pt_org_pack(uint8_t to[PT_PACKED_ORG], const struct pt_org *org,
		 const struct pt_org_place *place)
{
	memcpy(to, org->key.text, KEY);
	to[TYPE] = org->type;
	to[STATUS] = org->status;
	memcpy(to + INSTANCE, org->instance, sizeof(org->instance));
	to[STAGE] = place->stage;
	pt_pack16(to + SLOT, place->slot);
	pt_pack16(to + REASON, place->reason);
}

bool pt_org_unpack(struct pt_org *out, struct pt_org_place *place,
		   const uint8_t from[PT_PACKED_ORG])
{
	struct pt_err ignored = PT_ERR_INIT;
	struct pt_org_key key;

	*out = (struct pt_org){.type = from[TYPE], .status = from[STATUS]};
	memcpy(out->key.text, from, KEY);
	memcpy(out->instance, from + INSTANCE, sizeof(out->instance));
	*place = (struct pt_org_place){from[STAGE], pt_unpack16(from + SLOT),
				       pt_unpack16(from + REASON)};
	return pt_org_key_parse(&key, out->key.text, KEY, &ignored) == 0 &&
	       out->instance[sizeof(out->instance) - 1] == '\0';
}

/* installed (2), arrived (2), blocked */
void pt_have_pack(uint8_t to[PT_PACKED_HAVE], const struct pt_have *have)
{
	pt_pack16(to, have->installed);
	pt_pack16(to + 2, have->arrived);
	to[4] = have->blocked;
}

bool pt_have_unpack(struct pt_have *out, const uint8_t from[PT_PACKED_HAVE])
{
	*out = (struct pt_have){.installed = pt_unpack16(from),
				.arrived = pt_unpack16(from + 2),
				.blocked = from[4] == 1};
	return from[4] <= 1;
}

/* org, severity, type, title, text (4 each), time (8), class */
void pt_failure_pack(uint8_t to[PT_PACKED_FAILURE], const struct pt_failed_job *failure)
{
	pt_pack32(to, failure->org);
	pt_pack32(to + 4, failure->severity);
	pt_pack32(to + 8, failure->type);
	pt_pack32(to + 12, failure->title);
	pt_pack32(to + 16, failure->text);
	pt_pack64(to + 20, (uint64_t)failure->at_ms);
	to[28] = failure->class_;
}

bool pt_failure_unpack(struct pt_failed_job *out, const uint8_t from[PT_PACKED_FAILURE])
{
	*out = (struct pt_failed_job){
	    .org = pt_unpack32(from),
	    .severity = pt_unpack32(from + 4),
	    .type = pt_unpack32(from + 8),
	    .title = pt_unpack32(from + 12),
	    .text = pt_unpack32(from + 16),
	    .at_ms = (int64_t)pt_unpack64(from + 20),
	    .class_ = from[28],
	};
	return out->class_ < PT_FAILURE_NCLASS;
}

bool pt_chunks_take(size_t *n_out, struct pt_chunks *chunks, const struct pt_package_chunk_row *row,
		    size_t record_size)
{
	size_t n = row->records.size / record_size;

	if (chunks->next == chunks->norg) {
		chunks->package++;
		chunks->next = 0;
	}
	if (chunks->package >= chunks->npackage || row->package != chunks->package ||
	    row->first != chunks->next || n == 0 || n > chunks->norg - chunks->next ||
	    n * record_size != row->records.size)
		return false;
	chunks->next += (uint32_t)n;
	*n_out = n;
	return true;
}

bool pt_chunks_complete(const struct pt_chunks *chunks)
{
	return chunks->package + 1 == chunks->npackage && chunks->next == chunks->norg;
}
