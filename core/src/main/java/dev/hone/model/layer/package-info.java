/** Of what decoder layers are made, as plain values: who computes, names weights or counts memory reads these. */
@NullMarked
package dev.hone.model.layer;

import org.jspecify.annotations.NullMarked;
