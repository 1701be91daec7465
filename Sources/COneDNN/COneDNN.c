#include "COneDNN.h"

#include <stdlib.h>

extern void omp_set_num_threads(int);

void onednn_set_threads(int count) { omp_set_num_threads(count); }

// MARK: Layouts

#if DNNL_VERSION_MAJOR >= 3
typedef const_dnnl_memory_desc_t description;
static description of(onednn_layout layout) { return (description)layout; }
#else
typedef const dnnl_memory_desc_t *description;
static description of(onednn_layout layout) { return (description)layout; }

// A copy on the heap, so that a layout is a handle here as it is in 3.x.
static dnnl_status_t keep(onednn_layout *out, const dnnl_memory_desc_t *value) {
  dnnl_memory_desc_t *copy = malloc(sizeof *copy);
  if (!copy) return dnnl_out_of_memory;
  *copy = *value;
  *out = (onednn_layout)copy;
  return dnnl_success;
}
#endif

dnnl_status_t onednn_layout_create(onednn_layout *out, int rank, const dnnl_dim_t *dims, dnnl_data_type_t type,
                                   dnnl_format_tag_t tag) {
#if DNNL_VERSION_MAJOR >= 3
  return dnnl_memory_desc_create_with_tag((dnnl_memory_desc_t *)out, rank, dims, type, tag);
#else
  dnnl_memory_desc_t value;
  dnnl_status_t status = dnnl_memory_desc_init_by_tag(&value, rank, dims, type, tag);
  return status == dnnl_success ? keep(out, &value) : status;
#endif
}

dnnl_status_t onednn_layout_part(onednn_layout *out, onednn_layout whole, const dnnl_dim_t *dims,
                                 const dnnl_dim_t *offsets) {
#if DNNL_VERSION_MAJOR >= 3
  return dnnl_memory_desc_create_submemory((dnnl_memory_desc_t *)out, of(whole), dims, offsets);
#else
  dnnl_memory_desc_t value;
  dnnl_status_t status = dnnl_memory_desc_init_submemory(&value, of(whole), dims, offsets);
  return status == dnnl_success ? keep(out, &value) : status;
#endif
}

void onednn_layout_destroy(onednn_layout layout) {
#if DNNL_VERSION_MAJOR >= 3
  dnnl_memory_desc_destroy((dnnl_memory_desc_t)layout);
#else
  free(layout);
#endif
}

int onednn_layout_equal(onednn_layout a, onednn_layout b) { return dnnl_memory_desc_equal(of(a), of(b)); }

size_t onednn_layout_bytes(onednn_layout layout) { return dnnl_memory_desc_get_size(of(layout)); }

dnnl_data_type_t onednn_layout_type(onednn_layout layout) {
#if DNNL_VERSION_MAJOR >= 3
  dnnl_data_type_t type = dnnl_data_type_undef;
  dnnl_memory_desc_query(of(layout), dnnl_query_data_type, &type);
  return type;
#else
  return of(layout)->data_type;
#endif
}

dnnl_status_t onednn_memory_create(dnnl_memory_t *out, onednn_layout layout, dnnl_engine_t engine, void *bytes) {
  return dnnl_memory_create(out, of(layout), engine, bytes);
}

dnnl_status_t onednn_argument_layout(onednn_layout *out, const_dnnl_primitive_desc_t primitive, int argument) {
  *out = NULL;
#if DNNL_VERSION_MAJOR >= 3
  const_dnnl_memory_desc_t value = dnnl_primitive_desc_query_md(primitive, dnnl_query_exec_arg_md, argument);
  if (!value || dnnl_memory_desc_get_size(value) == 0) return dnnl_success;
  return dnnl_memory_desc_clone((dnnl_memory_desc_t *)out, value);
#else
  const dnnl_memory_desc_t *value = dnnl_primitive_desc_query_md(primitive, dnnl_query_exec_arg_md, argument);
  if (!value || dnnl_memory_desc_get_size(value) == 0) return dnnl_success;
  return keep(out, value);
#endif
}

// MARK: Primitives

static dnnl_prop_kind_t forward_kind(onednn_direction direction) {
  return direction == onednn_training ? dnnl_forward_training : dnnl_forward_inference;
}

static const onednn_fusion no_fusion = {0, 0};

static dnnl_status_t attributes(dnnl_primitive_attr_t *out, onednn_fusion fusion) {
  dnnl_status_t status = dnnl_primitive_attr_create(out);
  if (status != dnnl_success) return status;
  status = dnnl_primitive_attr_set_scratchpad_mode(*out, dnnl_scratchpad_mode_user);
  if (status == dnnl_success && (fusion.accumulate || fusion.relu)) {
    dnnl_post_ops_t after = NULL;
    status = dnnl_post_ops_create(&after);
    if (status == dnnl_success) {
#if DNNL_VERSION_MAJOR >= 3
      if (fusion.accumulate) status = dnnl_post_ops_append_sum(after, 1, 0, dnnl_data_type_undef);
      if (status == dnnl_success && fusion.relu) status = dnnl_post_ops_append_eltwise(after, dnnl_eltwise_relu, 0, 0);
#else
      if (fusion.accumulate) status = dnnl_post_ops_append_sum(after, 1);
      if (status == dnnl_success && fusion.relu)
        status = dnnl_post_ops_append_eltwise(after, 1, dnnl_eltwise_relu, 0, 0);
#endif
      if (status == dnnl_success) status = dnnl_primitive_attr_set_post_ops(*out, after);
      dnnl_post_ops_destroy(after);
    }
  }
  if (status != dnnl_success) dnnl_primitive_attr_destroy(*out);
  return status;
}

#if DNNL_VERSION_MAJOR >= 3
// Runs a 3.x constructor `call`, which may name `engine`, `out` and `attr`.
#define WITH_ATTRIBUTES(fusion, call)                           \
  do {                                                          \
    dnnl_primitive_attr_t attr = NULL;                          \
    dnnl_status_t status = attributes(&attr, fusion);           \
    if (status != dnnl_success) return status;                  \
    status = (call);                                            \
    dnnl_primitive_attr_destroy(attr);                          \
    return status;                                              \
  } while (0)
#else
static dnnl_status_t finish(dnnl_primitive_desc_t *out, dnnl_status_t filled, const void *operation, onednn_fusion fusion,
                            dnnl_engine_t engine, const_dnnl_primitive_desc_t forward) {
  if (filled != dnnl_success) return filled;
  dnnl_primitive_attr_t attr = NULL;
  dnnl_status_t status = attributes(&attr, fusion);
  if (status != dnnl_success) return status;
  status = dnnl_primitive_desc_create(out, operation, attr, engine, forward);
  dnnl_primitive_attr_destroy(attr);
  return status;
}
#endif

dnnl_status_t onednn_convolution(dnnl_primitive_desc_t *out, dnnl_engine_t engine, onednn_direction direction,
                                 int transposed, onednn_layout source, onednn_layout weights, onednn_layout bias,
                                 onednn_layout destination, const dnnl_dim_t *strides, const dnnl_dim_t *padding_low,
                                 const dnnl_dim_t *padding_high, onednn_fusion fusion,
                                 const_dnnl_primitive_desc_t forward) {
  dnnl_alg_kind_t algorithm = transposed ? dnnl_deconvolution_direct : dnnl_convolution_direct;
  description s = of(source), w = of(weights), b = of(bias), d = of(destination);
#if DNNL_VERSION_MAJOR >= 3
  const dnnl_dims_t dense = {0};
  if (direction == onednn_backward_data)
    WITH_ATTRIBUTES(fusion,
                    (transposed ? dnnl_deconvolution_backward_data_primitive_desc_create
                                : dnnl_convolution_backward_data_primitive_desc_create)(
                        out, engine, algorithm, s, w, d, strides, dense, padding_low, padding_high, forward, attr));
  if (direction == onednn_backward_weights)
    WITH_ATTRIBUTES(fusion,
                    (transposed ? dnnl_deconvolution_backward_weights_primitive_desc_create
                                : dnnl_convolution_backward_weights_primitive_desc_create)(
                        out, engine, algorithm, s, w, b, d, strides, dense, padding_low, padding_high, forward, attr));
  WITH_ATTRIBUTES(fusion, (transposed ? dnnl_deconvolution_forward_primitive_desc_create
                                          : dnnl_convolution_forward_primitive_desc_create)(
                                  out, engine, forward_kind(direction), algorithm, s, w, b, d, strides, dense,
                                  padding_low, padding_high, attr));
#else
  // Both operations share one descriptor type in 2.x.
  dnnl_convolution_desc_t operation;
  dnnl_status_t filled;
  if (direction == onednn_backward_data)
    filled = (transposed ? dnnl_deconvolution_backward_data_desc_init : dnnl_convolution_backward_data_desc_init)(
        &operation, algorithm, s, w, d, strides, padding_low, padding_high);
  else if (direction == onednn_backward_weights)
    filled = (transposed ? dnnl_deconvolution_backward_weights_desc_init
                         : dnnl_convolution_backward_weights_desc_init)(&operation, algorithm, s, w, b, d, strides,
                                                                        padding_low, padding_high);
  else
    filled = (transposed ? dnnl_deconvolution_forward_desc_init : dnnl_convolution_forward_desc_init)(
        &operation, forward_kind(direction), algorithm, s, w, b, d, strides, padding_low, padding_high);
  return finish(out, filled, &operation, fusion, engine, forward);
#endif
}

dnnl_status_t onednn_inner_product(dnnl_primitive_desc_t *out, dnnl_engine_t engine, onednn_direction direction,
                                   onednn_layout source, onednn_layout weights, onednn_layout bias,
                                   onednn_layout destination, const_dnnl_primitive_desc_t forward) {
  description s = of(source), w = of(weights), b = of(bias), d = of(destination);
#if DNNL_VERSION_MAJOR >= 3
  if (direction == onednn_backward_data)
    WITH_ATTRIBUTES(no_fusion, dnnl_inner_product_backward_data_primitive_desc_create(out, engine, s, w, d, forward, attr));
  if (direction == onednn_backward_weights)
    WITH_ATTRIBUTES(
        no_fusion, dnnl_inner_product_backward_weights_primitive_desc_create(out, engine, s, w, b, d, forward, attr));
  WITH_ATTRIBUTES(
      no_fusion, dnnl_inner_product_forward_primitive_desc_create(out, engine, forward_kind(direction), s, w, b, d, attr));
#else
  dnnl_inner_product_desc_t operation;
  dnnl_status_t filled;
  if (direction == onednn_backward_data)
    filled = dnnl_inner_product_backward_data_desc_init(&operation, s, w, d);
  else if (direction == onednn_backward_weights)
    filled = dnnl_inner_product_backward_weights_desc_init(&operation, s, w, b, d);
  else
    filled = dnnl_inner_product_forward_desc_init(&operation, forward_kind(direction), s, w, b, d);
  return finish(out, filled, &operation, no_fusion, engine, forward);
#endif
}

dnnl_status_t onednn_pooling(dnnl_primitive_desc_t *out, dnnl_engine_t engine, onednn_direction direction,
                             dnnl_alg_kind_t algorithm, onednn_layout source, onednn_layout destination,
                             const dnnl_dim_t *strides, const dnnl_dim_t *kernel,
                             const_dnnl_primitive_desc_t forward) {
  const dnnl_dims_t none = {0};
  description s = of(source), d = of(destination);
#if DNNL_VERSION_MAJOR >= 3
  if (direction == onednn_backward_data)
    WITH_ATTRIBUTES(no_fusion, dnnl_pooling_backward_primitive_desc_create(out, engine, algorithm, s, d, strides, kernel, none,
                                                                   none, none, forward, attr));
  WITH_ATTRIBUTES(no_fusion, dnnl_pooling_forward_primitive_desc_create(out, engine, forward_kind(direction), algorithm, s, d,
                                                                strides, kernel, none, none, none, attr));
#else
  dnnl_pooling_desc_t operation;
  dnnl_status_t filled =
      direction == onednn_backward_data
          ? dnnl_pooling_backward_desc_init(&operation, algorithm, s, d, strides, kernel, none, none)
          : dnnl_pooling_forward_desc_init(&operation, forward_kind(direction), algorithm, s, d, strides, kernel, none,
                                           none);
  return finish(out, filled, &operation, no_fusion, engine, forward);
#endif
}

dnnl_status_t onednn_normalization(dnnl_primitive_desc_t *out, dnnl_engine_t engine, onednn_direction direction,
                                   onednn_layout data, float epsilon, int given_statistics, int fused_relu,
                                   const_dnnl_primitive_desc_t forward) {
  unsigned flags = dnnl_use_scale | dnnl_use_shift | (fused_relu ? dnnl_fuse_norm_relu : 0) |
                   (given_statistics ? dnnl_use_global_stats : 0);
  description x = of(data);
#if DNNL_VERSION_MAJOR >= 3
  if (direction == onednn_backward_data)
    WITH_ATTRIBUTES(no_fusion, dnnl_batch_normalization_backward_primitive_desc_create(out, engine, dnnl_backward, x, x, x,
                                                                               epsilon, flags, forward, attr));
  WITH_ATTRIBUTES(no_fusion, dnnl_batch_normalization_forward_primitive_desc_create(out, engine, forward_kind(direction), x, x,
                                                                            epsilon, flags, attr));
#else
  dnnl_batch_normalization_desc_t operation;
  dnnl_status_t filled =
      direction == onednn_backward_data
          ? dnnl_batch_normalization_backward_desc_init(&operation, dnnl_backward, x, x, epsilon, flags)
          : dnnl_batch_normalization_forward_desc_init(&operation, forward_kind(direction), x, epsilon, flags);
  return finish(out, filled, &operation, no_fusion, engine, forward);
#endif
}

int onednn_normalization_gradient_takes_shift(void) { return DNNL_VERSION_MAJOR < 3; }

dnnl_status_t onednn_elementwise(dnnl_primitive_desc_t *out, dnnl_engine_t engine, onednn_direction direction,
                                 dnnl_alg_kind_t algorithm, onednn_layout data, float alpha, float beta,
                                 const_dnnl_primitive_desc_t forward) {
  description x = of(data);
#if DNNL_VERSION_MAJOR >= 3
  if (direction == onednn_backward_data)
    WITH_ATTRIBUTES(no_fusion, dnnl_eltwise_backward_primitive_desc_create(out, engine, algorithm, x, x, x, alpha, beta,
                                                                   forward, attr));
  WITH_ATTRIBUTES(no_fusion, dnnl_eltwise_forward_primitive_desc_create(out, engine, forward_kind(direction), algorithm, x, x,
                                                                alpha, beta, attr));
#else
  dnnl_eltwise_desc_t operation;
  dnnl_status_t filled =
      direction == onednn_backward_data
          ? dnnl_eltwise_backward_desc_init(&operation, algorithm, x, x, alpha, beta)
          : dnnl_eltwise_forward_desc_init(&operation, forward_kind(direction), algorithm, x, alpha, beta);
  return finish(out, filled, &operation, no_fusion, engine, forward);
#endif
}

dnnl_status_t onednn_softmax(dnnl_primitive_desc_t *out, dnnl_engine_t engine, onednn_direction direction,
                             onednn_layout data, int axis, const_dnnl_primitive_desc_t forward) {
  description x = of(data);
#if DNNL_VERSION_MAJOR >= 3
  if (direction == onednn_backward_data)
    WITH_ATTRIBUTES(no_fusion, dnnl_softmax_backward_primitive_desc_create(out, engine, dnnl_softmax_accurate, x, x, x, axis,
                                                                   forward, attr));
  WITH_ATTRIBUTES(no_fusion, dnnl_softmax_forward_primitive_desc_create(out, engine, forward_kind(direction),
                                                                dnnl_softmax_accurate, x, x, axis, attr));
#else
  dnnl_softmax_desc_t operation;
  dnnl_status_t filled = direction == onednn_backward_data
                             ? dnnl_softmax_backward_desc_init(&operation, x, x, axis)
                             : dnnl_softmax_forward_desc_init(&operation, forward_kind(direction), x, axis);
  return finish(out, filled, &operation, no_fusion, engine, forward);
#endif
}

dnnl_status_t onednn_resampling(dnnl_primitive_desc_t *out, dnnl_engine_t engine, onednn_direction direction,
                                dnnl_alg_kind_t algorithm, onednn_layout source, onednn_layout destination,
                                const_dnnl_primitive_desc_t forward) {
  description s = of(source), d = of(destination);
#if DNNL_VERSION_MAJOR >= 3
  if (direction == onednn_backward_data)
    WITH_ATTRIBUTES(no_fusion, dnnl_resampling_backward_primitive_desc_create(out, engine, algorithm, NULL, s, d, forward,
                                                                      attr));
  WITH_ATTRIBUTES(no_fusion, dnnl_resampling_forward_primitive_desc_create(out, engine, forward_kind(direction), algorithm,
                                                                   NULL, s, d, attr));
#else
  dnnl_resampling_desc_t operation;
  dnnl_status_t filled =
      direction == onednn_backward_data
          ? dnnl_resampling_backward_desc_init(&operation, algorithm, NULL, s, d)
          : dnnl_resampling_forward_desc_init(&operation, forward_kind(direction), algorithm, NULL, s, d);
  return finish(out, filled, &operation, no_fusion, engine, forward);
#endif
}

#if DNNL_VERSION_MAJOR < 3
// 2.x takes the sources' descriptions as one array of structures.
static dnnl_memory_desc_t *array_of(int count, const onednn_layout *layouts) {
  dnnl_memory_desc_t *copy = malloc((size_t)count * sizeof *copy);
  for (int i = 0; copy && i < count; i++) copy[i] = *of(layouts[i]);
  return copy;
}
#endif

dnnl_status_t onednn_concatenation(dnnl_primitive_desc_t *out, dnnl_engine_t engine, int axis, int count,
                                   const onednn_layout *sources, onednn_layout destination) {
  dnnl_primitive_attr_t attr = NULL;
  dnnl_status_t status = attributes(&attr, no_fusion);
  if (status != dnnl_success) return status;
#if DNNL_VERSION_MAJOR >= 3
  status = dnnl_concat_primitive_desc_create(out, engine, of(destination), count, axis,
                                             (const_dnnl_memory_desc_t const *)sources, attr);
#else
  dnnl_memory_desc_t *copies = array_of(count, sources);
  status = copies ? dnnl_concat_primitive_desc_create(out, of(destination), count, axis, copies, attr, engine)
                  : dnnl_out_of_memory;
  free(copies);
#endif
  dnnl_primitive_attr_destroy(attr);
  return status;
}

dnnl_status_t onednn_addition(dnnl_primitive_desc_t *out, dnnl_engine_t engine, onednn_layout layout) {
  description x = of(layout);
#if DNNL_VERSION_MAJOR >= 3
  WITH_ATTRIBUTES(no_fusion, dnnl_binary_primitive_desc_create(out, engine, dnnl_binary_add, x, x, x, attr));
#else
  dnnl_binary_desc_t operation;
  dnnl_status_t filled = dnnl_binary_desc_init(&operation, dnnl_binary_add, x, x, x);
  return finish(out, filled, &operation, no_fusion, engine, NULL);
#endif
}

dnnl_status_t onednn_reorder(dnnl_primitive_desc_t *out, dnnl_engine_t engine, onednn_layout source,
                             onednn_layout destination) {
  dnnl_primitive_attr_t attr = NULL;
  dnnl_status_t status = attributes(&attr, no_fusion);
  if (status != dnnl_success) return status;
  status = dnnl_reorder_primitive_desc_create(out, of(source), engine, of(destination), engine, attr);
  dnnl_primitive_attr_destroy(attr);
  return status;
}
