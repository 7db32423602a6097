/* A few hundred orgs to rehearse on, with whole sets of packages. See draft.h. */
#include <string.h>

#include "pipeline/draft/draft.h"
#include "pipeline/draft/quote.h"

enum { BUNDLES_MAX = 3 };

/* A package with all it needs, or ever needed. */
static void close_over(bool *in, const struct pt_draft *draft, size_t at)
{
	bool moved = true;

	in[at] = true;
	while (moved) {
		moved = false;
		for (size_t i = 0; i < draft->npackage; i++) {
			for (size_t k = 0; in[i] && k < draft->npackage; k++) {
				moved |= draft->package[i].needed[k] && !in[k];
				in[k] |= draft->package[i].needed[k];
			}
		}
	}
}

static void put_bundle(struct pt_buf *out, const struct pt_draft *draft, const bool *in,
		       const char *share)
{
	const char *comma = "";

	pt_buf_str(out, "  - { packages: [");
	for (size_t i = 0; i < draft->npackage; i++) {
		if (!in[i])
			continue;
		pt_buf_str(out, comma);
		pt_draft_quote(out, draft->package[i].name);
		comma = ", ";
	}
	pt_buf_printf(out, "], share: %s }\n", share);
}

/* Some orgs have no more than what one of the packages on top needs. */
static int put_bundles(struct pt_buf *out, const struct pt_draft *draft, struct pt_err *err)
{
	static const char *const shares[BUNDLES_MAX] = {"20%", "15%", "10%"};
	PT_CLEANUP(pt_arena_release) struct pt_arena arena = PT_ARENA_INIT;
	size_t n = draft->npackage, nbundle = 0;
	bool *before[BUNDLES_MAX];

	for (size_t i = n; i > 0 && nbundle < BUNDLES_MAX; i--) {
		bool *in = pt_arena_alloc(&arena, n + 1, sizeof(*in));
		size_t size = 0, k = 0;

		if (!in)
			return pt_err_nomem(err);
		close_over(in, draft, i - 1);
		for (size_t p = 0; p < n; p++)
			size += in[p];
		while (k < nbundle && memcmp(before[k], in, n * sizeof(*in)) != 0)
			k++;
		if (size == n || k < nbundle)
			continue;
		put_bundle(out, draft, in, shares[nbundle]);
		before[nbundle++] = in;
	}
	pt_buf_str(out, "  - { packages: all, share: rest }\n");
	return 0;
}

int pt_draft_population_text(struct pt_buf *out, const struct pt_draft *draft, struct pt_err *err)
{
	pt_buf_str(
	    out,
	    "# The orgs of a rehearsal, made up: how many there are, what they have, and what "
	    "goes wrong\n"
	    "# there. To rehearse on your own: 'pushtrain snapshot -o orgs.snapshot', and here "
	    "'snapshot: orgs.snapshot'.\n"
	    "seed: 1              # the same seed, the same orgs and the same luck\n"
	    "orgs: 1000\n"
	    "sandboxes: 30%\n"
	    "opted_out: 1%        # block push upgrades\n"
	    "bundles:             # what orgs have together\n");
	int rc = put_bundles(out, draft, err);

	pt_buf_str(out,
		   "installed: { at_target: 3%, previous: rest, older: { share: 10%, releases: "
		   "2..4 } }\n"
		   "failures:\n"
		   "  transient: 3%      # of pushes: another attempt may do\n"
		   "  permanent: 0.3%    # of each package's orgs: fails every time\n"
		   "latencies:\n"
		   "  start_delay: { typical: 10m, max: 2h }\n"
		   "  job_duration: { typical: 4m, max: 45m }\n");
	return rc < 0 ? rc : pt_buf_check(out, err);
}
