/** What a model ends in: hidden states become the statistics that an objective reads, and their gradients. */
@NullMarked
package dev.hone.model.head;

import org.jspecify.annotations.NullMarked;
