/** From a prompt to its completion: models ready for use, sampling, and a generator that runs many requests at a time. */
@NullMarked
package dev.hone.generate;

import org.jspecify.annotations.NullMarked;
