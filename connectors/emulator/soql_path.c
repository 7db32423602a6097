/* See soql_lex.h. Here: from names, in any case, to positions in the schema. */
#include <string.h>
#include <strings.h>

#include "connectors/emulator/soql_lex.h"

const struct pt_soql_object *pt_soql_object_named(const struct pt_soql_schema *schema,
						  const char *name, size_t len)
{
	struct pt_soql_name wanted = {name, len};

	for (size_t i = 0; i < schema->nobject; i++) {
		if (pt_soql_name_is(&wanted, schema->object[i].name))
			return &schema->object[i];
	}
	return NULL;
}

bool pt_soql_field_named(size_t *out, const struct pt_soql_object *object,
			 const struct pt_soql_name *name)
{
	for (size_t i = 0; i < object->nfield; i++) {
		if (pt_soql_name_is(name, object->field[i].name)) {
			*out = i;
			return true;
		}
	}
	return false;
}

/* The parent over that relationship, NULL: none; *out is the field that leads there. */
static const struct pt_soql_object *parent_named(size_t *out, const struct pt_soql_parser *p,
						 const struct pt_soql_object *object,
						 const struct pt_soql_name *name)
{
	for (size_t i = 0; i < object->nfield; i++) {
		const struct pt_soql_field *field = &object->field[i];

		if (!field->relationship || !pt_soql_name_is(name, field->relationship))
			continue;
		*out = i;
		return pt_soql_object_named(p->schema, field->target, strlen(field->target));
	}
	return NULL;
}

bool pt_soql_check_path(struct pt_soql_parser *p, struct pt_soql_path *path,
			const struct pt_soql_object *object)
{
	const struct pt_soql_name *name = path->part;
	size_t n = path->npart;

	path->object[0] = object;
	path->nstep = 0;
	/* The object's own name may stand in front. */
	if (n > 1 && pt_soql_name_is(name, object->name) &&
	    !parent_named(&path->step[0], p, object, name)) {
		name++;
		n--;
	}
	for (; n > 1; n--, name++) {
		const struct pt_soql_object *parent =
		    parent_named(&path->step[path->nstep], p, object, name);

		if (!parent)
			return pt_soql_refuse_at(p, name, "INVALID_FIELD",
						 "No relationship '%.*s' leads from entity '%s' to "
						 "a parent. Look at the names in the path.",
						 pt_soql_shown(name), name->text, object->name);
		path->object[++path->nstep] = object = parent;
	}
	if (!pt_soql_field_named(&path->field, object, name))
		return pt_soql_refuse_at(p, name, "INVALID_FIELD",
					 "No such column '%.*s' on entity '%s'. Look at the "
					 "spelling of the field's name.",
					 pt_soql_shown(name), name->text, object->name);
	return true;
}

bool pt_soql_check_flag(struct pt_soql_parser *p, const struct pt_soql_path *path,
			enum pt_soql_flag flag)
{
	const struct pt_soql_field *field = pt_soql_path_field(path);
	const char *what = flag == PT_SOQL_FILTER ? "filtered"
			   : flag == PT_SOQL_SORT ? "sorted"
						  : "grouped";

	if (field->flags & flag)
		return true;
	return pt_soql_refuse_at(p, &path->part[0], "INVALID_FIELD",
				 "field '%s' can not be %s in a query call", field->name, what);
}

bool pt_soql_path_same(const struct pt_soql_path *a, const struct pt_soql_path *b)
{
	return a->nstep == b->nstep && a->field == b->field && a->object[0] == b->object[0] &&
	       (a->nstep == 0 || memcmp(a->step, b->step, a->nstep * sizeof(a->step[0])) == 0);
}
