/** Where rows stand: files of several formats, unpacked and converted ones, and the places of rows in them. */
@NullMarked
package dev.hone.data.file;

import org.jspecify.annotations.NullMarked;
