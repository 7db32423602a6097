/*
 * extends: a train's keys over those of another. Maps merge, stages merge by
 * name, other lists replace. Works on the nodes, so that what comes out is read
 * and complained about like anything else. See suite_parts.h.
 */
#include <string.h>

#include "config/suite_parts.h"

static struct pt_yaml_node *copy_of(struct reader *r, const struct pt_yaml_node *node, size_t more)
{
	struct pt_yaml_node *copy = NULL;

	/* What is inherited again and again must not grow without end. */
	r->nmerged += node->n + more + 1;
	if (r->nmerged > PT_YAML_MAX_NODES)
		complain(r, node->src, "trains: what they extend is too much");
	else
		copy = keep_array(r, 1, sizeof(*copy));
	if (!copy)
		return NULL;
	*copy = *node;
	copy->item = keep_array(r, node->n + more, sizeof(*copy->item));
	if (node->key)
		copy->key = keep_array(r, node->n + more, sizeof(*copy->key));
	if (!copy->item || (node->key && !copy->key))
		return NULL;
	for (size_t i = 0; i < node->n; i++) {
		copy->item[i] = node->item[i];
		if (node->key)
			copy->key[i] = node->key[i];
	}
	return copy;
}

static struct pt_yaml_node *merge_maps(struct reader *r, const struct pt_yaml_node *base,
				       const struct pt_yaml_node *own, bool in_train);

static size_t stage_at(const struct pt_yaml_node *list, const char *name)
{
	for (size_t i = 0; name && i < list->n; i++) {
		const char *other = pt_yaml_text(pt_yaml_get(list->item[i], "name"));

		if (other && strcmp(other, name) == 0)
			return i;
	}
	return list->n;
}

static struct pt_yaml_node *merge_stages(struct reader *r, const struct pt_yaml_node *base,
					 const struct pt_yaml_node *own)
{
	struct pt_yaml_node *merged = copy_of(r, base, own->n);

	for (size_t i = 0; merged && i < own->n; i++) {
		const char *name = pt_yaml_text(pt_yaml_get(own->item[i], "name"));
		size_t at = stage_at(base, name);

		/* One that is written twice stays twice, to be complained about. */
		if (at == base->n || stage_at(own, name) < i)
			at = merged->n;

		if (at == merged->n)
			merged->item[merged->n++] = own->item[i];
		else
			merged->item[at] = merge_maps(r, merged->item[at], own->item[i], false);
		if (!merged->item[at])
			return NULL;
	}
	return merged;
}

/* Depth is bounded by that of the file. */
static struct pt_yaml_node *merge_value(struct reader *r, const char *key,
					struct pt_yaml_node *base, struct pt_yaml_node *own,
					bool in_train)
{
	if (base->kind == PT_YAML_MAP && own->kind == PT_YAML_MAP)
		return merge_maps(r, base, own, false);
	if (in_train && strcmp(key, "stages") == 0 && base->kind == PT_YAML_LIST &&
	    own->kind == PT_YAML_LIST)
		return merge_stages(r, base, own);
	return own;
}

static struct pt_yaml_node *merge_maps(struct reader *r, const struct pt_yaml_node *base,
				       const struct pt_yaml_node *own, bool in_train)
{
	struct pt_yaml_node *merged = copy_of(r, base, own->n);

	if (!merged || own->kind != PT_YAML_MAP || base->kind != PT_YAML_MAP)
		return merged;
	merged->src = own->src;
	for (size_t i = 0; i < own->n; i++) {
		size_t at = 0;

		while (at < merged->n && strcmp(merged->key[at]->text, own->key[i]->text) != 0)
			at++;
		if (at == merged->n) {
			merged->key[at] = own->key[i];
			merged->item[merged->n++] = own->item[i];
			continue;
		}
		merged->key[at] = own->key[i];
		merged->item[at] =
		    merge_value(r, own->key[i]->text, merged->item[at], own->item[i], in_train);
		if (!merged->item[at])
			return NULL;
	}
	return merged;
}

static void no_such_train(struct reader *r, const struct pt_yaml_node *trains,
			  const struct pt_yaml_node *extends, const char *path)
{
	const char **names = keep_array(r, trains->n, sizeof(*names));

	for (size_t i = 0; names && i < trains->n; i++)
		names[i] = trains->key[i]->text;
	complain(r, extends->src, "%s.extends: there is no train '%.60s'%s", path, extends->text,
		 names ? suggest(r, extends->text, names, trains->n) : "");
}

static const struct pt_yaml_node *parent_of(struct reader *r, const struct pt_yaml_node *trains,
					    size_t *at)
{
	const struct pt_yaml_node *extends = pt_yaml_get(trains->item[*at], "extends");
	const char *name = pt_yaml_text(extends);

	if (!name)
		return NULL;
	for (size_t i = 0; i < trains->n; i++) {
		if (strcmp(trains->key[i]->text, name) == 0) {
			*at = i;
			return trains->item[i];
		}
	}
	no_such_train(r, trains, extends, path_join(r, "trains", trains->key[*at]->text));
	return NULL;
}

enum { MAX_CHAIN = 32 };

/* False, and a complaint, when there is no first ancestor. */
static bool has_end(struct reader *r, const struct pt_yaml_node *trains, size_t start)
{
	size_t at = start;

	for (size_t round = 0; round < MAX_CHAIN; round++) {
		if (!parent_of(r, trains, &at))
			return true;
		if (at == start)
			break;
	}
	complain(r, pt_yaml_get(trains->item[start], "extends")->src,
		 at == start ? "trains.%s.extends: the trains extend each other in a circle"
			     : "trains.%s.extends: ends in a circle, or after more than 32 trains",
		 trains->key[start]->text);
	return false;
}

const struct pt_yaml_node *merge_train(struct reader *r, const struct pt_yaml_node *trains,
				       size_t at)
{
	const struct pt_yaml_node *merged = trains->item[at], *parent;

	if (!has_end(r, trains, at))
		return NULL;
	while (merged && (parent = parent_of(r, trains, &at))) {
		if (parent->kind == PT_YAML_MAP)
			merged = merge_maps(r, parent, merged, true);
	}
	return merged;
}
