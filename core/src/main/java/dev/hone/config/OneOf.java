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
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface OneOf {
    /** The key that names the record. */
    String value() default "kind";

    /** The record that is meant where neither that key nor another ({@link Kind#whenKey}) tells; itself where there is none. */
    Class<?> otherwise() default OneOf.class;
}
