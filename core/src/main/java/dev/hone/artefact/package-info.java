/** Adapters as Maven artefacts: a jar that a project depends on like on any library. */
@NullMarked
package dev.hone.artefact;

import org.jspecify.annotations.NullMarked;
