/*
 * For clang-tidy only, which looks at one file at a time and so cannot know that
 * what reports an error never returns 0. Without this it follows every "out of
 * memory" into code that is only reached with memory. base/err.c overrides it.
 */
#ifndef PT_CI_TIDY_H
#define PT_CI_TIDY_H

#include "base/err.h"

extern inline __attribute__((gnu_inline)) int pt_err_nomem(struct pt_err *err)
{
	(void)err;
	return -PT_E_NOMEM;
}

#endif
