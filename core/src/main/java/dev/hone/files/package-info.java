/** Files and folders that appear whole or not at all, their checksums, and JSON files. */
@NullMarked
package dev.hone.files;

import org.jspecify.annotations.NullMarked;
