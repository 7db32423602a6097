/* See probe.h. */
#include "pipeline/probe.h"

#ifdef PT_PROBES
uint64_t pt_mark_count[PT_NMARK];
enum pt_defect pt_defect;
#else
/* A file is never empty. */
typedef int pt_no_probes;
#endif
