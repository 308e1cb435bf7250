package dev.hone.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A record whose settings stand among those of the record that holds it: its own name is no key in the file. So a long list of
 * settings can be grouped, and the settings of a library's record reused, without a change of the file.
 *
 * <p>The component is a record, never null. Its keys and those beside it must differ. What its constructor refuses is reported
 * at its own keys; {@link Alternative} and {@link Default} work within it.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Flattened {}
