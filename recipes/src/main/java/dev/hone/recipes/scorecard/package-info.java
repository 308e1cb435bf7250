/** What was measured of models, task by task: kept, compared, judged by gates, and shown. */
@NullMarked
package dev.hone.recipes.scorecard;

import org.jspecify.annotations.NullMarked;
