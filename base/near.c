/* See near.h. */
#include "base/near.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { LONGEST = 40 };

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Optimal string alignment; three rows suffice, since a swap looks two back. */
static unsigned distance(const char *a, size_t na, const char *b, size_t nb)
{
	unsigned rows[3][LONGEST + 1];

	for (size_t j = 0; j <= nb; j++)
		rows[0][j] = (unsigned)j;
	for (size_t i = 1; i <= na; i++) {
		unsigned *row = rows[i % 3], *above = rows[(i + 2) % 3];

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= nb; j++) {
			unsigned best = above[j - 1] + (a[i - 1] != b[j - 1]);

			best = least(best, least(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				best = least(best, rows[(i + 1) % 3][j - 2] + 1);
			row[j] = best;
		}
	}
	return rows[na % 3][nb];
}

const char *pt_near(const char *word, const char *const *words, size_t nword)
{
	const char *nearest = NULL;
	size_t len = strlen(word);
	unsigned best = len < 4 ? 2 : 3;

	if (len == 0 || len > LONGEST)
		return NULL;
	for (size_t i = 0; i < nword; i++) {
		size_t n = words[i] ? strlen(words[i]) : 0; /* a list may have holes */

		if (n == 0 || n > LONGEST)
			continue;
		unsigned d = distance(word, len, words[i], n);

		if (d < best && d < n) {
			best = d;
			nearest = words[i];
		}
	}
	return nearest;
}

const char *pt_near_hint(char buf[PT_NEAR_TEXT], const char *word, const char *const *words,
			 size_t nword)
{
	const char *near = pt_near(word, words, nword);

	buf[0] = '\0';
	if (near)
		(void)snprintf(buf, PT_NEAR_TEXT, ", did you mean '%s'?", near);
	return buf;
}
