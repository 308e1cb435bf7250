package dev.hone.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** How a record of a {@link OneOf} interface is chosen, where not by its own name. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Kind {
    /** Its name in the file; empty for its simple name in kebab case. */
    String value() default "";

    /** A key of its own whose presence chooses it without a name: {@code adapter: {path: DIR}}. */
    String whenKey() default "";
}
