/*
 * Runs a command in a terminal of its own and prints what that shows in the end:
 *
 *     pty COLUMNS TEXT KEY COMMAND [ARGUMENT...]
 *
 * Once TEXT is on the screen KEY is typed, "^C" or "^Z" or as it is; "" for neither, "hangup" for
 * the end of the terminal. Knows as
 * much of terminals as pushtrain uses; anything else is reported as torn. Lines that scroll away
 * are printed too: the screen is as long as it has to be.
 */
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/width.h"

enum { ROWS = 400, MOST_COLUMNS = 400, CELL = 8, LIMIT_MS = 30000 };

static struct {
	char cell[ROWS][MOST_COLUMNS][CELL]; /* a character each, "" for a blank */
	unsigned columns, row, column;
	unsigned ntorn, ncolour;
	char pending[64]; /* the beginning of a character or an escape sequence */
	size_t npending;
} screen;

static void clear_from(unsigned row, unsigned column)
{
	memset(screen.cell[row][column], 0, (MOST_COLUMNS - column) * CELL);
}

static void new_line(void)
{
	if (screen.row + 1 < ROWS)
		screen.row++;
}

static void put(const char *text, size_t len)
{
	char cell[CELL] = "";

	memcpy(cell, text, len);
	size_t width = pt_width(cell);

	if (screen.column + width > screen.columns) {
		screen.column = 0;
		new_line();
	}
	memcpy(screen.cell[screen.row][screen.column], cell, CELL);
	for (size_t i = 1; i < width; i++)
		screen.cell[screen.row][screen.column + i][0] = '\1'; /* its other half */
	screen.column += (unsigned)width;
}

/* "\x1b[" digits and a letter. */
static void escape(const char *text, size_t len)
{
	unsigned long n = strtoul(text + 2, NULL, 10);

	switch (text[len - 1]) {
	case 'A':
		screen.row -= n > screen.row ? screen.row : (unsigned)(n ? n : 1);
		return;
	case 'K':
		clear_from(screen.row, screen.column);
		return;
	case 'J':
		clear_from(screen.row, screen.column);
		for (unsigned row = screen.row + 1; row < ROWS; row++)
			clear_from(row, 0);
		return;
	case 'm':
		screen.ncolour++;
		return;
	default:
		screen.ntorn++;
	}
}

/* How many bytes it takes, as far as that is known yet; 0: it is not. */
static size_t whole(const char *text, size_t len)
{
	unsigned char first = (unsigned char)text[0];
	size_t need = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;

	if (first != '\x1b')
		return len >= need ? need : 0;
	if (len < 2)
		return 0;
	for (size_t i = 2; text[1] == '[' && i < len; i++) {
		if ((text[i] < '0' || text[i] > '9') && text[i] != ';')
			return i + 1;
	}
	return text[1] == '[' ? 0 : 2;
}

static void take(const char *text, size_t len)
{
	if (text[0] == '\r')
		screen.column = 0;
	else if (text[0] == '\n')
		new_line();
	else if (text[0] == '\x1b' && text[1] == '[')
		escape(text, len);
	else if ((unsigned char)text[0] < ' ' || text[0] == '\x7f')
		screen.ntorn++;
	else
		put(text, len);
}

static void show(const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		screen.pending[screen.npending++] = bytes[i];
		size_t len = whole(screen.pending, screen.npending);

		if (len == 0 && screen.npending < sizeof(screen.pending) - 1)
			continue;
		screen.pending[screen.npending] = '\0';
		take(screen.pending, screen.npending);
		screen.npending = 0;
	}
}

static void line_of(char *out, size_t size, unsigned row)
{
	size_t len = 0, used = 0;

	for (unsigned c = 0; c < screen.columns && len + CELL < size; c++) {
		const char *cell = screen.cell[row][c];

		if (cell[0] == '\1')
			continue;
		len += (size_t)snprintf(out + len, size - len, "%s", cell[0] ? cell : " ");
		if (cell[0] && cell[0] != ' ')
			used = len;
	}
	out[used] = '\0';
}

static bool is_on_screen(const char *text)
{
	char line[MOST_COLUMNS * CELL];

	for (unsigned row = 0; row < ROWS; row++) {
		line_of(line, sizeof(line), row);
		if (strstr(line, text))
			return true;
	}
	return false;
}

static void print_screen(void)
{
	char line[MOST_COLUMNS * CELL];
	unsigned last = 0;

	for (unsigned row = 0; row < ROWS; row++) {
		line_of(line, sizeof(line), row);
		last = line[0] ? row + 1 : last;
	}
	for (unsigned row = 0; row < last; row++) {
		line_of(line, sizeof(line), row);
		puts(line);
	}
	printf("[%s%s%s]\n", screen.ncolour ? "colours" : "no colours",
	       screen.ntorn ? ", torn" : "", screen.npending ? ", cut off" : "");
}

static void type(int terminal, const char *key)
{
	char c = key[0] == '^' ? (char)(key[1] & 0x1f) : key[0];

	if (write(terminal, &c, 1) != 1)
		perror("pty");
}

static void attend(int terminal, pid_t child, const char *text, const char *key)
{
	struct pollfd from = {.fd = terminal, .events = POLLIN};
	bool typed = !text[0];
	char bytes[4096];

	while (poll(&from, 1, LIMIT_MS) > 0) {
		ssize_t n = read(terminal, bytes, sizeof(bytes));

		if (n <= 0)
			return;
		show(bytes, (size_t)n);
		if (typed || !is_on_screen(text))
			continue;
		printf("seen: %s\n", text);
		if (strcmp(key, "hangup") == 0) {
			close(terminal);
			return;
		}
		type(terminal, key);
		typed = true;
	}
	puts("it takes too long");
	(void)kill(child, SIGKILL);
}

/* What is typed would stand wherever the output happens to be. */
static void silence(void)
{
	struct termios mode;

	if (tcgetattr(STDIN_FILENO, &mode) < 0)
		return;
	mode.c_lflag &= (tcflag_t)~ECHO;
	(void)tcsetattr(STDIN_FILENO, TCSANOW, &mode);
}

int main(int argc, char **argv)
{
	struct winsize size = {.ws_row = 24};
	int terminal, status = 0;

	if (argc < 5)
		return 2;
	screen.columns = (unsigned)strtoul(argv[1], NULL, 10);
	size.ws_col = (unsigned short)screen.columns;
	if (screen.columns == 0 || screen.columns >= MOST_COLUMNS)
		return 2;
	pid_t child = forkpty(&terminal, NULL, NULL, &size);

	if (child == 0) {
		silence();
		/* A terminal that goes away is heard of, also below nohup. */
		(void)signal(SIGHUP, SIG_DFL);
		(void)execvp(argv[4], argv + 4);
		_exit(127);
	}
	if (child < 0)
		return 1;
	attend(terminal, child, argv[2], argv[3]);
	(void)waitpid(child, &status, 0);
	print_screen();
	printf("[exit status %d]\n", WIFEXITED(status) ? WEXITSTATUS(status) : 128);
	return 0;
}
