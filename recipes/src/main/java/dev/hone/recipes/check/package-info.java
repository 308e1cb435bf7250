/** What can be wrong with a run before it starts: each way in a class of its own, and the report that tells of all of them. */
@NullMarked
package dev.hone.recipes.check;

import org.jspecify.annotations.NullMarked;

