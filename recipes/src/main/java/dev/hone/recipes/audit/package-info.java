/** What a reward gets wrong, found before a model learns from it. */
@NullMarked
package dev.hone.recipes.audit;

import org.jspecify.annotations.NullMarked;
