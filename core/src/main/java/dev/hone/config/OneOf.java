package dev.hone.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A sealed interface of records, of which a key in the file chooses one: {@code schedule: {kind: cosine, warmup: 0.03}}.
 *
 * <p>A record is called by its simple name in kebab case ({@code Cosine} is {@code cosine}), or as {@link Kind} says. The
 * name alone ({@code schedule: cosine}) chooses a record with its defaults.
 *
 * <p>Where settings are written {@linkplain #beside beside} the choice, a component's key holds the name and nothing else, and the
 * record's own settings are found next to it, under that name: {@code method: dpo} and {@code dpo: {beta: 0.1}}. Settings of
 * a record that was not chosen are refused.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface OneOf {
    /** The key that names the record. */
    String value() default "kind";

    /** Whether a record's settings are written beside the key that chooses it. */
    boolean beside() default false;

    /** The record that is chosen where neither that key nor another ({@link Kind#whenKey}) is written; itself where there is none. */
    Class<?> otherwise() default OneOf.class;
}
