#define MEMORY_TABLES(X) X(base) X(policy) X(scan)
