/* See messages.h. */
#include "connectors/push/simulated/messages.h"

#include <stdio.h>

#include "base/attr.h"
#include "base/rng.h"

struct pt_sim_words pt_sim_refusal_words(enum pt_refusal refusal)
{
	static const struct pt_sim_words WORDS[PT_REFUSAL_NREASON] = {
	    [PT_REFUSAL_NONE] = {"", ""},
	    [PT_REFUSAL_VERSION_UNKNOWN] = {"INVALID_CROSS_REFERENCE_KEY",
					    "no package version has this PackageVersionId"},
	    [PT_REFUSAL_VERSION_BETA] = {"INVALID_OPERATION",
					 "A beta version of a package cannot be pushed."},
	    [PT_REFUSAL_VERSION_DEPRECATED] = {"INVALID_OPERATION",
					       "A deprecated version of a package cannot be "
					       "pushed."},
	    [PT_REFUSAL_REQUEST_UNKNOWN] = {"INVALID_CROSS_REFERENCE_KEY",
					    "no push request has this id"},
	    [PT_REFUSAL_ADD] = {"INVALID_OPERATION",
				"Push jobs can be added only while the push request is Created."},
	    [PT_REFUSAL_ACTIVATE] = {"INVALID_STATUS",
				     "Only a push request that is Created can become Pending."},
	    [PT_REFUSAL_CANCEL] = {"INVALID_STATUS",
				   "Only a push request that is Created or Pending can be "
				   "canceled."},
	};

	return WORDS[refusal];
}

struct pt_sim_words pt_sim_add_words(enum pt_platform_add result)
{
	static const struct pt_sim_words WORDS[] = {
	    [PT_PLATFORM_ADDED] = {"", ""},
	    [PT_PLATFORM_DUPLICATE] = {"DUPLICATE_VALUE",
				       "The push request has a job for this org already."},
	    [PT_PLATFORM_INELIGIBLE] = {"INVALID_OPERATION",
					"The org with this SubscriberOrganizationKey is not "
					"eligible to receive this upgrade: it may not have the "
					"package, or may have a beta or a newer version of it."},
	};

	return WORDS[result];
}

/* A number for a text, different for each `about`. */
static uint32_t number(const struct pt_sim_failed *failed, uint32_t about, uint32_t bound)
{
	return (uint32_t)pt_rng_below(pt_rng_mix(failed->key, about), bound);
}

typedef void write_fn(struct pt_sim_error *out, const struct pt_sim_failed *failed, uint32_t i);

static void say_uninstalled(struct pt_sim_error *out, const struct pt_sim_failed *failed,
			    uint32_t i)
{
	(void)i;
	snprintf(out->message, sizeof(out->message), "%s is no longer installed in this org.",
		 failed->package->title);
}

static void say_not_yet(struct pt_sim_error *out, const struct pt_sim_failed *failed, uint32_t i)
{
	(void)i;
	snprintf(out->message, sizeof(out->message),
		 "This package is not yet available on instance %s. Push it again later.",
		 failed->instance);
}

static void say_dependency(struct pt_sim_error *out, const struct pt_sim_failed *failed, uint32_t i)
{
	char text[PT_VERSION_TEXT] = "(any)";

	(void)i;
	if (pt_version_known(failed->base_version))
		(void)pt_version_text(text, failed->base_version);
	snprintf(out->message, sizeof(out->message),
		 "The upgrade needs a newer version of a dependent package than this org has: "
		 "%s, Version %s %s.\n\nOnce the subscriber has that version, push the upgrade "
		 "again.",
		 failed->base->title, failed->base->title, text);
}

static void say_apex_test(struct pt_sim_error *out, const struct pt_sim_failed *failed, uint32_t i)
{
	static const char *const CLASS[] = {"AccountRollupTest", "DonationFlowTest",
					    "ContactTriggerTest", "PaymentBatchTest"};

	snprintf(out->message, sizeof(out->message),
		 "A test of this org did not pass with the new version: %s.test%u: "
		 "System.AssertException: Assertion Failed: Expected: 1, Actual: 0",
		 CLASS[number(failed, 4 * i + 10, PT_ARRAY_LEN(CLASS))], i + 1);
	snprintf(out->details, sizeof(out->details), "line %u, column 1",
		 20 + number(failed, 4 * i + 11, 300));
}

static void say_deploy(struct pt_sim_error *out, const struct pt_sim_failed *failed, uint32_t i)
{
	static const char *const PART[] = {"CustomField", "ApexClass", "AuraDefinitionBundle",
					   "Layout"};

	(void)i;
	snprintf(out->message, sizeof(out->message),
		 "A component of %s could not be deployed, since something in this org depends "
		 "on it as it was.",
		 failed->package->title);
	snprintf(out->details, sizeof(out->details), "0,,,%u,%s", number(failed, 20, 90) + 10,
		 PART[number(failed, 21, PT_ARRAY_LEN(PART))]);
}

static void say_feature(struct pt_sim_error *out, const struct pt_sim_failed *failed, uint32_t i)
{
	static const char *const FEATURE[] = {"Chatter", "Person Accounts", "Multiple Currencies"};

	(void)i;
	snprintf(out->message, sizeof(out->message),
		 "%s needs a feature that is not enabled in this org: %s.", failed->package->title,
		 FEATURE[number(failed, 30, PT_ARRAY_LEN(FEATURE))]);
}

static void say_unexpected(struct pt_sim_error *out, const struct pt_sim_failed *failed, uint32_t i)
{
	(void)i;
	snprintf(out->message, sizeof(out->message),
		 "The upgrade failed unexpectedly and left the subscriber's organization as it "
		 "was. Contact salesforce.com Support with this error number: %u-%u (-%u).",
		 100000000 + number(failed, 40, 900000000), 10000 + number(failed, 41, 90000),
		 1 + number(failed, 42, 2000000000));
}

static void say_lock_timeout(struct pt_sim_error *out, const struct pt_sim_failed *failed,
			     uint32_t i)
{
	(void)i;
	snprintf(out->message, sizeof(out->message),
		 "The post-install script stopped: System.UnexpectedException: "
		 "common.exception.SfdcSqlException: ORA-04021: timeout occurred while waiting to "
		 "lock object\n\nClass.%s.InstallScript.onInstall: line %u, column 1",
		 failed->package->namespace_, 5 + number(failed, 50, 200));
}

/* What each cause looks like; `text` where nothing in it varies. */
static const struct look {
	const char *type, *title, *text;
	write_fn *write;
} LOOK[PT_CAUSE_NCAUSE] = {
    [PT_CAUSE_NONE] = {"UnclassifiedError", "Unexpected Failure", "", NULL},
    [PT_CAUSE_INACTIVE] = {"IneligibleUpgrade", "Salesforce Subscription Expired",
			   "This org's subscription has ended, so it cannot be upgraded.", NULL},
    [PT_CAUSE_UNINSTALLED] = {"IneligibleUpgrade", "Package Uninstalled", NULL, say_uninstalled},
    [PT_CAUSE_BLOCKED] = {"IneligibleUpgrade", "Push Upgrade Blocked",
			  "The subscriber blocks push upgrades of this package.", NULL},
    [PT_CAUSE_BETA] = {"IneligibleUpgrade", "Cannot upgrade beta package",
		       "This org has a beta version of the package, which cannot be upgraded.",
		       NULL},
    [PT_CAUSE_NOT_NEWER] = {"IneligibleUpgrade", "Package Already Upgraded",
			    "This org has the same or a newer version of the package.", NULL},
    [PT_CAUSE_NOT_YET] = {"IneligibleUpgrade", "Package Not Available", NULL, say_not_yet},
    [PT_CAUSE_DEPENDENCY] = {"IneligibleUpgrade", "Dependent Package Conflict", NULL,
			     say_dependency},
    [PT_CAUSE_APEX_TEST] = {"ApexTestFailure", "Apex Test Failure", NULL, say_apex_test},
    [PT_CAUSE_DEPLOY] = {"DeployError", "Deployment Failure", NULL, say_deploy},
    [PT_CAUSE_FEATURE] = {"FeatureMissing", "Missing Organization Feature", NULL, say_feature},
    [PT_CAUSE_UNEXPECTED] = {"UnclassifiedError", "Unexpected Failure", NULL, say_unexpected},
    [PT_CAUSE_LOCK_TIMEOUT] = {"UnclassifiedError", "Unexpected Error", NULL, say_lock_timeout},
    [PT_CAUSE_LOCKING] = {"LockingFailure", "Unable to Lock",
			  "UNABLE_TO_LOCK_ROW: another process holds a lock that the upgrade "
			  "needs.",
			  NULL},
    [PT_CAUSE_LIMIT] = {"LimitExceeded", "Limit Exceeded",
			"The upgrade would have exceeded a limit of this org.", NULL},
    [PT_CAUSE_HUNG] = {"UnclassifiedError", "Unexpected Failure",
		       "The upgrade was ended, since it did not finish in time.", NULL},
};

uint32_t pt_sim_error_count(const struct pt_sim_failed *failed)
{
	return failed->cause == PT_CAUSE_APEX_TEST ? 1 + number(failed, 1, 3) : 1;
}

void pt_sim_error_write(struct pt_sim_error *out, const struct pt_sim_failed *failed, uint32_t i)
{
	const struct look *look = &LOOK[failed->cause];

	*out = (struct pt_sim_error){.type = look->type, .title = look->title};
	if (look->write)
		look->write(out, failed, i);
	else
		snprintf(out->message, sizeof(out->message), "%s", look->text);
}
