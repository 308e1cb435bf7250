/** Signs that a model learns what its rewards say and not what they mean. */
@NullMarked
package dev.hone.recipes.alarm;

import org.jspecify.annotations.NullMarked;
