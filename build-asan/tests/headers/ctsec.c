#include <ctsec/ctsec.h>
int only_a_header;
