#undef _GNU_SOURCE
#define _GNU_SOURCE /* unshare, memfd_create, syscall */
#include "lsp/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

enum {
    SCRIPT_FD = 3, /* as SANDBOX_SCRIPT says */
    REPORT_FD = 4, /* one byte: whether it is isolated */
    NO_PROGRAM = 127,
    MS = 1000000,
    MAX_MEMORY_MB = 4096, /* of addresses, not of what is used */
};

static bool write_text(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool ok = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
    if (fd >= 0)
        close(fd);
    return ok;
}

/* Of the calling process. Needs no privilege where the system lets users make namespaces. */
static bool isolate(void)
{
    char user[48], group[48];
    struct mount_attr read_only = {.attr_set = MOUNT_ATTR_RDONLY};
    snprintf(user, sizeof user, "%u %u 1", getuid(), getuid());
    snprintf(group, sizeof group, "%u %u 1", getgid(), getgid());
    return unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC) == 0 &&
           write_text("/proc/self/setgroups", "deny") && write_text("/proc/self/uid_map", user) &&
           write_text("/proc/self/gid_map", group) &&
           syscall(SYS_mount_setattr, AT_FDCWD, "/", AT_RECURSIVE,
                   &(struct mount_attr){.propagation = 1UL << 18 /* MS_PRIVATE */},
                   sizeof read_only) == 0 &&
           syscall(SYS_mount_setattr, AT_FDCWD, "/", AT_RECURSIVE, &read_only, sizeof read_only) ==
               0;
}

static void limit(int resource, rlim_t most)
{
    struct rlimit both = {most, most};
    (void)setrlimit((__rlimit_resource_t)resource, &both);
}

/* In the child; does not return. */
static void run(const char *const *argv, int script, int out, int report, unsigned seconds)
{
    int nothing = open("/dev/null", O_RDONLY);
    /* Above all that is placed below, so that nothing is overwritten. */
    script = fcntl(script, F_DUPFD, 10);
    out = fcntl(out, F_DUPFD, 10);
    report = fcntl(report, F_DUPFD_CLOEXEC, 10);
    setpgid(0, 0);
    dup2(nothing, 0);
    dup2(out, 1);
    dup2(out, 2);
    dup2(script, SCRIPT_FD);
    close(script);
    close(out);
    char isolated = isolate() ? 1 : 0;
    (void)!write(report, &isolated, 1);
    limit(RLIMIT_FSIZE, 0);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_CPU, seconds);
    limit(RLIMIT_AS, (rlim_t)MAX_MEMORY_MB << 20);
    signal(SIGPIPE, SIG_DFL);
    execvp(argv[0], (char *const *)(uintptr_t)argv);
    _exit(NO_PROGRAM);
}

/* Until the pipe ends or the time is up; true: it ended. */
static bool read_all(buf *output, int fd, uint64_t end)
{
    size_t room = output->max_bytes;
    for (;;) {
        uint64_t now = clock_now_ns();
        struct pollfd p = {fd, POLLIN, 0};
        char piece[4096];
        if (now >= end)
            return false;
        if (poll(&p, 1, (int)((end - now) / MS) + 1) <= 0)
            continue;
        ssize_t n = read(fd, piece, sizeof piece);
        if (n <= 0)
            return true;
        size_t take = output->len + (size_t)n < room ? (size_t)n : room - output->len;
        buf_append(output, (str_view){piece, take});
    }
}

/* A program may close its streams before it ends; false: it did not end in time. */
static bool wait_until(pid_t child, int *status, uint64_t end)
{
    const struct timespec nap = {.tv_nsec = 2 * MS};
    pid_t ended;
    while ((ended = waitpid(child, status, WNOHANG)) == 0 && clock_now_ns() < end)
        nanosleep(&nap, NULL);
    return ended != 0;
}

err_code sandbox_run(struct sandbox_result *out, buf *output, const char *const *argv,
                     str_view script, unsigned seconds, err *e)
{
    int pipes[2] = {-1, -1}, reports[2] = {-1, -1};
    err_code rc = ERR_IO;
    char isolated = 0;
    int memory = memfd_create("script", MFD_CLOEXEC);
    *out = (struct sandbox_result){.status = NO_PROGRAM};
    if (memory < 0 || pipe2(pipes, O_CLOEXEC) != 0 || pipe2(reports, O_CLOEXEC) != 0 ||
        write(memory, script.ptr, script.len) != (ssize_t)script.len) {
        err_set(e, ERR_IO, "cannot prepare a trial run: %s", strerror(errno));
        goto done;
    }
    pid_t child = fork();
    if (child == 0)
        run(argv, memory, pipes[1], reports[1], seconds);
    if (child < 0) {
        err_set(e, ERR_IO, "cannot start %s: %s", argv[0], strerror(errno));
        goto done;
    }
    close(pipes[1]);
    close(reports[1]);
    pipes[1] = reports[1] = -1;
    out->isolated = read(reports[0], &isolated, 1) == 1 && isolated;
    uint64_t end = clock_now_ns() + (uint64_t)seconds * 1000 * MS;
    out->timed_out = !read_all(output, pipes[0], end);
    int status = 0;
    if (out->timed_out || !wait_until(child, &status, end)) {
        out->timed_out = true;
        kill(-child, SIGKILL);
        while (waitpid(child, &status, 0) < 0 && errno == EINTR)
            ;
    }
    kill(-child, SIGKILL); /* what it left behind */
    out->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    rc = ERR_OK;
done:
    for (int i = 0; i < 2; i++) {
        if (pipes[i] >= 0)
            close(pipes[i]);
        if (reports[i] >= 0)
            close(reports[i]);
    }
    if (memory >= 0)
        close(memory);
    return rc;
}
