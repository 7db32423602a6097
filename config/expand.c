/* See expand.h. */
#include "config/expand.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_TEXT = 128 };

/* `text` stands behind "${"; *end_out behind the "}". */
static int expand_one(struct pt_buf *out, const char *text, const char **end_out,
		      struct pt_err *err)
{
	size_t len = strcspn(text, "}");
	char name[NAME_TEXT];
	const char *value;

	if (text[len] == '\0')
		return pt_err_set(err, PT_E_INVALID, "a '${' without its '}'");
	if (len == 0 || len >= sizeof(name))
		return pt_err_set(err, PT_E_INVALID, "'${}' around something that is no name");
	snprintf(name, sizeof(name), "%.*s", (int)len, text);
	value = getenv(name);
	if (!value || !value[0])
		return pt_err_set(err, PT_E_INVALID, "the environment variable %s is not set",
				  name);
	pt_buf_str(out, value);
	*end_out = text + len + 1;
	return 0;
}

int pt_expand(struct pt_buf *out, const char *text, struct pt_err *err)
{
	while (*text) {
		if (text[0] == '$' && text[1] == '{') {
			int rc = expand_one(out, text + 2, &text, err);

			if (rc < 0)
				return rc;
			continue;
		}
		text += text[0] == '$' && text[1] == '$';
		pt_buf_char(out, *text++);
	}
	return pt_buf_check(out, err);
}
