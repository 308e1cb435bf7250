/** Which experts compute which tokens, and with what weight. */
@NullMarked
package dev.hone.model.experts;

import org.jspecify.annotations.NullMarked;
