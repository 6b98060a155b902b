#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv) {
  printf("hello %s, this is %s for %s as %d\n", argc > 1 ? argv[1] : "nobody", VERSION, PLATFORM, (int)getuid());
  return 0;
}
