/** Documents as text, their chunks, and the index that finds them. The only package that knows Lucene, jsoup and PDFBox. */
@NullMarked
package dev.hone.retrieve;

import org.jspecify.annotations.NullMarked;
