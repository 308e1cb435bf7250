package dev.hone.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * One of several ways to say the same thing, of which a file may give one: {@code epochs}, {@code steps} or {@code minutes}.
 *
 * <p>Giving one sets the others to null, whatever their defaults, so the components are {@code @Nullable}. One given on the
 * command line replaces those of the file.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Alternative {
    /** The name that the alternatives of a record share. */
    String value();
}
