/*
 * hook_server FOLDER: serves as tests/hook_server.h says until it is killed. Its port is in
 * FOLDER/port when it does; the n-th request is in FOLDER/n.body and FOLDER/n.head.
 */
#include <unistd.h>

#include "tests/hook_server.h"

static FILE *create(const char *name, const char *ending)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "%s%s", name, ending);
	return fopen(path, "we");
}

static void write_down(const struct hook_server *server, const char *path)
{
	char name[32];
	FILE *body, *head;

	(void)snprintf(name, sizeof(name), "%u", server->nasked);
	body = create(name, ".body");
	head = create(name, ".head");
	if (!body || !head)
		_exit(1);
	(void)fwrite(pt_buf_text(&server->body), 1, server->body.len, body);
	(void)fprintf(head, "path=%s\nevent=%s\ndelivery=%s\ntime=%s\nsignature=%s\n", path,
		      server->event, server->delivery, server->time, server->signature);
	if (fclose(body) != 0 || fclose(head) != 0)
		_exit(1);
}

int main(int argc, char **argv)
{
	struct hook_server server = {.on_request = write_down};
	FILE *port;

	if (argc != 2)
		return 2;
	if (chdir(argv[1]) != 0 || !hook_server_start(&server))
		return 1;
	port = create("port", ".new");
	if (!port || fprintf(port, "%u\n", server.port) < 0 || fclose(port) != 0 ||
	    rename("port.new", "port") != 0)
		return 1;
	for (;;)
		(void)pause();
}
