/** What can be wrong with a run before it starts: each kind of fault in a class of its own, and the report of all of them. */
@NullMarked
package dev.hone.recipes.check;

import org.jspecify.annotations.NullMarked;
