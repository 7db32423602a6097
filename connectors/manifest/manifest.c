/* See manifest.h. */
#include "connectors/manifest/manifest.h"

void pt_manifest_closep(struct pt_manifest_source **source)
{
	if (*source)
		(*source)->ops->close(*source);
}
