/*
 * A disk that fails: everything that SQLite asks of a file goes through here to the
 * real one, and the n-th of a kind fails, alone or with all that come after it.
 *
 *     bad_disk_install();
 *     bad_disk_fail(DISK_SYNC, 3, true);
 *     ...
 *     bad_disk_heal();
 */
#ifndef PT_TESTS_UNIT_BAD_DISK_H
#define PT_TESTS_UNIT_BAD_DISK_H

#include "tests/test.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <string.h>

enum disk_op {
	DISK_OPEN,
	DISK_READ,
	DISK_WRITE,
	DISK_FULL,
	DISK_SYNC,
	DISK_TRUNCATE,
	DISK_LOCK,
	DISK_NOP
};

static const char *const disk_op_names[DISK_NOP] = {"open", "read",     "write", "write (full)",
						    "sync", "truncate", "lock"};

static struct {
	sqlite3_vfs vfs, *real;
	bool failing, for_ever;
	enum disk_op op;
	uint64_t nth;             /* the one that fails, from 1 */
	uint64_t nseen[DISK_NOP]; /* since then */
	uint64_t nfailed;
	uint64_t nsync_after;              /* syncs that were tried after one failed */
	void (*on_failure)(void *context); /* told of the first; MAY be NULL */
	void *context;
} disk;

struct disk_file {
	sqlite3_file base;
	sqlite3_file *real; /* in the same block */
};

static inline sqlite3_file *disk_real(sqlite3_file *file)
{
	return ((struct disk_file *)(void *)file)->real;
}

static inline bool disk_fails(enum disk_op op)
{
	disk.nseen[op]++;
	if (!disk.failing || op != disk.op)
		return false;
	if (disk.nseen[op] != disk.nth && (disk.nseen[op] < disk.nth || !disk.for_ever))
		return false;
	if (disk.nfailed++ == 0 && disk.on_failure)
		disk.on_failure(disk.context);
	return true;
}

static inline int disk_close(sqlite3_file *file)
{
	sqlite3_file *real = disk_real(file);

	return real->pMethods ? real->pMethods->xClose(real) : SQLITE_OK;
}

static inline int disk_read(sqlite3_file *file, void *to, int n, sqlite3_int64 at)
{
	if (disk_fails(DISK_READ))
		return SQLITE_IOERR_READ;
	return disk_real(file)->pMethods->xRead(disk_real(file), to, n, at);
}

static inline int disk_write(sqlite3_file *file, const void *from, int n, sqlite3_int64 at)
{
	if (disk_fails(DISK_WRITE))
		return SQLITE_IOERR_WRITE;
	if (disk_fails(DISK_FULL))
		return SQLITE_FULL;
	return disk_real(file)->pMethods->xWrite(disk_real(file), from, n, at);
}

static inline int disk_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	if (disk_fails(DISK_TRUNCATE))
		return SQLITE_IOERR_TRUNCATE;
	return disk_real(file)->pMethods->xTruncate(disk_real(file), size);
}

static inline int disk_sync(sqlite3_file *file, int flags)
{
	disk.nsync_after += disk.op == DISK_SYNC && disk.nfailed > 0;
	if (disk_fails(DISK_SYNC))
		return SQLITE_IOERR_FSYNC;
	return disk_real(file)->pMethods->xSync(disk_real(file), flags);
}

static inline int disk_size(sqlite3_file *file, sqlite3_int64 *out)
{
	return disk_real(file)->pMethods->xFileSize(disk_real(file), out);
}

static inline int disk_lock(sqlite3_file *file, int level)
{
	if (disk_fails(DISK_LOCK))
		return SQLITE_IOERR_LOCK;
	return disk_real(file)->pMethods->xLock(disk_real(file), level);
}

static inline int disk_unlock(sqlite3_file *file, int level)
{
	return disk_real(file)->pMethods->xUnlock(disk_real(file), level);
}

static inline int disk_reserved(sqlite3_file *file, int *out)
{
	return disk_real(file)->pMethods->xCheckReservedLock(disk_real(file), out);
}

static inline int disk_control(sqlite3_file *file, int op, void *argument)
{
	return disk_real(file)->pMethods->xFileControl(disk_real(file), op, argument);
}

static inline int disk_sector(sqlite3_file *file)
{
	return disk_real(file)->pMethods->xSectorSize(disk_real(file));
}

static inline int disk_traits(sqlite3_file *file)
{
	return disk_real(file)->pMethods->xDeviceCharacteristics(disk_real(file));
}

static inline int disk_shm_map(sqlite3_file *file, int page, int size, int extend,
			       void volatile **out)
{
	return disk_real(file)->pMethods->xShmMap(disk_real(file), page, size, extend, out);
}

static inline int disk_shm_lock(sqlite3_file *file, int at, int n, int flags)
{
	if ((flags & SQLITE_SHM_LOCK) && disk_fails(DISK_LOCK))
		return SQLITE_IOERR_SHMLOCK;
	return disk_real(file)->pMethods->xShmLock(disk_real(file), at, n, flags);
}

static inline void disk_shm_barrier(sqlite3_file *file)
{
	disk_real(file)->pMethods->xShmBarrier(disk_real(file));
}

static inline int disk_shm_unmap(sqlite3_file *file, int forget)
{
	return disk_real(file)->pMethods->xShmUnmap(disk_real(file), forget);
}

/* Version 2: what is read goes through xRead, not through memory that is mapped. */
static const sqlite3_io_methods disk_methods = {
    2,           disk_close,   disk_read,     disk_write,       disk_truncate,  disk_sync,
    disk_size,   disk_lock,    disk_unlock,   disk_reserved,    disk_control,   disk_sector,
    disk_traits, disk_shm_map, disk_shm_lock, disk_shm_barrier, disk_shm_unmap, NULL,
    NULL,
};

static inline int disk_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags,
			    int *flags_out)
{
	struct disk_file *opened = (struct disk_file *)(void *)file;
	int code;

	(void)vfs;
	opened->base.pMethods = NULL;
	opened->real = (sqlite3_file *)(void *)(opened + 1);
	if (disk_fails(DISK_OPEN))
		return SQLITE_CANTOPEN;
	code = disk.real->xOpen(disk.real, path, opened->real, flags, flags_out);
	if (opened->real->pMethods)
		opened->base.pMethods = &disk_methods;
	return code;
}

/* All that SQLite opens from now on. */
static inline void bad_disk_install(void)
{
	disk.real = sqlite3_vfs_find(NULL);
	assert_non_null(disk.real);
	disk.vfs = *disk.real;
	disk.vfs.zName = "bad disk";
	disk.vfs.szOsFile = (int)sizeof(struct disk_file) + disk.real->szOsFile;
	disk.vfs.xOpen = disk_open;
	assert_int_equal(sqlite3_vfs_register(&disk.vfs, 1), SQLITE_OK);
}

static inline void bad_disk_fail(enum disk_op op, uint64_t nth, bool for_ever)
{
	memset(disk.nseen, 0, sizeof(disk.nseen));
	disk.nfailed = disk.nsync_after = 0;
	disk.op = op;
	disk.nth = nth;
	disk.for_ever = for_ever;
	disk.failing = true;
}

static inline void bad_disk_heal(void)
{
	disk.failing = false;
}

#endif
