/*
 * Runs git, for what goes over the network: git knows the user's ssh settings,
 * credential helpers and proxies, and gives up on a connection that stands still.
 * What is fetched is read by git_repo.c.
 *
 * Whatever the environment says, certificates are verified, nothing is asked on the
 * terminal, no other kind of address is followed, and no repository but the one
 * named is touched. Credentials are never on the command line, where others see them.
 */
#ifndef PT_CONNECTORS_MANIFEST_GIT_RUN_H
#define PT_CONNECTORS_MANIFEST_GIT_RUN_H

#include <stdint.h>

#include "base/url.h"

/* A new, empty, bare repository in that folder. PT_E_NOTFOUND (there is no git), PT_E_IO. */
int pt_git_run_init(const char *folder, struct pt_err *err) PT_MUSTUSE;

/*
 * Makes the tags of the repository in that folder those of the address: new and moved
 * ones are fetched, others removed. PT_E_NOTFOUND (there is no git), PT_E_IO with what
 * git says, without credentials.
 */
int pt_git_run_fetch(const char *folder, const struct pt_url *url, struct pt_err *err) PT_MUSTUSE;

/*
 * Appends "<object id>\t<ref>\n" for every tag of the address and, with "^{}" at its end,
 * for what an annotated one leads to; fetches nothing. PT_E_IO also when it takes longer
 * than that, or is longer than anybody needs: git is killed then, and what it started.
 */
int pt_git_run_list_tags(struct pt_buf *out, const struct pt_url *url, int64_t limit_ms,
			 struct pt_err *err) PT_MUSTUSE;

#endif
