/** Several stages from one file: each trains or samples, stands on what came before, and is measured. */
@org.jspecify.annotations.NullMarked
package dev.hone.recipes.pipeline;
