/*
 * Sockets that this machine alone can reach, for the servers of ours.
 */
#ifndef PT_CONNECTORS_WEB_SOCKET_H
#define PT_CONNECTORS_WEB_SOCKET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

enum pt_loopback { PT_LOOPBACK_4, PT_LOOPBACK_6 }; /* 127.0.0.1, ::1 */

/*
 * Listens there; *port 0: any that is free, which it then says. The descriptor does not
 * block, is not inherited, and is owned by the caller. PT_E_IO with errno in `sys`.
 */
int pt_web_listen(int *fd_out, uint16_t *port, enum pt_loopback where,
		  struct pt_err *err) PT_MUSTUSE;

/* Whoever is at the other end has closed it. */
bool pt_web_gone(int fd);

#endif
