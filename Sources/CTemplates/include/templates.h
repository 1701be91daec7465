#ifndef GRISEA_TEMPLATES_H
#define GRISEA_TEMPLATES_H

#include <stddef.h>

// Compressed NIfTI files: gray and white matter of the template, and the labels of its atlas.
const unsigned char *_Nonnull grisea_template_gray(size_t *_Nonnull byte_count);
const unsigned char *_Nonnull grisea_template_white(size_t *_Nonnull byte_count);
const unsigned char *_Nonnull grisea_template_atlas(size_t *_Nonnull byte_count);

#endif
