/*
 * Inside the emulator: a request as its handlers see it, what they answer with, and
 * the state they share. No sockets here; emulator.c has those. Nobody outside this
 * folder includes it.
 */
#ifndef PT_CONNECTORS_EMULATOR_INSIDE_H
#define PT_CONNECTORS_EMULATOR_INSIDE_H

#include <jansson.h>

#include "base/buf.h"
#include "connectors/emulator/emulator.h"
#include "connectors/emulator/soql.h"
#include "connectors/push/simulated/platform.h"

enum {
	EMU_TOKEN_TEXT = 128,
	EMU_PAGE_ROWS = 2000,
	EMU_HOURS = 24,
	EMU_RECORDS = 200,
	EMU_OBJECTS = 10
};

/* The org itself, and who asks. */
#define EMU_ORG_ID    "00D5f0000000001EAA"
#define EMU_USER_ID   "0055f0000000001AAA"
#define EMU_USER_NAME "hub@emulated.example"

struct emu_request {
	const char *method, *path; /* decoded, without the query */
	const char *q, *fields;    /* of the query; NULL: not there */
	const char *bearer;        /* NULL: none */
	const char *content_type;  /* "" if there is none */
	const char *body;          /* ends in a NUL */
	size_t body_size;
	bool is_part; /* of a composite call, which has been counted */
	/* Filled in on the way: */
	json_t *json;        /* of the body; NULL: it has none */
	const char *version; /* "62.0" */
	const char *rest;    /* of the path, after /services/data/vN/ */
};

struct emu_answer {
	unsigned status;
	const char *content_type; /* static */
	const char *location;     /* static; NULL */
	struct pt_buf body;
};

struct emu_ingest;
struct emu_cursor;

struct emu_token {
	char text[EMU_TOKEN_TEXT];
	int64_t given_ms;
};

/* Lists that narrow a query; each is refilled when it is asked for. */
struct emu_scratch {
	uint32_t *row;
	size_t n, cap;
};

struct pt_emulator {
	struct pt_platform *platform;
	struct pt_emulator_conf conf;
	struct pt_faults *faults;
	struct pt_soql_object object[EMU_OBJECTS];
	struct pt_soql_schema schema; /* of these */
	struct emu_scratch scratch;
	uint32_t *first_version; /* of each package, counted over all; and their number */
	int64_t now_ms, wall_start_ms;
	uint16_t port;
	struct emu_token *token;
	size_t ntoken;
	uint64_t token_made; /* how many were ever made up */
	uint32_t used[EMU_HOURS];
	int64_t hour;
	struct emu_cursor *cursor;
	size_t ncursor;
	uint64_t next_cursor;
	struct emu_ingest *ingest;
	size_t ningest;
	bool lock_records; /* single records of this request meet a locked row */
	uint64_t nrequest, nfault;
	struct pt_buf log;
	struct emu_http *http;
};

/* state.c: everything but the sockets. The platform is borrowed. */
int emu_new(struct pt_emulator **out, struct pt_platform *platform,
	    const struct pt_emulator_conf *conf, struct pt_err *err) PT_MUSTUSE;
void emu_free(struct pt_emulator *e);

/* Carries a request out. Negative only without memory. */
int emu_dispatch(struct pt_emulator *e, struct emu_request *request, struct emu_answer *out,
		 struct pt_err *err) PT_MUSTUSE;

/* Time goes on on the platform. */
void emu_advance(struct pt_emulator *e, int64_t now_ms);

/* A request that the fault lets nothing happen of, or whose answer it takes away. */
void emu_fault_answer(struct emu_answer *out, enum pt_fault_kind kind);

/* answers.c: the platform's error shapes. */
void emu_say_error(struct emu_answer *out, unsigned status, const char *code, const char *fmt, ...)
    PT_PRINTF(4, 5);
void emu_say_not_found(struct emu_answer *out);
/* The body is JSON, and the caller's to write. */
void emu_say_json(struct emu_answer *out, unsigned status);

/* tables_*.c, accounts.c: the objects that can be queried. */
extern const struct pt_soql_object emu_package, emu_version, emu_subscriber, emu_push_request,
    emu_push_job, emu_push_error, emu_organization, emu_user, emu_scratch_org, emu_active_scratch;
extern const struct pt_soql_object *const emu_object_list[EMU_OBJECTS];

/* What most fields may be used for. */
enum {
	EMU_FS = PT_SOQL_FILTER | PT_SOQL_SORT,
	EMU_FSG = PT_SOQL_FILTER | PT_SOQL_SORT | PT_SOQL_GROUP,
};

/* False: no id has that length. */
bool emu_id_of(struct pt_id *out, const char *text);

/* Makes room for n rows in the scratch list; false without memory. */
bool emu_scratch_reserve(struct pt_emulator *e, size_t n);
struct pt_soql_value emu_text(const char *text);
struct pt_soql_value emu_number(int64_t number);
struct pt_soql_value emu_null(void);
struct pt_soql_value emu_time(int64_t ms); /* PT_NEVER and before 1: null */
const char *emu_state_text(enum pt_job_state state);

/* Handlers; each answers one kind of path. */
typedef int emu_handler(struct pt_emulator *e, struct emu_request *request, struct emu_answer *out,
			struct pt_err *err);
emu_handler emu_query, emu_query_more, emu_tooling_query, emu_create_request, emu_patch_request,
    emu_get_record, emu_create_job, emu_composite_sobjects, emu_composite_tree, emu_composite,
    emu_ingest_make, emu_ingest_job, emu_limits, emu_versions, emu_take_token, emu_userinfo,
    emu_control;

/* token.c */
int emu_token_add(struct pt_emulator *e, const char *text, struct pt_err *err) PT_MUSTUSE;
bool emu_token_holds(const struct pt_emulator *e, const char *text);

/* limits.c: counts a call; false: the day's calls are used up. */
bool emu_count_call(struct pt_emulator *e);
uint32_t emu_calls_used(struct pt_emulator *e);
uint32_t emu_calls_allowed(const struct pt_emulator *e);

/* records.c: one record of a write, checked and carried out. */
struct emu_result {
	char id[19];
	const char *code; /* static; NULL: done */
	char message[256];
	const char *field; /* NULL: none */
};
/* Of a job nested in its push request. */
struct emu_parent {
	const char *version_id;
	const char *request_id; /* NULL: there is none yet, the job is only checked */
};
/* Only checks it when `dry`. `parent` NULL: the record names it. */
int emu_add_job(struct pt_emulator *e, struct emu_result *out, json_t *record,
		const struct emu_parent *parent, bool dry, struct pt_err *err) PT_MUSTUSE;
int emu_add_request(struct pt_emulator *e, struct emu_result *out, json_t *record, bool dry,
		    struct pt_err *err) PT_MUSTUSE;
int emu_set_status(struct pt_emulator *e, struct emu_result *out, const char *id, json_t *record,
		   struct pt_err *err) PT_MUSTUSE;
/* {"id","success","errors"}; and "errors":[…] alone, of one that was refused. */
void emu_write_result(struct pt_buf *out, const struct emu_result *result);
void emu_write_errors(struct pt_buf *out, const struct emu_result *result);
/* answers.c: the same for a call about one record: 201, or what is wrong. */
void emu_say_result(struct emu_answer *out, const struct emu_result *result);

/* ingest.c, query.c: what they hold. */
int emu_ingest_advance(struct pt_emulator *e, struct pt_err *err) PT_MUSTUSE;
void emu_ingest_free(struct pt_emulator *e);
void emu_cursors_free(struct pt_emulator *e);

#endif
