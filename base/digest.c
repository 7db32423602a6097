/* See digest.h. */
#include "base/digest.h"

#include <openssl/evp.h>

int pt_digest(char out[PT_DIGEST_TEXT], const void *bytes, size_t size_bytes, struct pt_err *err)
{
	static const char hex[] = "0123456789abcdef";
	unsigned char hash[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	if (EVP_Digest(bytes, size_bytes, hash, &len, EVP_sha256(), NULL) != 1 || len != 32)
		return pt_err_nomem(err);
	for (unsigned i = 0; i < len; i++) {
		out[2 * i] = hex[hash[i] >> 4];
		out[2 * i + 1] = hex[hash[i] & 15];
	}
	out[64] = '\0';
	return 0;
}
