#define MEMORY_TABLES(X) X(base) X(filter) X(policy) X(scan)
