/*
 * sandbox.c -- Landlock and seccomp
 *
 *  (1) Calls are listed that may be made. Others fail with ENOSYS, as on an older kernel:
 *      libraries know what to do then.
 *  (2) What starts a program, or looks into other processes, ends the process: nothing of
 *      ours does it.
 *  (3) No memory becomes code.
 *
 * Sources: seccomp(2), landlock(7), systemd's groups of system calls (@system-service).
 */
#define _GNU_SOURCE /* syscall(), O_PATH */
#include "pitwall/sandbox.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef __linux__
#include <linux/capability.h>
#include <sys/syscall.h>
#endif

#ifdef HAVE_SECCOMP
#include <seccomp.h>
#endif

#ifdef HAVE_LANDLOCK
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#endif

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define SANITIZED
#endif

/* ---- reports of a sanitizer ------------------------------------------------------- */

#ifdef SANITIZED
#include <fcntl.h>
#include <sanitizer/common_interface_defs.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

/* A sanitizer opens the file of its report when it has one, which the sandbox forbids: in
 * the tests, which name a folder for the reports, it is opened before. */
static void reports_open(void)
{
	const char *folder = getenv("PITWALL_REPORTS");
	char path[512];
	if (folder == NULL)
		return;
	text_format(path, sizeof(path), "%s/sandbox.%ld", folder, (long)getpid());
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd >= 0)
		__sanitizer_set_report_fd((void *)(intptr_t)fd);
}
#else
static void reports_open(void)
{
}
#endif

/* ---- privileges ------------------------------------------------------------------ */

void sandbox_privileges(void)
{
#ifdef __linux__
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0}};
	(void)syscall(SYS_capset, &head, none);
#endif
}

/* ---- files ----------------------------------------------------------------------- */

#ifdef HAVE_LANDLOCK

#define READS (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define MAKES                                                             \
	(LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE | \
	 LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK)
/* Of version 3; older headers do not have the name. */
#define TRUNCATES ((uint64_t)1 << 14)
#define HANDLED                                                                       \
	(READS | MAKES | LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_REMOVE_DIR | \
	 LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_CHAR |                 \
	 LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |               \
	 LANDLOCK_ACCESS_FS_MAKE_SYM)

static void allow_files(int ruleset, const char *path, uint64_t access)
{
	struct landlock_path_beneath_attr rule = {
		.allowed_access = access,
		.parent_fd = open(path, O_PATH | O_CLOEXEC),
	};
	if (rule.parent_fd < 0)
		return;
	(void)syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule,
		      0);
	(void)close(rule.parent_fd);
}

static void allow_folder_of(int ruleset, const char *path, uint64_t access)
{
	char folder[4096];
	const char *slash = strrchr(path, '/');
	size_t len = slash == NULL ? 0 : (size_t)(slash - path);
	if (len >= sizeof(folder))
		return;
	text_copy(folder, sizeof(folder), (struct slice){path, len});
	allow_files(ruleset, slash == path ? "/" : len == 0 ? "." : folder, access);
}

/* The rules of a process; -1: this kernel has none. */
static int ruleset_begin(uint64_t *truncates)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0,
			       LANDLOCK_CREATE_RULESET_VERSION);
	*truncates = version >= 3 ? TRUNCATES : 0;
	struct landlock_ruleset_attr attr = {.handled_access_fs = HANDLED | *truncates};
	if (version < 1)
		return -1;
	return (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
}

static bool ruleset_end(int ruleset)
{
	bool done = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
		    syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
	(void)close(ruleset);
	return done;
}

void sandbox_files(const char *path)
{
	uint64_t truncates;
	reports_open();
	int ruleset = ruleset_begin(&truncates);
	if (ruleset < 0)
		return;
	allow_files(ruleset, "/", READS);
	allow_files(ruleset, "/dev", READS | LANDLOCK_ACCESS_FS_WRITE_FILE | truncates);
	if (path != NULL)
		allow_folder_of(ruleset, path, READS | MAKES | truncates);
	/* A recording whose name is a link to it. */
	char *linked = path == NULL ? NULL : realpath(path, NULL);
	if (linked != NULL)
		allow_folder_of(ruleset, linked, READS | MAKES | truncates);
	free(linked);
	(void)ruleset_end(ruleset);
}

bool sandbox_files_system(void)
{
	static const char *const paths[] = {"/etc", "/run",      "/usr",
					    "/lib", "/dev/null", "/dev/urandom"};
	uint64_t truncates;
	reports_open();
	int ruleset = ruleset_begin(&truncates);
	if (ruleset < 0)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(paths); i++)
		allow_files(ruleset, paths[i],
			    strncmp(paths[i], "/dev", 4) == 0
				    ? (uint64_t)LANDLOCK_ACCESS_FS_READ_FILE
				    : READS);
#ifdef SANITIZED /* where it finds the threads, to look for leaks */
	allow_files(ruleset, "/proc", READS);
#endif
	return ruleset_end(ruleset);
}

#else

void sandbox_files(const char *path)
{
	(void)path;
}

bool sandbox_files_system(void)
{
	return false;
}

#endif

/* ---- system calls ------------------------------------------------------------------ */

#ifdef HAVE_SECCOMP

/* Of all. */
static const char *const basic[] = {
	"read",
	"write",
	"readv",
	"writev",
	"close",
	"poll",
	"ppoll",
	"recvfrom",
	"recvmsg",
	"sendto",
	"sendmsg",
	"brk",
	"munmap",
	"mremap",
	"madvise",
	"futex",
	"futex_time64",
	"rt_sigaction",
	"rt_sigprocmask",
	"rt_sigreturn",
	"sigreturn",
	"restart_syscall",
	"exit",
	"exit_group",
	"clock_gettime",
	"clock_gettime64",
	"clock_getres",
	"clock_nanosleep",
	"clock_nanosleep_time64",
	"gettimeofday",
	"time",
	"nanosleep",
	"getpid",
	"gettid",
	"getrandom",
	"sched_yield",
	"sigaltstack",
	"set_robust_list",
	"rseq",
	"membarrier",
	"fcntl",
	"fcntl64",
};

/* Of those that connect, and read files. */
static const char *const client[] = {
	"open",
	"openat",
	"openat2",
	"stat",
	"stat64",
	"lstat",
	"lstat64",
	"fstat",
	"fstat64",
	"newfstatat",
	"fstatat64",
	"statx",
	"statfs",
	"statfs64",
	"fstatfs",
	"fstatfs64",
	"access",
	"faccessat",
	"faccessat2",
	"lseek",
	"_llseek",
	"pread64",
	"fadvise64",
	"fadvise64_64",
	"getdents64",
	"readlink",
	"readlinkat",
	"dup",
	"dup2",
	"dup3",
	"pipe",
	"pipe2",
	"eventfd2",
	"epoll_create1",
	"epoll_create",
	"epoll_ctl",
	"epoll_wait",
	"epoll_pwait",
	"select",
	"pselect6",
	"socketpair",
	"connect",
	"bind",
	"getsockname",
	"getpeername",
	"getsockopt",
	"setsockopt",
	"shutdown",
	"sendmmsg",
	"recvmmsg",
	"socketcall",
	"getuid",
	"geteuid",
	"getgid",
	"getegid",
	"getresuid",
	"getresgid",
	"sysinfo",
	"uname",
	"getrlimit",
	"prlimit64",
	"getrusage",
	"times",
	"prctl",
	"set_tid_address",
	"sched_getaffinity",
};

/* Of those that write files, accept connections and have processes. */
static const char *const service[] = {
	"creat",
	"pwrite64",
	"preadv",
	"pwritev",
	"fsync",
	"fdatasync",
	"ftruncate",
	"ftruncate64",
	"truncate",
	"fallocate",
	"flock",
	"unlink",
	"unlinkat",
	"rename",
	"renameat",
	"renameat2",
	"link",
	"linkat",
	"mkdir",
	"mkdirat",
	"rmdir",
	"chmod",
	"fchmod",
	"fchmodat",
	"fchown",
	"umask",
	"utimensat",
	"getcwd",
	"chdir",
	"ioctl",
	"timerfd_create",
	"timerfd_settime",
	"inotify_init1",
	"inotify_add_watch",
	"inotify_rm_watch",
	"signalfd4",
	"listen",
	"accept",
	"accept4",
	"clone",
	"clone3",
	"fork",
	"vfork",
	"wait4",
	"waitid",
	"waitpid",
	"kill",
	"getppid",
	"getpgrp",
	"getpgid",
	"getgroups",
	"arch_prctl",
	"setitimer",
	"getitimer",
	"msync",
	"mlock",
	"munlock",
	"mincore",
	"landlock_create_ruleset",
	"landlock_add_rule",
	"landlock_restrict_self",
	"seccomp",
	"sync_file_range",
	"setsid",
};

/* (2) */
static const char *const fatal[] = {
	"execve",
	"execveat",
	"ptrace",
	"process_vm_readv",
	"process_vm_writev",
	"kexec_load",
	"bpf",
	"init_module",
	"finit_module",
	"mount",
	"pivot_root",
	"setns",
	"unshare",
	"keyctl",
	"add_key",
	"userfaultfd",
	"io_uring_setup",
	"open_by_handle_at",
};

static void add_rules(scmp_filter_ctx filter, uint32_t action, const char *const *names,
		      size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int number = seccomp_syscall_resolve_name(names[i]);
		/* An architecture does not have all of them. */
		if (number != __NR_SCMP_ERROR)
			(void)seccomp_rule_add(filter, action, number, 0);
	}
}

/* (3) Without PROT_EXEC, which is 4. */
static void add_memory(scmp_filter_ctx filter)
{
	static const char *const names[] = {"mmap", "mmap2", "mprotect"};
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		(void)seccomp_rule_add(filter, SCMP_ACT_ALLOW,
				       seccomp_syscall_resolve_name(names[i]), 1,
				       SCMP_A2(SCMP_CMP_MASKED_EQ, 4, 0));
}

/* Local sockets, those of the internet, and those that ask for its addresses. */
static void add_sockets(scmp_filter_ctx filter)
{
	enum { UNIX = 1, INET = 2, INET6 = 10, NETLINK = 16 };
	static const uint64_t families[] = {UNIX, INET, INET6, NETLINK};
	for (size_t i = 0; i < ARRAY_LEN(families); i++)
		(void)seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
				       SCMP_A0(SCMP_CMP_EQ, families[i], 0));
}

/* Threads, but no processes; no terminal is asked anything. clone3() hides its flags: without it
 * libraries call clone(). */
static void add_threads(scmp_filter_ctx filter)
{
	enum { THREAD = 0x10000, BYTES_READY = 0x541b, DO_NOT_WAIT = 0x5421 };
	(void)seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
			       SCMP_A0(SCMP_CMP_MASKED_EQ, THREAD, THREAD));
	(void)seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
			       SCMP_A1(SCMP_CMP_EQ, BYTES_READY, 0));
	(void)seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
			       SCMP_A1(SCMP_CMP_EQ, DO_NOT_WAIT, 0));
}

/* To itself; where there may be children, to them too. */
static void add_signals(scmp_filter_ctx filter, bool children)
{
	if (children)
		(void)seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 0);
	else
		(void)seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
				       SCMP_A0(SCMP_CMP_EQ, (uint64_t)getpid(), 0));
}

bool sandbox_enter(enum sandbox kind)
{
	enum { NO_SUCH_CALL = 38 }; /* ENOSYS */
	const bool serves = kind == SANDBOX_RECORD || kind == SANDBOX_SERVE;
#ifdef SANITIZED /* at its end it looks into itself as a debugger does */
	if (kind != SANDBOX_DECODE)
		return false;
#endif
	if (kind == SANDBOX_DECODE)
		reports_open();
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(NO_SUCH_CALL));
	if (filter == NULL)
		return false;
	(void)seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
	add_rules(filter, SCMP_ACT_KILL_PROCESS, fatal, ARRAY_LEN(fatal));
	add_rules(filter, SCMP_ACT_ALLOW, basic, ARRAY_LEN(basic));
	add_memory(filter);
	add_signals(filter, serves);
	if (kind != SANDBOX_DECODE) {
		add_rules(filter, SCMP_ACT_ALLOW, client, ARRAY_LEN(client));
		add_sockets(filter);
	}
	if (serves)
		add_rules(filter, SCMP_ACT_ALLOW, service, ARRAY_LEN(service));
	if (kind == SANDBOX_ASK)
		add_threads(filter);
	bool done = seccomp_load(filter) == 0;
	seccomp_release(filter);
	return done;
}

#else

bool sandbox_enter(enum sandbox kind)
{
	(void)kind;
	return false;
}

#endif
