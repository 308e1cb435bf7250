package dev.hone.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A static factory of one parameter that creates its record (or a case of its sealed interface) from a plain value, so that
 * {@code evaluate: held-out.jsonl} may stand for {@code evaluate: {path: held-out.jsonl}}.
 *
 * <p>There may be several; the one whose parameter fits the value as it is written is called: a whole number prefers
 * {@code int} and {@code long}, another number {@code double}, {@code true} and {@code false} {@code boolean}, and text an
 * enum that has the word, else {@code String} or {@code Path}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface FromScalar {}
