/* See classify.h. */
#include "pipeline/classify.h"

#include <stdlib.h>

#include "base/pattern.h"

struct rule {
	struct pt_pattern *type, *title, *message; /* NULL: anything */
	enum pt_failure_class class_;
};

struct pt_classifier {
	struct rule *rule;
	size_t n;
};

/* The errors that the platform is known to give, by its own titles and types. */
static const struct pt_failure_conf builtin[] = {
    {.title = "^Dependent Package Conflict$", .class_ = PT_FAILURE_DEPENDENCY},
    {.message = "(?i)required package is missing|newer version of a dependent package",
     .class_ = PT_FAILURE_DEPENDENCY},
    {.message = "(?i)package is not yet available", .class_ = PT_FAILURE_NOT_YET},
    {.title = "^(Salesforce Subscription Expired|Package Uninstalled)$",
     .class_ = PT_FAILURE_BENIGN},
    {.title = "^Unexpected (Failure|Error)$", .class_ = PT_FAILURE_TRANSIENT},
    {.title = "^Deployment Failure$", .class_ = PT_FAILURE_TRANSIENT},
    {.type = "^(LockingFailure|LimitExceeded)$", .class_ = PT_FAILURE_TRANSIENT},
    {.type = "^(ApexTestFailure|FeatureMissing|IneligibleUpgrade|PACError|DeployError)$",
     .class_ = PT_FAILURE_PERMANENT},
};

static int compile(struct pt_pattern **out, const char *text, struct pt_err *err)
{
	return text ? pt_pattern_new(out, text, err) : 0;
}

static int add_rule(struct pt_classifier *classifier, const struct pt_failure_conf *conf,
		    struct pt_err *err)
{
	struct rule *rule = &classifier->rule[classifier->n++];
	int rc = compile(&rule->type, conf->type, err);

	rule->class_ = conf->class_;
	if (rc == 0)
		rc = compile(&rule->title, conf->title, err);
	return rc < 0 ? rc : compile(&rule->message, conf->message, err);
}

int pt_classifier_new(struct pt_classifier **out, const struct pt_suite *suite, struct pt_err *err)
{
	struct pt_classifier *classifier = calloc(1, sizeof(*classifier));
	size_t n = suite->nfailure + PT_ARRAY_LEN(builtin);
	int rc = 0;

	if (classifier)
		classifier->rule = calloc(n, sizeof(*classifier->rule));
	if (!classifier || !classifier->rule)
		rc = pt_err_nomem(err);
	for (size_t i = 0; rc == 0 && i < suite->nfailure; i++)
		rc = add_rule(classifier, &suite->failure[i], err);
	for (size_t i = 0; rc == 0 && i < PT_ARRAY_LEN(builtin); i++)
		rc = add_rule(classifier, &builtin[i], err);
	if (rc < 0)
		pt_classifier_free(classifier);
	else
		*out = classifier;
	return rc;
}

void pt_classifier_free(struct pt_classifier *classifier)
{
	if (!classifier)
		return;
	for (size_t i = 0; i < classifier->n; i++) {
		pt_pattern_free(classifier->rule[i].type);
		pt_pattern_free(classifier->rule[i].title);
		pt_pattern_free(classifier->rule[i].message);
	}
	free(classifier->rule);
	free(classifier);
}

void pt_classifier_freep(struct pt_classifier **classifier)
{
	pt_classifier_free(*classifier);
}

static int agrees(bool *io, const struct pt_pattern *pattern, const char *text, struct pt_err *err)
{
	if (!*io || !pattern)
		return 0;
	return pt_pattern_match(io, NULL, pattern, text, NULL, err);
}

int pt_classify(enum pt_failure_class *out, const struct pt_classifier *classifier,
		const struct pt_push_error *error, struct pt_err *err)
{
	for (size_t i = 0; i < classifier->n; i++) {
		const struct rule *rule = &classifier->rule[i];
		bool match = true;
		int rc = agrees(&match, rule->type, error->type, err);

		if (rc == 0)
			rc = agrees(&match, rule->title, error->title, err);
		if (rc == 0)
			rc = agrees(&match, rule->message, error->message, err);
		if (rc < 0)
			return rc;
		if (match) {
			*out = rule->class_;
			return 0;
		}
	}
	*out = PT_FAILURE_TRANSIENT;
	return 0;
}
