/** The methods: what each reads, its objective, and its own settings. One file each. */
@NullMarked
package dev.hone.recipes.method;

import org.jspecify.annotations.NullMarked;
