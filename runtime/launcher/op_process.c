#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "child.h"

#ifndef SECCOMP_SET_MODE_FILTER
#define SECCOMP_SET_MODE_FILTER 1
#endif
#define LAST_CAPABILITY 63

int set_oom_score(struct child *c, struct reader *r) {
  int value = (int)read_u32(r);
  bool optional = read_u32(r);
  char text[12];
  int at = sizeof text - 1;
  unsigned rest = value < 0 ? 0u - (unsigned)value : (unsigned)value;
  text[at] = 0;
  do text[--at] = (char)('0' + rest % 10);
  while (rest /= 10);
  if (value < 0) text[--at] = '-';
  set_detail(c, text + at, "");
  if (write_procfs(c, "self/oom_score_adj", text + at, 0) == 0) return 0;
  return optional && (errno == EACCES || errno == EPERM) ? 0 : -1;
}

int set_limit(struct reader *r) {
  int resource = (int)read_u32(r);
  uint64_t limit[2] = {read_u64(r), read_u64(r)};
  bool optional = read_u32(r);
  if (syscall(SYS_prlimit64, 0, resource, limit, NULL) == 0) return 0;
  return optional && errno == EPERM ? 0 : -1;
}

/* A filter may refuse what comes after it, so nothing may be left to close by then. */
static void close_the_rest(struct child *c) {
  if (c->root >= 0) close(c->root);
  c->root = c->procfs = c->mask_directory = c->null_device = -1;
  k_close_range(SYNC_FD + 1, ~0u, 0);
}

int install_seccomp(struct child *c, struct reader *r) {
  static struct sock_filter filter[BPF_MAXINSNS];
  struct bytes program = read_bytes(r);
  unsigned flags = read_u32(r);
  if (program.size == 0 || program.size % sizeof *filter || program.size > sizeof filter) return fail(EINVAL);
  /* A filter may refuse to make a process; without privileges left there is no reason to wait. */
  if (c->is_exec && !c->has_entered && prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1) {
    close_the_rest(c);
    if (enter_pid_namespace(c) < 0) return -1;
  }
  memcpy(filter, program.data, program.size);
  struct sock_fprog set = {(unsigned short)(program.size / sizeof *filter), filter};
  close_the_rest(c);
  return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &set);
}

int drop_bounding(struct reader *r) {
  uint64_t keep = read_u64(r);
  for (int capability = 0; capability <= LAST_CAPABILITY; capability++) {
    if (keep >> capability & 1) continue;
    if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0) {
      if (errno == EINVAL) break; /* the kernel knows no more of them */
      return -1;
    }
  }
  return prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0);
}

int change_user(struct reader *r) {
  static gid_t groups[1024];
  uid_t uid = read_u32(r);
  gid_t gid = read_u32(r);
  struct bytes list = read_bytes(r);
  if (uid == (uid_t)-1 || gid == (gid_t)-1 || list.size % 4 || list.size > sizeof groups) return fail(EINVAL);
  struct reader each = {list.data, list.data + list.size, false};
  for (size_t i = 0; i < list.size / 4; i++) groups[i] = read_u32(&each);
  /* /dev/stdout and its kin are opened by name, so the user must own the pipes and the terminal. */
  for (int fd = 0; fd < 3; fd++) {
    struct stat st;
    bool ours = fstat(fd, &st) == 0 && (S_ISFIFO(st.st_mode) || (S_ISCHR(st.st_mode) && st.st_rdev != makedev(1, 3)));
    if (ours && st.st_uid != uid && fchown(fd, uid, (gid_t)-1) < 0 && errno != EPERM && errno != EROFS && errno != EINVAL) return -1;
  }
  if (syscall(SYS_setgroups, list.size / 4, groups) < 0) return -1;
  if (syscall(SYS_setresgid, gid, gid, gid) < 0) return -1;
  return (int)syscall(SYS_setresuid, uid, uid, uid);
}

int set_capabilities(struct reader *r) {
  uint64_t permitted = read_u64(r), effective = read_u64(r), inheritable = read_u64(r), ambient = read_u64(r);
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2];
  for (int i = 0; i < 2; i++) {
    data[i].permitted = (uint32_t)(permitted >> (32 * i));
    data[i].effective = (uint32_t)(effective >> (32 * i));
    data[i].inheritable = (uint32_t)(inheritable >> (32 * i));
  }
  if (syscall(SYS_capset, &header, data) < 0) return -1;
  if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0) return -1;
  for (int capability = 0; capability <= LAST_CAPABILITY; capability++) {
    if ((ambient >> capability & 1) && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0) < 0) return -1;
  }
  return 0;
}

/* Gives the directories just made on the way to `path` to `uid`; those that were there keep their owner. */
static int create_directory(struct child *c, const char *path, uid_t uid, gid_t gid) {
  bool made;
  int fd = make_directory(c, path, 0755, &made);
  if (fd < 0) return -1;
  int done = made && (uid || gid) ? fchownat(fd, "", uid, gid, AT_EMPTY_PATH) : 0;
  int error = errno;
  close(fd);
  errno = error;
  return done;
}

int change_directory(struct child *c, struct reader *r) {
  const char *path = read_string(r);
  bool create = read_u32(r);
  uid_t uid = read_u32(r);
  gid_t gid = read_u32(r);
  char current[4096];
  set_detail(c, path, "");
  if (chdir(path) < 0) {
    if (!create || errno != ENOENT) return -1;
    if (create_directory(c, path, uid, gid) < 0 || chdir(path) < 0) return -1;
  }
  /* The kernel answers "(unreachable)..." for a directory outside the root, e.g. through a leaked fd. */
  if (syscall(SYS_getcwd, current, sizeof current) < 0) return -1;
  return current[0] == '/' ? 0 : fail(ENOENT);
}

static bool is_directory(const char *path) {
  struct stat st;
  return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

int execute(struct child *c, struct reader *r) {
  struct list candidates = read_strings(r), arguments = read_strings(r), environment = read_strings(r);
  /* The whole plan arrived in one bounded frame, so the pointers to its strings are bounded as well. */
  size_t count = (size_t)arguments.count + environment.count + 2;
  if (arguments.count == 0 || count > 1 << 20) return fail(E2BIG);
  char **vector = mmap(NULL, count * sizeof *vector, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (vector == MAP_FAILED) return -1;
  char **next = vector;
  for (uint32_t i = 0; i < arguments.count; i++) *next++ = (char *)(uintptr_t)read_string(&arguments.items);
  *next++ = NULL;
  char **env = next;
  for (uint32_t i = 0; i < environment.count; i++) *next++ = (char *)(uintptr_t)read_string(&environment.items);
  *next = NULL;

  close_the_rest(c);
  if (c->is_exec && !c->has_entered && enter_pid_namespace(c) < 0) return -1;
  /* A change of credentials has cleared the death signal; a monitor that died before this line shows as end of file. */
  if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0) return -1;
  if (c->wants_init && stay_as_init() < 0) return -1;
  char type = SYNC_EXECUTING;
  if (send(SYNC_FD, &type, 1, MSG_NOSIGNAL) != 1) return -1;
  int error = ENOENT;
  for (uint32_t i = 0; i < candidates.count; i++) {
    const char *path = read_string(&candidates.items);
    set_detail(c, path, "");
    execve(path, vector, env);
    if (errno == EACCES && candidates.count > 1 && is_directory(path)) continue;
    if (errno == EACCES) error = EACCES;
    else if (errno != ENOENT && errno != ENOTDIR) return -1;
  }
  return fail(error);
}
