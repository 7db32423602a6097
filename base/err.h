/*
 * How functions fail: they return 0 or a negative code, and describe the
 * failure in a struct pt_err that the caller owns. It is fixed-size, never on
 * the heap, may be NULL, stays untouched on success, and keeps the first error.
 *
 *     struct pt_err err = PT_ERR_INIT;
 *     if (pt_thing_open(&thing, path, &err) < 0)
 *             return pt_err_wrap(&err, "package '%s'", name);
 *
 * Only the functions below write into it; each returns the negative code, so
 * that failing is one line.
 */
#ifndef PT_BASE_ERR_H
#define PT_BASE_ERR_H

#include "base/attr.h"

struct pt_buf;

enum pt_errc {
	PT_OK = 0,
	PT_E_USAGE,       /* the command line */
	PT_E_INVALID,     /* input that is well-formed and wrong */
	PT_E_SYNTAX,      /* input that is not even well-formed */
	PT_E_CYCLE,       /* a dependency graph that is none */
	PT_E_NOTFOUND,    /* something named does not exist */
	PT_E_LIMIT,       /* input larger or deeper than we take */
	PT_E_REFUSED,     /* a train, plan or push that must not be */
	PT_E_UNSUPPORTED, /* asked for something this version cannot do */
	PT_E_PLATFORM,    /* the platform's answer */
	PT_E_IO,          /* the operating system's answer */
	PT_E_BUSY,        /* another process is at it */
	PT_E_NOMEM,
};

struct pt_err {
	enum pt_errc code;
	int sys;            /* the library's own code: errno, git_error, SQLite rc; 0 if none */
	unsigned line, col; /* from 1; 0: not known */
	char file[128];
	char text[512];
};

#define PT_ERR_INIT                                                                                \
	{                                                                                          \
		.code = PT_OK                                                                      \
	}

/* Where a parsed value came from; file is borrowed from whoever parsed it. */
struct pt_src {
	const char *file;
	unsigned line, col; /* from 1; 0: not known */
};

int pt_err_set(struct pt_err *err, enum pt_errc code, const char *fmt, ...) PT_PRINTF(3, 4);

/* The same, at a place in a file. */
int pt_err_at(struct pt_err *err, enum pt_errc code, struct pt_src src, const char *fmt, ...)
    PT_PRINTF(4, 5);

/* The operating system said no: appends strerror(sys). */
int pt_err_io(struct pt_err *err, int sys, const char *fmt, ...) PT_PRINTF(3, 4);

int pt_err_nomem(struct pt_err *err);

/* "usage", "not_found", ...: one word for programs, which stays. */
const char *pt_errc_text(enum pt_errc code);

/* Puts "context: " before the text of an error that is set; returns its code. */
int pt_err_wrap(struct pt_err *err, const char *fmt, ...) PT_PRINTF(2, 3);

/* Appends "file:line:col: text" without a newline; the place only as far as it is known. */
void pt_err_print(struct pt_buf *out, const struct pt_err *err);

#endif
