/** The library's front door: a checkpoint is opened, fine-tuned on rows made in code, tried and saved. */
@NullMarked
package dev.hone.finetune;

import org.jspecify.annotations.NullMarked;
