/*
 * Allocations that fail, one after the other: an operation is done again and again,
 * each time with the next allocation failing, once alone and once with all that come
 * after it. It must end in PT_E_NOMEM or as if nothing had failed, and give back all
 * it took.
 *
 *     static int parse(uint64_t *result_out, void *context, struct pt_err *err) { ... }
 *     survives("a suite file", parse, &file);
 *
 * Programs named test_alloc_* are linked so that the allocations of our own libraries
 * come here; jansson and SQLite are told to, and PCRE2 and libyaml, which cannot be
 * told, fail where they are called. Of many a sample is tried; PT_EVERY_ALLOCATION=1
 * tries every one, =10 every tenth; PT_ALLOCATION=7 tries the seventh alone.
 */
#ifndef PT_TESTS_UNIT_ALLOC_FIXTURE_H
#define PT_TESTS_UNIT_ALLOC_FIXTURE_H

#include "tests/test.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <dirent.h>
#include <jansson.h>
#include <pcre2.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/rng.h"

enum { ALLOC_SAMPLE = 1500 };

static struct {
	bool armed, for_ever;
	uint64_t nth;            /* the one that fails, from 1 */
	uint64_t nseen, nfailed; /* since it was armed */
	_Atomic int64_t nlive;   /* blocks that were taken and not given back */
} alloc;

static inline bool alloc_fails(void)
{
	if (!alloc.armed)
		return false;
	alloc.nseen++;
	if (alloc.nseen != alloc.nth && (alloc.nseen < alloc.nth || !alloc.for_ever))
		return false;
	alloc.nfailed++;
	return true;
}

static inline void *alloc_taken(void *block)
{
	alloc.nlive += block != NULL;
	return block;
}

/* The linker's names. NOLINTBEGIN(cert-dcl51-cpp) */
void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *block, size_t size);
void __real_free(void *block);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t n);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *block, size_t size);
void __wrap_free(void *block);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t n);

void *__wrap_malloc(size_t size)
{
	return alloc_fails() ? NULL : alloc_taken(__real_malloc(size));
}

void *__wrap_calloc(size_t n, size_t size)
{
	return alloc_fails() ? NULL : alloc_taken(__real_calloc(n, size));
}

void *__wrap_realloc(void *block, size_t size)
{
	bool fresh = block == NULL;
	void *grown = alloc_fails() ? NULL : __real_realloc(block, size);

	alloc.nlive += fresh && grown;
	return grown;
}

void __wrap_free(void *block)
{
	alloc.nlive -= block != NULL;
	__real_free(block);
}

char *__wrap_strdup(const char *text)
{
	return alloc_fails() ? NULL : alloc_taken(__real_strdup(text));
}

char *__wrap_strndup(const char *text, size_t n)
{
	return alloc_fails() ? NULL : alloc_taken(__real_strndup(text, n));
}

/* What it allocates in the C library and is freed by us. */
ssize_t __real_getline(char **line, size_t *cap, FILE *file);
ssize_t __wrap_getline(char **line, size_t *cap, FILE *file);

ssize_t __wrap_getline(char **line, size_t *cap, FILE *file)
{
	bool fresh = *line == NULL;
	ssize_t got = __real_getline(line, cap, file);

	alloc.nlive += fresh && *line;
	return got;
}

/* An arena asks for memory once for many things; here it may fail for each of them. */
void *__real_pt_arena_alloc(struct pt_arena *arena, size_t count, size_t size_bytes);
void *__wrap_pt_arena_alloc(struct pt_arena *arena, size_t count, size_t size_bytes);
char *__real_pt_arena_strndup(struct pt_arena *arena, const char *text, size_t len);
char *__wrap_pt_arena_strndup(struct pt_arena *arena, const char *text, size_t len);
char *__wrap_pt_arena_strdup(struct pt_arena *arena, const char *text);
char *__wrap_pt_arena_printf(struct pt_arena *arena, const char *fmt, ...) PT_PRINTF(2, 3);

void *__wrap_pt_arena_alloc(struct pt_arena *arena, size_t count, size_t size_bytes)
{
	return alloc_fails() ? NULL : __real_pt_arena_alloc(arena, count, size_bytes);
}

char *__wrap_pt_arena_strndup(struct pt_arena *arena, const char *text, size_t len)
{
	return alloc_fails() ? NULL : __real_pt_arena_strndup(arena, text, len);
}

char *__wrap_pt_arena_strdup(struct pt_arena *arena, const char *text)
{
	return __wrap_pt_arena_strndup(arena, text, strlen(text));
}

char *__wrap_pt_arena_printf(struct pt_arena *arena, const char *fmt, ...)
{
	char text[8192];
	va_list args;

	va_start(args, fmt);
	int n = vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	assert_true(n >= 0 && (size_t)n < sizeof(text));
	return __wrap_pt_arena_strndup(arena, text, (size_t)n);
}

/* PCRE2 takes its memory where we cannot see it. */
pcre2_code *__real_pcre2_compile_8(PCRE2_SPTR8 text, PCRE2_SIZE len, uint32_t options, int *code,
				   PCRE2_SIZE *at, pcre2_compile_context *context);
pcre2_code *__wrap_pcre2_compile_8(PCRE2_SPTR8 text, PCRE2_SIZE len, uint32_t options, int *code,
				   PCRE2_SIZE *at, pcre2_compile_context *context);
pcre2_match_data *__real_pcre2_match_data_create_from_pattern_8(const pcre2_code *code,
								pcre2_general_context *context);
pcre2_match_data *__wrap_pcre2_match_data_create_from_pattern_8(const pcre2_code *code,
								pcre2_general_context *context);
int __real_pcre2_match_8(const pcre2_code *code, PCRE2_SPTR8 subject, PCRE2_SIZE len,
			 PCRE2_SIZE start, uint32_t options, pcre2_match_data *match,
			 pcre2_match_context *context);
int __wrap_pcre2_match_8(const pcre2_code *code, PCRE2_SPTR8 subject, PCRE2_SIZE len,
			 PCRE2_SIZE start, uint32_t options, pcre2_match_data *match,
			 pcre2_match_context *context);

pcre2_code *__wrap_pcre2_compile_8(PCRE2_SPTR8 text, PCRE2_SIZE len, uint32_t options, int *code,
				   PCRE2_SIZE *at, pcre2_compile_context *context)
{
	if (!alloc_fails())
		return __real_pcre2_compile_8(text, len, options, code, at, context);
	*code = PCRE2_ERROR_HEAP_FAILED;
	return NULL;
}

pcre2_match_data *__wrap_pcre2_match_data_create_from_pattern_8(const pcre2_code *code,
								pcre2_general_context *context)
{
	return alloc_fails() ? NULL : __real_pcre2_match_data_create_from_pattern_8(code, context);
}

int __wrap_pcre2_match_8(const pcre2_code *code, PCRE2_SPTR8 subject, PCRE2_SIZE len,
			 PCRE2_SIZE start, uint32_t options, pcre2_match_data *match,
			 pcre2_match_context *context)
{
	return alloc_fails()
		   ? PCRE2_ERROR_NOMEMORY
		   : __real_pcre2_match_8(code, subject, len, start, options, match, context);
}

/* So does libyaml. */
int __real_yaml_parser_initialize(yaml_parser_t *parser);
int __wrap_yaml_parser_initialize(yaml_parser_t *parser);
int __real_yaml_parser_parse(yaml_parser_t *parser, yaml_event_t *event);
int __wrap_yaml_parser_parse(yaml_parser_t *parser, yaml_event_t *event);

int __wrap_yaml_parser_initialize(yaml_parser_t *parser)
{
	return alloc_fails() ? 0 : __real_yaml_parser_initialize(parser);
}

int __wrap_yaml_parser_parse(yaml_parser_t *parser, yaml_event_t *event)
{
	if (!alloc_fails())
		return __real_yaml_parser_parse(parser, event);
	memset(event, 0, sizeof(*event));
	parser->error = YAML_MEMORY_ERROR;
	return 0;
}

/* NOLINTEND(cert-dcl51-cpp) */

/* SQLite wants to know how large a block is. */
static inline void *alloc_sqlite_malloc(int size)
{
	uint64_t *block = __wrap_malloc((size_t)size + sizeof(*block));

	if (!block)
		return NULL;
	*block = (uint64_t)size;
	return block + 1;
}

static inline void alloc_sqlite_free(void *block)
{
	__wrap_free(block ? (uint64_t *)block - 1 : NULL);
}

static inline void *alloc_sqlite_realloc(void *block, int size)
{
	uint64_t *grown = __wrap_realloc((uint64_t *)block - 1, (size_t)size + sizeof(*grown));

	if (!grown)
		return NULL;
	*grown = (uint64_t)size;
	return grown + 1;
}

static inline int alloc_sqlite_size(void *block)
{
	return block ? (int)((uint64_t *)block)[-1] : 0;
}

static inline int alloc_sqlite_roundup(int size)
{
	return (size + 7) / 8 * 8;
}

static inline int alloc_sqlite_init(void *context)
{
	(void)context;
	return SQLITE_OK;
}

static inline void alloc_sqlite_shutdown(void *context)
{
	(void)context;
}

/* jansson's and SQLite's memory is ours as well; before either is used. */
static inline int alloc_take_libraries(void **state)
{
	static const sqlite3_mem_methods methods = {
	    alloc_sqlite_malloc,  alloc_sqlite_free, alloc_sqlite_realloc,  alloc_sqlite_size,
	    alloc_sqlite_roundup, alloc_sqlite_init, alloc_sqlite_shutdown, NULL};

	(void)state;
	json_set_alloc_funcs(__wrap_malloc, __wrap_free);
	assert_int_equal(sqlite3_config(SQLITE_CONFIG_MALLOC, &methods), SQLITE_OK);
	assert_int_equal(sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0), SQLITE_OK);
	assert_int_equal(sqlite3_initialize(), SQLITE_OK);
	return 0;
}

/*
 * What is tried. It frees whatever it made, and tells what came out of it by a number
 * that depends on nothing else: see alloc_result().
 */
typedef int alloc_operation(uint64_t *result_out, void *context, struct pt_err *err);

/* Takes a text into the result. */
static inline void alloc_result(uint64_t *result, const char *text)
{
	*result = pt_rng_mix_text(*result, text, strlen(text));
}

struct alloc_outcome {
	int rc;
	uint64_t result;
};

static inline struct alloc_outcome alloc_try(const char *what, alloc_operation *operation,
					     void *context, uint64_t nth, bool for_ever)
{
	struct pt_err err = PT_ERR_INIT;
	struct alloc_outcome out = {.rc = 0};
	int64_t before = alloc.nlive;

	alloc.nseen = alloc.nfailed = 0;
	alloc.nth = nth;
	alloc.for_ever = for_ever;
	alloc.armed = true;
	out.rc = operation(&out.result, context, &err);
	alloc.armed = false;
	if (alloc.nlive != before)
		fail_msg("%s: allocation %llu failed%s: %lld blocks were not given back (%s)", what,
			 (unsigned long long)nth, for_ever ? " and all after it" : "",
			 (long long)(alloc.nlive - before), err.text);
	if (out.rc < 0 && (err.code != (enum pt_errc) - out.rc || !err.text[0]))
		fail_msg("%s: allocation %llu failed: returned %d, the error is %d '%s'", what,
			 (unsigned long long)nth, out.rc, (int)err.code, err.text);
	if (out.rc < 0 && out.rc != -PT_E_NOMEM)
		out.result = (uint64_t)err.code;
	if (alloc.nfailed && out.rc < 0 && out.rc != -PT_E_NOMEM)
		print_message("%s: allocation %llu: %s\n", what, (unsigned long long)nth, err.text);
	return out;
}

/* Of so many, every how manieth is tried. */
static inline uint64_t alloc_stride(uint64_t n, uint64_t sample)
{
	const char *every = getenv("PT_EVERY_ALLOCATION");
	uint64_t wanted = every ? strtoull(every, NULL, 10) : 0;

	if (getenv("PT_ALLOCATION"))
		return n;
	if (wanted > 0)
		return wanted;
	return n <= sample ? 1 : n / sample;
}

/* The first to be tried. */
static inline uint64_t alloc_first(void)
{
	const char *one = getenv("PT_ALLOCATION");

	return one ? strtoull(one, NULL, 10) : 1;
}

static inline void survives_sampled(const char *what, alloc_operation *operation, void *context,
				    uint64_t sample)
{
	/* What is made once and kept is there before anything is counted. */
	struct pt_err err = PT_ERR_INIT;
	uint64_t ignored = 0, ntried = 0;

	(void)!operation(&ignored, context, &err);
	const struct alloc_outcome expected =
	    alloc_try(what, operation, context, UINT64_MAX, false);
	uint64_t n = alloc.nseen, stride = alloc_stride(n, sample);

	for (uint64_t nth = alloc_first(); nth <= n; nth += stride, ntried++) {
		for (int for_ever = 0; for_ever < 2; for_ever++) {
			struct alloc_outcome got =
			    alloc_try(what, operation, context, nth, for_ever);

			if (got.rc == -PT_E_NOMEM ||
			    (got.rc == expected.rc && got.result == expected.result))
				continue;
			fail_msg("%s: allocation %llu of %llu failed%s: ended with %d, result "
				 "%llx, expected %d, %llx or out of memory",
				 what, (unsigned long long)nth, (unsigned long long)n,
				 for_ever ? " and all after it" : "", got.rc,
				 (unsigned long long)got.result, expected.rc,
				 (unsigned long long)expected.result);
		}
	}
	print_message("%s: %llu allocations, %llu of them failed once and for ever\n", what,
		      (unsigned long long)n, (unsigned long long)ntried);
}

/* Every entry of a folder of cases; returns how many there were. */
static inline unsigned alloc_each(const char *path, void (*one)(const char *name))
{
	DIR *folder = opendir(path);
	unsigned n = 0;

	assert_non_null(folder);
	for (struct dirent *entry; (entry = readdir(folder));) {
		if (entry->d_name[0] == '.')
			continue;
		one(entry->d_name);
		n++;
	}
	assert_int_equal(closedir(folder), 0);
	return n;
}

static inline void survives(const char *what, alloc_operation *operation, void *context)
{
	survives_sampled(what, operation, context, ALLOC_SAMPLE);
}

#endif
