/*
 * Functions that have no place in this program. Included into every file by
 * the build (-include), so that a use does not compile.
 */
#ifndef PT_BASE_BANNED_H
#define PT_BASE_BANNED_H

/* The system's declarations come first: poisoned names may not appear in them. */
#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PT_BANNED(name, instead) sorry_##name##_is_banned_use_##instead

#undef strcpy
#define strcpy(a, b) PT_BANNED(strcpy, memcpy_or_pt_buf)
#undef strcat
#define strcat(a, b) PT_BANNED(strcat, pt_buf)
#undef strncat
#define strncat(a, b, c) PT_BANNED(strncat, pt_buf)
#undef strncpy
#define strncpy(a, b, c) PT_BANNED(strncpy, memcpy_or_pt_buf)
#undef sprintf
#define sprintf(...) PT_BANNED(sprintf, snprintf_or_pt_buf)
#undef vsprintf
#define vsprintf(...) PT_BANNED(vsprintf, vsnprintf_or_pt_buf)
#undef strtok
#define strtok(a, b) PT_BANNED(strtok, strcspn)
#undef atoi
#define atoi(a) PT_BANNED(atoi, strtol)
#undef atol
#define atol(a) PT_BANNED(atol, strtol)
#undef gets
#define gets(a) PT_BANNED(gets, getline)
#undef localtime
#define localtime(a) PT_BANNED(localtime, pt_zone)
#undef gmtime
#define gmtime(a) PT_BANNED(gmtime, pt_civil)
#undef mktime
#define mktime(a) PT_BANNED(mktime, pt_zone)
#undef rand
#define rand() PT_BANNED(rand, pt_rng)

#endif
