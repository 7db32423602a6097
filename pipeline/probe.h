/*
 * What the simulation asks of the pipeline, and no other build has (PT_PROBES):
 * marks on paths that are seldom taken, which count how often they were, and
 * deliberate defects, one of which can be switched on to show that it is caught.
 * In a normal build a mark is nothing and a defect is false.
 */
#ifndef PT_PIPELINE_PROBE_H
#define PT_PIPELINE_PROBE_H

#include <stdbool.h>
#include <stdint.h>

/* X(name, n): a mark with n places of its own, told apart by a number below n. */
#define PT_MARKS(X)                                                                                \
	X(paused, 1)                                                                               \
	X(scarce, 1)                                                                               \
	X(answer_twice, 1)                                                                         \
	X(lost_in, 12)      /* by enum request_state */                                            \
	X(temporary_in, 12) /* the same */                                                         \
	X(refused_in, 12)   /* the same */                                                         \
	X(looked_after_a_no, 12)                                                                   \
	X(restored_in, 12)                                                                         \
	X(failed, 10) /* by enum pt_failure_class; from 5 on: in a pass */                         \
	X(stage_read_repeated, 1)                                                                  \
	X(stage_read_refused, 1)                                                                   \
	X(poll_refused, 1)                                                                         \
	X(poll_lost, 1)                                                                            \
	X(dropped, 11) /* before a job was made; by enum pt_pair_state */                          \
	X(read_again_before_adding, 1)                                                             \
	X(nobody_left_to_add, 1)                                                                   \
	X(add_again, 1)                                                                            \
	X(add_ineligible, 1)                                                                       \
	X(add_duplicate, 1)                                                                        \
	X(foreign_job, 1)                                                                          \
	X(timed_out, 1)                                                                            \
	X(stuck_ended, 1)                                                                          \
	X(canceled_by_others, 1)                                                                   \
	X(cannot_cancel, 1)                                                                        \
	X(found_nothing_yet, 1)                                                                    \
	X(found_nothing_at_last, 1)                                                                \
	X(found_activated, 6) /* by enum pt_job_state */                                           \
	X(found_canceled, 6)  /* the same */                                                       \
	X(found_added, 6)     /* the same */                                                       \
	X(found_theirs, 1)                                                                         \
	X(adopted, 2) /* now, before */                                                            \
	X(adopted_activated, 1)                                                                    \
	X(stray, 1)                                                                                \
	X(jobs_still_missing, 1)                                                                   \
	X(left_out_waiting, 1)                                                                     \
	X(left_out_before_job, 1)                                                                  \
	X(left_out_with_job, 1)                                                                    \
	X(made_again, 1)                                                                           \
	X(topped_up, 1)                                                                            \
	X(held, 1)                                                                                 \
	X(pass_with_nothing, 1)                                                                    \
	X(gate_minimum_fails, 1)                                                                   \
	X(gate_class_fails, 1)                                                                     \
	X(approved, 1)                                                                             \
	X(approval_refused, 1)                                                                     \
	X(approval_unanswered, 1)                                                                  \
	X(excused, 1)                                                                              \
	X(gate_holds, 1)                                                                           \
	X(gate_success_fails, 1)                                                                   \
	X(gate_held_fails, 1)                                                                      \
	X(gate_unknown_fails, 1)                                                                   \
	X(gate_benign_fails, 1)                                                                    \
	X(breaker_trips, 1)                                                                        \
	X(drifted, 1)                                                                              \
	X(halted_before_create, 1)                                                                 \
	X(halted_cancels, 1)                                                                       \
	X(went_on, 7) /* by enum pt_stage_state */                                                 \
	X(aborted, 1)                                                                              \
	X(hours_end_before_create, 1)                                                              \
	X(hours_end_in, 6) /* by enum request_state */                                             \
	X(started_late, 1)

/* X(name, what it leaves out or gets wrong) */
#define PT_DEFECTS(X)                                                                              \
	X(repeat_lost_writes, "a write whose answer was lost is repeated without a look")          \
	X(forget_on_restart, "a write under way at a death is repeated without a look")            \
	X(journal_after_sending, "an intent is written down after it was sent")                    \
	X(adopt_anyones, "a request is adopted whosever jobs are in it")                           \
	X(forget_the_rest, "of several requests that are ours only one is looked at")              \
	X(gate_on_request, "a job counts as arrived when its request has ended")                   \
	X(last_parent_only, "only the last of several bases is waited for")                        \
	X(lose_failed_rows, "an org whose row was not added once is given up")                     \
	X(repush_excluded, "an exclusion is forgotten in the re-push")                             \
	X(ignore_hours, "what has not started when its hours end is left to start")                \
	X(skip_approval, "a stage begins without its approval")                                    \
	X(forget_slack, "something may start right up to the end of its hours")                    \
	X(pass_any_time, "a re-push pass keeps no hours")                                          \
	X(wrong_zone, "all orgs keep the hours of the suite's own zone")                           \
	X(standard_time, "the clocks of a zone never change")                                      \
	X(first_blackout, "of several blackouts the first alone is known")                         \
	X(plan_at_once, "waves are planned as if there were no hours")                             \
	X(look_too_late, "nothing is looked at just because its hours end")                        \
	X(lose_moved, "what is canceled as its hours end is not pushed again")                     \
	X(keep_late_quiet, "what the platform started late is not reported")                       \
	X(late_yes, "a yes counts when the time for it is over")                                   \
	X(early_yes, "a yes counts that was said before it was asked for")                         \
	X(any_yes, "an approval of one stage counts for another")                                  \
	X(own_yes, "who departed the train approves its stages")                                   \
	X(skip_check, "the command of a gate is not run")                                          \
	X(ignore_classes, "a gate does not count failures by class")                               \
	X(compare_18, "org files are compared by 18 characters")                                   \
	X(drop_last_page, "the last row of all subscribers is dropped")                            \
	X(wrong_package, "the orgs of another package are selected")                               \
	X(stale_reads, "what was read once is fresh for ever")                                     \
	X(ignore_live_jobs, "somebody's live job is no reason to wait")                            \
	X(take_echoes, "an answer that arrives twice is taken twice")                              \
	X(skip_soak, "the next stage begins without the soak")                                     \
	X(gate_always_holds, "a gate is not judged")                                               \
	X(one_big_request, "request_size is not heeded")                                           \
	X(abort_leaves_pending, "an abort cancels what is Created alone")                          \
	X(lose_one_error, "an org whose push failed once is not tried again")                      \
	X(time_out_unlooked, "jobs are given up without a look")

#ifdef PT_PROBES

#define PT_MARK_AT(name, size) PT_MARK_##name, PT_MARK_END_##name = PT_MARK_##name + (size)-1,
enum pt_mark { PT_MARKS(PT_MARK_AT) PT_NMARK };
#undef PT_MARK_AT

#define PT_DEFECT_IS(name, text) PT_DEFECT_##name,
enum pt_defect { PT_DEFECT_none, PT_DEFECTS(PT_DEFECT_IS) PT_NDEFECT };
#undef PT_DEFECT_IS

extern uint64_t pt_mark_count[PT_NMARK];
extern enum pt_defect pt_defect; /* the one that is switched on */

#define PT_MARK(name)        ((void)pt_mark_count[PT_MARK_##name]++)
#define PT_MARK_OF(name, at) ((void)pt_mark_count[PT_MARK_##name + (at)]++)
#define PT_DEFECT(name)      (pt_defect == PT_DEFECT_##name)

#else

#define PT_MARK(name)        ((void)0)
#define PT_MARK_OF(name, at) ((void)0)
#define PT_DEFECT(name)      false

#endif

#endif
