/* See outlet.h. */
#include "cmd/outlet.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

enum { MOST_LEFT = 1 << 20 };

bool pt_outlet_open(struct pt_outlet *outlet, int terminal_fd)
{
	char path[128] = "";

	/* The descriptor that we were given is others' too: they want theirs to wait. */
	if (ttyname_r(terminal_fd, path, sizeof(path)) == 0)
		outlet->fd = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	return outlet->fd >= 0;
}

bool pt_outlet_turn(struct pt_outlet *outlet)
{
	struct pt_buf *left = &outlet->left;
	size_t done = 0;

	while (done < left->len) {
		ssize_t n = write(outlet->fd, left->data + done, left->len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			/* One that is gone takes nothing any more. */
			if (n < 0 && errno != EAGAIN)
				done = left->len;
			break;
		}
		done += (size_t)n;
	}
	if (done) {
		memmove(left->data, left->data + done, left->len - done + 1);
		left->len -= done;
	}
	return left->len == 0;
}

void pt_outlet_put(struct pt_outlet *outlet, const char *text, size_t size_bytes)
{
	if (outlet->left.len + size_bytes > MOST_LEFT)
		return;
	pt_buf_bytes(&outlet->left, text, size_bytes);
	if (pt_buf_check(&outlet->left, NULL) < 0)
		pt_buf_release(&outlet->left);
	(void)pt_outlet_turn(outlet);
}

void pt_outlet_drain(struct pt_outlet *outlet)
{
	struct pollfd at = {.fd = outlet->fd, .events = POLLOUT};

	while (outlet->fd >= 0 && !pt_outlet_turn(outlet)) {
		if (poll(&at, 1, -1) < 0)
			return;
	}
}

void pt_outlet_close(struct pt_outlet *outlet)
{
	if (outlet->fd >= 0)
		close(outlet->fd);
	outlet->fd = -1;
	pt_buf_release(&outlet->left);
}
