/* Streams of server-sent events. See web.h and inside.h. */
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "connectors/clock/clock.h"
#include "connectors/web/inside.h"
#include "connectors/web/socket.h"

enum {
	BLOCK_BYTES = 16 * 1024,
	UNREAD_MOST = 32 << 20, /* of a client that takes nothing */
	UNREAD_MS = 60000,
	RETRY_MS = 2000, /* after which a browser comes back */
};

struct pt_web_stream {
	struct pt_web *web;
	struct MHD_Connection *connection;
	char *page;
	void *kept;
	struct pt_buf unread;
	size_t taken;     /* of that */
	bool sleeps;      /* the connection is suspended until there is something */
	bool ends;        /* instead of anything more */
	int64_t said_ms;  /* last */
	int64_t since_ms; /* there is something unread; it was taken from last */
	struct pt_web_stream *next;
};

static void forget(void *context)
{
	struct pt_web_stream *stream = context, **link = &stream->web->stream;

	while (*link && *link != stream)
		link = &(*link)->next;
	if (*link) {
		*link = stream->next;
		stream->web->nstream--;
	}
	if (stream->kept && stream->web->conf.forget)
		stream->web->conf.forget(stream->kept);
	pt_buf_release(&stream->unread);
	free(stream->page);
	free(stream);
}

static ssize_t read_more(void *context, uint64_t at, char *out, size_t max)
{
	struct pt_web_stream *stream = context;
	size_t left = stream->unread.len - stream->taken;

	(void)at;
	if (stream->ends || stream->unread.failed)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (left == 0) {
		stream->sleeps = true;
		MHD_suspend_connection(stream->connection);
		return 0;
	}
	if (left > max)
		left = max;
	memcpy(out, stream->unread.data + stream->taken, left);
	stream->taken += left;
	stream->since_ms = pt_clock_monotonic_ms();
	if (stream->taken == stream->unread.len) {
		pt_buf_clear(&stream->unread);
		stream->taken = 0;
	}
	return (ssize_t)left;
}

struct MHD_Response *pt_web_stream_new(struct pt_web *web, const struct pt_web_request *request)
{
	struct pt_web_stream *stream = calloc(1, sizeof(*stream));
	const char *page = pt_web_query(request, "page");
	struct MHD_Response *response;

	if (!stream)
		return NULL;
	*stream = (struct pt_web_stream){.web = web,
					 .connection = request->connection,
					 .page = strdup(page ? page : "/"),
					 .said_ms = pt_clock_monotonic_ms(),
					 .since_ms = pt_clock_monotonic_ms(),
					 .next = web->stream};
	web->stream = stream;
	web->nstream++;
	pt_buf_printf(&stream->unread, "retry: %d\n\n", RETRY_MS);
	response = stream->page ? MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK_BYTES,
								    read_more, stream, forget)
				: NULL;
	if (!response)
		forget(stream);
	return response;
}

static void wake(struct pt_web_stream *stream)
{
	if (!stream->sleeps)
		return;
	stream->sleeps = false;
	stream->since_ms = pt_clock_monotonic_ms();
	MHD_resume_connection(stream->connection);
}

static void append(struct pt_web_stream *stream, const char *event, const char *data)
{
	if (stream->ends)
		return;
	if (event)
		pt_buf_printf(&stream->unread, "event: %s\ndata: ", event);
	pt_buf_str(&stream->unread, data);
	pt_buf_str(&stream->unread, "\n\n");
	stream->said_ms = pt_clock_monotonic_ms();
	if (stream->unread.len - stream->taken > UNREAD_MOST)
		stream->ends = true;
	wake(stream);
}

void pt_web_send(struct pt_web_stream *stream, const char *event, const char *data)
{
	append(stream, event, data);
}

/* The socket is shut as well: libmicrohttpd would wait for it to be writable. */
static void end(struct pt_web_stream *stream)
{
	stream->ends = true;
	pt_web_visit_of(stream->connection)->due_ms = 0;
	wake(stream);
}

void pt_web_tend_streams(struct pt_web *web, int64_t now_ms)
{
	for (struct pt_web_stream *s = web->stream; s; s = s->next) {
		if (pt_web_gone(pt_web_visit_of(s->connection)->fd) ||
		    (!s->sleeps && now_ms - s->since_ms > UNREAD_MS))
			end(s);
		else if (now_ms - s->said_ms >= web->conf.beat_ms)
			append(s, NULL, ": still here");
	}
}

void pt_web_end_streams(struct pt_web *web)
{
	for (struct pt_web_stream *s = web->stream; s; s = s->next)
		end(s);
}

struct pt_web_stream *pt_web_stream(const struct pt_web *web, const struct pt_web_stream *after)
{
	return after ? after->next : web->stream;
}

const char *pt_web_stream_page(const struct pt_web_stream *stream)
{
	return stream->page;
}

bool pt_web_stream_is_behind(const struct pt_web_stream *stream)
{
	return stream->unread.len > stream->taken;
}

void **pt_web_stream_kept(struct pt_web_stream *stream)
{
	return &stream->kept;
}
