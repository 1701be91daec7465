// Watches the largest block of memory that this program asks for.
#pragma once
#include <stddef.h>

/// The largest single request since the last call, in bytes.
size_t allocation_watch_take_largest(void);

/// Bytes that are allocated and not freed.
size_t allocation_watch_live(void);
