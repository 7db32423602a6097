/* See git_run.h. */
#include "connectors/manifest/git_run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"

extern char **environ;

enum { ARG_MAX_N = 48, SAID_MAX = 8192, LIST_MAX = 32 << 20, LOOK_EVERY_MS = 10 };

/* Arguments and environment of a child. */
struct child {
	struct pt_arena arena;
	char *arg[ARG_MAX_N + 1];
	size_t narg;
	char **env; /* as many as there are, and room for ARG_MAX_N of ours */
	size_t nenv;
	FILE *out;        /* what it prints; NULL: nobody reads that */
	int64_t limit_ms; /* it is killed after that, with all that it started; 0: never */
	bool failed;
};

static void child_release(struct child *child)
{
	pt_arena_release(&child->arena);
}

/*
 * What would point git at another repository, turn verification off, ask somebody, or
 * write down what is sent.
 */
static bool is_unwanted(const char *entry)
{
	static const char *const names[] = {"GIT_ALLOW_PROTOCOL=",
					    "GIT_ALTERNATE_OBJECT_DIRECTORIES=",
					    "GIT_COMMON_DIR=",
					    "GIT_CURL_VERBOSE=",
					    "GIT_DIR=",
					    "GIT_INDEX_FILE=",
					    "GIT_NAMESPACE=",
					    "GIT_OBJECT_DIRECTORY=",
					    "GIT_PREFIX=",
					    "GIT_PROTOCOL_FROM_USER=",
					    "GIT_QUARANTINE_PATH=",
					    "GIT_REDACT_COOKIES=",
					    "GIT_SHALLOW_FILE=",
					    "GIT_SSL_NO_VERIFY=",
					    "GIT_TEMPLATE_DIR=",
					    "GIT_TERMINAL_PROMPT=",
					    "GIT_TRACE",
					    "GIT_WORK_TREE=",
					    "LANGUAGE=",
					    "LC_ALL=",
					    "PT_GIT_"};

	for (size_t i = 0; i < PT_ARRAY_LEN(names); i++) {
		if (strncmp(entry, names[i], strlen(names[i])) == 0)
			return true;
	}
	return false;
}

static void child_init(struct child *child)
{
	size_t n = 0;

	*child = (struct child){.nenv = 0};
	while (environ[n])
		n++;
	child->env = (char **)pt_arena_alloc(&child->arena, n + ARG_MAX_N + 1, sizeof(*child->env));
	child->failed = !child->env;
	for (size_t i = 0; child->env && i < n; i++) {
		if (!is_unwanted(environ[i]))
			child->env[child->nenv++] = environ[i];
	}
}

static void arg(struct child *child, const char *text)
{
	char *copy = pt_arena_strdup(&child->arena, text);

	if (!copy || child->narg == ARG_MAX_N)
		child->failed = true;
	else
		child->arg[child->narg++] = copy;
}

static void args(struct child *child, const char *const *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		arg(child, text[i]);
}

static void env(struct child *child, const char *name, const char *value)
{
	char *entry = pt_arena_printf(&child->arena, "%s=%s", name, value);

	if (!entry || !child->env)
		child->failed = true;
	else
		child->env[child->nenv++] = entry;
}

/* A setting whose name may hold an '=', as addresses do, so that -c will not do. */
static void setting(struct child *child, const char *name, const char *variable)
{
	char *entry = pt_arena_printf(&child->arena, "--config-env=%s=%s", name, variable);

	if (entry)
		arg(child, entry);
	child->failed = child->failed || !entry;
}

/* Takes what the child wrote to standard error out of the file. */
static int read_said(struct pt_buf *out, FILE *file, struct pt_err *err)
{
	char *to = pt_buf_reserve(out, SAID_MAX);

	if (!to)
		return pt_err_nomem(err);
	rewind(file);
	out->len += fread(to, 1, SAID_MAX, file);
	out->data[out->len] = '\0';
	return 0;
}

static int redirect(posix_spawn_file_actions_t *actions, const struct child *child, int said)
{
	int sys = posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);

	if (sys == 0 && child->out)
		sys = posix_spawn_file_actions_adddup2(actions, fileno(child->out), 1);
	else if (sys == 0)
		sys = posix_spawn_file_actions_addopen(actions, 1, "/dev/null", O_WRONLY, 0);
	return sys == 0 ? posix_spawn_file_actions_adddup2(actions, said, 2) : sys;
}

/* One that has a limit is a group of processes of its own, to be killed as one. */
static int spawn(pid_t *out, struct child *child, int said)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	int sys = posix_spawn_file_actions_init(&actions);

	if (sys != 0)
		return sys;
	sys = posix_spawnattr_init(&attr);
	if (sys == 0) {
		sys = redirect(&actions, child, said);
		if (sys == 0 && child->limit_ms)
			sys = posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP);
		if (sys == 0)
			sys = posix_spawnp(out, "git", &actions, &attr, child->arg, child->env);
		posix_spawnattr_destroy(&attr);
	}
	posix_spawn_file_actions_destroy(&actions);
	return sys;
}

static int64_t monotonic_ms(void)
{
	struct timespec now = {0};

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* It printed more than anybody needs. */
static bool prints_too_much(const struct child *child)
{
	struct stat info;

	return child->out && fstat(fileno(child->out), &info) == 0 && info.st_size > LIST_MAX;
}

/* Its end, or the limit's; 0 or an errno. */
static int wait_within(bool *in_time_out, int *status_out, pid_t pid, const struct child *child)
{
	const struct timespec pause = {.tv_nsec = LOOK_EVERY_MS * 1000000L};
	int64_t end_ms = monotonic_ms() + child->limit_ms;
	pid_t ended;

	*in_time_out = true;
	while ((ended = waitpid(pid, status_out, child->limit_ms ? WNOHANG : 0)) != pid) {
		if (ended < 0 && errno != EINTR)
			return errno;
		if (ended != 0)
			continue;
		if (*in_time_out && (monotonic_ms() >= end_ms || prints_too_much(child))) {
			*in_time_out = false;
			(void)kill(-pid, SIGKILL);
		}
		(void)nanosleep(&pause, NULL);
	}
	return 0;
}

/*
 * Runs the child to its end. A file takes what it says: of a pipe, an ssh that stays
 * behind to serve later connections would keep the other end.
 */
static int run(struct pt_buf *said, int *status_out, struct child *child, struct pt_err *err)
{
	FILE *file = child->failed ? NULL : tmpfile();
	pid_t pid = 0;

	if (child->failed)
		return pt_err_nomem(err);
	if (!file)
		return pt_err_io(err, errno, "cannot create a temporary file");
	(void)fcntl(fileno(file), F_SETFD, FD_CLOEXEC);
	int sys = spawn(&pid, child, fileno(file)), rc = 0;
	bool in_time = true;

	if (sys == 0)
		sys = wait_within(&in_time, status_out, pid, child);
	if (sys == 0 && !in_time)
		rc = prints_too_much(child)
			 ? pt_err_set(err, PT_E_IO, "more than %d MiB, given up", LIST_MAX >> 20)
			 : pt_err_set(err, PT_E_IO, "no answer within %lld ms, given up",
				      (long long)child->limit_ms);
	else if (sys == ENOENT)
		rc = pt_err_set(err, PT_E_NOTFOUND,
				"no program 'git' in the PATH, which addresses need");
	else if (sys != 0)
		rc = pt_err_io(err, sys, "cannot run git");
	else
		rc = read_said(said, file, err);
	fclose(file);
	return rc;
}

/* How much of the text is "user:password@", after "://". */
static size_t user_len(const char *text)
{
	size_t n = strcspn(text, "@/'\" \n");

	return text[n] == '@' ? n + 1 : 0;
}

/* How much of the text must not be seen: a word that was handed over. */
static size_t secret_len(const char *text, const struct pt_url *url)
{
	/* A user without a password may be a token. */
	const char *const words[] = {pt_buf_text(&url->password),
				     url->password.len ? "" : pt_buf_text(&url->user)};

	for (size_t w = 0; w < PT_ARRAY_LEN(words); w++) {
		if (words[w][0] && strncmp(text, words[w], strlen(words[w])) == 0)
			return strlen(words[w]);
	}
	return 0;
}

/* Appends text without credentials and control characters. */
static void append_clean(struct pt_buf *out, const char *text, size_t len, const struct pt_url *url)
{
	for (size_t i = 0, n; i < len; i += n) {
		n = secret_len(text + i, url);
		if (n) {
			pt_buf_str(out, "***");
		} else if (strncmp(text + i, "://", 3) == 0) {
			pt_buf_str(out, "://");
			n = 3 + user_len(text + i + 3);
		} else {
			bool control = (unsigned char)text[i] < ' ' || text[i] == 0x7f;

			pt_buf_char(out, control ? ' ' : text[i]);
			n = 1;
		}
	}
}

/* The first line that is neither a warning nor advice. */
static void append_reason(struct pt_buf *out, const char *said, const struct pt_url *url)
{
	static const char *const aside[] = {"warning:", "hint:", "Warning:", "Cloning ", "From "};
	static const char *const before[] = {"fatal: ", "error: "};

	for (size_t len; *said; said += len + (said[len] == '\n')) {
		bool skip = false;

		len = strcspn(said, "\n");
		for (size_t i = 0; i < PT_ARRAY_LEN(aside); i++)
			skip = skip || strncmp(said, aside[i], strlen(aside[i])) == 0;
		if (len == 0 || skip)
			continue;
		for (size_t i = 0; i < PT_ARRAY_LEN(before); i++) {
			if (len > 7 && strncmp(said, before[i], 7) == 0) {
				said += 7;
				len -= 7;
			}
		}
		append_clean(out, said, len, url);
		return;
	}
	pt_buf_str(out, "git says nothing");
}

/* Runs git, and says what it said if it failed. */
static int run_git(struct child *child, const struct pt_url *url, const char *what,
		   struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf said = PT_BUF_INIT, reason = PT_BUF_INIT;
	int status = 0, rc = run(&said, &status, child, err);

	if (rc == -PT_E_IO)
		return pt_err_wrap(err, "%s", what);
	if (rc < 0 || (WIFEXITED(status) && WEXITSTATUS(status) == 0))
		return rc;
	if (WIFSIGNALED(status))
		return pt_err_set(err, PT_E_IO, "%s: git was killed by signal %d", what,
				  WTERMSIG(status));
	append_reason(&reason, pt_buf_text(&said), url);
	return pt_err_set(err, PT_E_IO, "%s: %s", what, pt_buf_text(&reason));
}

int pt_git_run_init(const char *folder, struct pt_err *err)
{
	static const char *const words[] = {
	    "git", "init", "--quiet", "--bare", "--template=", "--object-format=sha1", "--"};
	PT_CLEANUP(child_release) struct child child;
	const struct pt_url none = PT_URL_INIT;

	child_init(&child);
	args(&child, words, PT_ARRAY_LEN(words));
	arg(&child, folder);
	env(&child, "LC_ALL", "C");
	return run_git(&child, &none, "cannot create the repository", err);
}

/* A setting of one address or of a part of it: "http.https://example.org/a.git.sslVerify". */
static void setting_of(struct child *child, const char *section, const struct pt_url *url,
		       size_t len, const char *key, const char *variable)
{
	char *name = pt_arena_printf(&child->arena, "%s.%.*s.%s", section, (int)len,
				     pt_buf_text(&url->address), key);

	if (name)
		setting(child, name, variable);
	child->failed = child->failed || !name;
}

/*
 * Verification is turned on for every address and for this very one, so that no other of
 * the user's settings is nearer, and the address stays what it is. A redirect of https
 * leads to https again, since nothing else is allowed; http follows none.
 */
static void verify_certificates(struct child *child, const struct pt_url *url)
{
	size_t len = url->address.len;

	env(child, "PT_GIT_TRUE", "true");
	env(child, "PT_GIT_FOLLOW", url->kind == PT_URL_HTTP ? "false" : "initial");
	env(child, "PT_GIT_ADDRESS", pt_buf_text(&url->address));
	setting(child, "http.sslVerify", "PT_GIT_TRUE");
	setting_of(child, "http", url, len, "sslVerify", "PT_GIT_TRUE");
	setting_of(child, "http", url, len, "followRedirects", "PT_GIT_FOLLOW");
	setting_of(child, "url", url, len, "insteadOf", "PT_GIT_ADDRESS");
}

/*
 * Hands a password over by a helper that finds it in its environment, to this host only.
 * A user alone goes to the helpers that the user has.
 */
static void give_credentials(struct child *child, const struct pt_url *url)
{
	if (url->user.len == 0 && url->password.len == 0)
		return;
	env(child, "PT_GIT_USER", pt_buf_text(&url->user));
	if (url->password.len == 0) {
		setting_of(child, "credential", url, url->origin_len, "username", "PT_GIT_USER");
		return;
	}
	env(child, "PT_GIT_PASSWORD", pt_buf_text(&url->password));
	env(child, "PT_GIT_NONE", "");
	env(child, "PT_GIT_HELPER",
	    "!f() { test \"$1\" != get || "
	    "printf 'username=%s\\npassword=%s\\n' \"$PT_GIT_USER\" \"$PT_GIT_PASSWORD\"; }; f");
	setting_of(child, "credential", url, url->origin_len, "helper", "PT_GIT_NONE");
	setting_of(child, "credential", url, url->origin_len, "helper", "PT_GIT_HELPER");
}

/* What is the same of every call to the other side, up to the command's own words. */
static void begin_remote(struct child *child, const struct pt_url *url)
{
	static const char *const settings[] = {
	    "-c", "http.lowSpeedLimit=1000",      "-c", "http.lowSpeedTime=60",
	    "-c", "gc.autoDetach=false",          "-c", "core.hooksPath=/dev/null",
	    "-c", "transfer.credentialsInUrl=die"};
	static const char *const allowed[] = {[PT_URL_HTTPS] = "https",
					      [PT_URL_HTTP] = "http",
					      [PT_URL_SSH] = "ssh",
					      [PT_URL_FILE] = "file"};

	args(child, settings, PT_ARRAY_LEN(settings));
	verify_certificates(child, url);
	give_credentials(child, url);
	env(child, "GIT_ALLOW_PROTOCOL", allowed[url->kind]);
	env(child, "GIT_TERMINAL_PROMPT", "0");
	env(child, "LC_ALL", "C");
}

int pt_git_run_fetch(const char *folder, const struct pt_url *url, struct pt_err *err)
{
	static const char *const words[] = {"fetch",
					    "--quiet",
					    "--prune",
					    "--force",
					    "--no-tags",
					    "--no-write-fetch-head",
					    "--no-recurse-submodules",
					    "--"};
	PT_CLEANUP(child_release) struct child child;
	char *git_dir;

	child_init(&child);
	git_dir = pt_arena_printf(&child.arena, "--git-dir=%s", folder);
	child.failed = child.failed || !git_dir;
	arg(&child, "git");
	if (git_dir)
		arg(&child, git_dir);
	begin_remote(&child, url);
	args(&child, words, PT_ARRAY_LEN(words));
	arg(&child, pt_buf_text(&url->address));
	arg(&child, "+refs/tags/*:refs/tags/*");
	return run_git(&child, url, "cannot fetch", err);
}

static int read_list(struct pt_buf *out, FILE *list, struct pt_err *err)
{
	enum { PIECE = 65536 };
	size_t n;

	rewind(list);
	do {
		char *to = pt_buf_reserve(out, PIECE);

		if (!to)
			return pt_err_nomem(err);
		n = fread(to, 1, PIECE, list);
		out->len += n;
		out->data[out->len] = '\0';
	} while (n);
	return ferror(list) ? pt_err_io(err, errno, "cannot read a temporary file") : 0;
}

/* In no repository of ours, whose settings would count. */
int pt_git_run_list_tags(struct pt_buf *out, const struct pt_url *url, int64_t limit_ms,
			 struct pt_err *err)
{
	static const char *const nowhere[] = {"git", "-C", "/"};
	static const char *const words[] = {"ls-remote", "--quiet", "--tags", "--"};
	PT_CLEANUP(child_release) struct child child;
	int rc;

	child_init(&child);
	child.limit_ms = limit_ms;
	child.out = tmpfile();
	if (!child.out)
		return pt_err_io(err, errno, "cannot create a temporary file");
	(void)fcntl(fileno(child.out), F_SETFD, FD_CLOEXEC);
	args(&child, nowhere, PT_ARRAY_LEN(nowhere));
	begin_remote(&child, url);
	args(&child, words, PT_ARRAY_LEN(words));
	arg(&child, pt_buf_text(&url->address));
	rc = run_git(&child, url, "cannot list the tags", err);
	if (rc == 0)
		rc = read_list(out, child.out, err);
	fclose(child.out);
	return rc;
}
