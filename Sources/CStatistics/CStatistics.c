#include "CStatistics.h"

#include <math.h>

#if defined(__x86_64__)
#define FOR_EACH_PROCESSOR __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define FOR_EACH_PROCESSOR
#endif

// Eight voxels. Six sums of it fill twelve of AVX2's sixteen registers.
typedef double Voxels __attribute__((vector_size(64), aligned(8)));

FOR_EACH_PROCESSOR void statistics_products(
  const double *weights, int64_t groups, int64_t scans, const double *values, int64_t width, double *products) {
  for (int64_t group = 0; group < groups; group++) {
    const double *panel = weights + group * scans * STATISTICS_GROUP;
    for (int64_t v = 0; v < width; v += 8) {
      Voxels a = {0}, b = {0}, c = {0}, d = {0}, e = {0}, f = {0};
      for (int64_t i = 0; i < scans; i++) {
        Voxels x = *(const Voxels *)(values + i * width + v);
        const double *w = panel + i * STATISTICS_GROUP;
        a += w[0] * x;
        b += w[1] * x;
        c += w[2] * x;
        d += w[3] * x;
        e += w[4] * x;
        f += w[5] * x;
      }
      double *target = products + group * STATISTICS_GROUP * width + v;
      *(Voxels *)target = a;
      *(Voxels *)(target + width) = b;
      *(Voxels *)(target + 2 * width) = c;
      *(Voxels *)(target + 3 * width) = d;
      *(Voxels *)(target + 4 * width) = e;
      *(Voxels *)(target + 5 * width) = f;
    }
  }
}

// Less than this share of the sum of squares is rounding of a perfect fit.
static const double rounding = 1e-12;

FOR_EACH_PROCESSOR void statistics_values(
  const double *products, int64_t tested, int64_t directions, int64_t width, const double *sumsOfSquares,
  double degreesOfFreedom, int32_t isT, float *result) {
  for (int64_t v = 0; v < width; v++) {
    double explained = 0, nuisance = 0;
    for (int64_t d = 0; d < tested; d++) {
      double x = products[d * width + v];
      explained += x * x;
    }
    for (int64_t d = tested; d < directions; d++) {
      double x = products[d * width + v];
      nuisance += x * x;
    }
    double residual = sumsOfSquares[v] - nuisance - explained;
    double variance = residual / degreesOfFreedom;
    double statistic = isT ? products[v] / sqrt(variance) : explained / (double)tested / variance;
    result[v] = residual > rounding * sumsOfSquares[v] ? (float)statistic : 0;
  }
}

FOR_EACH_PROCESSOR void statistics_count(
  const float *values, const float *limits, int64_t width, int32_t sign, int32_t *counts) {
  if (sign == 0) {
    for (int64_t v = 0; v < width; v++) counts[v] += fabsf(values[v]) >= limits[v];
  } else {
    float factor = (float)sign;
    for (int64_t v = 0; v < width; v++) counts[v] += factor * values[v] >= limits[v];
  }
}
