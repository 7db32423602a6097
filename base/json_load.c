/* See json_load.h. */
#include "base/json_load.h"

#include <setjmp.h>
#include <stdlib.h>

#include "base/err.h"

/* What jansson took since it began to read, so that all of it can be given back. */
struct load {
	void **block; /* owned; in the order they were taken; NULL: given back since */
	size_t n, cap;
	json_malloc_t take; /* what they are taken and given back with */
	json_free_t give;
	jmp_buf out;
};

static _Thread_local struct load *loading;

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
	void *block = load->take(size_bytes);

	if (block && note(load, block) == 0)
		return block;
	load->give(block);
	longjmp(load->out, 1);
}

/* Most are given back soon: the last ones are looked at first. */
static void give(void *block)
{
	struct load *load = loading;
	size_t i = load->n;

	while (i > 0 && load->block[i - 1] != block)
		i--;
	if (block && i > 0)
		load->block[i - 1] = NULL;
	while (load->n > 0 && !load->block[load->n - 1])
		load->n--;
	load->give(block);
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
		load->give(load->block[i]);
	return -PT_E_NOMEM;
}

int pt_json_load(json_t **out, const char *data, size_t size_bytes, size_t flags, json_error_t *why)
{
	struct load load = {.block = NULL};
	int rc;

	json_get_alloc_funcs(&load.take, &load.give);
	loading = &load;
	json_set_alloc_funcs(take, give);
	rc = read_value(&load, out, data, size_bytes, flags, why);
	json_set_alloc_funcs(load.take, load.give);
	loading = NULL;
	free((void *)load.block);
	return rc;
}
