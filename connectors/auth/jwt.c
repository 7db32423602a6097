/* See jwt.h. */
#include "connectors/auth/jwt.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <string.h>

#include "base/json.h"

enum { LEAST_BITS = 2048 };

/* Base64 with '-' and '_', without padding. */
static void write_base64url(struct pt_buf *out, const unsigned char *bytes, size_t n)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

	for (size_t i = 0; i < n; i += 3) {
		size_t left = n - i < 3 ? n - i : 3;
		unsigned group = (unsigned)bytes[i] << 16;

		if (left > 1)
			group |= (unsigned)bytes[i + 1] << 8;
		if (left > 2)
			group |= bytes[i + 2];
		for (size_t k = 0; k <= left; k++)
			pt_buf_char(out, digits[(group >> (18 - 6 * k)) & 63]);
	}
}

static void write_part(struct pt_buf *out, const struct pt_buf *json)
{
	write_base64url(out, (const unsigned char *)pt_buf_text(json), json->len);
}

static void write_claims(struct pt_buf *out, const struct pt_jwt_claims *claims)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;

	pt_buf_str(&text, "{\"iss\":");
	pt_json_quote(&text, claims->issuer);
	pt_buf_str(&text, ",\"sub\":");
	pt_json_quote(&text, claims->subject);
	pt_buf_str(&text, ",\"aud\":");
	pt_json_quote(&text, claims->audience);
	pt_buf_printf(&text, ",\"exp\":%lld}", (long long)claims->expires_s);
	if (text.failed)
		out->failed = true;
	write_part(out, &text);
}

/* Nobody is asked for a password. */
static int no_password(char *out, int size, int writing, void *context)
{
	(void)out;
	(void)size;
	(void)writing;
	(void)context;
	return -1;
}

static int read_key(EVP_PKEY **out, const char *pem, struct pt_err *err)
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL) : NULL;

	BIO_free(bio);
	if (!key)
		return pt_err_set(err, PT_E_INVALID,
				  "not a private key in PEM form without a password");
	if (EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA || EVP_PKEY_get_bits(key) < LEAST_BITS) {
		EVP_PKEY_free(key);
		return pt_err_set(err, PT_E_INVALID, "expected an RSA key of %d bits or more",
				  LEAST_BITS);
	}
	*out = key;
	return 0;
}

static int sign(struct pt_buf *out, EVP_PKEY *key, const struct pt_buf *text, struct pt_err *err)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	unsigned char signature[2048];
	size_t n = sizeof(signature);
	int done = context && EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
		   EVP_DigestSign(context, signature, &n, (const unsigned char *)pt_buf_text(text),
				  text->len) == 1;

	EVP_MD_CTX_free(context);
	if (!done)
		return pt_err_set(err, PT_E_INVALID, "the key cannot sign");
	write_base64url(out, signature, n);
	return 0;
}

int pt_jwt_sign(struct pt_buf *out, const struct pt_jwt_claims *claims, const char *pem,
		struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	static const char header[] = "{\"alg\":\"RS256\"}";
	EVP_PKEY *key = NULL;
	int rc = read_key(&key, pem, err);

	if (rc < 0)
		return rc;
	write_base64url(&text, (const unsigned char *)header, strlen(header));
	pt_buf_char(&text, '.');
	write_claims(&text, claims);
	rc = pt_buf_check(&text, err);
	if (rc == 0) {
		pt_buf_bytes(out, text.data, text.len);
		pt_buf_char(out, '.');
		rc = sign(out, key, &text, err);
	}
	EVP_PKEY_free(key);
	return rc < 0 ? rc : pt_buf_check(out, err);
}
