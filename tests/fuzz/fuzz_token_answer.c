/* What a token endpoint answers, from any bytes, the first two of which are the status. */
#include <stddef.h>
#include <stdint.h>

#include "connectors/auth/auth.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct pt_auth_conf conf = {.kind = PT_AUTH_CLIENT_CREDENTIALS, .client_id = "id"};
	struct pt_err err = PT_ERR_INIT;
	struct pt_auth *auth = NULL;

	if (size < 2 || pt_auth_new(&auth, &conf, "https://x.example.org", &err) < 0)
		return 0;
	long status = data[0] * 4 + data[1] % 4;
	int rc = pt_auth_answer(auth, status, (const char *)data + 2, size - 2, &err);

	if ((rc < 0) != (pt_auth_token(auth) == NULL) || (rc < 0 && err.text[0] == '\0'))
		__builtin_trap();
	pt_auth_free(auth);
	return 0;
}
