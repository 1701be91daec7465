#include "models.h"

// Files become part of the program, so that it works wherever it is copied to. `#embed` is C23, and clang has it in
// every C; a Swift array of so many bytes takes the compiler minutes.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char accurate[] = {
#embed "accurate.safetensors"
};

static const unsigned char fast[] = {
#embed "fast.safetensors"
};

static const unsigned char locator[] = {
#embed "locator.safetensors"
};

static const unsigned char structures[] = {
#embed "structures.safetensors"
};

const unsigned char *grisea_model_accurate(size_t *byte_count) {
    *byte_count = sizeof accurate;
    return accurate;
}

const unsigned char *grisea_model_fast(size_t *byte_count) {
    *byte_count = sizeof fast;
    return fast;
}

const unsigned char *grisea_model_locator(size_t *byte_count) {
    *byte_count = sizeof locator;
    return locator;
}

const unsigned char *grisea_model_structures(size_t *byte_count) {
    *byte_count = sizeof structures;
    return structures;
}
