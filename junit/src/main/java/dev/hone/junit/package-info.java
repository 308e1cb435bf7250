/**
 * Tests of a fine-tuned model, in JUnit: how many cases it answers, what it lost against its base, what it refuses, how large it is, and
 * that it is read back as it was.
 */
@NullMarked
package dev.hone.junit;

import org.jspecify.annotations.NullMarked;
