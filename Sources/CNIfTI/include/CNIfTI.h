// Names libnifti's header functions, zlib's streams and libdeflate's whole buffers to Swift.
#pragma once
#include <libdeflate.h>
#include <nifti/nifti2_io.h>
#include <zlib.h>
