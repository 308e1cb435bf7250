/** Rows of Parquet files and of queries to databases, as JSON Lines. */
@NullMarked
package dev.hone.tables;

import org.jspecify.annotations.NullMarked;
