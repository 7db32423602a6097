/*
 * A store in an SQLite file, in WAL mode: readers never wait for the writer.
 */
#ifndef PT_CONNECTORS_STORE_SQLITE_H
#define PT_CONNECTORS_STORE_SQLITE_H

#include "connectors/store/store.h"

enum pt_store_mode {
	PT_STORE_PEEK,   /* nothing is written at all, nor waited for; of this format alone */
	PT_STORE_READ,   /* of a file that is there */
	PT_STORE_WRITE,  /* the same, and its tables are brought up to this version */
	PT_STORE_MAKE,   /* and it is made when there is none, with its folder */
	PT_STORE_MEMORY, /* in no file; `path` is what errors call it */
};

/*
 * PT_E_NOTFOUND: there is no such file. PT_E_INVALID: it is not such a store, or
 * damaged. PT_E_UNSUPPORTED: of a newer version. Owned by the caller.
 */
int pt_store_open_sqlite(struct pt_store **out, const char *path, const struct pt_schema *schema,
			 enum pt_store_mode mode, struct pt_err *err) PT_MUSTUSE;

#endif
