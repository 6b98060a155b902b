#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "failpoint.h"
#include "wire.h"

/* Docker's copier hands a line over in pieces of at most this size. */
#define PIECE 16384
/* A byte grows to six characters at most (`\ufffd`). */
#define LINE_MAX_BYTES (PIECE * 6 + LOG_ATTRIBUTES_MAX + 256)
#define BATCH (256 * 1024)
#define PATH_LIMIT 4096

static struct {
  int fd;
  char path[PATH_LIMIT];
  uint64_t size, max_size, dropped;
  uint32_t max_files;
  uint8_t *batch;
  size_t used, lines;
  char stamp[64];
  size_t stamp_size;
  time_t stamp_second;
  char second_text[24];
  size_t attributes_size;
} log_file = {.fd = -1};

/* With a comma before it; pages that nothing is written to cost nothing. */
static char attribute_text[1 + LOG_ATTRIBUTES_MAX];
static uint8_t partial[2][PIECE] __attribute__((aligned(4096)));
static size_t partial_size[2];

static int open_file(const char *path, int extra) {
  return open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC | extra, 0640);
}

bool log_open(const char *path, uint64_t max_size, uint32_t max_files, const char *attributes) {
  struct stat st;
  if (strlen(path) + 12 > sizeof log_file.path) {
    errno = ENAMETOOLONG;
    return false;
  }
  memcpy(log_file.path, path, strlen(path) + 1);
  log_file.max_size = max_size;
  log_file.max_files = max_files;
  log_file.attributes_size = strlen(attributes);
  if (log_file.attributes_size > 0) {
    attribute_text[0] = ',';
    memcpy(attribute_text + 1, attributes, log_file.attributes_size++);
  }
  log_file.fd = open_file(log_file.path, 0);
  if (log_file.fd < 0 || fstat(log_file.fd, &st) < 0) return false;
  log_file.size = (uint64_t)st.st_size;
  log_file.batch = mmap(NULL, BATCH, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return log_file.batch != MAP_FAILED;
}

/* A disk that refuses a batch loses it whole: half a line would spoil the file, waiting would stop the container. */
static void flush_batch(void) {
  size_t done = 0;
  while (done < log_file.used) {
    ssize_t written = write(log_file.fd, log_file.batch + done, log_file.used - done);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) break;
    done += (size_t)written;
  }
  if (done < log_file.used) {
    log_file.size -= log_file.used;
    (void)!ftruncate(log_file.fd, (off_t)log_file.size);
    log_file.dropped += log_file.lines;
  }
  log_file.used = log_file.lines = 0;
}

static char *write_number(char *at, unsigned value, int digits, char after) {
  for (int i = digits; i-- > 0; value /= 10) at[i] = (char)('0' + value % 10);
  at[digits] = after;
  return at + digits + 1;
}

static void numbered(char *text, uint32_t number) {
  size_t length = strlen(log_file.path);
  memcpy(text, log_file.path, length + 1);
  if (number == 0) return;
  int digits = 1;
  for (uint32_t rest = number; rest >= 10; rest /= 10) digits++;
  text[length] = '.';
  write_number(text + length + 1, number, digits, 0);
}

/* An empty file beside the log, for its place; its name goes to `next`, which has PATH_LIMIT + 12 bytes. */
static int open_next(char *next) {
  flush_batch();
  memcpy(stpcpy(next, log_file.path), ".next", 6);
  return open_file(next, O_TRUNC);
}

static void go_on_in(int fd) {
  close(log_file.fd);
  log_file.fd = fd;
  log_file.size = 0;
}

/*
 * Docker's names: path, path.1 ... path.<max_files - 1>; a single file starts over. The next file is made before any other
 * gets its new name: on a full disk everything stays as it is. It is never the old one cut off, which somebody may be reading.
 */
static void rotate(void) {
  char from[PATH_LIMIT + 12], to[PATH_LIMIT + 12], next[PATH_LIMIT + 12];
  int fd = open_next(next);
  if (fd < 0) return;
  for (uint32_t i = log_file.max_files > 1 ? log_file.max_files - 1 : 0; i > 0; i--) {
    numbered(from, i - 1);
    numbered(to, i);
    (void)rename(from, to);
  }
  (void)rename(next, log_file.path);
  go_on_in(fd);
}

/* Oldest files first: whatever ends this in the middle, what is left are the newest lines, without a gap, and room for the next file. */
int log_empty(void) {
  char name[PATH_LIMIT + 12];
  if (log_file.fd < 0) return 0;
  for (uint32_t i = log_file.max_files > 1 ? log_file.max_files - 1 : 0; i > 0; i--) {
    numbered(name, i);
    if (unlink(name) < 0 && errno != ENOENT) return -1;
  }
  int fd = open_next(name);
  if (fd < 0) return -1;
  if (rename(name, log_file.path) < 0) {
    int error = errno;
    close(fd);
    errno = error;
    return -1;
  }
  go_on_in(fd);
  return 0;
}

/* gmtime(3) would load the time zone machinery; this is the civil calendar counted in eras of 400 years from 1 March. */
static void write_second(char *text, time_t now) {
  unsigned days = (unsigned)(now / 86400) + 719468, second = (unsigned)(now % 86400);
  unsigned era = days / 146097, of_era = days % 146097;
  unsigned year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  unsigned of_year = of_era - (365 * year + year / 4 - year / 100), shifted = (5 * of_year + 2) / 153;
  unsigned day = of_year - (153 * shifted + 2) / 5 + 1, month = shifted < 10 ? shifted + 3 : shifted - 9;
  text = write_number(text, year + era * 400 + (month <= 2), 4, '-');
  text = write_number(text, month, 2, '-');
  text = write_number(text, day, 2, 'T');
  text = write_number(text, second / 3600, 2, ':');
  text = write_number(text, second / 60 % 60, 2, ':');
  write_number(text, second % 60, 2, 0);
}

/* RFC 3339 with nanoseconds, trailing zeros dropped as Go's time package does. */
static void stamp_now(void) {
  struct timespec now;
  wall_clock(&now);
  if (now.tv_sec != log_file.stamp_second || !log_file.second_text[0]) {
    write_second(log_file.second_text, now.tv_sec);
    log_file.stamp_second = now.tv_sec;
  }
  char *at = stpcpy(log_file.stamp, log_file.second_text);
  if (now.tv_nsec) {
    int digits = 9;
    long rest = now.tv_nsec;
    for (; rest % 10 == 0; rest /= 10) digits--;
    *at = '.';
    for (int i = digits; i > 0; i--, rest /= 10) at[i] = (char)('0' + rest % 10);
    at += digits + 1;
  }
  *at++ = 'Z';
  log_file.stamp_size = (size_t)(at - log_file.stamp);
}

/* Bytes that json-file writes as they are; the others are escaped or belong to a longer UTF-8 sequence. */
static bool is_plain(uint8_t byte) {
  return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\' && byte != '<' && byte != '>' && byte != '&';
}

static uint8_t PLAIN[256];

/* Length of the valid UTF-8 sequence at `s`, or 0; the limits are those of Go's utf8.DecodeRune. */
static size_t sequence_length(const uint8_t *s, size_t left) {
  size_t length = s[0] >= 0xc2 && s[0] <= 0xdf ? 2 : s[0] >= 0xe0 && s[0] <= 0xef ? 3 : s[0] >= 0xf0 && s[0] <= 0xf4 ? 4 : 0;
  if (length == 0 || left < length) return 0;
  uint8_t low = s[0] == 0xe0 ? 0xa0 : s[0] == 0xf0 ? 0x90 : 0x80, high = s[0] == 0xed ? 0x9f : s[0] == 0xf4 ? 0x8f : 0xbf;
  if (s[1] < low || s[1] > high) return 0;
  for (size_t i = 2; i < length; i++) {
    if ((s[i] & 0xc0) != 0x80) return 0;
  }
  return length;
}

static uint8_t *escape(uint8_t *to, const uint8_t *from, size_t size) {
  static const char HEX[] = "0123456789abcdef";
  for (size_t i = 0; i < size;) {
    size_t run = i;
    while (run < size && PLAIN[from[run]]) run++;
    memcpy(to, from + i, run - i);
    to += run - i;
    if ((i = run) == size) break;
    uint8_t byte = from[i];
    size_t length = 1;
    if (byte == '"' || byte == '\\') {
      *to++ = '\\';
      *to++ = byte;
    } else if (byte == '\n' || byte == '\r') {
      *to++ = '\\';
      *to++ = byte == '\n' ? 'n' : 'r';
    } else if (byte < 0x80) {
      memcpy(to, "\\u00", 4);
      to[4] = (uint8_t)HEX[byte >> 4];
      to[5] = (uint8_t)HEX[byte & 15];
      to += 6;
    } else if ((length = sequence_length(from + i, size - i)) == 0) {
      memcpy(to, "\\ufffd", 6);
      to += 6;
      length = 1;
    } else if (length == 3 && byte == 0xe2 && from[i + 1] == 0x80 && (from[i + 2] == 0xa8 || from[i + 2] == 0xa9)) {
      memcpy(to, from[i + 2] == 0xa8 ? "\\u2028" : "\\u2029", 6);
      to += 6;
    } else {
      memcpy(to, from + i, length);
      to += length;
    }
    i += length;
  }
  return to;
}

static uint8_t *append(uint8_t *to, const char *text, size_t size) {
  memcpy(to, text, size);
  return to + size;
}

static void emit(int stream, const uint8_t *data, size_t size) {
  if (log_file.max_size && log_file.size >= log_file.max_size) rotate();
  if (log_file.used + LINE_MAX_BYTES > BATCH) flush_batch();
  uint8_t *start = log_file.batch + log_file.used, *at = append(start, "{\"log\":\"", 8);
  at = escape(at, data, size);
  at = append(at, stream == 1 ? "\",\"stream\":\"stdout\"" : "\",\"stream\":\"stderr\"", 19);
  at = append(at, attribute_text, log_file.attributes_size);
  at = append(at, ",\"time\":\"", 9);
  at = append(at, log_file.stamp, log_file.stamp_size);
  at = append(at, "\"}\n", 3);
  log_file.used += (size_t)(at - start);
  log_file.size += (size_t)(at - start);
  log_file.lines++;
}

void log_output(int stream, const uint8_t *data, size_t size) {
  if (log_file.fd < 0) return;
  if (!PLAIN['a']) {
    for (int byte = 0; byte < 256; byte++) PLAIN[byte] = is_plain((uint8_t)byte);
  }
  stamp_now();
  uint8_t *rest = partial[stream - 1];
  size_t *held = &partial_size[stream - 1];
  while (size > 0) {
    size_t window = PIECE - *held < size ? PIECE - *held : size;
    const uint8_t *newline = memchr(data, '\n', window);
    size_t take = newline ? (size_t)(newline - data) + 1 : window;
    bool complete = newline || *held + take == PIECE;
    if (*held || !complete) {
      memcpy(rest + *held, data, take);
      *held += take;
    }
    if (complete) {
      if (*held) emit(stream, rest, *held);
      else emit(stream, data, take);
      *held = 0;
    }
    data += take;
    size -= take;
  }
  flush_batch();
}

void log_end(int stream) {
  size_t *held = &partial_size[stream - 1];
  if (log_file.fd < 0 || *held == 0) return;
  stamp_now();
  emit(stream, partial[stream - 1], *held);
  *held = 0;
  flush_batch();
}

uint64_t log_dropped(void) { return log_file.dropped; }

void log_trim(void) {
  if (log_file.fd >= 0) madvise(log_file.batch, BATCH, MADV_DONTNEED);
  if (partial_size[0] == 0 && partial_size[1] == 0) madvise(partial, sizeof partial, MADV_DONTNEED);
}
