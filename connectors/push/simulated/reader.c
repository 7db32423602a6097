/* See reader.h. */
#include "connectors/push/simulated/reader.h"

#include <stdarg.h>
#include <string.h>

#include "base/near.h"
#include "config/suite.h"

void *pt_sim_reader_alloc(struct pt_sim_reader *reader, size_t count, size_t size_bytes)
{
	void *at = pt_arena_alloc(reader->arena, count, size_bytes);

	reader->nomem |= !at;
	return at;
}

void pt_sim_complain(struct pt_sim_reader *reader, const struct pt_yaml_node *node, const char *fmt,
		     ...)
{
	char text[300];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	pt_errs_at(reader->errs, PT_E_INVALID, node->src, "%s%s%s", reader->path,
		   reader->path[0] ? ": " : "", text);
}

void pt_sim_complain_unknown(struct pt_sim_reader *reader, const struct pt_yaml_node *node,
			     const char *what, const char *const *words, size_t nword)
{
	const char *near = pt_near(node->text, words, nword);

	if (near)
		pt_sim_complain(reader, node, "unknown %s '%.60s', did you mean '%.60s'?", what,
				node->text, near);
	else
		pt_sim_complain(reader, node, "unknown %s '%.60s'", what, node->text);
}

size_t pt_sim_enter(struct pt_sim_reader *reader, const char *key)
{
	size_t mark = strlen(reader->path);

	snprintf(reader->path + mark, sizeof(reader->path) - mark, "%s%.60s", mark ? "." : "", key);
	return mark;
}

size_t pt_sim_enter_item(struct pt_sim_reader *reader, size_t i)
{
	size_t mark = strlen(reader->path);

	snprintf(reader->path + mark, sizeof(reader->path) - mark, "[%zu]", i);
	return mark;
}

void pt_sim_leave(struct pt_sim_reader *reader, size_t mark)
{
	reader->path[mark] = '\0';
}

bool pt_sim_is(struct pt_sim_reader *reader, const struct pt_yaml_node *node,
	       enum pt_yaml_kind kind)
{
	static const char *const KIND[] = {[PT_YAML_SCALAR] = "a single value",
					   [PT_YAML_LIST] = "a list",
					   [PT_YAML_MAP] = "a map"};

	if (node->kind == kind)
		return true;
	pt_sim_complain(reader, node, "expected %s, not %s", KIND[kind], KIND[node->kind]);
	return false;
}

const char *pt_sim_text(struct pt_sim_reader *reader, const struct pt_yaml_node *node,
			const char *expected)
{
	const char *text = pt_yaml_text(node);

	if (!text)
		pt_sim_complain(reader, node, "expected %s", expected);
	return text;
}

static bool known(const char *name, const struct pt_sim_key *keys, size_t nkey)
{
	for (size_t i = 0; i < nkey; i++)
		if (strcmp(keys[i].name, name) == 0)
			return true;
	return false;
}

static void refuse_unknown(struct pt_sim_reader *reader, const struct pt_yaml_node *map,
			   const struct pt_sim_key *keys, size_t nkey)
{
	const char *names[16] = {NULL};

	for (size_t i = 0; i < nkey && i < PT_ARRAY_LEN(names); i++)
		names[i] = keys[i].name;
	for (size_t i = 0; i < map->n; i++)
		if (!known(map->key[i]->text, keys, nkey))
			pt_sim_complain_unknown(reader, map->key[i], "key", names, nkey);
}

void pt_sim_read_map(struct pt_sim_reader *reader, const struct pt_yaml_node *node,
		     const struct pt_sim_key *keys, size_t nkey, void *into)
{
	if (!pt_sim_is(reader, node, PT_YAML_MAP))
		return;
	refuse_unknown(reader, node, keys, nkey);
	for (size_t i = 0; i < nkey; i++) {
		const struct pt_yaml_node *value = pt_yaml_get(node, keys[i].name);
		size_t mark;

		if (!value) {
			if (keys[i].required)
				pt_sim_complain(reader, node, "the key '%s' is missing",
						keys[i].name);
			continue;
		}
		mark = pt_sim_enter(reader, keys[i].name);
		keys[i].read(reader, value, (char *)into + keys[i].offset);
		pt_sim_leave(reader, mark);
	}
}

/* "2.5%", at most four decimals and at most 100%. */
static bool parse_ratio(int32_t *out, const char *text)
{
	int64_t value = 0, unit = PT_RATIO_ONE / 100;
	const char *at = text;

	while (*at >= '0' && *at <= '9' && value <= PT_RATIO_ONE)
		value = value * 10 + (*at++ - '0') * unit;
	if (at != text && *at == '.') {
		const char *point = at++;

		for (; *at >= '0' && *at <= '9' && unit > 1; at++) {
			unit /= 10;
			value += (*at - '0') * unit;
		}
		if (at == point + 1)
			return false;
	}
	if (at == text || strcmp(at, "%") != 0 || value > PT_RATIO_ONE)
		return false;
	*out = (int32_t)value;
	return true;
}

void pt_sim_read_ratio(struct pt_sim_reader *reader, const struct pt_yaml_node *node, void *into)
{
	const char *text = pt_sim_text(reader, node, "a share such as 2.5%");

	if (text && !parse_ratio(into, text))
		pt_sim_complain(reader, node,
				"'%.40s' is not a share, expected such as 2.5%%, at most 100%%",
				text);
}

static void read_duration(struct pt_sim_reader *reader, const struct pt_yaml_node *node, void *into)
{
	const char *text = pt_sim_text(reader, node, "a duration such as 30m");
	struct pt_err err = PT_ERR_INIT;
	int64_t ms = 0;

	if (!text)
		return;
	if (pt_duration_parse(&ms, text, &err) < 0)
		pt_sim_complain(reader, node, "%s", err.text);
	else if (ms > PT_SIM_SPREAD_MAX_MS)
		pt_sim_complain(reader, node, "%.40s is too long, expected at most 30d", text);
	else
		*(int64_t *)into = ms;
}

void pt_sim_read_spread(struct pt_sim_reader *reader, const struct pt_yaml_node *node, void *into)
{
	static const struct pt_sim_key KEYS[] = {
	    {"typical", read_duration, offsetof(struct pt_sim_spread, typical_ms), true},
	    {"max", read_duration, offsetof(struct pt_sim_spread, max_ms), true},
	};
	struct pt_sim_spread spread = {-1, -1};

	if (node->kind == PT_YAML_MAP) {
		pt_sim_read_map(reader, node, KEYS, PT_ARRAY_LEN(KEYS), &spread);
	} else {
		read_duration(reader, node, &spread.typical_ms);
		spread.max_ms = spread.typical_ms;
	}
	if (spread.typical_ms < 0 || spread.max_ms < 0)
		return;
	if (spread.typical_ms > spread.max_ms)
		pt_sim_complain(reader, node, "the typical time is longer than the max");
	else
		*(struct pt_sim_spread *)into = spread;
}

void pt_sim_read_bool(struct pt_sim_reader *reader, const struct pt_yaml_node *node, void *into)
{
	const char *text = pt_sim_text(reader, node, "true or false");

	if (!text)
		return;
	if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)
		*(bool *)into = text[0] == 't';
	else
		pt_sim_complain(reader, node, "expected true or false, not '%.40s'", text);
}

static bool parse_number(uint64_t *out, const char *text, size_t len, uint64_t least, uint64_t most)
{
	uint64_t value = 0;

	if (len == 0 || len > 18)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		value = value * 10 + (uint64_t)(text[i] - '0');
	}
	*out = value;
	return value >= least && value <= most;
}

uint64_t pt_sim_read_number(struct pt_sim_reader *reader, const struct pt_yaml_node *node,
			    uint64_t least, uint64_t most)
{
	const char *text = pt_sim_text(reader, node, "a whole number");
	uint64_t value;

	if (!text)
		return 0;
	if (parse_number(&value, text, strlen(text), least, most))
		return value;
	pt_sim_complain(reader, node, "expected a whole number from %llu to %llu, not '%.40s'",
			(unsigned long long)least, (unsigned long long)most, text);
	return 0;
}

void pt_sim_read_seed(struct pt_sim_reader *reader, const struct pt_yaml_node *node, void *into)
{
	*(uint64_t *)into = pt_sim_read_number(reader, node, 0, UINT64_C(999999999999999999));
}

bool pt_sim_parse_range(uint32_t *from_out, uint32_t *to_out, const char *text, uint32_t least,
			uint32_t most)
{
	const char *dots = strstr(text, "..");
	size_t len = dots ? (size_t)(dots - text) : strlen(text);
	const char *last = dots ? dots + 2 : text;
	uint64_t from, to;

	if (!parse_number(&from, text, len, least, most) ||
	    !parse_number(&to, last, strlen(last), least, most) || from > to)
		return false;
	*from_out = (uint32_t)from;
	*to_out = (uint32_t)to;
	return true;
}

void pt_sim_read_share(struct pt_sim_reader *reader, const struct pt_yaml_node *node, void *into)
{
	struct pt_sim_share *share = into;
	const char *text = pt_sim_text(reader, node, "a share such as 2.5%, or rest");

	share->node = node;
	share->rest = text && strcmp(text, "rest") == 0;
	if (text && !share->rest && !parse_ratio(&share->ppm, text))
		pt_sim_complain(
		    reader, node,
		    "'%.40s' is not a share, expected such as 2.5%%, at most 100%%, or rest", text);
}

void pt_sim_close_shares(struct pt_sim_reader *reader, const struct pt_yaml_node *node,
			 struct pt_sim_share *const *share, size_t n)
{
	struct pt_sim_share *rest = NULL;
	int64_t sum = 0;

	for (size_t i = 0; i < n; i++) {
		sum += share[i]->ppm;
		if (share[i]->rest && rest)
			pt_sim_complain(reader, share[i]->node, "only one share can be the rest");
		if (share[i]->rest)
			rest = share[i];
	}
	if (sum > PT_RATIO_ONE || (sum < PT_RATIO_ONE && !rest))
		pt_sim_complain(reader, node, "the shares add up to %g%%, expected %s100%%",
				(double)sum / 10000, rest ? "at most " : "");
	else if (rest)
		rest->ppm = (int32_t)(PT_RATIO_ONE - sum);
}
