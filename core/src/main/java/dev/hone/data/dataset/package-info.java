/** Tokenised rows reached by number: texts, preference pairs, single answers with a label, and parts of them. */
@NullMarked
package dev.hone.data.dataset;

import org.jspecify.annotations.NullMarked;
