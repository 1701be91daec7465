// Names LAPACK (factorisations, by its C interface LAPACKE) and CBLAS (products) to Swift.
#pragma once
#include <cblas.h>
#include <lapacke.h>
