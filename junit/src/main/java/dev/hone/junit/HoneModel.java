package dev.hone.junit;

import dev.hone.tensor.DType;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The model that a test class is about, given to its tests as a {@link ModelUnderTest}:
 *
 * <pre>{@code
 * @HoneModel(base = "models/Qwen2.5-0.5B", adapter = "runs/first/final")
 * class FirstRunTest {
 *     @Test
 *     void knowsTheFacts(ModelUnderTest model) {
 *         model.cases("facts.jsonl").scoredBy("contains").atLeast(0.8);
 *     }
 * }
 * }</pre>
 *
 * <p>Paths are relative to the directory that the tests run in, with Maven that of the module.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(HoneExtension.class)
public @interface HoneModel {
    /** Folder of the base model. */
    String base();

    /** Folder of the adapter on it; empty: the model is a checkpoint of its own. */
    String adapter() default "";

    /** Folder of a fully fine-tuned checkpoint, in place of an adapter; empty: there is none. */
    String tuned() default "";

    /** The chat template's name, or {@code auto}. */
    String template() default "auto";

    /** The type of its weights and products. */
    DType compute() default DType.F32;

    /** Where the base's answers are kept between runs of the tests. */
    String cache() default "target/hone-junit";
}
