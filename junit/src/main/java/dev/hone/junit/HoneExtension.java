package dev.hone.junit;

import dev.hone.tensor.DType;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Gives tests their {@link ModelUnderTest}. A class says which with {@link HoneModel}, or registers an extension where paths are known
 * only when it runs:
 *
 * <pre>{@code
 * @RegisterExtension
 * static final HoneExtension MODEL = HoneExtension.of(base).adapter(run.resolve("final"));
 * }</pre>
 *
 * <p>The model is opened at its first use and closed behind the last test of the class.
 */
public final class HoneExtension implements ParameterResolver {
    private static final Path CACHE = Path.of("target", "hone-junit");

    private final @Nullable Subject registered;

    /** For JUnit, which reads the {@link HoneModel} of the class. */
    public HoneExtension() {
        registered = null;
    }

    private HoneExtension(Subject subject) {
        registered = subject;
    }

    /** A base model; say next what was made of it. */
    public static Base of(Path base) {
        return new Base(base, "auto", DType.F32, CACHE);
    }

    /**
     * A base model, and how it and the model under test are used.
     *
     * @param template the chat template's name, or {@code auto}
     * @param compute the type of weights and products
     * @param cache where the base's answers are kept between runs of the tests
     */
    public record Base(Path folder, String template, DType compute, Path cache) {
        /** The same with another template. */
        public Base template(String name) {
            return new Base(folder, name, compute, cache);
        }

        /** The same with another type. */
        public Base compute(DType type) {
            return new Base(folder, template, type, cache);
        }

        /** The same with the base's answers elsewhere. */
        public Base cache(Path place) {
            return new Base(folder, template, compute, place);
        }

        /** The model is an adapter on the base. */
        public HoneExtension adapter(Path adapter) {
            return new HoneExtension(new Subject(folder, adapter, null, template, compute, cache));
        }

        /** The model is a checkpoint of its own that was trained from the base. */
        public HoneExtension tuned(Path checkpoint) {
            return new HoneExtension(new Subject(folder, null, checkpoint, template, compute, cache));
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == ModelUnderTest.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Subject subject = registered == null ? annotated(context) : registered;
        ExtensionContext owner = outermostClass(context);
        return owner.getStore(Namespace.create(HoneExtension.class))
                .computeIfAbsent(
                        subject,
                        key -> new ModelUnderTest(key, warning -> owner.publishReportEntry("hone", warning)),
                        ModelUnderTest.class);
    }

    private static Subject annotated(ExtensionContext context) {
        HoneModel model = AnnotationSupport.findAnnotation(
                        context.getRequiredTestClass(), HoneModel.class, context.getEnclosingTestClasses())
                .orElseThrow(() -> new ParameterResolutionException(
                        context.getRequiredTestClass().getName() + " names no model; annotate it with @HoneModel"));
        try {
            return new Subject(
                    Path.of(model.base()),
                    model.adapter().isEmpty() ? null : Path.of(model.adapter()),
                    model.tuned().isEmpty() ? null : Path.of(model.tuned()),
                    model.template(),
                    model.compute(),
                    Path.of(model.cache()));
        } catch (IllegalArgumentException e) {
            throw new ParameterResolutionException("@HoneModel: " + e.getMessage(), e);
        }
    }

    /** The context of the outermost test class, so that nested classes share its model. */
    private static ExtensionContext outermostClass(ExtensionContext context) {
        ExtensionContext owner = context;
        for (ExtensionContext at = context; at != null; at = at.getParent().orElse(null)) {
            owner = at.getTestClass().isPresent() ? at : owner;
        }
        return owner;
    }
}
