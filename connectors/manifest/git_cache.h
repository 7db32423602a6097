/*
 * Clones of repositories that are named by an address. Each is a bare repository
 * with the tags of the other side, in a folder named by a digest of the address
 * without its credentials; it is fetched again by every cache that is asked for it.
 *
 * A clone is made under another name and renamed when it is whole, and a lock beside
 * it keeps two processes from fetching into it at once. Everything in the cache's
 * folder may be deleted at any time that nobody uses it.
 */
#ifndef PT_CONNECTORS_MANIFEST_GIT_CACHE_H
#define PT_CONNECTORS_MANIFEST_GIT_CACHE_H

#include "base/buf.h"
#include "connectors/manifest/manifest.h"

/*
 * Appends the path of the clone of that address, up to date as of the first call for it.
 * A failed fetch is an error even if an older clone is there. PT_E_INVALID (not an
 * address), PT_E_NOTFOUND (there is no git), PT_E_IO; never with credentials.
 */
int pt_git_cache_get(struct pt_buf *out, struct pt_manifest_cache *cache, const char *url,
		     struct pt_err *err) PT_MUSTUSE;

#endif
