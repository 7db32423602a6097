/* See lock.h. */
#include "connectors/store/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

struct pt_lock {
	int fd;
};

static struct flock byte_of(int64_t number)
{
	return (struct flock){
	    .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = (off_t)number, .l_len = 1};
}

static int owner_of(int64_t *pid_out, int fd, int64_t number)
{
	struct flock byte = byte_of(number);

	if (fcntl(fd, F_GETLK, &byte) < 0)
		return -1;
	*pid_out = byte.l_type == F_UNLCK ? 0 : (int64_t)byte.l_pid;
	return 0;
}

static int busy(struct pt_err *err, int fd, int64_t number)
{
	int64_t pid = 0;

	if (owner_of(&pid, fd, number) == 0 && pid > 0)
		return pt_err_set(err, PT_E_BUSY, "process %lld drives it", (long long)pid);
	return pt_err_set(err, PT_E_BUSY, "another process drives it");
}

int pt_lock_take(struct pt_lock **out, const char *path, int64_t number, struct pt_err *err)
{
	struct flock byte = byte_of(number);
	struct pt_lock *lock = calloc(1, sizeof(*lock));
	int rc = 0;

	if (!lock)
		return pt_err_nomem(err);
	lock->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (lock->fd < 0)
		rc = pt_err_io(err, errno, "cannot open the lock file %s", path);
	else if (fcntl(lock->fd, F_SETLK, &byte) < 0)
		rc = errno == EACCES || errno == EAGAIN
			 ? busy(err, lock->fd, number)
			 : pt_err_io(err, errno, "cannot lock %s", path);
	if (rc < 0)
		pt_lock_free(lock);
	else
		*out = lock;
	return rc;
}

void pt_lock_free(struct pt_lock *lock)
{
	if (!lock)
		return;
	if (lock->fd >= 0)
		close(lock->fd);
	free(lock);
}

void pt_lock_freep(struct pt_lock **lock)
{
	pt_lock_free(*lock);
	*lock = NULL;
}

int pt_lock_owner(int64_t *pid_out, const char *path, int64_t number, struct pt_err *err)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	int rc = 0;

	*pid_out = 0;
	if (fd < 0)
		return errno == ENOENT ? 0 : pt_err_io(err, errno, "cannot open %s", path);
	if (owner_of(pid_out, fd, number) < 0)
		rc = pt_err_io(err, errno, "cannot look at the lock %s", path);
	close(fd);
	return rc;
}
