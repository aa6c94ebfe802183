#include <ctsec/error.h>
int only_a_header;
