/*
 * Whole files, with a limit on their size.
 */
#ifndef PT_BASE_FILE_H
#define PT_BASE_FILE_H

#include "base/buf.h"

/* Appends the file's bytes. PT_E_NOTFOUND, PT_E_LIMIT (larger than max_bytes) or PT_E_IO. */
int pt_file_read(struct pt_buf *out, const char *path, size_t max_bytes,
		 struct pt_err *err) PT_MUSTUSE;

/*
 * Writes a new file beside it and renames, so that a reader never sees half of it. A
 * device or a pipe is written to instead, and a link stays: it is the file behind it.
 */
int pt_file_replace(const char *path, const char *data, size_t size_bytes,
		    struct pt_err *err) PT_MUSTUSE;

/*
 * The same piece by piece, for what is too large to be held: begin, put, end. Nothing is at
 * `path` before the end; pt_file_drop() leaves it as it was. Owned by the caller until one of
 * the two, which take it; pt_file_drop() accepts NULL.
 */
struct pt_file_fresh;
int pt_file_begin(struct pt_file_fresh **out, const char *path, struct pt_err *err) PT_MUSTUSE;
int pt_file_put(struct pt_file_fresh *file, const char *data, size_t size_bytes,
		struct pt_err *err) PT_MUSTUSE;
int pt_file_end(struct pt_file_fresh *file, struct pt_err *err) PT_MUSTUSE;
void pt_file_drop(struct pt_file_fresh *file);

/*
 * `path` as seen from the folder of the file `beside`; absolute paths stay.
 * Owned by the caller, NULL without memory.
 */
char *pt_file_beside(const char *beside, const char *path) PT_MUSTUSE;

#endif
