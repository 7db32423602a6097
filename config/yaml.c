/* See yaml.h. Built from libyaml's events, with a stack of our own instead of recursion. */
#include "config/yaml.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"

struct pt_yaml {
	struct pt_arena arena;
	struct pt_yaml_node *root;
	const char *file;
};

/* A list or map that is still open, and its children so far. */
struct level {
	struct pt_yaml_node *node;
	struct pt_yaml_node **child; /* owned; of a map: key, value, key, value */
	size_t n, cap;
};

struct anchor {
	const char *name;
	struct pt_yaml_node *node;
	struct anchor *next; /* the one before it; the newest of a name counts */
};

struct builder {
	struct pt_yaml *yaml;
	const char *data; /* borrowed; what is parsed */
	size_t size;
	struct level level[PT_YAML_MAX_DEPTH];
	unsigned depth;
	size_t nnode;
	struct anchor *anchors;
	struct pt_err *err;
};

/* libyaml counts from 0; this is the one place that adds 1. */
static struct pt_src src_of(const struct pt_yaml *yaml, yaml_mark_t mark)
{
	return (struct pt_src){yaml->file, (unsigned)mark.line + 1, (unsigned)mark.column + 1};
}

static struct pt_yaml_node *node_new(struct builder *b, enum pt_yaml_kind kind, yaml_mark_t mark)
{
	struct pt_src src = src_of(b->yaml, mark);

	if (++b->nnode > PT_YAML_MAX_NODES) {
		(void)pt_err_at(b->err, PT_E_LIMIT, src, "more than %d values", PT_YAML_MAX_NODES);
		return NULL;
	}
	struct pt_yaml_node *node = pt_arena_alloc(&b->yaml->arena, 1, sizeof(*node));

	if (!node) {
		(void)pt_err_nomem(b->err);
		return NULL;
	}
	node->kind = kind;
	node->src = src;
	return node;
}

static int repeated(struct builder *b, const struct pt_yaml_node *key,
		    const struct pt_yaml_node *first)
{
	return pt_err_at(b->err, PT_E_INVALID, key->src,
			 "key '%.60s' is given twice, first on line %u", key->text,
			 first->src.line);
}

/* A key must be a scalar that the map has not got yet; long maps are checked when they close. */
static int check_key(struct builder *b, const struct pt_yaml_node *key)
{
	return key->kind == PT_YAML_SCALAR
		   ? 0
		   : pt_err_at(b->err, PT_E_INVALID, key->src, "a key must be a word");
}

static int attach(struct builder *b, struct pt_yaml_node *node)
{
	struct level *level;

	if (b->depth == 0) {
		b->yaml->root = node;
		return 0;
	}
	level = &b->level[b->depth - 1];
	if (level->n == level->cap) {
		size_t cap = level->cap ? 2 * level->cap : 8;
		struct pt_yaml_node **grown =
		    (struct pt_yaml_node **)realloc(level->child, cap * sizeof(*grown));

		if (!grown)
			return pt_err_nomem(b->err);
		level->child = grown;
		level->cap = cap;
	}
	if (level->node->kind == PT_YAML_MAP && level->n % 2 == 0 && check_key(b, node) < 0)
		return -PT_E_INVALID;
	level->child[level->n++] = node;
	return 0;
}

static int remember(struct builder *b, const yaml_char_t *name, struct pt_yaml_node *node)
{
	struct anchor *anchor;

	if (!name)
		return 0;
	anchor = pt_arena_alloc(&b->yaml->arena, 1, sizeof(*anchor));
	if (!anchor)
		return pt_err_nomem(b->err);
	anchor->name = pt_arena_strdup(&b->yaml->arena, (const char *)name);
	anchor->node = node;
	anchor->next = b->anchors;
	b->anchors = anchor;
	return anchor->name ? 0 : pt_err_nomem(b->err);
}

static int on_alias(struct builder *b, const yaml_event_t *event)
{
	const char *name = (const char *)event->data.alias.anchor;
	struct pt_src src = src_of(b->yaml, event->start_mark);
	struct anchor *anchor = b->anchors;

	while (anchor && strcmp(anchor->name, name) != 0)
		anchor = anchor->next;
	if (!anchor)
		return pt_err_at(b->err, PT_E_INVALID, src, "'*%.40s' names no anchor above it",
				 name);
	for (unsigned i = 0; i < b->depth; i++) {
		if (b->level[i].node == anchor->node)
			return pt_err_at(b->err, PT_E_INVALID, src,
					 "'*%.40s' is inside what it stands for", name);
	}
	return attach(b, anchor->node);
}

static int on_scalar(struct builder *b, const yaml_event_t *event)
{
	const char *text = (const char *)event->data.scalar.value;
	size_t len = event->data.scalar.length;
	struct pt_yaml_node *node = node_new(b, PT_YAML_SCALAR, event->start_mark);

	if (!node)
		return -(int)(b->err->code);
	if (memchr(text, '\0', len))
		return pt_err_at(b->err, PT_E_SYNTAX, node->src, "a NUL character in a text");
	node->text = pt_arena_strndup(&b->yaml->arena, text, len);
	node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	if (!node->text)
		return pt_err_nomem(b->err);
	int rc = remember(b, event->data.scalar.anchor, node);

	return rc < 0 ? rc : attach(b, node);
}

static int on_open(struct builder *b, const yaml_event_t *event, enum pt_yaml_kind kind,
		   const yaml_char_t *anchor)
{
	struct pt_yaml_node *node = node_new(b, kind, event->start_mark);

	if (!node)
		return -(int)(b->err->code);
	int rc = attach(b, node);

	if (rc == 0)
		rc = remember(b, anchor, node);
	if (rc < 0)
		return rc;
	if (b->depth == PT_YAML_MAX_DEPTH)
		return pt_err_at(b->err, PT_E_LIMIT, node->src, "nested deeper than %d levels",
				 PT_YAML_MAX_DEPTH);
	b->level[b->depth++] = (struct level){.node = node};
	return 0;
}

static int by_text(const void *left, const void *right)
{
	const struct pt_yaml_node *a = *(struct pt_yaml_node *const *)left;
	const struct pt_yaml_node *b = *(struct pt_yaml_node *const *)right;
	int order = strcmp(a->text, b->text);

	if (order == 0)
		order = (a->src.line > b->src.line) - (a->src.line < b->src.line);
	return order ? order : (a->src.col > b->src.col) - (a->src.col < b->src.col);
}

/* Sorts a copy of the keys, so that a map of a million keys is not compared pair by pair. */
static int check_repeats(struct builder *b, const struct pt_yaml_node *map)
{
	struct pt_yaml_node **sorted = (struct pt_yaml_node **)calloc(map->n + 1, sizeof(*sorted));
	int rc = sorted ? 0 : pt_err_nomem(b->err);

	if (rc == 0 && map->n) {
		memcpy((void *)sorted, (const void *)map->key, map->n * sizeof(*sorted));
		qsort((void *)sorted, map->n, sizeof(*sorted), by_text);
	}
	for (size_t i = 1; rc == 0 && i < map->n; i++) {
		if (strcmp(sorted[i - 1]->text, sorted[i]->text) == 0)
			rc = repeated(b, sorted[i], sorted[i - 1]);
	}
	free((void *)sorted);
	return rc;
}

static int on_close(struct builder *b)
{
	struct level *level = &b->level[--b->depth];
	struct pt_yaml_node *node = level->node;
	size_t step = node->kind == PT_YAML_MAP ? 2 : 1;
	int rc = 0;

	node->n = level->n / step;
	node->item = (struct pt_yaml_node **)pt_arena_alloc(&b->yaml->arena, node->n + 1,
							    sizeof(*node->item));
	node->key = step == 1 ? NULL
			      : (struct pt_yaml_node **)pt_arena_alloc(&b->yaml->arena, node->n + 1,
								       sizeof(*node->key));
	if (!node->item || (step == 2 && !node->key))
		rc = pt_err_nomem(b->err);
	for (size_t i = 0; rc == 0 && i < node->n; i++) {
		if (node->key)
			node->key[i] = level->child[2 * i];
		node->item[i] = level->child[step * i + step - 1];
	}
	free((void *)level->child);
	level->child = NULL;
	return rc == 0 && node->key ? check_repeats(b, node) : rc;
}

static int on_event(struct builder *b, const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		return on_scalar(b, event);
	case YAML_ALIAS_EVENT:
		return on_alias(b, event);
	case YAML_SEQUENCE_START_EVENT:
		return on_open(b, event, PT_YAML_LIST, event->data.sequence_start.anchor);
	case YAML_MAPPING_START_EVENT:
		return on_open(b, event, PT_YAML_MAP, event->data.mapping_start.anchor);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		return on_close(b);
	case YAML_DOCUMENT_START_EVENT:
		if (b->yaml->root)
			return pt_err_at(b->err, PT_E_SYNTAX, src_of(b->yaml, event->start_mark),
					 "a second document, expected one");
		return 0;
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_STREAM_END_EVENT:
	case YAML_DOCUMENT_END_EVENT:
		break;
	}
	return 0;
}

/* The reader gives a byte's offset instead of a mark. */
static struct pt_src place_of(const struct builder *b, size_t offset)
{
	struct pt_src src = {b->yaml->file, 1, 1};

	for (size_t i = 0; i < offset && i < b->size; i++) {
		src.line += b->data[i] == '\n';
		src.col = b->data[i] == '\n' ? 1 : src.col + 1;
	}
	return src;
}

static int say_syntax(struct builder *b, const yaml_parser_t *parser)
{
	yaml_mark_t mark = parser->problem_mark;

	if (parser->error == YAML_MEMORY_ERROR)
		return pt_err_nomem(b->err);
	if (parser->error == YAML_READER_ERROR)
		return pt_err_at(b->err, PT_E_SYNTAX, place_of(b, parser->problem_offset),
				 "not YAML: %s", parser->problem ? parser->problem : "bad bytes");
	return pt_err_at(b->err, PT_E_SYNTAX, src_of(b->yaml, mark), "not YAML: %s%s%s",
			 parser->problem ? parser->problem : "syntax error",
			 parser->context ? ", " : "", parser->context ? parser->context : "");
}

static int build(struct builder *b, yaml_parser_t *parser)
{
	for (;;) {
		yaml_event_t event;

		if (!yaml_parser_parse(parser, &event))
			return say_syntax(b, parser);
		bool end = event.type == YAML_STREAM_END_EVENT;
		int rc = on_event(b, &event);

		yaml_event_delete(&event);
		if (rc < 0 || end)
			return rc;
	}
}

/*
 * Brackets are counted before libyaml sees them: its flow parser takes time that
 * grows with the square of the depth. Brackets in texts and comments count too,
 * but only runs of openings without a closing get near the limit.
 */
static int check_brackets(const struct pt_yaml *yaml, const char *data, size_t size,
			  struct pt_err *err)
{
	enum { MOST_OPEN = 1000 };
	unsigned line = 1, col = 1, open = 0;

	for (size_t i = 0; i < size; i++, col++) {
		if (data[i] == '\n') {
			line++;
			col = 0;
		}
		if (data[i] == '[' || data[i] == '{')
			open++;
		if ((data[i] == ']' || data[i] == '}') && open)
			open--;
		if (open > MOST_OPEN)
			return pt_err_at(err, PT_E_LIMIT, (struct pt_src){yaml->file, line, col},
					 "nested deeper than %d levels", PT_YAML_MAX_DEPTH);
	}
	return 0;
}

static int parse(struct pt_yaml *yaml, const char *data, size_t size_bytes, struct pt_err *err)
{
	struct pt_err local = PT_ERR_INIT;
	struct builder b = {.yaml = yaml, .data = data, .size = size_bytes, .err = &local};
	yaml_parser_t parser;
	int rc;

	if (size_bytes > PT_YAML_MAX_BYTES)
		return pt_err_at(err, PT_E_LIMIT, (struct pt_src){yaml->file, 0, 0},
				 "larger than %d bytes", PT_YAML_MAX_BYTES);
	rc = check_brackets(yaml, data, size_bytes, err);
	if (rc < 0)
		return rc;
	if (!yaml_parser_initialize(&parser))
		return pt_err_nomem(err);
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)data, size_bytes);
	rc = build(&b, &parser);
	if (rc == 0 && !yaml->root) {
		yaml_mark_t start = {.index = 0, .line = 0, .column = 0};

		yaml->root = node_new(&b, PT_YAML_MAP, start);
		rc = yaml->root ? 0 : -(int)local.code;
	}
	yaml_parser_delete(&parser);
	while (b.depth)
		free((void *)b.level[--b.depth].child);
	if (rc < 0 && err && err->code == PT_OK)
		*err = local;
	return rc;
}

int pt_yaml_parse(struct pt_yaml **out, const char *data, size_t size_bytes, const char *file,
		  struct pt_err *err)
{
	struct pt_yaml *yaml = calloc(1, sizeof(*yaml));
	int rc;

	if (!yaml)
		return pt_err_nomem(err);
	yaml->file = pt_arena_strdup(&yaml->arena, file);
	rc = yaml->file ? parse(yaml, data, size_bytes, err) : pt_err_nomem(err);
	if (rc < 0)
		pt_yaml_free(yaml);
	else
		*out = yaml;
	return rc;
}

int pt_yaml_read(struct pt_yaml **out, const char *path, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf data = PT_BUF_INIT;
	int rc = pt_file_read(&data, path, PT_YAML_MAX_BYTES, err);

	return rc < 0 ? rc : pt_yaml_parse(out, pt_buf_text(&data), data.len, path, err);
}

const struct pt_yaml_node *pt_yaml_root(const struct pt_yaml *yaml)
{
	return yaml->root;
}

const struct pt_yaml_node *pt_yaml_get(const struct pt_yaml_node *map, const char *key)
{
	if (!map || map->kind != PT_YAML_MAP)
		return NULL;
	for (size_t i = 0; i < map->n; i++) {
		if (strcmp(map->key[i]->text, key) == 0)
			return map->item[i];
	}
	return NULL;
}

const char *pt_yaml_text(const struct pt_yaml_node *node)
{
	static const char *const nulls[] = {"", "~", "null", "Null", "NULL"};

	if (!node || node->kind != PT_YAML_SCALAR)
		return NULL;
	for (size_t i = 0; node->plain && i < PT_ARRAY_LEN(nulls); i++) {
		if (strcmp(node->text, nulls[i]) == 0)
			return NULL;
	}
	return node->text;
}

void pt_yaml_free(struct pt_yaml *yaml)
{
	if (!yaml)
		return;
	pt_arena_release(&yaml->arena);
	free(yaml);
}

void pt_yaml_freep(struct pt_yaml **yaml)
{
	pt_yaml_free(*yaml);
}
