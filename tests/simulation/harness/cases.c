/* See cases.h. */
#include "tests/simulation/harness/cases.h"

#include <string.h>

#include "tests/simulation/harness/proof.h"

enum { LINE = 2000, MOST_DEFECTS = 100 };

/* Its part up to the next bar, without the blanks around it; *rest_io goes on after the bar. */
static char *part(char **rest_io)
{
	char *from = *rest_io + strspn(*rest_io, " ");
	char *end = from + strcspn(from, "|\n");

	*rest_io = *end == '|' ? end + 1 : end;
	while (end > from && end[-1] == ' ')
		end--;
	*end = '\0';
	return from;
}

static bool holds(struct sim_worker *w, const struct sim_case *c, bool said)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	bool good = sim_play_both(w, c, &text);

	if (said && !good)
		fputs(pt_buf_text(&text), stdout);
	return good;
}

static void mark_shown(bool *shown, const char *defect)
{
	const char *name, *what;

	for (uint32_t i = 0; i < MOST_DEFECTS && (name = sim_defect(&what, i)); i++)
		shown[i] |= strcmp(name, defect) == 0;
}

/* Those that are left to cases with names, and that none of them shows. */
static uint32_t count_unshown(const bool *shown)
{
	const char *name, *what;
	uint32_t n = 0;

	for (uint32_t i = 0; i < MOST_DEFECTS && (name = sim_defect(&what, i)); i++) {
		if (!sim_defect_is_rare(name) || shown[i])
			continue;
		printf("NO CASE SHOWS THE DEFECT %s\n", name);
		n++;
	}
	return n;
}

/* False: it is not as it should be. */
static bool play_line(struct sim_worker *w, bool *shown, char *line)
{
	const char *name = part(&line), *defect = part(&line), *text = part(&line);
	struct sim_case c;

	if (!sim_case_read(&c, text)) {
		printf("%s: that is no case\n", name);
		return false;
	}
	bool good = holds(w, &c, true), seen = true;

	if (good && sim_has_probes() && strcmp(defect, "-") != 0) {
		seen = sim_switch_defect(defect) && !holds(w, &c, false);
		(void)sim_switch_defect(NULL);
		mark_shown(shown, defect);
	}
	printf("%s: %s%s\n", name, good ? "holds" : "FAILS",
	       seen ? "" : ", AND ITS DEFECT IS NOT SEEN");
	return good && seen;
}

int sim_play_cases(const char *path)
{
	struct sim_worker w = {.quiet = true};
	char line[LINE];
	bool shown[MOST_DEFECTS] = {false};
	int n = 0, nfailed = 0;
	FILE *file = fopen(path, "r");

	if (!file || !sim_worker_begin(&w)) {
		fprintf(stderr, "simulate: %s cannot be read\n", path);
		if (file)
			(void)fclose(file);
		return 1;
	}
	while (fgets(line, sizeof(line), file)) {
		if (line[0] == '#' || line[0] == '\n')
			continue;
		n++;
		nfailed += !play_line(&w, shown, line);
	}
	(void)fclose(file);
	sim_worker_end(&w);
	printf("%d cases, %d failed\n", n, nfailed);
	return n == 0 || nfailed || count_unshown(shown);
}
