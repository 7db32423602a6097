/* See org_hash.h. */
#include "connectors/orgs/org_hash.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DIGITS = 2 * PT_ORG_HASH_BYTES, HALF = 6, BASE = 62 };

static const char HEX[] = "0123456789abcdef";

static int keyed(unsigned char out[PT_ORG_HASH_BYTES], const struct pt_org_hash *hash,
		 const char *text, size_t len, struct pt_err *err)
{
	unsigned n = PT_ORG_HASH_BYTES;

	if (!HMAC(EVP_sha256(), hash->key, PT_ORG_HASH_BYTES, (const unsigned char *)text, len, out,
		  &n) ||
	    n != PT_ORG_HASH_BYTES)
		return pt_err_nomem(err);
	return 0;
}

static int set_fingerprint(struct pt_org_hash *hash, struct pt_err *err)
{
	static const char about[] = "fingerprint";
	unsigned char mac[PT_ORG_HASH_BYTES];
	int rc = keyed(mac, hash, about, strlen(about), err);

	for (size_t i = 0; rc == 0 && i < 8; i++) {
		hash->fingerprint[2 * i] = HEX[mac[i] >> 4];
		hash->fingerprint[2 * i + 1] = HEX[mac[i] & 15];
	}
	hash->fingerprint[16] = '\0';
	return rc;
}

static int parse(struct pt_org_hash *out, const char *text, size_t len, const char *path,
		 struct pt_err *err)
{
	while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
		len--;
	if (len != DIGITS)
		return pt_err_set(err, PT_E_INVALID, "%s: expected %d hexadecimal digits", path,
				  DIGITS);
	for (size_t i = 0; i < DIGITS; i++) {
		const char *digit = text[i] ? strchr(HEX, text[i]) : NULL;

		if (!digit)
			return pt_err_set(err, PT_E_INVALID, "%s: expected %d hexadecimal digits",
					  path, DIGITS);
		out->key[i / 2] = (unsigned char)(out->key[i / 2] << 4 | (digit - HEX));
	}
	return set_fingerprint(out, err);
}

static int check(int fd, const char *path, struct pt_err *err)
{
	struct stat info;

	if (fstat(fd, &info) != 0)
		return pt_err_io(err, errno, "cannot read '%s'", path);
	if (!S_ISREG(info.st_mode) || info.st_mode & 077)
		return pt_err_set(err, PT_E_REFUSED,
				  "'%s' can be read by others or is no file, expected mode 0600",
				  path);
	return 0;
}

int pt_org_hash_read(struct pt_org_hash *out, const char *path, struct pt_err *err)
{
	struct pt_org_hash hash = {.fingerprint = ""};
	char text[DIGITS + 3];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), rc;

	if (fd < 0 && errno == ENOENT)
		return pt_err_set(err, PT_E_NOTFOUND, "there is no '%s'", path);
	if (fd < 0)
		return pt_err_io(err, errno, "cannot read '%s'", path);
	rc = check(fd, path, err);
	if (rc == 0) {
		ssize_t n = read(fd, text, sizeof(text));

		rc = n < 0 ? pt_err_io(err, errno, "cannot read '%s'", path)
			   : parse(&hash, text, (size_t)n, path, err);
	}
	(void)close(fd);
	OPENSSL_cleanse(text, sizeof(text));
	if (rc == 0)
		*out = hash;
	pt_org_hash_wipe(&hash);
	return rc;
}

/* Complete or not at all: who reads it finds all of it. */
static int write_key(const char *path, struct pt_err *err)
{
	unsigned char key[PT_ORG_HASH_BYTES];
	char text[DIGITS + 1];
	int fd, rc = 0;

	if (RAND_bytes(key, sizeof(key)) != 1)
		return pt_err_set(err, PT_E_IO, "no random numbers for '%s'", path);
	for (size_t i = 0; i < sizeof(key); i++) {
		text[2 * i] = HEX[key[i] >> 4];
		text[2 * i + 1] = HEX[key[i] & 15];
	}
	text[DIGITS] = '\n';
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 && errno != EEXIST)
		rc = pt_err_io(err, errno, "cannot write '%s'", path);
	if (fd >= 0 && (write(fd, text, sizeof(text)) != (ssize_t)sizeof(text) || fsync(fd) != 0)) {
		rc = pt_err_io(err, errno, "cannot write '%s'", path);
		(void)unlink(path);
	}
	if (fd >= 0)
		(void)close(fd);
	OPENSSL_cleanse(key, sizeof(key));
	OPENSSL_cleanse(text, sizeof(text));
	return rc;
}

int pt_org_hash_make(struct pt_org_hash *out, const char *path, struct pt_err *err)
{
	struct pt_err none = PT_ERR_INIT;
	int rc = pt_org_hash_read(out, path, &none);

	if (rc == -PT_E_NOTFOUND) {
		rc = write_key(path, err);
		return rc < 0 ? rc : pt_org_hash_read(out, path, err);
	}
	if (rc < 0 && err)
		*err = none;
	return rc;
}

/* Six digits in base 62 of each half; 71 bits, so that two orgs never meet. */
static void put_digits(char *to, const unsigned char *mac)
{
	static const char digits[] =
	    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	uint64_t n = 0;

	for (size_t i = 0; i < 8; i++)
		n = n << 8 | mac[i];
	for (size_t i = 0; i < HALF; i++) {
		to[i] = digits[n % BASE];
		n /= BASE;
	}
}

int pt_org_hash_org(struct pt_org_key *out, const struct pt_org_hash *hash,
		    const struct pt_org_key *org, struct pt_err *err)
{
	unsigned char mac[PT_ORG_HASH_BYTES];
	int rc = keyed(mac, hash, org->text, strlen(org->text), err);

	if (rc < 0)
		return rc;
	*out = (struct pt_org_key){.text = "00D"};
	put_digits(out->text + 3, mac);
	put_digits(out->text + 3 + HALF, mac + 8);
	return 0;
}

void pt_org_hash_wipe(struct pt_org_hash *hash)
{
	OPENSSL_cleanse(hash, sizeof(*hash));
}
