/* Adding jobs by composite/sobjects: 200 a call, each record's result read. See session.h. */
#include "connectors/push/salesforce/adding.h"

enum { RECORDS = 200 };

static int ask_add(struct pt_sf_part *part, struct pt_err *err)
{
	struct pt_sf_question question = {
	    .method = PT_HTTP_POST, .content_type = "application/json", .write = true};
	PT_CLEANUP(pt_buf_release) struct pt_buf path = PT_BUF_INIT;
	const struct pt_push_call *call = &part->op->call;

	pt_buf_str(&question.body, "{\"allOrNone\":false,\"records\":[");
	for (size_t i = 0; i < part->n; i++)
		pt_buf_printf(&question.body,
			      "%s{\"attributes\":{\"type\":\"PackagePushJob\"},"
			      "\"PackagePushRequestId\":\"%s\","
			      "\"SubscriberOrganizationKey\":\"%s\"}",
			      i > 0 ? "," : "", call->request.text, call->org[part->from + i].text);
	pt_buf_str(&question.body, "]}");
	pt_buf_printf(&path, "/services/data/v%s/composite/sobjects", part->op->sf->api_version);
	question.path = pt_buf_take(&path);
	return pt_sf_ask(part, &question, err);
}

static int start_add(struct pt_sf_op *op, struct pt_err *err)
{
	int rc = pt_sf_make_lists(op, op->call.norg, RECORDS, err);

	for (size_t i = 0; rc == 0 && op->call.norg > 0 && i < op->npart; i++)
		rc = ask_add(&op->part[i], err);
	return rc;
}

static const char *text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

static int take_added(struct pt_sf_part *part, const struct pt_sf_answer *answer,
		      struct pt_err *err)
{
	const struct pt_org_key *org = part->op->call.org + part->from;
	const json_t *result;
	size_t i;

	if (pt_sf_adding_checks(part))
		return pt_sf_adding_take_state(part, answer, err);
	if (!json_is_array(answer->json) || json_array_size(answer->json) != part->n)
		return pt_err_set(err, PT_E_INVALID, "expected %zu results", part->n);
	json_array_foreach(answer->json, i, result)
	{
		const json_t *success = json_object_get(result, "success");
		const json_t *error = json_array_get(json_object_get(result, "errors"), 0);

		if (!json_is_boolean(success) || (json_is_false(success) && !error))
			return pt_err_set(err, PT_E_INVALID,
					  "result %zu: neither success nor error", i + 1);
	}
	json_array_foreach(answer->json, i, result)
	{
		const json_t *error = json_array_get(json_object_get(result, "errors"), 0);
		int rc = 0;

		if (json_is_false(json_object_get(result, "success")))
			rc = pt_sf_not_added(part, &org[i], text_of(error, "statusCode"),
					     text_of(error, "message"), err);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/* What was not carried out concerns this part alone. */
static int turned_down(bool *out, struct pt_sf_part *part, const struct pt_sf_judgement *judgement,
		       struct pt_err *err)
{
	*out = !pt_sf_adding_checks(part) &&
	       (judgement->verdict == PT_SF_NOT_NOW || judgement->verdict == PT_SF_SPENT ||
		judgement->verdict == PT_SF_EXPIRED);
	return *out ? pt_sf_none_added(part, judgement, err) : 0;
}

const struct pt_sf_kind pt_sf_add_records = {
    .start = start_add,
    .take = take_added,
    .turned_down = turned_down,
    .finish = pt_sf_adding_finish,
};
