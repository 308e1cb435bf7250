/** Internal: mixers of tokens that read a few tokens before their own or carry a state, over a batch and over a cache. */
@NullMarked
package dev.hone.model.mixer;

import org.jspecify.annotations.NullMarked;
