/**
 * Tensors, automatic differentiation and memory scopes: the only package that knows libtorch.
 *
 * <p>Everything above it speaks of {@link dev.hone.tensor.Tensor}, {@link dev.hone.tensor.DType} and
 * {@link dev.hone.tensor.Scope}, so the engine underneath can change without a reader noticing.
 */
@NullMarked
package dev.hone.tensor;

import org.jspecify.annotations.NullMarked;
