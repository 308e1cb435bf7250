/** The methods: what each reads, what it makes a model learn, and its own settings. One file each. */
@NullMarked
package dev.hone.recipes.method;

import org.jspecify.annotations.NullMarked;

