/**
 * Reports on a run: metrics file, event file, progress line, tables, curves and HTML page.
 *
 * <p>Nothing here depends on models. Input are numbers, as records; output are text, bytes and files. Clocks, streams and paths
 * are arguments.
 */
@NullMarked
package dev.hone.report;

import org.jspecify.annotations.NullMarked;
