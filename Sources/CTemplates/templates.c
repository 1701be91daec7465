#include "templates.h"

// Files become part of the program, so that it works wherever it is copied to. `#embed` is C23, and clang has it in
// every C.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char gray[] = {
#embed "gray.nii.gz"
};

static const unsigned char white[] = {
#embed "white.nii.gz"
};

static const unsigned char atlas[] = {
#embed "atlas.nii.gz"
};

const unsigned char *grisea_template_gray(size_t *byte_count) {
    *byte_count = sizeof gray;
    return gray;
}

const unsigned char *grisea_template_white(size_t *byte_count) {
    *byte_count = sizeof white;
    return white;
}

const unsigned char *grisea_template_atlas(size_t *byte_count) {
    *byte_count = sizeof atlas;
    return atlas;
}
