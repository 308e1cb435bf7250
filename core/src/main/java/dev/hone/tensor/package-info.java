/**
 * Tensors, automatic differentiation and memory scopes: the only package that uses libtorch.
 *
 * <p>Everything above it uses {@link dev.hone.tensor.Tensor}, {@link dev.hone.tensor.DType} and
 * {@link dev.hone.tensor.Scope}, so the engine underneath can be replaced.
 */
@NullMarked
package dev.hone.tensor;

import org.jspecify.annotations.NullMarked;
