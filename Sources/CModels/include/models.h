#ifndef GRISEA_MODELS_H
#define GRISEA_MODELS_H

#include <stddef.h>

/// The models inside the program, each a whole `.safetensors` file.
const unsigned char *_Nonnull grisea_model_accurate(size_t *_Nonnull byte_count);
const unsigned char *_Nonnull grisea_model_fast(size_t *_Nonnull byte_count);
const unsigned char *_Nonnull grisea_model_locator(size_t *_Nonnull byte_count);
const unsigned char *_Nonnull grisea_model_structures(size_t *_Nonnull byte_count);

#endif
