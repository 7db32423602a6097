/* What orgs, their owners, a second operator and the run's own users do. See world.h. */
#include "base/instant.h"
#include "base/rng.h"
#include "config/suite.h"
#include "tests/simulation/harness/world.h"

static void change(struct sim_world *world, const struct sim_fault *fault,
		   enum pt_platform_change_kind kind, uint32_t value)
{
	uint32_t org = fault->draw % pt_platform_norg(world->platform);
	uint32_t package = (fault->draw / 97) % world->c->knob[KNOB_PACKAGES];
	const struct pt_platform_change what = {pt_platform_now_ms(world->platform), kind, org,
						package, value};

	if (kind == PT_CHANGE_INSTALLED &&
	    pt_platform_installed(world->platform, org, package) == PT_PLATFORM_NONE)
		return;
	sim_audit_disturbed(world->auditor, org);
	if (pt_platform_change(world->platform, &what, NULL) < 0)
		sim_violation(world->auditor, "the platform cannot change");
}

/* A job of somebody else's. */
static void add_theirs(struct sim_world *world, uint32_t request, uint32_t org)
{
	struct pt_platform_org record = pt_platform_org(world->platform, org);
	enum pt_platform_add result;
	enum pt_refusal refusal;

	if (pt_platform_add_jobs(&result, &refusal, world->platform, request, &record.key, 1,
				 NULL) < 0)
		sim_violation(world->auditor, "the platform takes no job");
	sim_audit_disturbed(world->auditor, org);
}

void sim_push_beside(struct sim_world *world, const struct pt_push_call *call, uint32_t draw)
{
	uint32_t norg = pt_platform_norg(world->platform), request;
	enum pt_refusal refusal;

	if (pt_platform_create(&request, &refusal, world->platform, &call->version_id,
			       call->start_ms, NULL) < 0 ||
	    refusal != PT_REFUSAL_NONE)
		return;
	for (uint32_t i = 0; i < 1 + draw % 5 && i < norg; i++)
		add_theirs(world, request, (draw / 5 + 7 * i) % norg);
	sim_audit_carried(world->auditor, false);
}

/* Somebody else pushes one of the packages to some orgs, the same version or an older one. */
static void push(struct sim_world *world, uint64_t draw)
{
	const struct pt_sim_packages *packages = pt_platform_packages(world->platform);
	uint32_t package = (uint32_t)pt_rng_below(draw, packages->n), request;
	uint32_t norg = pt_platform_norg(world->platform);
	uint32_t version = world->c->knob[KNOB_RELEASES] - 1 - draw % 3 % 2;
	int64_t at_ms = pt_platform_now_ms(world->platform) + (int64_t)(draw % 5) * PT_HOUR_MS;
	enum pt_refusal refusal;

	/* At the very second of one of ours, as if to be taken for it. */
	for (uint32_t i = pt_platform_nrequest(world->platform); draw % 2 && i-- > 0;) {
		struct pt_platform_request ours = pt_platform_request(world->platform, i);

		if (!sim_audit_ours(world->auditor, i))
			continue;
		package = ours.package;
		version = ours.version;
		at_ms = ours.scheduled_ms;
		break;
	}
	if (pt_platform_create(&request, &refusal, world->platform,
			       &packages->item[package].version[version].id, at_ms, NULL) < 0 ||
	    refusal != PT_REFUSAL_NONE)
		return;
	for (uint32_t i = 0; i < 1 + draw % 4 && i < norg; i++)
		add_theirs(world, request, (uint32_t)((draw / 7 + i) % norg));
	(void)pt_platform_activate(world->platform, request);
}

/* Somebody else cancels a request of ours that has not started. */
static void cancel(struct sim_world *world, uint32_t draw)
{
	uint32_t n = pt_platform_nrequest(world->platform);

	for (uint32_t i = 0; i < n; i++) {
		uint32_t request = (draw + i) % n;
		const uint32_t *job;
		size_t njob;

		if (!sim_audit_ours(world->auditor, request) ||
		    pt_platform_cancel(world->platform, request) != PT_REFUSAL_NONE)
			continue;
		if (pt_platform_request_jobs(&job, &njob, world->platform, request, NULL) < 0)
			return;
		/* Its orgs are not known yet, and will not be. */
		if (njob == 0)
			sim_audit_halted(world->auditor);
		for (size_t k = 0; k < njob; k++)
			sim_audit_disturbed(world->auditor,
					    pt_platform_job(world->platform, job[k]).org);
		return;
	}
}

/* Or activates one that is not ready. */
static void activate(struct sim_world *world, uint32_t draw)
{
	uint32_t n = pt_platform_nrequest(world->platform);

	for (uint32_t i = 0; i < n; i++) {
		uint32_t request = (draw + i) % n;

		if (!sim_audit_ours(world->auditor, request) ||
		    pt_platform_activate(world->platform, request) != PT_REFUSAL_NONE)
			continue;
		/* Its other orgs wait for a pass that may never be. */
		sim_audit_halted(world->auditor);
		return;
	}
}

static void leave_out(struct sim_world *world, uint32_t draw)
{
	uint32_t org = draw % pt_platform_norg(world->platform);
	struct pt_platform_org record = pt_platform_org(world->platform, org);
	/* Another process says so, whose disk is well. */
	const struct pt_journal journal = {world->store, world->journal.run};
	struct pt_err err = PT_ERR_INIT;

	world->exclusions = true;
	if (pt_journal_exclude(&journal, &record.key, "asked to",
			       pt_platform_now_ms(world->platform), &err) < 0)
		sim_violation(world->auditor, "leaving an org out: %s", err.text);
}

void sim_wish_repush(struct sim_world *world, uint32_t draw)
{
	const struct pt_journal journal = {world->store, world->journal.run};
	uint32_t org = draw / 2 % pt_platform_norg(world->platform);
	struct pt_platform_org record = pt_platform_org(world->platform, org);
	struct pt_err err = PT_ERR_INIT;

	if (world->aborting)
		return;
	world->wishes = true;
	sim_audit_repushed(world->auditor);
	if (pt_journal_repush(&journal, &world->run.row, draw % 2 ? &record.key : NULL,
			      pt_platform_now_ms(world->platform), &err) < 0)
		sim_violation(world->auditor, "wanting one more pass: %s", err.text);
}

static void act(struct sim_world *world, const struct sim_fault *fault)
{
	switch ((int)fault->kind) {
	case FAULT_UNINSTALL:
		change(world, fault, PT_CHANGE_INSTALLED, PT_PLATFORM_NONE);
		break;
	case FAULT_OPT_OUT:
		change(world, fault, PT_CHANGE_BLOCKED, 1);
		break;
	case FAULT_UPGRADE:
		change(world, fault, PT_CHANGE_INSTALLED, world->c->knob[KNOB_RELEASES] - 1);
		break;
	case FAULT_INACTIVE:
		change(world, fault, PT_CHANGE_STATUS, PT_ORG_INACTIVE);
		break;
	case FAULT_OPERATOR:
		push(world, pt_rng_mix(fault->draw, 5));
		break;
	case FAULT_OPERATOR_CANCEL:
		cancel(world, fault->draw);
		break;
	case FAULT_OPERATOR_ACTIVATE:
		activate(world, fault->draw);
		break;
	case FAULT_REPUSH:
		sim_wish_repush(world, fault->draw);
		break;
	case FAULT_LEAVE_OUT:
		leave_out(world, fault->draw);
		break;
	case FAULT_ABORT:
		world->aborting = true;
		break;
	default:
		break;
	}
}

void sim_people_act(struct sim_world *world)
{
	struct sim_fault fault;

	while (sim_take_fault(&fault, world, FAULT_UNINSTALL, FAULT_ABORT))
		act(world, &fault);
	sim_answer_on_the_way(world);
	sim_audit_carried(world->auditor, false);
}
