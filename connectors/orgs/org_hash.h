/*
 * Org keys hashed with a secret key (HMAC-SHA256), so that who reads them cannot tell
 * whose they are: not by trying all org ids either, as with a salt that stands in the
 * same file. The same key gives the same hashes; whoever has it can hash a list of
 * orgs and compare.
 *
 * The key lives in a file of 64 hexadecimal digits, mode 0600.
 */
#ifndef PT_CONNECTORS_ORGS_ORG_HASH_H
#define PT_CONNECTORS_ORGS_ORG_HASH_H

#include "connectors/push/orgkey.h"

enum { PT_ORG_HASH_BYTES = 32 };

struct pt_org_hash {
	unsigned char key[PT_ORG_HASH_BYTES];
	char fingerprint[17]; /* tells keys apart, and tells nothing of them */
};

/* PT_E_NOTFOUND: there is no such file; PT_E_REFUSED: others can read it; PT_E_INVALID. */
int pt_org_hash_read(struct pt_org_hash *out, const char *path, struct pt_err *err) PT_MUSTUSE;

/* The same, and where there is no file it is made with a random key. */
int pt_org_hash_make(struct pt_org_hash *out, const char *path, struct pt_err *err) PT_MUSTUSE;

/* What stands for the org: 00D and 12 letters and digits. */
int pt_org_hash_org(struct pt_org_key *out, const struct pt_org_hash *hash,
		    const struct pt_org_key *org, struct pt_err *err) PT_MUSTUSE;

/* Forgets the key. */
void pt_org_hash_wipe(struct pt_org_hash *hash);

#endif
