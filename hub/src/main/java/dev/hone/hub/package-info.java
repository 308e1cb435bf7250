/**
 * What is fetched from the Hugging Face hub and sent to it. The only package that opens a network connection; it knows files and no
 * models.
 */
@NullMarked
package dev.hone.hub;

import org.jspecify.annotations.NullMarked;
