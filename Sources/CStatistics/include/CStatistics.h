// The two loops of the permuted model that take its time. They are in C because Swift compiles a function for one
// instruction set only: here each is compiled for AVX-512, AVX2 and any x86-64, and chosen when the program starts.
// Sums run over the scans in their order, whatever the number of threads or permutations.
#pragma once
#include <stdint.h>

/// Directions that `statistics_products` takes at a time.
enum { STATISTICS_GROUP = 6 };

/// products[d][v] = sum over i of weights[d / 6][i][d % 6] · values[i][v], for 6 · groups directions d.
///
/// `width` is the number of voxels, a multiple of 8; rows of `values` and `products` have that length.
void statistics_products(
  const double *weights, int64_t groups, int64_t scans, const double *values, int64_t width, double *products);

/// The statistic of one permutation in each voxel.
///
/// `products` holds a row of `width` voxels for each direction, the `tested` ones first; `sumsOfSquares` the residuals'
/// sum of squares under the null model. With one tested direction the result is t if `isT`, else F. A voxel that the
/// model fits without residuals has 0.
void statistics_values(
  const double *products, int64_t tested, int64_t directions, int64_t width, const double *sumsOfSquares,
  double degreesOfFreedom, int32_t isT, float *result);

/// Adds 1 to the count of each voxel whose statistic is at least its limit; `sign` is 1, −1, or 0 for either sign.
void statistics_count(
  const float *values, const float *limits, int64_t width, int32_t sign, int32_t *counts);
