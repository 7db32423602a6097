/* See proof.h. */
#include "tests/simulation/harness/proof.h"

#include <string.h>

#ifdef PT_PROBES

struct mark {
	const char *name;
	uint32_t at, places;
};

#define MARK(name, n) {#name, PT_MARK_##name, n},
static const struct mark MARKS[] = {PT_MARKS(MARK)};
#undef MARK

struct defect {
	const char *name, *what;
};

#define DEFECT(name, text) {#name, text},
static const struct defect DEFECTS[] = {PT_DEFECTS(DEFECT)};
#undef DEFECT

enum { NMARKS = sizeof(MARKS) / sizeof(MARKS[0]), NDEFECTS = sizeof(DEFECTS) / sizeof(DEFECTS[0]) };

/* Places that no run can come to, and why. Bits by place. */
static const struct {
	const char *name;
	uint32_t places;
	const char *why;
} NEVER[] = {
    {"lost_in", 1U << 5 | 1U << 9, "nothing is sent by a request that runs or is done"},
    {"temporary_in", 1U << 5 | 1U << 9, "the same"},
    {"refused_in", 1U << 5 | 1U << 9, "the same"},
    {"looked_after_a_no", 0xf0f | 1U << 5 | 1U << 6 | 1U << 7,
     "of a no to adding, activating and canceling alone"},
    {"restored_in", 1U << 9, "what is done is not woken"},
    {"went_on", 1U << 0 | 1U << 5 | 1U << 6, "nothing halts before a stage or after it"},
    {"found_added", 1U << 4, "a request fails long after its jobs were added"},
    {"hours_end_in", 1U << 2, "what has an id is made already"},
    {"dropped", 1U << 0 | 1U << 4 | 1U << 5 | 1U << 7 | 1U << 8 | 1U << 9 | 1U << 10,
     "what has a job is not dropped; a base is read again where it is pushed alone"},
};

bool sim_has_probes(void)
{
	return true;
}

void sim_take_marks(struct sim_sum *sum)
{
	memcpy(sum->marks, pt_mark_count, sizeof(sum->marks));
}

/* So rare that no thousand seeds show them; cases by name must. */
static const char *const RARE[] = {"adopt_anyones", "keep_late_quiet", "late_yes"};

bool sim_defect_is_rare(const char *name)
{
	for (size_t i = 0; i < sizeof(RARE) / sizeof(RARE[0]); i++) {
		if (strcmp(RARE[i], name) == 0)
			return true;
	}
	return false;
}

static bool can_be(const char *name, uint32_t place)
{
	for (size_t i = 0; i < sizeof(NEVER) / sizeof(NEVER[0]); i++) {
		if (strcmp(NEVER[i].name, name) == 0)
			return !(NEVER[i].places >> place & 1);
	}
	return true;
}

uint32_t sim_say_marks(const struct sim_sum *sum)
{
	uint32_t nmissing = 0;

	for (size_t i = 0; i < NMARKS; i++) {
		printf("mark %s:", MARKS[i].name);
		for (uint32_t k = 0; k < MARKS[i].places; k++) {
			uint64_t n = sum->marks[MARKS[i].at + k];
			bool missing = n == 0 && can_be(MARKS[i].name, k);

			nmissing += missing;
			printf(" %llu%s", (unsigned long long)n, missing ? " (never)" : "");
		}
		putchar('\n');
	}
	return nmissing;
}

const char *sim_defect(const char **what_out, uint32_t i)
{
	if (i >= NDEFECTS)
		return NULL;
	*what_out = DEFECTS[i].what;
	return DEFECTS[i].name;
}

bool sim_switch_defect(const char *name)
{
	pt_defect = PT_DEFECT_none;
	for (size_t i = 0; name && i < NDEFECTS; i++) {
		if (strcmp(DEFECTS[i].name, name) != 0)
			continue;
		pt_defect = (enum pt_defect)(i + 1);
		return true;
	}
	return name == NULL;
}

#else

bool sim_has_probes(void)
{
	return false;
}

void sim_take_marks(struct sim_sum *sum)
{
	sum->marks[0] = 0;
}

uint32_t sim_say_marks(const struct sim_sum *sum)
{
	(void)sum;
	return 0;
}

const char *sim_defect(const char **what_out, uint32_t i)
{
	(void)i;
	*what_out = NULL;
	return NULL;
}

bool sim_defect_is_rare(const char *name)
{
	(void)name;
	return false;
}

bool sim_switch_defect(const char *name)
{
	return name == NULL;
}

#endif
