/*
 * Where a push request stands, and what is known of each org in it: shared by the engine and
 * by those who read its journal.
 */
#ifndef PT_PIPELINE_REQUEST_STATE_H
#define PT_PIPELINE_REQUEST_STATE_H

/* Kept in journals: a new one goes at the end. */
enum request_state {
	REQ_READ_SUBSCRIBERS, /* is everything still as we believe? */
	REQ_READ_LIVE,
	REQ_CREATE,
	REQ_ADD,
	REQ_ACTIVATE,
	REQ_RUNNING, /* polled together with the others */
	REQ_READ_JOBS,
	REQ_READ_ERRORS,
	REQ_CANCEL,
	REQ_DONE,
	REQ_FIND,      /* a write's answer was lost: what became of the request? */
	REQ_FIND_JOBS, /* and of its jobs? */
	REQ_NSTATE,
};

/* What is known of one org in a request. */
enum job_view {
	VIEW_TO_ADD,        /* no job yet */
	VIEW_JOB,           /* a live job */
	VIEW_FAILED_UNREAD, /* its job failed, its errors are to be read */
	VIEW_DONE,          /* its outcome is in its pair */
	VIEW_DROPPED,       /* taken out before a job was created */
};

#endif
