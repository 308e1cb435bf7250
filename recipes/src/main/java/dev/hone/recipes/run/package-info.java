/** The file that configures a run, and the folder that records it. */
@NullMarked
package dev.hone.recipes.run;

import org.jspecify.annotations.NullMarked;
