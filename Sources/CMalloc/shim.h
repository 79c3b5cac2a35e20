// The allocator of glibc, which Swift's module of it leaves out.
#include <malloc.h>
