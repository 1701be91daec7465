// Names libnifti's header functions and zlib's streams to Swift.
#pragma once
#include <nifti/nifti2_io.h>
#include <zlib.h>
