/** Methods of one screen each, the file that configures a run, and the folder that records it. */
@NullMarked
package dev.hone.recipes;

import org.jspecify.annotations.NullMarked;
