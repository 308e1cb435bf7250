/**
 * {@code ./hone bench}: workloads, each in a process of its own, beside the machine's ceilings and, on request, a
 * baseline measured in turn.
 */
@NullMarked
package dev.hone.bench;

import org.jspecify.annotations.NullMarked;
