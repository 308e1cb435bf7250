/** Evaluation of models: reward models and their calibration. */
@NullMarked
package dev.hone.evaluate;

import org.jspecify.annotations.NullMarked;
