/* A session without a network: an operation of any kind, fed what it might be answered. */
#ifndef PT_TESTS_DEAF_SESSION_H
#define PT_TESTS_DEAF_SESSION_H

#include <stdlib.h>
#include <string.h>

#include "connectors/push/salesforce/session.h"

static char deaf_url[] = "https://x.example.org", deaf_version[] = "62.0";

static inline struct pt_push_call deaf_call(enum pt_push_op op)
{
	static const struct pt_org_key org[] = {{"00D000000000001"}, {"00D000000000002"}};
	static const struct pt_id request[] = {{"0DV5f0000000001GAA"}};

	return (struct pt_push_call){.op = op,
				     .namespace_ = "npsp",
				     .package_id = {"0335f0000000001AAA"},
				     .version_id = {"04t5f0000000001AAA"},
				     .request = request[0],
				     .org = org,
				     .norg = 2,
				     .requests = request,
				     .nrequest = 1};
}

/* The next body for the part that asks; what it makes of it. */
static inline void deaf_answer(struct pt_sf *sf, long status, const char *text, size_t size)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf body = PT_BUF_INIT;
	struct pt_sf_part *part = sf->first;
	struct pt_sf_answer answer = {.status = status, .body = &body};
	struct pt_err err = PT_ERR_INIT;
	json_t *json = NULL;

	sf->first = part->next;
	if (!sf->first)
		sf->last = &sf->first;
	part->state = PT_SF_DONE;
	part->op->nopen--;
	pt_buf_bytes(&body, text, size);
	if (size > 0 && (text[0] == '{' || text[0] == '['))
		json = json_loadb(body.data, body.len, 0, NULL);
	answer.json = json;
	if (part->op->kind->take(part, &answer, &err) < 0 && err.text[0] == '\0')
		__builtin_trap();
	json_decref(json);
}

/* Bodies, each ended by a NUL, until the operation asks nothing more. */
static inline void deaf_feed(struct pt_sf *sf, uint8_t which, const char *text, size_t size)
{
	static const struct pt_sf_kind *const kinds[] = {
	    &pt_sf_versions, &pt_sf_subscribers, &pt_sf_live_jobs, &pt_sf_count_jobs,
	    &pt_sf_jobs,     &pt_sf_errors,      &pt_sf_find,      &pt_sf_create,
	    &pt_sf_activate, &pt_sf_add_records, &pt_sf_add_bulk};
	struct pt_sf_op *op = calloc(1, sizeof(*op));

	if (!op)
		return;
	*op = (struct pt_sf_op){
	    .sf = sf, .kind = kinds[which % PT_ARRAY_LEN(kinds)], .call = deaf_call(PT_PUSH_NOP)};
	if (op->kind->start(op, NULL) < 0)
		__builtin_trap();
	while (sf->first && size > 0) {
		const char *end = memchr(text, '\0', size);
		size_t n = end ? (size_t)(end - text) : size;

		deaf_answer(sf, 200 + (long)(n % 5), text, n);
		n += end != NULL;
		text += n;
		size -= n;
		if (!sf->first && !op->failed && op->kind->finish(op, NULL) < 0)
			break;
	}
	pt_sf_op_free(op);
}

#endif
