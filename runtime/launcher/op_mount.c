#include <errno.h>
#include <linux/magic.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "child.h"

#ifndef MS_NOSYMFOLLOW
#define MS_NOSYMFOLLOW 256
#endif
#define MAX_LAYERS 500
#define BIND_READONLY_TOP 2
enum { MOUNT_REAL_DIRECTORY = 1, MOUNT_INHERIT_MODE = 2 };

static int close_keeping_errno(int fd) {
  int error = errno;
  if (fd >= 0) close(fd);
  errno = error;
  return -1;
}

/* The kernel's own words for the last refusal of a file system context ("e overlay: ..."). */
static void explain(struct child *c, int fs) {
  int error = errno;
  char text[256];
  ssize_t size = read(fs, text, sizeof text - 1);
  if (size > 2) {
    text[size] = 0;
    if (text[size - 1] == '\n') text[size - 1] = 0;
    set_detail(c, c->detail, c->detail[0] ? ": " : "");
    set_detail(c, c->detail, text + 2);
  }
  errno = error;
}

static unsigned attributes_of(uint64_t flags) {
  unsigned attributes = 0;
  if (flags & MS_RDONLY) attributes |= K_ATTR_RDONLY;
  if (flags & MS_NOSUID) attributes |= K_ATTR_NOSUID;
  if (flags & MS_NODEV) attributes |= K_ATTR_NODEV;
  if (flags & MS_NOEXEC) attributes |= K_ATTR_NOEXEC;
  if (flags & MS_NOATIME) attributes |= K_ATTR_NOATIME;
  else if (flags & MS_STRICTATIME) attributes |= K_ATTR_STRICTATIME;
  if (flags & MS_NODIRATIME) attributes |= K_ATTR_NODIRATIME;
  if (flags & MS_NOSYMFOLLOW) attributes |= K_ATTR_NOSYMFOLLOW;
  return attributes;
}

/* Attaches a detached tree at `target`, made where it is missing, or as the container's root at the staging directory, and holds that. */
static int adopt_root(struct child *c, int tree, const char *target) {
  if (*target) {
    bool made;
    set_detail(c, target, "");
    int at = make_mount_point(c, target, true, 0755, &made);
    int done = at < 0 ? -1 : k_move_mount(tree, "", at, "", K_MOVE_F_EMPTY | K_MOVE_T_EMPTY);
    close_keeping_errno(at);
    close_keeping_errno(tree);
    return done;
  }
  if (k_move_mount(tree, "", RUN_FD, "r", K_MOVE_F_EMPTY) < 0) return close_keeping_errno(tree);
  c->root = tree;
  return 0;
}

static void path_of_fd(char *text, int fd) {
  char digits[12];
  int count = 0;
  do digits[count++] = (char)('0' + fd % 10);
  while (fd /= 10);
  memcpy(text, "/proc/self/fd/", 14);
  text += 14;
  while (count) *text++ = digits[--count];
  *text = 0;
}

/* One layer of the overlay: by fd (Linux 6.13), else by its short /proc name, which also escapes nothing. */
static int add_layer(int fs, const char *key, int layer, bool *by_name) {
  if (!*by_name && k_fsconfig(fs, K_FSCONFIG_SET_FD, key, NULL, layer) == 0) return 0;
  *by_name = true;
  char text[32];
  path_of_fd(text, layer);
  return k_fsconfig(fs, K_FSCONFIG_SET_STRING, key, text, 0);
}

struct overlay {
  const int *layers;
  unsigned count;
  int upper, work;
  bool is_volatile;
};

/* Options beside the layers keep an upper directory equal to the difference it makes. */
static int overlay_by_context(int fs, const struct overlay *o, bool *by_name) {
  for (unsigned i = 0; i < o->count; i++)
    if (add_layer(fs, "lowerdir+", o->layers[i], by_name) < 0) return -1;
  if (o->upper >= 0 && (add_layer(fs, "upperdir", o->upper, by_name) < 0 || add_layer(fs, "workdir", o->work, by_name) < 0)) return -1;
  if (o->is_volatile && k_fsconfig(fs, K_FSCONFIG_SET_FLAG, "volatile", NULL, 0) < 0) return -1;
  if (k_fsconfig(fs, K_FSCONFIG_SET_STRING, "source", "overlay", 0) < 0 || k_fsconfig(fs, K_FSCONFIG_SET_STRING, "index", "off", 0) < 0 ||
      k_fsconfig(fs, K_FSCONFIG_SET_STRING, "metacopy", "off", 0) < 0 || k_fsconfig(fs, K_FSCONFIG_SET_STRING, "redirect_dir", "off", 0) < 0 ||
      k_fsconfig(fs, K_FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
    return -1;
  return k_fsmount(fs, 0);
}

/* A mount on the staging directory as a detached one, as the newer calls give it. */
static int detach_staged(void) {
  int tree = k_open_tree(RUN_FD, "r", K_OPEN_TREE_CLONE | K_OPEN_TREE_CLOEXEC);
  if (fchdir(RUN_FD) < 0 || umount2("r", MNT_DETACH) < 0) return close_keeping_errno(tree);
  return tree;
}

/* Before Linux 6.8 there is no `lowerdir+`; one page of mount(2) data then holds about 200 short names. */
static int overlay_by_page(const struct overlay *o) {
  static const char OPTIONS[] = "index=off,metacopy=off,redirect_dir=off,lowerdir=", VOLATILE[] = ",volatile";
  static char data[4096];
  size_t size = sizeof OPTIONS - 1;
  memcpy(data, OPTIONS, size);
  for (unsigned i = 0; i < o->count; i++) {
    if (size + 128 > sizeof data) return fail(E2BIG);
    if (i) data[size++] = ':';
    path_of_fd(data + size, o->layers[i]);
    size += strlen(data + size);
  }
  if (o->upper >= 0) {
    memcpy(data + size, ",upperdir=", 10);
    path_of_fd(data + size + 10, o->upper);
    size += strlen(data + size);
    memcpy(data + size, ",workdir=", 9);
    path_of_fd(data + size + 9, o->work);
    size += strlen(data + size);
  }
  memcpy(data + size, VOLATILE, o->is_volatile ? sizeof VOLATILE : 0);
  if (fchdir(RUN_FD) < 0 || mount("overlay", "r", "overlay", 0, data) < 0) return -1;
  return open("r", O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static int open_layer(struct child *c, const char *path) {
  int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) set_detail(c, path, "");
  return fd;
}

int mount_overlay(struct child *c, struct reader *r) {
  static int layers[MAX_LAYERS];
  struct list lower = read_strings(r);
  const char *upper_path = read_string(r), *work_path = read_string(r), *target = read_string(r);
  bool is_volatile = read_u32(r);
  if (lower.count == 0 || lower.count > MAX_LAYERS) return fail(EINVAL);
  for (uint32_t i = 0; i < lower.count; i++) {
    layers[i] = open_layer(c, read_string(&lower.items));
    if (layers[i] < 0) return -1;
  }
  int upper = -1, work = -1;
  if (*upper_path && ((upper = open_layer(c, upper_path)) < 0 || (work = open_layer(c, work_path)) < 0)) return -1;

  int root = -1;
  if (lower.count == 1 && upper < 0) { /* overlayfs wants two layers; one alone is a read-only bind */
    int tree = k_open_tree(layers[0], "", K_OPEN_TREE_CLONE | K_OPEN_TREE_CLOEXEC | K_AT_EMPTY_PATH);
    struct k_mount_attr attr = {K_ATTR_RDONLY, 0, 0, 0};
    if (tree < 0 || k_mount_setattr(tree, "", K_AT_EMPTY_PATH, &attr) < 0) return -1;
    root = adopt_root(c, tree, target);
  } else {
    struct overlay overlay = {layers, lower.count, upper, work, is_volatile};
    bool by_name = false;
    int fs = k_fsopen("overlay");
    if (fs < 0) return -1;
    int tree = overlay_by_context(fs, &overlay, &by_name);
    if (tree >= 0) {
      root = adopt_root(c, tree, target);
    } else if (errno == EINVAL && by_name) {
      /* Linux 6.5 to 6.7 refuse the key; before, any is taken and the whole refused when it is made. */
      root = overlay_by_page(&overlay);
      if (root < 0 || !*target) {
        c->root = root;
      } else {
        close(root);
        tree = detach_staged();
        root = tree < 0 ? -1 : adopt_root(c, tree, target);
      }
    } else {
      explain(c, fs);
    }
    close_keeping_errno(fs);
  }
  for (uint32_t i = 0; i < lower.count; i++) close_keeping_errno(layers[i]);
  close_keeping_errno(upper);
  close_keeping_errno(work);
  return root < 0 ? -1 : 0;
}

int mount_bind_root(struct child *c, struct reader *r) {
  const char *source = read_string(r);
  set_detail(c, source, "");
  int tree = k_open_tree(AT_FDCWD, source, K_OPEN_TREE_CLONE | K_OPEN_TREE_CLOEXEC | K_AT_RECURSIVE);
  return tree < 0 ? -1 : adopt_root(c, tree, "");
}

/* `a=b,c` one option at a time, as mount(8) hands them over. */
static int apply_options(int fs, const char *data) {
  char option[512];
  while (*data) {
    size_t length = strcspn(data, ",");
    if (length >= sizeof option) return fail(E2BIG);
    memcpy(option, data, length);
    option[length] = 0;
    data += length + (data[length] == ',');
    char *value = strchr(option, '=');
    if (value) *value++ = 0;
    if (*option && k_fsconfig(fs, value ? K_FSCONFIG_SET_STRING : K_FSCONFIG_SET_FLAG, option, value, 0) < 0) return -1;
  }
  return 0;
}

static int apply_super_flags(int fs, uint64_t flags) {
  static const struct {
    uint64_t flag;
    const char *name;
  } NAMES[] = {{MS_SYNCHRONOUS, "sync"}, {MS_DIRSYNC, "dirsync"}, {MS_MANDLOCK, "mand"}, {1 << 25, "lazytime"}};
  for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
    if ((flags & NAMES[i].flag) && k_fsconfig(fs, K_FSCONFIG_SET_FLAG, NAMES[i].name, NULL, 0) < 0) return -1;
  }
  return 0;
}

/* The root of the new file system has the mode of the directory it covers; an option that follows may say otherwise. */
static int inherit_mode(int fs, int at) {
  struct stat st;
  char text[5] = {0};
  if (fstat(at, &st) < 0) return -1;
  for (int i = 0; i < 4; i++) text[i] = (char)('0' + (st.st_mode >> (9 - 3 * i) & 7));
  return k_fsconfig(fs, K_FSCONFIG_SET_STRING, "mode", text, 0);
}

int mount_file_system(struct child *c, struct reader *r) {
  const char *type = read_string(r), *source = read_string(r), *target = read_string(r);
  uint64_t flags = read_u64(r);
  const char *data = read_string(r);
  uint32_t how = read_u32(r);
  unsigned mode = read_u32(r);
  set_detail(c, target, "");
  int fs = -1, tree = -1, done = -1;
  bool made;
  int at = make_mount_point(c, target, true, mode, &made);
  if (at < 0) return -1;
  if (how & MOUNT_REAL_DIRECTORY) { /* no link anywhere on the way: a symlinked /proc would void every mask below it */
    close(at);
    at = resolve(c, target, O_PATH | O_DIRECTORY | O_NOFOLLOW, K_RESOLVE_NO_SYMLINKS);
    if (at < 0) return -1;
  }
  fs = k_fsopen(type);
  if (fs >= 0 && (!*source || k_fsconfig(fs, K_FSCONFIG_SET_STRING, "source", source, 0) == 0) && apply_super_flags(fs, flags) == 0 &&
      (made || !(how & MOUNT_INHERIT_MODE) || inherit_mode(fs, at) == 0) && apply_options(fs, data) == 0 && k_fsconfig(fs, K_FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0 && (tree = k_fsmount(fs, attributes_of(flags))) >= 0)
    done = k_move_mount(tree, "", at, "", K_MOVE_F_EMPTY | K_MOVE_T_EMPTY);
  if (done < 0 && fs >= 0) explain(c, fs);
  close_keeping_errno(tree);
  close_keeping_errno(fs);
  close_keeping_errno(at);
  return done;
}

static int open_source(struct child *c, const char *source, bool recursive) {
  set_detail(c, source, "");
  return k_open_tree(AT_FDCWD, source, K_OPEN_TREE_CLONE | K_OPEN_TREE_CLOEXEC | (recursive ? K_AT_RECURSIVE : 0));
}

/* Copies taken before the tree stops sending mounts to the host stay peers of the host's mounts (mount_namespaces(7)). */
int slave_root(struct child *c, struct reader *r) {
  struct list shared = read_strings(r);
  struct bytes recursive = read_bytes(r);
  if (shared.count > MAX_SHARED || recursive.size != shared.count) return fail(E2BIG);
  for (; c->shared_count < shared.count; c->shared_count++) {
    int tree = open_source(c, read_string(&shared.items), recursive.data[c->shared_count]);
    if (tree < 0) return -1;
    c->shared[c->shared_count] = tree;
  }
  return mount("", "/", "", MS_SLAVE | MS_REC, NULL);
}

/* As open_source, for a place in a directory whose files somebody else may change: no link leads out of it. */
static int open_beneath(struct child *c, const char *source, const char *beneath, bool recursive) {
  if (!*beneath) return open_source(c, source, recursive);
  set_detail(c, source, "/");
  set_detail(c, c->detail, beneath);
  int base = open(source, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (base < 0) return -1;
  int at, tries = 0; /* EAGAIN as in resolve() */
  do at = k_openat2(base, beneath, O_PATH | O_CLOEXEC, 0, K_RESOLVE_BENEATH | K_RESOLVE_NO_MAGICLINKS);
  while (at < 0 && errno == EAGAIN && ++tries < 128);
  int tree = at < 0 ? -1 : k_open_tree(at, "", K_OPEN_TREE_CLONE | K_OPEN_TREE_CLOEXEC | K_AT_EMPTY_PATH | (recursive ? K_AT_RECURSIVE : 0));
  close_keeping_errno(at);
  close_keeping_errno(base);
  return tree;
}

int mount_bind(struct child *c, struct reader *r) {
  const char *source = read_string(r), *beneath = read_string(r), *target = read_string(r);
  bool recursive = read_u32(r);
  uint32_t readonly = read_u32(r);
  uint64_t propagation = read_u64(r);
  bool is_shared = (propagation & MS_SHARED) && c->shared_used < c->shared_count;
  int tree = is_shared ? c->shared[c->shared_used++] : open_beneath(c, source, beneath, recursive);
  if (tree < 0) return -1;
  struct stat st;
  struct k_mount_attr attr = {readonly ? K_ATTR_RDONLY : 0, 0, 0, 0};
  unsigned below = recursive && readonly != BIND_READONLY_TOP ? K_AT_RECURSIVE : 0;
  if (fstat(tree, &st) < 0 || (readonly && k_mount_setattr(tree, "", K_AT_EMPTY_PATH | below, &attr) < 0)) return close_keeping_errno(tree);
  set_detail(c, target, "");
  bool made;
  int at = make_mount_point(c, target, S_ISDIR(st.st_mode), 0, &made);
  if (at < 0) return close_keeping_errno(tree);
  int done = k_move_mount(tree, "", at, "", K_MOVE_F_EMPTY | K_MOVE_T_EMPTY);
  if (done == 0 && propagation) {
    struct k_mount_attr change = {0, 0, propagation & ~(uint64_t)MS_REC, 0};
    done = k_mount_setattr(tree, "", K_AT_EMPTY_PATH | (propagation & MS_REC ? K_AT_RECURSIVE : 0), &change);
  }
  close_keeping_errno(at);
  close_keeping_errno(tree);
  return done;
}

/*
 * What another container has at `path`, at the same place here. The kernel clones no mount of a foreign namespace, so the clone is
 * made inside: `path` is resolved in that container's root and can lead nowhere else.
 */
int mount_shared(struct child *c, struct reader *r) {
  const char *namespace = read_string(r), *path = read_string(r);
  bool made;
  set_detail(c, namespace, "");
  int own = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC), other = open(namespace, O_RDONLY | O_CLOEXEC);
  int tree = -1, at = -1, done = -1;
  if (own >= 0 && other >= 0 && setns(other, CLONE_NEWNS) == 0) {
    set_detail(c, path, "");
    tree = k_open_tree(AT_FDCWD, path, K_OPEN_TREE_CLONE | K_OPEN_TREE_CLOEXEC);
    int error = errno;
    if (setns(own, CLONE_NEWNS) < 0) _exit(127);
    errno = error;
  }
  if (tree >= 0 && (at = make_mount_point(c, path, true, 0755, &made)) >= 0) done = k_move_mount(tree, "", at, "", K_MOVE_F_EMPTY | K_MOVE_T_EMPTY);
  close_keeping_errno(at);
  close_keeping_errno(tree);
  close_keeping_errno(other);
  close_keeping_errno(own);
  return done;
}

/* pivot_root(2), NOTES: the old root ends up on top of the new one and is detached from there. */
int pivot(struct child *c) {
  int old = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (old < 0) return -1;
  if (c->root < 0) return fail(EBADF);
  if (fchdir(c->root) < 0 || syscall(SYS_pivot_root, ".", ".") < 0 || fchdir(old) < 0 || mount("", ".", "", MS_SLAVE | MS_REC, NULL) < 0 ||
      umount2(".", MNT_DETACH) < 0 || chdir("/") < 0)
    return close_keeping_errno(old);
  close(old);
  close(c->root);
  c->root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
  return c->root < 0 ? -1 : 0;
}
