package dev.hone.gguf;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a GGUF file says about its tensors: named values, in the order they were put. Not safe for threads while it is filled.
 *
 * <p>A number is an {@code Integer} (32 bits), a {@code Long} (64 bits, or of any other width when it was read), a {@code Float} or a {@code Double}; an array a
 * {@code List<String>}, a {@code long[]}, {@code int[]}, {@code float[]}, {@code double[]} or {@code boolean[]}.
 */
public final class Metadata {
    private final Map<String, Object> values = new LinkedHashMap<>();

    /** A value that is missing or has another type; its message names the key. */
    public static final class MetadataException extends IllegalArgumentException {
        private static final long serialVersionUID = 1;

        MetadataException(String message) {
            super(message);
        }
    }

    /** Puts a text. */
    public Metadata put(String key, String value) {
        return put(key, (Object) value);
    }

    /** Puts an unsigned number of 32 bits. */
    public Metadata put(String key, int value) {
        return put(key, (Object) value);
    }

    /** Puts a float32. */
    public Metadata put(String key, float value) {
        return put(key, (Object) value);
    }

    public Metadata put(String key, boolean value) {
        return put(key, (Object) value);
    }

    public Metadata put(String key, List<String> value) {
        return put(key, (Object) List.copyOf(value));
    }

    /** Puts signed numbers of 32 bits. */
    public Metadata put(String key, int[] value) {
        return put(key, (Object) value.clone());
    }

    public Metadata put(String key, float[] value) {
        return put(key, (Object) value.clone());
    }

    Metadata put(String key, Object value) {
        values.put(key, value);
        return this;
    }

    Map<String, Object> values() {
        return Collections.unmodifiableMap(values);
    }

    public boolean has(String key) {
        return values.containsKey(key);
    }

    /** A text, or empty where there is none of this name. */
    public Optional<String> text(String key) {
        return Optional.ofNullable(of(key, String.class, "a text"));
    }

    /** A text that has to be there. */
    public String requireText(String key) {
        return text(key).orElseThrow(() -> missing(key));
    }

    /** A whole number that fits into an int. */
    public Optional<Integer> integer(String key) {
        Number number = of(key, Number.class, "a number");
        if (number == null) {
            return Optional.empty();
        }
        if (number.doubleValue() != number.intValue()) {
            throw new MetadataException(key + " (" + number + ") must be a whole number below 2147483648");
        }
        return Optional.of(number.intValue());
    }

    public int requireInteger(String key) {
        return integer(key).orElseThrow(() -> missing(key));
    }

    public Optional<Double> number(String key) {
        Number number = of(key, Number.class, "a number");
        return number == null
                ? Optional.empty()
                : Optional.of(number instanceof Float ? Double.parseDouble(number.toString()) : number.doubleValue());
    }

    public Optional<Boolean> flag(String key) {
        return Optional.ofNullable(of(key, Boolean.class, "true or false"));
    }

    /** Texts, or none where there is nothing of this name. */
    public List<String> texts(String key) {
        List<?> list = of(key, List.class, "a list of texts");
        return list == null ? List.of() : list.stream().map(Object::toString).toList();
    }

    /** Numbers, or none where there is nothing of this name. */
    public float[] floats(String key) {
        float[] floats = of(key, float[].class, "a list of float32 numbers");
        return floats == null ? new float[0] : floats.clone();
    }

    /** Whole numbers, or none where there is nothing of this name. */
    public long[] longs(String key) {
        long[] longs = of(key, long[].class, "a list of whole numbers");
        return longs == null ? new long[0] : longs.clone();
    }

    private <T> @Nullable T of(String key, Class<T> type, String wanted) {
        Object value = values.get(key);
        if (value == null) {
            return null;
        }
        if (!type.isInstance(value)) {
            throw new MetadataException(key + " must be " + wanted);
        }
        return type.cast(value);
    }

    private static MetadataException missing(String key) {
        return new MetadataException(key + " is missing");
    }
}
