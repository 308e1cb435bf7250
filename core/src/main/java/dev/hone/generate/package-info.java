/** From a prompt to its continuation: sampling, and a scheduler that writes many texts at once. */
@NullMarked
package dev.hone.generate;

import org.jspecify.annotations.NullMarked;
