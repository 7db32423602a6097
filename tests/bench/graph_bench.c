/*
 * The graph library's side of tests/bench/graph, on edge lists as tsort reads them:
 * pairs of words, "a b" for "a comes before b", "a a" for a node and no edge.
 *
 *     graph_bench random NNODE NEDGE SEED    writes an edge list without a cycle
 *     graph_bench chain NNODE                writes one path through all nodes
 *     graph_bench order FILE                 reads an edge list, writes an order
 *
 * `order` says on standard error what took how long.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/intern.h"
#include "base/rng.h"
#include "graph/graph.h"

enum { BLOCK_BYTES = 1 << 20, NWORD = 1024 };

struct edges {
	struct pt_edge *item; /* owned */
	size_t n, cap;
};

static int add_edge(struct edges *edges, uint32_t from, uint32_t to, struct pt_err *err)
{
	if (edges->n == edges->cap) {
		size_t cap = edges->cap ? 2 * edges->cap : 1 << 16;
		struct pt_edge *grown = realloc(edges->item, cap * sizeof(*grown));

		if (!grown)
			return pt_err_nomem(err);
		edges->item = grown;
		edges->cap = cap;
	}
	edges->item[edges->n++] = (struct pt_edge){.from = from, .to = to};
	return 0;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* Words of a file, read block by block; a word may cross the end of one. */
struct words {
	const char *path;
	int fd;
	bool ended;
	char *block; /* owned, cap bytes */
	size_t at, end, cap;
};

/* More of the file behind what is left of the block from `keep` on, which moves to its begin. */
static int refill(struct words *in, size_t keep, struct pt_err *err)
{
	size_t left = in->end - keep;

	if (keep == 0 && in->end == in->cap) {
		char *grown = realloc(in->block, 2 * in->cap);

		if (!grown)
			return pt_err_nomem(err);
		in->block = grown;
		in->cap *= 2;
	}
	memmove(in->block, in->block + keep, left);
	ssize_t got = read(in->fd, in->block + left, in->cap - left);

	if (got < 0)
		return pt_err_io(err, errno, "cannot read '%s'", in->path);
	in->ended = got == 0;
	in->at -= keep;
	in->end = left + (size_t)got;
	return 0;
}

/* The words that stand whole in the block from where it was read to, at most NWORD. */
static size_t split(struct pt_word *out, struct words *in)
{
	const char *at = in->block + in->at, *end = in->block + in->end;
	size_t n = 0;

	while (n < NWORD) {
		while (at < end && is_blank(*at))
			at++;
		const char *begin = at;

		while (at < end && !is_blank(*at))
			at++;
		if (at == end && !in->ended)
			at = begin;
		if (at == begin)
			break;
		out[n++] = (struct pt_word){begin, (size_t)(at - begin)};
	}
	in->at = (size_t)(at - in->block);
	return n;
}

/* The next words, borrowed until the next call; none at the end of the file. */
static int next_words(struct pt_word *out, size_t *n_out, struct words *in, struct pt_err *err)
{
	int rc = 0;

	*n_out = split(out, in);
	while (rc == 0 && *n_out == 0 && !in->ended) {
		rc = refill(in, in->at, err);
		if (rc == 0)
			*n_out = split(out, in);
	}
	return rc;
}

static int read_edges(struct edges *edges, struct pt_intern *names, struct words *in,
		      struct pt_err *err)
{
	struct pt_word word[NWORD];
	uint32_t node[NWORD + 1]; /* the first: left over from the words before */
	size_t nleft = 0, n;
	int rc = next_words(word, &n, in, err);

	while (rc == 0 && n > 0) {
		size_t i = 0, nnode = nleft + n;

		rc = pt_intern_put_words(node + nleft, names, word, n, err);
		/* Number 0 is the empty text. */
		for (; rc == 0 && i + 1 < nnode; i += 2) {
			if (node[i] != node[i + 1])
				rc = add_edge(edges, node[i + 1] - 1, node[i] - 1, err);
		}
		if (rc < 0)
			break;
		nleft = nnode % 2;
		node[0] = node[nnode - 1];
		rc = next_words(word, &n, in, err);
	}
	return rc == 0 && nleft
		   ? pt_err_set(err, PT_E_SYNTAX, "'%s': a word without another", in->path)
		   : rc;
}

static int load(struct edges *edges, struct pt_intern *names, const char *path, struct pt_err *err)
{
	struct words in = {.path = path, .fd = open(path, O_RDONLY), .cap = BLOCK_BYTES};
	int rc;

	if (in.fd < 0)
		return pt_err_io(err, errno, "cannot open '%s'", path);
	in.block = malloc(in.cap);
	rc = in.block ? read_edges(edges, names, &in, err) : pt_err_nomem(err);
	free(in.block);
	close(in.fd);
	return rc;
}

static int print_order(const uint32_t *order, uint32_t nnode, const struct pt_intern *names,
		       struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;

	for (uint32_t i = 0; i < nnode; i++) {
		pt_buf_str(&out, pt_intern_text(names, order[i] + 1));
		pt_buf_char(&out, '\n');
		if (out.len < BLOCK_BYTES && i + 1 < nnode)
			continue;
		if (pt_buf_check(&out, err) < 0)
			return -PT_E_NOMEM;
		if (fwrite(out.data, 1, out.len, stdout) != out.len)
			return pt_err_io(err, errno, "cannot write");
		pt_buf_clear(&out);
	}
	return fflush(stdout) == 0 ? 0 : pt_err_io(err, errno, "cannot write");
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static int order_file(const char *path, struct pt_err *err)
{
	PT_CLEANUP(pt_graph_freep) struct pt_graph *graph = NULL;
	struct pt_intern *names = NULL;
	struct edges edges = {.item = NULL};
	uint32_t *order = NULL, nnode = 0;
	double mark[5] = {now()};
	int rc = pt_intern_new(&names, err);

	if (rc == 0)
		rc = load(&edges, names, path, err);
	mark[1] = now();
	if (rc == 0) {
		nnode = pt_intern_count(names) - 1;
		rc = pt_graph_new(&graph, nnode, edges.item, edges.n, err);
	}
	free(edges.item);
	mark[2] = now();
	order = calloc((size_t)nnode + 1, sizeof(*order));
	if (rc == 0)
		rc = order ? pt_graph_order(order, graph, err) : pt_err_nomem(err);
	mark[3] = now();
	if (rc == 0)
		rc = print_order(order, nnode, names, err);
	mark[4] = now();
	fprintf(stderr, "read %.3f, build %.3f, order %.3f, write %.3f seconds\n",
		mark[1] - mark[0], mark[2] - mark[1], mark[3] - mark[2], mark[4] - mark[3]);
	free(order);
	pt_intern_free(names);
	return rc;
}

/* Every node is in an edge; names tell nothing of the order. */
static int write_random(uint64_t nnode, uint64_t nedge, uint64_t seed, struct pt_err *err)
{
	uint32_t *name = nnode < UINT32_MAX ? calloc(nnode + 1, sizeof(*name)) : NULL;

	if (!name)
		return pt_err_nomem(err);
	for (uint32_t i = 0; i < nnode; i++) {
		uint64_t j = pt_rng_below(pt_rng_mix(seed, i), i + 1);

		name[i] = name[j];
		name[j] = i;
	}
	for (uint64_t i = 0; i < nedge; i++) {
		uint64_t key = pt_rng_mix(~seed, i);
		uint64_t a = i < nnode ? i : pt_rng_below(pt_rng_mix(key, 0), nnode);
		uint64_t b = pt_rng_below(pt_rng_mix(key, 1), nnode - 1);

		b += b >= a;
		printf("n%u n%u\n", name[a < b ? a : b], name[a < b ? b : a]);
	}
	free(name);
	return fflush(stdout) == 0 ? 0 : pt_err_io(err, errno, "cannot write");
}

static int write_chain(uint64_t nnode, struct pt_err *err)
{
	for (uint64_t i = 1; i < nnode; i++)
		printf("n%llu n%llu\n", (unsigned long long)(i - 1), (unsigned long long)i);
	return fflush(stdout) == 0 ? 0 : pt_err_io(err, errno, "cannot write");
}

/* 0 for anything but a number that a graph can have. */
static uint64_t number(const char *text)
{
	char *end;
	unsigned long long n = strtoull(text, &end, 10);

	return *end == '\0' && n < UINT32_MAX ? n : 0;
}

int main(int argc, char **argv)
{
	const char *mode = argc > 1 ? argv[1] : "";
	struct pt_err err = PT_ERR_INIT;
	int rc;

	if (strcmp(mode, "random") == 0 && argc == 5 && number(argv[2]) > 1)
		rc = write_random(number(argv[2]), number(argv[3]), number(argv[4]), &err);
	else if (strcmp(mode, "chain") == 0 && argc == 3)
		rc = write_chain(number(argv[2]), &err);
	else if (strcmp(mode, "order") == 0 && argc == 3)
		rc = order_file(argv[2], &err);
	else
		rc = pt_err_set(&err, PT_E_USAGE,
				"expected random NNODE NEDGE SEED, chain NNODE or order FILE");
	if (rc < 0)
		fprintf(stderr, "graph_bench: %s\n", err.text);
	return rc < 0;
}
