/* Prints the addresses of each name that is given, as the C library it is linked to finds them, sorted, one line a name. */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST 256

static int by_text(const void *a, const void *b) { return strcmp(a, b); }

static void print(const char *name) {
  static char found[MOST][INET6_ADDRSTRLEN];
  struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM}, *list;
  int count = 0, error = getaddrinfo(name, NULL, &hints, &list);
  printf("%s:", name);
  for (struct addrinfo *one = error ? NULL : list; one && count < MOST; one = one->ai_next)
    if (getnameinfo(one->ai_addr, one->ai_addrlen, found[count], sizeof found[count], NULL, 0, NI_NUMERICHOST) == 0) count++;
  qsort(found, (size_t)count, sizeof found[0], by_text);
  for (int i = 0; i < count; i++) printf(" %s", found[i]);
  printf("%s\n", error == EAI_NONAME ? " none" : error ? " error" : "");
}

int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) print(argv[i]);
}
