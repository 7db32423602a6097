/* See voice.h. */
#include "cmd/voice.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fold.h"
#include "base/width.h"
#include "cmd/block.h"
#include "cmd/outlet.h"
#include "connectors/clock/clock.h"

static struct {
	struct pt_terminal out, err;
	struct pt_outlet outlet;       /* open while lines are drawn on standard error */
	struct pt_block block, screen; /* at the end of standard error, of standard output */
	bool open, quiet, verbose, json;
	bool document; /* the result is one for programs */
	char run[192];
} voice = {.outlet = PT_OUTLET_INIT, .block = PT_BLOCK_INIT, .screen = PT_BLOCK_INIT};

/* The shell has had the terminal since. */
static volatile sig_atomic_t continued;

static void on_continue(int number)
{
	continued = number;
}

/* It only has to end a wait, so that what is drawn fits again. */
static void on_resize(int number)
{
	(void)number;
}

static void catch_signals(void)
{
	struct sigaction action = {.sa_handler = on_continue, .sa_flags = SA_RESTART};

	sigemptyset(&action.sa_mask);
	(void)sigaction(SIGCONT, &action, NULL);
	action.sa_handler = on_resize;
	(void)sigaction(SIGWINCH, &action, NULL);
}

static int choose_format(const struct pt_args *args, struct pt_err *err)
{
	const char *format = args->log_format;

	voice.json = format && strcmp(format, "json") == 0;
	if (format && !voice.json && strcmp(format, "text") != 0)
		return pt_err_set(err, PT_E_USAGE, "--log-format '%s', expected text or json",
				  format);
	if (args->quiet && args->verbose)
		return pt_err_set(err, PT_E_USAGE,
				  "--quiet and --verbose exclude each other, expected one");
	return 0;
}

int pt_voice_open(const struct pt_args *args, struct pt_err *err)
{
	int rc = pt_terminal_look_at(&voice.out, STDOUT_FILENO, args->color, err);

	if (rc == 0)
		rc = pt_terminal_look_at(&voice.err, STDERR_FILENO, args->color, err);
	if (rc == 0)
		rc = choose_format(args, err);
	if (rc < 0)
		return rc;
	voice.quiet = args->quiet;
	voice.verbose = args->verbose;
	voice.document = args->json || args->schema || args->format ||
			 (args->output && strcmp(args->output, "-") == 0);
	voice.open = true;
	if (voice.err.moves || voice.out.moves)
		catch_signals();
	if (voice.json) {
		PT_CLEANUP(pt_buf_release) struct pt_buf line = PT_BUF_INIT;
		struct pt_log log = pt_voice_log();

		pt_log_version(&line, &log, PT_VERSION);
		pt_voice_say(pt_buf_text(&line));
	}
	return 0;
}

bool pt_voice_is_quiet(void)
{
	return voice.quiet;
}

bool pt_voice_is_verbose(void)
{
	return voice.verbose;
}

bool pt_voice_is_json(void)
{
	return voice.json;
}

bool pt_voice_is_live(void)
{
	return voice.open && voice.err.moves && !voice.json && !voice.quiet;
}

struct pt_look pt_voice_out(void)
{
	return voice.open ? pt_terminal_look(&voice.out) : PT_LOOK_PLAIN;
}

struct pt_look pt_voice_err(void)
{
	return voice.open ? pt_terminal_look(&voice.err) : PT_LOOK_PLAIN;
}

void pt_voice_about(const char *run)
{
	(void)snprintf(voice.run, sizeof(voice.run), "%s", run ? run : "");
}

struct pt_log pt_voice_log(void)
{
	struct pt_clock wall = pt_clock_wall();

	return (struct pt_log){.time_ms = wall.now_ms(&wall),
			       .run = voice.run[0] ? voice.run : NULL};
}

/* At one go: a terminal then shows all of it at once. */
static void write_all(FILE *stream, const struct pt_buf *text)
{
	(void)fwrite(pt_buf_text(text), 1, text->len, stream);
	(void)fflush(stream);
}

/* As soon as something is drawn everything goes the same way, in its order. */
static void write_err(const char *text, size_t size_bytes)
{
	if (voice.outlet.fd >= 0)
		pt_outlet_put(&voice.outlet, text, size_bytes);
	else
		(void)fwrite(text, 1, size_bytes, stderr);
}

/* What was shown is the shell's by now, and stays. */
static void heed_signals(void)
{
	if (!continued)
		return;
	continued = 0;
	pt_block_lose(&voice.block);
	pt_block_lose(&voice.screen);
}

unsigned pt_voice_out_columns(void)
{
	return voice.open && voice.out.is_terminal && !voice.document
		   ? pt_terminal_columns(NULL, &voice.out)
		   : 0;
}

void pt_voice_say(const char *lines)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf frame = PT_BUF_INIT;
	PT_CLEANUP(pt_buf_release) struct pt_buf folded = PT_BUF_INIT;

	heed_signals();
	if (voice.open && voice.err.is_terminal && !voice.json) {
		pt_fold(&folded, lines, pt_terminal_columns(NULL, &voice.err));
		lines = folded.failed ? lines : pt_buf_text(&folded);
	}
	if (!pt_block_is_shown(&voice.block)) {
		write_err(lines, strlen(lines));
		return;
	}
	pt_block_frame_above(&frame, &voice.block, lines, pt_terminal_columns(NULL, &voice.err));
	write_err(pt_buf_text(&frame), frame.len);
}

void pt_voice_draw(const char *lines)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf frame = PT_BUF_INIT;

	heed_signals();
	if (!pt_voice_is_live() || !pt_terminal_is_ours(&voice.err))
		return;
	if (!lines[0] && !pt_block_is_shown(&voice.block))
		return;
	if (voice.outlet.fd < 0)
		(void)pt_outlet_open(&voice.outlet, STDERR_FILENO);
	/* A picture of later will do, once it takes one. */
	if (voice.outlet.fd >= 0 && !pt_outlet_turn(&voice.outlet))
		return;
	pt_block_frame(&frame, &voice.block, "", lines, pt_terminal_columns(NULL, &voice.err));
	write_err(pt_buf_text(&frame), frame.len);
}

void pt_voice_settle(void)
{
	pt_outlet_drain(&voice.outlet);
	pt_voice_draw("");
	pt_outlet_drain(&voice.outlet);
}

bool pt_voice_out_moves(void)
{
	return voice.out.moves;
}

static const char *skip_line(const char *text)
{
	const char *end = strchr(text, '\n');

	return end ? end + 1 : text + strlen(text);
}

/* As many lines as there are rows, none wider than the terminal. */
static void cut(struct pt_buf *out, const char *lines, unsigned columns, unsigned rows, bool utf8)
{
	unsigned n = 0, total = 0;

	for (const char *line = lines; *line; line = skip_line(line))
		total++;
	for (const char *line = lines; *line; line = skip_line(line), n++) {
		if (rows > 2 && total > rows - 1 && n == rows - 2) {
			pt_buf_printf(out, "%s %u more lines\n", utf8 ? "…" : "...", total - n);
			return;
		}
		pt_width_elide(out, line, columns - 1, utf8);
		pt_buf_char(out, '\n');
	}
}

void pt_voice_draw_out(const char *lines)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf frame = PT_BUF_INIT;
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	unsigned rows, columns;

	heed_signals();
	if (!voice.out.moves || !pt_terminal_is_ours(&voice.out))
		return;
	columns = pt_terminal_columns(&rows, &voice.out);
	cut(&text, lines, columns, rows, voice.out.utf8);
	pt_block_frame(&frame, &voice.screen, "", pt_buf_text(&text), columns);
	write_all(stdout, &frame);
}

void pt_voice_close(void)
{
	pt_voice_settle();
	pt_outlet_close(&voice.outlet);
	pt_block_release(&voice.block);
	pt_block_release(&voice.screen);
}

void pt_voice_words(const char *type, const struct pt_err *err, const char *text)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf line = PT_BUF_INIT;
	struct pt_log log;

	if (voice.json) {
		log = pt_voice_log();
		pt_log_words(&line, &log, type, err, text);
	} else {
		const struct pt_look look = pt_voice_err();
		bool bad = strcmp(type, "error") == 0, warn = strcmp(type, "warning") == 0;

		pt_style_str(&line, &look,
			     bad    ? PT_STYLE_BAD
			     : warn ? PT_STYLE_WARN
				    : PT_STYLE_PLAIN,
			     "pushtrain:");
		pt_buf_printf(&line, "%s %s\n", warn ? " warning:" : "", text);
	}
	pt_voice_say(line.failed ? text : pt_buf_text(&line));
}
