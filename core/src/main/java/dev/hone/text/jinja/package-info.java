/**
 * An interpreter for Jinja, the language of chat templates.
 *
 * <p>A {@link dev.hone.text.jinja.Template} is parsed once and rendered many times. Values follow Python: integers grow, floats print their
 * shortest form, strings count code points, missing names are undefined and render as nothing. Whitespace follows the environment in which
 * chat templates are written: the newline after a block is dropped, and so is the indentation before it. A template is untrusted data:
 * it reaches nothing but its variables, cannot change them, and works within {@link dev.hone.text.jinja.Limits}.
 */
@NullMarked
package dev.hone.text.jinja;

import org.jspecify.annotations.NullMarked;
