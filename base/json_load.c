/* See json_load.h. */
#include "base/json_load.h"

#include <setjmp.h>
#include <stdlib.h>

#include "base/err.h"

/* What jansson took since it began to read, so that all of it can be given back. */
struct load {
	void **block; /* owned; in the order they were taken; NULL: given back since */
	size_t n, cap;
	jmp_buf out;
};

/* Of this thread; NULL: it reads nothing. */
static _Thread_local struct load *loading;

/* What blocks are taken and given back with. */
static json_malloc_t plain_take = malloc;
static json_free_t plain_give = free;

static int note(struct load *load, void *block)
{
	if (load->n == load->cap) {
		size_t cap = load->cap ? 2 * load->cap : 256;
		void **grown = (void **)realloc((void *)load->block, cap * sizeof(*grown));

		if (!grown)
			return -PT_E_NOMEM;
		load->block = grown;
		load->cap = cap;
	}
	load->block[load->n++] = block;
	return 0;
}

static void *take(size_t size_bytes)
{
	struct load *load = loading;
	void *block = plain_take(size_bytes);

	if (!load || (block && note(load, block) == 0))
		return block;
	plain_give(block);
	longjmp(load->out, 1);
}

/* Most are given back soon: the last ones are looked at first. */
static void give(void *block)
{
	struct load *load = loading;
	size_t i = load ? load->n : 0;

	while (i > 0 && load->block[i - 1] != block)
		i--;
	if (block && i > 0)
		load->block[i - 1] = NULL;
	while (load && load->n > 0 && !load->block[load->n - 1])
		load->n--;
	plain_give(block);
}

static int read_value(struct load *load, json_t **out, const char *data, size_t size_bytes,
		      size_t flags, json_error_t *why)
{
	if (setjmp(load->out) == 0) {
		json_t *root = json_loadb(data, size_bytes, flags, why);

		if (root)
			*out = root;
		return root ? 0 : -PT_E_SYNTAX;
	}
	for (size_t i = 0; i < load->n; i++)
		plain_give(load->block[i]);
	return -PT_E_NOMEM;
}

/* Jansson's allocator is the process's: put in place once, it asks whether its thread reads. */
static void stand_before_the_allocator(void)
{
	json_malloc_t is_take;
	json_free_t is_give;

	json_get_alloc_funcs(&is_take, &is_give);
	if (is_take == take)
		return;
	plain_take = is_take;
	plain_give = is_give;
	json_set_alloc_funcs(take, give);
}

int pt_json_load(json_t **out, const char *data, size_t size_bytes, size_t flags, json_error_t *why)
{
	struct load load = {.block = NULL};
	int rc;

	stand_before_the_allocator();
	loading = &load;
	rc = read_value(&load, out, data, size_bytes, flags, why);
	loading = NULL;
	free((void *)load.block);
	return rc;
}
