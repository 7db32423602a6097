/* See soql.h. Here: rows as records. */
#include "base/json.h"
#include "connectors/emulator/soql_query.h"

struct writer {
	struct pt_buf *out;
	void *context;
	const char *version;
	const struct pt_soql_groups *groups; /* NULL but for a grouped query */
};

static void write_key(struct writer *w, const char *key)
{
	pt_buf_char(w->out, ',');
	pt_json_quote(w->out, key);
	pt_buf_char(w->out, ':');
}

static void write_attributes(struct writer *w, const struct pt_soql_object *object, uint32_t row)
{
	char room[PT_SOQL_TEXT];
	struct pt_soql_value id = object->value(w->context, row, 0, room);

	pt_buf_printf(w->out,
		      "\"attributes\":{\"type\":\"%s\",\"url\":\"/services/data/v%s/sobjects/%s/"
		      "%s\"}",
		      object->name, w->version, object->name, id.null ? "" : id.text);
}

static void write_records(struct writer *w, const struct pt_soql_select *select,
			  const struct pt_soql_rows *rows, size_t from, size_t n);

static void write_children(struct writer *w, const struct pt_soql_select *children,
			   const struct pt_soql_object *parent, uint32_t row)
{
	struct pt_soql_rows rows = {.at = NULL};
	char room[PT_SOQL_TEXT];
	struct pt_soql_value id = parent->value(w->context, row, 0, room);

	if (!id.null && !pt_soql_find_rows(&rows, children, w->context, id.text))
		w->out->failed = true;
	pt_soql_cut(&rows, children);
	if (rows.n == 0) {
		pt_buf_str(w->out, "null");
	} else {
		pt_buf_printf(w->out, "{\"totalSize\":%zu,\"done\":true,\"records\":[", rows.n);
		write_records(w, children, &rows, 0, rows.n);
		pt_buf_str(w->out, "]}");
	}
	pt_soql_rows_release(&rows);
}

static void write_record(struct writer *w, const struct pt_soql_object *object,
			 const struct pt_soql_column *column, uint32_t row);

static void write_column(struct writer *w, const struct pt_soql_object *object,
			 const struct pt_soql_column *column, uint32_t row)
{
	char room[PT_SOQL_TEXT];
	struct pt_soql_value value;
	uint32_t parent_row;

	write_key(w, column->key);
	if (column->item) {
		write_children(w, column->item->children, object, row);
	} else if (!column->parent) {
		value = object->value(w->context, row, column->field, room);
		pt_soql_value_json(w->out, object->field[column->field].type, &value);
	} else if (pt_soql_parent(&parent_row, object, column->field, column->parent, w->context,
				  row)) {
		write_record(w, column->parent, column->first, parent_row);
	} else {
		pt_buf_str(w->out, "null");
	}
}

static void write_record(struct writer *w, const struct pt_soql_object *object,
			 const struct pt_soql_column *column, uint32_t row)
{
	pt_buf_char(w->out, '{');
	write_attributes(w, object, row);
	for (; column; column = column->next)
		write_column(w, object, column, row);
	pt_buf_char(w->out, '}');
}

static void write_group(struct writer *w, const struct pt_soql_column *column, uint32_t group)
{
	char room[PT_SOQL_TEXT];

	pt_buf_str(w->out, "{\"attributes\":{\"type\":\"AggregateResult\"}");
	for (; column; column = column->next) {
		const struct pt_soql_expr *expr = &column->item->expr;
		struct pt_soql_value value = pt_soql_group_value(w->groups, group, expr, room);

		write_key(w, column->key);
		pt_soql_value_json(w->out, pt_soql_expr_type(expr), &value);
	}
	pt_buf_char(w->out, '}');
}

static void write_records(struct writer *w, const struct pt_soql_select *select,
			  const struct pt_soql_rows *rows, size_t from, size_t n)
{
	for (size_t i = from; i < rows->n && i - from < n && !w->out->failed; i++) {
		if (i > from)
			pt_buf_char(w->out, ',');
		if (pt_soql_is_grouped(select))
			write_group(w, select->column, rows->at[i]);
		else
			write_record(w, select->object, select->column, rows->at[i]);
	}
}

void pt_soql_write(struct pt_buf *out, const struct pt_soql_result *result, size_t from, size_t n,
		   const char *version)
{
	struct writer w = {out, result->query->schema.context, version, result->groups};

	write_records(&w, &result->query->select, &result->rows, from, n);
}
