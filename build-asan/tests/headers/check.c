#include <ctsec/check.h>
int only_a_header;
