#include <ctsec/options.h>
int only_a_header;
