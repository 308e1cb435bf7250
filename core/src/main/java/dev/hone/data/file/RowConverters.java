package dev.hone.data.file;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/** The converters that are there: the library's own and those on the classpath. */
final class RowConverters {
    private static final List<RowConverter> OWN = List.of(new JsonDocument());

    private RowConverters() {}

    /** The first one that reads an input. */
    static Optional<RowConverter> of(Path input, byte[] head) {
        return Stream.concat(OWN.stream(), found())
                .filter(converter -> converter.reads(input, head))
                .findFirst();
    }

    private static Stream<RowConverter> found() {
        try {
            return ServiceLoader.load(RowConverter.class).stream().map(ServiceLoader.Provider::get).toList().stream();
        } catch (ServiceConfigurationError e) {
            throw new IllegalStateException(
                    "a converter of rows on the classpath cannot be used: " + e.getMessage(), e);
        }
    }
}
