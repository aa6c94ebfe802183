#include <ctsec/seccomp.h>
int only_a_header;
