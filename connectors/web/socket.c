/* See socket.h. */
#include "connectors/web/socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

union address {
	struct sockaddr any;
	struct sockaddr_in four;
	struct sockaddr_in6 six;
};

static socklen_t address_of(union address *out, enum pt_loopback where, uint16_t port)
{
	memset(out, 0, sizeof(*out));
	if (where == PT_LOOPBACK_6) {
		out->six.sin6_family = AF_INET6;
		out->six.sin6_port = htons(port);
		out->six.sin6_addr = in6addr_loopback;
		return sizeof(out->six);
	}
	out->four.sin_family = AF_INET;
	out->four.sin_port = htons(port);
	out->four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return sizeof(out->four);
}

static int open_at(union address *at, socklen_t size)
{
	int fd = socket(at->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int yes = 1, sys;

	if (fd < 0)
		return -1;
	/* Or a port that was just left could not be taken for a minute. */
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (at->any.sa_family == AF_INET6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof(yes));
	if (bind(fd, &at->any, size) == 0 && listen(fd, SOMAXCONN) == 0 &&
	    getsockname(fd, &at->any, &size) == 0)
		return fd;
	sys = errno;
	close(fd);
	errno = sys;
	return -1;
}

int pt_web_listen(int *fd_out, uint16_t *port, enum pt_loopback where, struct pt_err *err)
{
	union address at;
	socklen_t size = address_of(&at, where, *port);
	int fd = open_at(&at, size);

	if (fd < 0)
		return pt_err_io(err, errno, "cannot listen on %s:%u",
				 where == PT_LOOPBACK_6 ? "[::1]" : "127.0.0.1", *port);
	*port = ntohs(where == PT_LOOPBACK_6 ? at.six.sin6_port : at.four.sin_port);
	*fd_out = fd;
	return 0;
}

bool pt_web_gone(int fd)
{
	char byte;

	return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}
