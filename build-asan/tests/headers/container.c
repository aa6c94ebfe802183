#include <ctsec/container.h>
int only_a_header;
