/*
 * Compiler attributes, by macro only: [[nodiscard]] and friends are not C17.
 */
#ifndef PT_BASE_ATTR_H
#define PT_BASE_ATTR_H

/* The result says whether it worked and must be looked at. */
#define PT_MUSTUSE __attribute__((warn_unused_result))

/* Checked like printf: argument `fmt` is the format, `first` the first value (0: a va_list). */
#define PT_PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))

/* Runs fn(&variable) when the variable leaves its scope. */
#define PT_CLEANUP(fn) __attribute__((cleanup(fn)))

/* Hands a pointer over and leaves NULL behind, so that its cleanup does nothing. */
#define pt_take(pointer)                                                                           \
	(__extension__({                                                                           \
		__typeof__(pointer) pt_taken_ = (pointer);                                         \
		(pointer) = NULL;                                                                  \
		pt_taken_;                                                                         \
	}))

/* Asks for memory that is going to be read soon; any address will do. */
#define PT_PREFETCH(address) __builtin_prefetch(address)

#define PT_ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))

#endif
