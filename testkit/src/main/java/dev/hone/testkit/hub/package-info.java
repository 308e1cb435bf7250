/** A hub on this machine, for tests of what is fetched and sent; it can be told to misbehave. */
@NullMarked
package dev.hone.testkit.hub;

import org.jspecify.annotations.NullMarked;
