/**
 * What people see of a run: its metrics file, event file, progress line, tables, curves and page.
 *
 * <p>Nothing here knows about models. Numbers come in as records, text, bytes and files come out; clocks, streams and
 * paths are arguments.
 */
@NullMarked
package dev.hone.report;

import org.jspecify.annotations.NullMarked;
