/* See plan_file.h. */
#include "pipeline/plan_file.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/instant.h"
#include "base/json_load.h"
#include "pipeline/plan_file_internal.h"
#include "pipeline/rules.h"

enum { FORMAT = 1 };

/* The digest is the last member, over all the bytes before this. */
static const char digest_mark[] = ",\n  \"digest\": \"";

static void json_lines(struct pt_json *json, const char *key, struct pt_buf *lines)
{
	pt_json_array(json, key);
	for (char *line = lines->data; line && *line;) {
		char *end = strchr(line, '\n');

		if (end)
			*end = '\0';
		pt_json_str(json, NULL, line);
		line = end ? end + 1 : NULL;
	}
	pt_json_array_end(json);
}

static void json_members(struct pt_json *json, const struct pt_plan *plan)
{
	const struct pt_plan_setup *s = &plan->setup;
	const uint32_t *by_key = pt_inventory_by_key(s->inventory);

	pt_json_array(json, "members");
	for (size_t stage = 0; stage < s->conf->nstage; stage++) {
		pt_json_array(json, NULL);
		for (size_t b = 0; b < s->conf->stage[stage].nbatch; b++) {
			pt_json_array(json, NULL);
			for (uint32_t i = 0; i < s->audience->norg; i++) {
				uint32_t org = by_key[i];

				if (s->audience->stage[org] == stage &&
				    pt_slot_batch(&s->conf->stage[stage], s->audience->slot[org]) ==
					b)
					pt_json_str(json, NULL,
						    pt_inventory_org(s->inventory, org)->key.text);
			}
			pt_json_array_end(json);
		}
		pt_json_array_end(json);
	}
	pt_json_array_end(json);
}

int pt_plan_file_write(struct pt_buf *out, const struct pt_plan *plan, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	PT_CLEANUP(pt_buf_release) struct pt_buf rules = PT_BUF_INIT;
	PT_CLEANUP(pt_buf_release) struct pt_buf facts = PT_BUF_INIT;
	char digest[PT_DIGEST_TEXT];
	struct pt_json json;

	pt_json_init(&json, &text);
	pt_plan_json(&json, plan);
	pt_json_int(&json, "format", FORMAT);
	pt_rules_of_packages(&facts, plan->setup.train);
	pt_rules_of_train(&rules, plan->setup.suite, plan->setup.conf);
	json_lines(&json, "tags", &facts);
	json_lines(&json, "rules", &rules);
	json_members(&json, plan);
	pt_plan_file_json_standing(&json, plan);
	pt_buf_lean(&text, &facts);
	pt_buf_lean(&text, &rules);
	int rc = pt_buf_check(&text, err);

	if (rc == 0)
		rc = pt_digest(digest, pt_buf_text(&text), text.len, err);
	if (rc < 0)
		return rc;
	pt_buf_bytes(out, pt_buf_text(&text), text.len);
	pt_buf_printf(out, "%s%s\"\n}\n", digest_mark, digest);
	return pt_buf_check(out, err);
}

/* The last place where the mark stands. */
static const char *find_mark(const char *data, size_t size)
{
	size_t len = sizeof(digest_mark) - 1;

	for (size_t i = size; i-- > 0;) {
		if (size - i >= len && memcmp(data + i, digest_mark, len) == 0)
			return data + i;
	}
	return NULL;
}

static int check_digest(const char *data, size_t size, struct pt_err *err)
{
	const char *mark = find_mark(data, size);
	char digest[PT_DIGEST_TEXT];

	if (!mark)
		return pt_err_set(err, PT_E_INVALID,
				  "not a plan file, expected one written by 'plan -o'");
	int rc = pt_digest(digest, data, (size_t)(mark - data), err);

	if (rc < 0)
		return rc;
	const char *said = mark + sizeof(digest_mark) - 1;
	size_t rest = size - (size_t)(said - data);

	if (rest < 64 + 4 || memcmp(said, digest, 64) != 0 || memcmp(said + 64, "\"\n}\n", 4) != 0)
		return pt_err_set(
		    err, PT_E_INVALID,
		    "the plan file was changed since it was written; make a new plan");
	return 0;
}

static int read_time(int64_t *out, const json_t *root, const char *key, struct pt_err *err)
{
	const char *text = json_string_value(json_object_get(root, key));
	struct pt_civil civil;
	enum pt_civil_form form;
	int64_t offset_ms;

	if (!text)
		return pt_err_set(err, PT_E_INVALID, "the plan file has no '%s'", key);
	int rc = pt_civil_parse(&civil, &form, &offset_ms, text, err);

	if (rc == 0)
		*out = pt_civil_to_ms(&civil) - offset_ms;
	return rc;
}

static int read_root(struct pt_plan_file *file, const char *data, size_t size, struct pt_err *err)
{
	static const char *const texts[] = {"suite", "train", "id", "order"};
	json_error_t why;

	int rc = pt_json_load(&file->root, data, size, JSON_REJECT_DUPLICATES, &why);

	if (rc == -PT_E_NOMEM)
		return pt_err_nomem(err);
	if (rc < 0)
		return pt_err_set(err, PT_E_INVALID, "not a plan file: line %d: %s", why.line,
				  why.text);
	if (json_integer_value(json_object_get(file->root, "format")) != FORMAT)
		return pt_err_set(err, PT_E_INVALID,
				  "the plan file is of another format than %d; make a new plan",
				  FORMAT);
	for (size_t i = 0; i < PT_ARRAY_LEN(texts); i++) {
		if (!json_is_string(json_object_get(file->root, texts[i])))
			return pt_err_set(err, PT_E_INVALID, "the plan file has no '%s'", texts[i]);
	}
	rc = read_time(&file->start_ms, file->root, "start", err);
	return rc < 0 ? rc : read_time(&file->cut_ms, file->root, "cut", err);
}

int pt_plan_file_parse(struct pt_plan_file **out, const char *data, size_t size_bytes,
		       struct pt_err *err)
{
	int rc = check_digest(data, size_bytes, err);

	if (rc < 0)
		return rc;
	struct pt_plan_file *file = calloc(1, sizeof(*file));

	if (!file)
		return pt_err_nomem(err);
	rc = read_root(file, data, size_bytes, err);
	if (rc < 0)
		pt_plan_file_free(file);
	else
		*out = file;
	return rc;
}

void pt_plan_file_free(struct pt_plan_file *file)
{
	if (!file)
		return;
	json_decref(file->root);
	free(file);
}

void pt_plan_file_freep(struct pt_plan_file **file)
{
	pt_plan_file_free(*file);
}

static const char *text_of(const struct pt_plan_file *file, const char *key)
{
	return json_string_value(json_object_get(file->root, key));
}

const char *pt_plan_file_suite(const struct pt_plan_file *file)
{
	return text_of(file, "suite");
}

const char *pt_plan_file_train(const struct pt_plan_file *file)
{
	return text_of(file, "train");
}

const char *pt_plan_file_id(const struct pt_plan_file *file)
{
	return text_of(file, "id");
}

enum pt_order pt_plan_file_order(const struct pt_plan_file *file)
{
	return strcmp(text_of(file, "order"), "offset") == 0 ? PT_ORDER_OFFSET : PT_ORDER_CONFIRMED;
}

int64_t pt_plan_file_start_ms(const struct pt_plan_file *file)
{
	return file->start_ms;
}

int64_t pt_plan_file_cut_ms(const struct pt_plan_file *file)
{
	return file->cut_ms;
}

/* Lines that only one side has; both are short lists in a fixed order. */
static void diff_lines(struct pt_buf *out, const json_t *was, const char *is)
{
	size_t n = json_array_size(was);
	const char *line = is;

	for (size_t i = 0; i < n || *line;) {
		const char *old = i < n ? json_string_value(json_array_get(was, i)) : NULL;
		size_t len = strcspn(line, "\n");

		if (old && *line && strlen(old) == len && memcmp(old, line, len) == 0) {
			i++;
			line += len + (line[len] == '\n');
			continue;
		}
		if (i < n)
			pt_buf_printf(out, "  - %s\n", old ? old : "");
		if (*line)
			pt_buf_printf(out, "  + %.*s\n", (int)len, line);
		i++;
		line += len + (line[len] == '\n');
	}
}

int pt_plan_file_diff(struct pt_buf *out, const struct pt_plan_file *file,
		      const struct pt_suite *suite, const struct pt_train_conf *conf,
		      const struct pt_train *train, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf rules = PT_BUF_INIT;
	PT_CLEANUP(pt_buf_release) struct pt_buf facts = PT_BUF_INIT;

	pt_rules_of_packages(&facts, train);
	pt_rules_of_train(&rules, suite, conf);
	int rc = pt_buf_check(&facts, err);

	if (rc == 0)
		rc = pt_buf_check(&rules, err);
	if (rc < 0)
		return rc;
	diff_lines(out, json_object_get(file->root, "tags"), pt_buf_text(&facts));
	diff_lines(out, json_object_get(file->root, "rules"), pt_buf_text(&rules));
	return pt_buf_check(out, err);
}

static int place_org(struct pt_audience *audience, const struct pt_inventory *inventory,
		     const json_t *key, uint8_t stage, uint16_t slot, struct pt_err *err)
{
	const char *text = json_string_value(key);
	struct pt_org_key org;
	int rc = pt_org_key_parse(&org, text ? text : "", text ? strlen(text) : 0, err);

	if (rc < 0)
		return pt_err_wrap(err, "the plan file's members");
	uint32_t at = pt_inventory_find(inventory, &org);

	if (at < audience->norg) {
		audience->stage[at] = stage;
		audience->slot[at] = slot;
	}
	return 0;
}

int pt_plan_file_place(struct pt_audience *audience, const struct pt_plan_file *file,
		       const struct pt_train_conf *conf, const struct pt_inventory *inventory,
		       struct pt_err *err)
{
	const json_t *members = json_object_get(file->root, "members");
	int rc = 0;

	memset(audience->stage, PT_NO_STAGE, audience->norg);
	if (json_array_size(members) != conf->nstage)
		return pt_err_set(err, PT_E_INVALID, "the plan file has other stages");
	for (size_t s = 0; s < conf->nstage; s++) {
		const json_t *batches = json_array_get(members, s);

		if (json_array_size(batches) != conf->stage[s].nbatch)
			return pt_err_set(err, PT_E_INVALID, "the plan file has other batches");
		for (size_t b = 0; b < conf->stage[s].nbatch; b++) {
			const json_t *orgs = json_array_get(batches, b);

			for (size_t i = 0; rc == 0 && i < json_array_size(orgs); i++)
				rc = place_org(
				    audience, inventory, json_array_get(orgs, i), (uint8_t)s,
				    (uint16_t)pt_slot(&conf->stage[s], (uint32_t)b, 0), err);
		}
	}
	return rc;
}
