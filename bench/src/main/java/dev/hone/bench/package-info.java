/**
 * {@code ./hone bench}: whole pieces of work, each in a process of its own, with the machine's ceilings measured beside it and, on
 * request, another tool doing the same work in turn.
 */
@NullMarked
package dev.hone.bench;

import org.jspecify.annotations.NullMarked;
