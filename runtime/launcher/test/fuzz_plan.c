/*
 * Hands arbitrary bytes to the decoders a monitor runs before it forks, then walks every accepted plan with the readers its
 * child uses. Nothing is executed. Built as a libFuzzer target, or with -DSTANDALONE as a program that mutates its seeds itself.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile size_t touched;

static void check(bool true_claim, const char *claim) {
  if (true_claim) return;
  fprintf(stderr, "violated: %s\n", claim);
  abort();
}

static void touch_bytes(struct bytes bytes) {
  for (uint32_t i = 0; i < bytes.size; i++) touched += bytes.data[i];
}

static void touch_strings(struct list list) {
  for (uint32_t i = 0; i < list.count; i++) touched += strlen(read_string(&list.items));
  check(!list.items.bad && list.items.at == list.items.end, "a list of strings is as long as it says");
}

static void touch_byte_list(struct list list) {
  for (uint32_t i = 0; i < list.count; i++) touch_bytes(read_bytes(&list.items));
  check(!list.items.bad && list.items.at == list.items.end, "a list of bytes is as long as it says");
}

/* What the child reads of each operation: s string, b bytes, S strings, B list of bytes, u u32, U u64. Kept apart from the decoder's. */
static const char *reads_of(uint16_t code) {
  switch (code) {
    case OP_OOM_SCORE_ADJ: return "uu";
    case OP_NETLINK: return "B";
    case OP_OVERLAY: return "Ssssu";
    case OP_CONTENT: return "sbuuu";
    case OP_MOUNT: return "sssUsuu";
    case OP_BIND: return "sssuuU";
    case OP_DEVICE: return "suuuuuu";
    case OP_SYMLINK: case OP_SYSCTL: case OP_SHARE: return "ss";
    case OP_MKDIR: case OP_CWD: return "suuu";
    case OP_BIND_ROOT: case OP_READONLY_PATH: case OP_MASK: case OP_HOSTNAME: case OP_DOMAINNAME: return "s";
    case OP_SLAVE_ROOT: return "Sb";
    case OP_PIVOT_ROOT: case OP_READONLY_ROOT: case OP_CONSOLE: case OP_NO_NEW_PRIVS: case OP_INIT: return "";
    case OP_UMASK: return "u";
    case OP_RLIMIT: return "uUUu";
    case OP_SECCOMP: return "bu";
    case OP_BOUNDING: return "U";
    case OP_USER: return "uub";
    case OP_CAPABILITIES: return "UUUU";
    case OP_EXEC: return "SSS";
    default: check(false, "only known operations are accepted"); return "";
  }
}

static unsigned walk(struct reader ops) {
  struct operation op;
  unsigned count = 0;
  for (start_operations(&ops); next_operation(&ops, &op); count++) {
    for (const char *field = reads_of(op.code); *field; field++) {
      switch (*field) {
        case 's': touched += strlen(read_string(&op.body)); break;
        case 'b': touch_bytes(read_bytes(&op.body)); break;
        case 'S': touch_strings(read_strings(&op.body)); break;
        case 'B': touch_byte_list(read_byte_list(&op.body)); break;
        case 'u': touched += read_u32(&op.body); break;
        default: touched += read_u64(&op.body); break;
      }
    }
    check(!op.body.bad && op.body.at == op.body.end, "an accepted operation has exactly the fields its reader takes");
  }
  check(!ops.bad && ops.at == ops.end, "an accepted plan ends with its last operation");
  return count;
}

static void walk_plan(struct plan *plan) {
  touched += strlen(plan->id) + strlen(plan->run_directory) + strlen(plan->log_path) + strlen(plan->log_attributes) + strlen(plan->console_socket);
  touch_strings(plan->join_namespaces);
  struct reader r = plan->host_netlink.items;
  for (uint32_t i = 0; i < plan->host_netlink.count; i++) {
    uint32_t offset = read_u32(&r);
    struct bytes message = read_bytes(&r);
    touch_bytes(message);
    check((uint64_t)offset + 4 <= message.size, "the patched number lies in its message");
  }
  check(!r.bad, "host messages are complete");
  walk(plan->ops);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct reader all = {data, data + size, false};
  struct plan plan;
  bool accepted = decode_plan(all, &plan);
  if (accepted) {
    touch_strings(plan.cgroup.v1_tasks);
    walk_plan(&plan);
  }
  if (decode_exec(all, &plan)) {
    touch_strings(plan.cgroup.v1_tasks);
    check(walk(plan.ops) > 0 || plan.waits, "an exec plan has operations, or waits for them");
    accepted = true;
  }
  if (check_operations(all)) {
    bool runs = ends_with_exec(all);
    check(walk(all) > 0 || !runs, "final operations without any do not run a program");
    accepted = true;
  }
  return accepted ? 0 : -1;
}

#ifdef STANDALONE
#define MUTATIONS_OF_EACH 20000
#define SEED_MAX 65536

static uint64_t random_state = 88172645463325252u;
static uint64_t next_random(void) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  return random_state ^= random_state << 17;
}

/* A copy of its own for each run: one byte past its end is somebody else's. */
static int run_copy(const uint8_t *data, size_t size) {
  uint8_t *copy = malloc(size ? size : 1);
  if (!copy) abort();
  memcpy(copy, data, size);
  int accepted = LLVMFuzzerTestOneInput(copy, size) == 0;
  free(copy);
  return accepted;
}

static size_t mutate(uint8_t *data, size_t size) {
  static const uint32_t EDGES[] = {0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0x00010000, 0xfffffffe};
  switch (next_random() % 4) {
    case 0: return size ? next_random() % size : 0;
    case 1:
      if (size >= 4) put_u32(data + next_random() % (size - 3), EDGES[next_random() % (sizeof EDGES / sizeof *EDGES)]);
      return size;
    default:
      for (unsigned count = 1 + next_random() % 4; size && count > 0; count--) data[next_random() % size] = (uint8_t)next_random();
      return size;
  }
}

int main(int argc, char **argv) {
  static uint8_t seed[SEED_MAX], work[SEED_MAX];
  unsigned long runs = 0, accepted = 0;
  for (int i = 1; i < argc; i++) {
    FILE *file = fopen(argv[i], "rb");
    size_t size = file ? fread(seed, 1, sizeof seed, file) : 0;
    if (file) fclose(file);
    check(size > 0 && size < sizeof seed, "every seed can be read whole");
    check(run_copy(seed, size), "every seed of the encoder is accepted");
    for (size_t cut = 0; cut < size; cut++, runs++) check(!run_copy(seed, cut), "a plan cut short is refused");
    for (int n = 0; n < MUTATIONS_OF_EACH; n++, runs++) {
      memcpy(work, seed, size);
      accepted += (unsigned long)run_copy(work, mutate(work, size));
    }
  }
  printf("plan decoder: %d seeds, %lu damaged plans, %lu of them still plans, no violation\n", argc - 1, runs, accepted);
  return argc > 1 ? 0 : 1;
}
#endif
