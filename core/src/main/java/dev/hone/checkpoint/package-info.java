/** Checkpoints and adapters on disk: reading what others wrote, writing what others read. */
@NullMarked
package dev.hone.checkpoint;

import org.jspecify.annotations.NullMarked;
