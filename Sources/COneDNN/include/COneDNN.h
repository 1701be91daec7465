// oneDNN for Swift, one API over two.
//
// Versions 2.x (Debian 12) and 3.x describe primitives differently: 2.x fills an operation descriptor and
// hands it to one constructor, 3.x has a constructor for each operation, and memory descriptors went from
// plain structures to owned handles. These functions hide that difference and nothing else; everything that
// is the same in both (engines, streams, primitives, execution) is called as oneDNN names it.
//
// One function stands for an operation in all its directions. Where a direction has no use for a layout it
// is NULL; in a backward direction the layouts are those of the gradients that take the tensors' places.
// All scratch memory is the caller's (DNNL_ARG_SCRATCHPAD), so that it can be planned.
#pragma once
#include <oneapi/dnnl/dnnl.h>

typedef struct onednn_layout_s *onednn_layout;

typedef enum {
  onednn_inference,
  onednn_training,
  onednn_backward_data,
  onednn_backward_weights,
} onednn_direction;

// What a primitive does to its result before it writes it: first adds it to what lies there, then max(x, 0).
typedef struct {
  int accumulate;
  int relu;
} onednn_fusion;

// How many elements a spatial triple has; every tensor here is [N, C, D, H, W] or [N, F].
enum { onednn_spatial = 3 };

// Layouts. `create` and every function that returns one through `out` give ownership to the caller.
dnnl_status_t onednn_layout_create(onednn_layout *out, int rank, const dnnl_dim_t *dims, dnnl_data_type_t type,
                                   dnnl_format_tag_t tag);
dnnl_status_t onednn_layout_part(onednn_layout *out, onednn_layout whole, const dnnl_dim_t *dims,
                                 const dnnl_dim_t *offsets);
void onednn_layout_destroy(onednn_layout layout);
int onednn_layout_equal(onednn_layout a, onednn_layout b);
size_t onednn_layout_bytes(onednn_layout layout);
dnnl_data_type_t onednn_layout_type(onednn_layout layout);

dnnl_status_t onednn_memory_create(dnnl_memory_t *out, onednn_layout layout, dnnl_engine_t engine, void *bytes);

// The layout that a primitive wants for one of its arguments (a DNNL_ARG_… index, the scratchpad and the
// workspace among them); NULL through `out` where it has no such argument.
dnnl_status_t onednn_argument_layout(onednn_layout *out, const_dnnl_primitive_desc_t description, int argument);

// Without a bias where `bias` is NULL.
dnnl_status_t onednn_convolution(dnnl_primitive_desc_t *out, dnnl_engine_t engine, onednn_direction direction,
                                 int transposed, onednn_layout source, onednn_layout weights, onednn_layout bias,
                                 onednn_layout destination, const dnnl_dim_t *strides, const dnnl_dim_t *padding_low,
                                 const dnnl_dim_t *padding_high, onednn_fusion fusion,
                                 const_dnnl_primitive_desc_t forward);

dnnl_status_t onednn_inner_product(dnnl_primitive_desc_t *out, dnnl_engine_t engine, onednn_direction direction,
                                   onednn_layout source, onednn_layout weights, onednn_layout bias,
                                   onednn_layout destination, const_dnnl_primitive_desc_t forward);

dnnl_status_t onednn_pooling(dnnl_primitive_desc_t *out, dnnl_engine_t engine, onednn_direction direction,
                             dnnl_alg_kind_t algorithm, onednn_layout source, onednn_layout destination,
                             const dnnl_dim_t *strides, const dnnl_dim_t *kernel, const_dnnl_primitive_desc_t forward);

// Normalisation over batch and space with scale and shift as separate arguments. With `given_statistics` mean and
// variance are arguments, and it is a forward pass at inference.
dnnl_status_t onednn_normalization(dnnl_primitive_desc_t *out, dnnl_engine_t engine, onednn_direction direction,
                                   onednn_layout data, float epsilon, int given_statistics, int fused_relu,
                                   const_dnnl_primitive_desc_t forward);

// Whether the backward pass of a normalisation is handed the shift, which no gradient depends on: 2.6.3 refuses to run
// without it and 3.2 with it, though both name a layout for it.
int onednn_normalization_gradient_takes_shift(void);

dnnl_status_t onednn_elementwise(dnnl_primitive_desc_t *out, dnnl_engine_t engine, onednn_direction direction,
                                 dnnl_alg_kind_t algorithm, onednn_layout data, float alpha, float beta,
                                 const_dnnl_primitive_desc_t forward);

dnnl_status_t onednn_softmax(dnnl_primitive_desc_t *out, dnnl_engine_t engine, onednn_direction direction,
                             onednn_layout data, int axis, const_dnnl_primitive_desc_t forward);

dnnl_status_t onednn_resampling(dnnl_primitive_desc_t *out, dnnl_engine_t engine, onednn_direction direction,
                                dnnl_alg_kind_t algorithm, onednn_layout source, onednn_layout destination,
                                const_dnnl_primitive_desc_t forward);

dnnl_status_t onednn_concatenation(dnnl_primitive_desc_t *out, dnnl_engine_t engine, int axis, int count,
                                   const onednn_layout *sources, onednn_layout destination);

// The sum of two tensors of one layout, as a binary operation: oneDNN's sum of many is not among its fast kernels.
dnnl_status_t onednn_addition(dnnl_primitive_desc_t *out, dnnl_engine_t engine, onednn_layout layout);

dnnl_status_t onednn_reorder(dnnl_primitive_desc_t *out, dnnl_engine_t engine, onednn_layout source,
                             onednn_layout destination);

// Threads of the calling thread's next parallel regions: oneDNN here runs on OpenMP.
void onednn_set_threads(int count);
