/* The draft as a suite file that says what was found, and what is to be filled in. See draft.h. */
#include <stdio.h>
#include <string.h>

#include "base/instant.h"
#include "pipeline/draft/draft.h"
#include "pipeline/draft/quote.h"

static void put(struct pt_buf *out, const char *key, const char *value)
{
	pt_buf_printf(out, ", %s: ", key);
	pt_draft_quote(out, value);
}

static void put_comment(struct pt_buf *out, const char *indent, const char *text)
{
	pt_buf_printf(out, "%s# ", indent);
	pt_draft_comment(out, text);
	pt_buf_char(out, '\n');
}

static void put_head(struct pt_buf *out, const struct pt_draft *draft, const char *schema)
{
	pt_buf_str(out, "# yaml-language-server: $schema=");
	pt_draft_comment(out, schema);
	pt_buf_str(out, "\n# What ships together, to whom, and when. Made by 'pushtrain init' from "
			"the repositories;\n"
			"# it is yours to change. 'pushtrain check' finds what is wrong with it.\n"
			"suite: ");
	pt_draft_quote(out, draft->name);
	pt_buf_printf(out, "\ntimezone: %s  # of bare dates and times of day\n\n", draft->timezone);
}

static void put_connectors(struct pt_buf *out, const char *population)
{
	pt_buf_str(out,
		   "connectors:\n"
		   "  rehearsal:              # made-up orgs, to rehearse on without credentials\n"
		   "    type: simulated\n"
		   "    population: ");
	pt_draft_quote(out, population);
	pt_buf_str(
	    out,
	    "\n"
	    "# The org that owns the packages. Secrets are never written here: they come from a\n"
	    "# command, an environment variable or a file with mode 0600. Take the '#' away,\n"
	    "# and say 'connector: hub' below.\n"
	    "#  hub:\n"
	    "#    type: salesforce\n"
	    "#    instance_url: ${PUSHTRAIN_INSTANCE_URL}\n"
	    "#    auth:              # exactly one of access_token, jwt, client_credentials, "
	    "refresh_token\n"
	    "#      access_token: { command: \"sf org auth show-access-token --json -o hub\", "
	    "json: result.accessToken }\n"
	    "#      # jwt: { client_id: \"${CLIENT_ID}\", username: release@example.com, "
	    "key: { file: key.pem } }\n\n");
}

static void put_defaults(struct pt_buf *out, const struct pt_draft *draft)
{
	pt_buf_str(out, "defaults:\n  connector: rehearsal\n");
	if (draft->common_tag) {
		pt_buf_str(out, "  tag: ");
		pt_draft_quote(out, draft->common_tag);
		pt_buf_str(out, "  # which tags are releases\n");
	}
	pt_buf_char(out, '\n');
}

/* One line, unless there are aliases, each of which says where it is from. */
static void put_package(struct pt_buf *out, const struct pt_draft *draft,
			const struct pt_draft_package *package)
{
	for (size_t i = 0; i < package->note.n; i++)
		put_comment(out, "  ", package->note.line[i]);
	for (size_t i = 0; i < package->nalias; i++) {
		pt_buf_str(out, "  # alias ");
		pt_draft_comment(out, package->alias[i].text);
		pt_buf_str(out, ": ");
		pt_draft_comment(out, package->alias[i].why);
		pt_buf_char(out, '\n');
	}
	pt_buf_str(out, "  - { name: ");
	pt_draft_quote(out, package->name);
	if (package->namespace_)
		put(out, "namespace", package->namespace_);
	put(out, "git", package->git);
	if (package->path[0])
		put(out, "path", package->path);
	for (size_t i = 0; i < package->nalias; i++) {
		pt_buf_str(out, i ? ", " : ", aliases: [");
		pt_draft_quote(out, package->alias[i].text);
	}
	if (package->nalias)
		pt_buf_char(out, ']');
	if (!draft->common_tag || strcmp(package->tag, draft->common_tag) != 0)
		put(out, "tag", package->tag);
	pt_buf_str(out, " }\n");
}

static void put_packages(struct pt_buf *out, const struct pt_draft *draft)
{
	pt_buf_str(out, "# What each needs is read from its releases. 'needs: { base: \"3.10\" }' "
			"adds to that.\n"
			"packages:\n");
	for (size_t i = 0; i < draft->npackage; i++)
		put_package(out, draft, &draft->package[i]);
	if (draft->nleft)
		pt_buf_str(out, "# Not among them:\n");
	for (size_t i = 0; i < draft->nleft; i++) {
		pt_buf_str(out, "#   ");
		pt_draft_comment(out, draft->left[i].git);
		pt_buf_str(out, ": ");
		pt_draft_comment(out, draft->left[i].why);
		pt_buf_char(out, '\n');
	}
	if (draft->external.n)
		pt_buf_str(out, "# Needed from outside the suite: orgs must have it already. If it "
				"is one of the packages\n"
				"# above by another name, put that name into its 'aliases'.\n");
	for (size_t i = 0; i < draft->external.n; i++) {
		pt_buf_str(out, "#   ");
		pt_draft_comment(out, draft->external.line[i]);
		pt_buf_char(out, '\n');
	}
	pt_buf_char(out, '\n');
}

static void put_audience(struct pt_buf *out)
{
	pt_buf_str(out,
		   "audience:\n"
		   "  exclude:\n"
		   "    - { status: [Inactive], reason: \"inactive\" }\n"
		   "#    - { file: manual-only.txt, reason: \"customer upgrades by hand\" }  # org "
		   "ids, one a line\n\n");
}

/* A major step needs more than the usual train, unless that is what waits to be shipped. */
static const char *upgrade_of(const struct pt_draft *draft, const struct pt_draft_package **why)
{
	for (size_t i = 0; i < draft->npackage; i++) {
		const struct pt_draft_package *package = &draft->package[i];

		if (package->npast > 1 && package->past_release[0]->version.part[0] >
					      package->past_release[1]->version.part[0]) {
			*why = package;
			return "major";
		}
	}
	return "minor";
}

/* The first Tuesday from that day on. */
static void tuesday(char text[16], int64_t at_ms)
{
	int64_t day = at_ms / PT_DAY_MS;

	while ((day + 3) % 7 != 1) /* day 0 was a Thursday, a week begins on Monday */
		day++;
	struct pt_civil civil = pt_civil_of_ms(day * PT_DAY_MS);

	snprintf(text, 16, "%04d-%02d-%02d", (int)civil.year, (int)civil.month, (int)civil.day);
}

static void put_trigger(struct pt_buf *out, const struct pt_draft *draft)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf pattern = PT_BUF_INIT;
	const struct pt_draft_package *leader = pt_draft_leader(draft);

	if (!leader)
		return;
	pt_tag_pattern(&pattern, leader->shape, leader->also, "id");
	pt_buf_lean(out, &pattern);
	pt_buf_str(out, "    trigger: { repo: ");
	pt_draft_quote(out, leader->git);
	put(out, "tag", pt_buf_text(&pattern));
	pt_buf_str(out, " }  # the tag that names a train\n");
}

static void put_train(struct pt_buf *out, const struct pt_draft *draft)
{
	const struct pt_draft_package *why = NULL;
	const char *upgrade = upgrade_of(draft, &why);
	char from[16], last[PT_VERSION_TEXT], before[PT_VERSION_TEXT];

	tuesday(from, draft->cut_ms);
	pt_buf_str(out, "trains:\n  biweekly:\n");
	put_trigger(out, draft);
	pt_buf_printf(out, "    upgrade: %s          # the largest step", upgrade);
	if (why)
		pt_buf_printf(out, "; minor, once %s %s is out after %s", why->name,
			      pt_version_text(last, &why->past_release[0]->version),
			      pt_version_text(before, &why->past_release[1]->version));
	pt_buf_printf(
	    out,
	    "\n    departs: { rrule: \"FREQ=WEEKLY;INTERVAL=2;BYDAY=TU\", at: \"18:00\", "
	    "from: %s }\n"
	    "    offset: 4h              # between levels of the dependency graph, at least\n",
	    from);
	pt_buf_str(
	    out,
	    "    stages:\n"
	    "#      - { name: internal, orgs: { file: our-orgs.txt }, visible: false, gate: { "
	    "success: "
	    "100% } }\n"
	    "      - { name: sandbox, orgs: { type: Sandbox }, soak: 6d, gate: { success: 97% } }\n"
	    "      - { name: pilot, orgs: { type: Production, sample: 5% }, soak: 1d, gate: { "
	    "success: "
	    "97% } }\n"
	    "      - name: production\n"
	    "        orgs: { type: Production }\n"
	    "        approval: { required: true, within: 3d }   # pushtrain approve RUN "
	    "production\n"
	    "        batches: { sizes: [10%, 30%, rest], every: 24h }\n"
	    "#        window: { local: \"22:00-05:00\", zones: { '^(EU|GER|FRA)': Europe/Berlin, "
	    "'^(AP|JPN)': Asia/Tokyo } }\n"
	    "        breaker: { failures: 10%, after: 50 }      # stops everything\n"
	    "        request_size: 200   # orgs in one push request\n"
	    "        running: 2          # of them at a time: what a bad version can reach\n"
	    "    repush: { passes: 3, after: 24h, every: 24h }  # what failed, once more\n\n");
	pt_buf_str(out,
		   "#blackouts:\n"
		   "#  - { name: year end, from: 2026-12-24, to: 2027-01-02 }\n\n"
		   "#failures:                 # the first that matches; the built-in rules come "
		   "after\n"
		   "#  - { title: '^Salesforce Subscription Expired$', class: benign }\n");
}

int pt_draft_suite_text(struct pt_buf *out, const struct pt_draft *draft, const char *population,
			const char *schema, struct pt_err *err)
{
	put_head(out, draft, schema);
	put_connectors(out, population);
	put_defaults(out, draft);
	put_packages(out, draft);
	put_audience(out);
	put_train(out, draft);
	return pt_buf_check(out, err);
}
