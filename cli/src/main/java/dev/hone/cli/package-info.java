/**
 * The command {@code ./hone}: one class for each verb, on top of the recipes.
 *
 * <p>To add a verb, write a class that extends {@link dev.hone.cli.Verb}, with {@code @Command(name, description, footer)}
 * where the footer shows an example, and name it in {@link dev.hone.cli.Hone}. It writes results to {@code out()} and
 * messages to {@code err()}, throws {@link dev.hone.error.HoneException} for what the user can fix, and returns an
 * {@link dev.hone.cli.Exit}. Only a verb that computes may use a class that loads the engine.
 */
@org.jspecify.annotations.NullMarked
package dev.hone.cli;
