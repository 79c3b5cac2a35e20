// What libFuzzer offers to a program that has a main function of its own.
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*check)(const uint8_t *data, size_t size));

// Changes an input in place, at random, and answers its new size.
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
