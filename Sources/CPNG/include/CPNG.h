// Names libpng's simplified API to Swift; it needs no setjmp.
#pragma once
#include <png.h>
