/* See store.h. */
#include "connectors/store/store.h"

void pt_store_closep(struct pt_store **store)
{
	if (*store)
		(*store)->ops->close(*store);
	*store = NULL;
}
