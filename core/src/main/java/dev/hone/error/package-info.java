/** The exceptions whose messages are for the user, named by cause, and the check of arguments. */
@NullMarked
package dev.hone.error;

import org.jspecify.annotations.NullMarked;
