/** What a model can do, as verdicts on its replies. */
@NullMarked
package dev.hone.evaluate;

import org.jspecify.annotations.NullMarked;
