/** What answers a policy between its turns. */
@NullMarked
package dev.hone.rollout.tools;

import org.jspecify.annotations.NullMarked;
