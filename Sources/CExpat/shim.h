#pragma once
#include <expat.h>
#include <iconv.h>
#include <stddef.h>

// glibc declares it only with _GNU_SOURCE, which Swift's C importer does not set.
void *memmem(const void *haystack, size_t haystack_length, const void *needle, size_t needle_length);
