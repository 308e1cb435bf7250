/** Several stages from one file: each trains or samples, starts from an earlier one's result, and is evaluated. */
@org.jspecify.annotations.NullMarked
package dev.hone.recipes.pipeline;
