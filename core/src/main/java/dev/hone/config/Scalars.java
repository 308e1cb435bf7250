package dev.hone.config;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads single values. A value of the wrong type is an {@link IllegalArgumentException} whose message continues the key's name. */
final class Scalars {
    private static final Pattern WHOLE = Pattern.compile("[-+]?[0-9]{1,40}");
    private static final Pattern NUMBER =
            Pattern.compile("[-+]?([0-9]{1,400}(\\.[0-9]{0,400})?|\\.[0-9]{1,400})([eE][-+]?[0-9]{1,6})?");
    private static final Pattern DURATION =
            Pattern.compile("(?=.)(?:(\\d{1,6})d)?(?:(\\d{1,6})h)?(?:(\\d{1,9})m)?(?:(\\d{1,9})s)?(?:(\\d{1,12})ms)?");

    private Scalars() {}

    /** Whether a value of this type is written as a single value. */
    static boolean knows(Class<?> type) {
        return type.isPrimitive()
                || type.isEnum()
                || List.of(
                                Integer.class,
                                Long.class,
                                Float.class,
                                Double.class,
                                Boolean.class,
                                String.class,
                                Path.class,
                                Duration.class)
                        .contains(type);
    }

    /** The value as a {@code type}. */
    static Object read(Class<?> type, Node.Scalar scalar) {
        if (scalar.empty()) {
            throw new IllegalArgumentException("has no value; write one, or remove the line to get the default");
        }
        if (type == String.class) {
            return scalar.text();
        } else if (type == Path.class) {
            return path(scalar);
        } else if (type.isEnum()) {
            return constant(type, scalar);
        } else if (type == Duration.class) {
            return duration(scalar);
        }
        if (scalar.quoted()) {
            throw wrong(scalar, "is text; write " + noun(type) + " without quotes");
        }
        if (type == boolean.class || type == Boolean.class) {
            return truth(scalar);
        } else if (type == int.class || type == Integer.class) {
            return (int) whole(scalar, Integer.MIN_VALUE, Integer.MAX_VALUE);
        } else if (type == long.class || type == Long.class) {
            return whole(scalar, Long.MIN_VALUE, Long.MAX_VALUE);
        } else if (type == float.class || type == Float.class) {
            return (float) number(scalar, Float.MAX_VALUE);
        } else if (type == double.class || type == Double.class) {
            return number(scalar, Double.MAX_VALUE);
        }
        throw new IllegalStateException(type + " cannot be a setting");
    }

    /** What a value of the type is called. */
    static String noun(Class<?> type) {
        return switch (type.getSimpleName()) {
            case "boolean", "Boolean" -> "true or false";
            case "int", "Integer", "long", "Long" -> "a whole number";
            case "float", "Float", "double", "Double" -> "a number";
            case "Path" -> "a path";
            case "Duration" -> "a duration such as 90s or 1h30m";
            case "String" -> "text";
            default -> type.isEnum() ? "one of " + String.join(", ", words(type)) : "a group of settings";
        };
    }

    /** The duration the way it is read: {@code 1h30m}. */
    static String text(Duration duration) {
        StringBuilder text = new StringBuilder();
        long[] parts = {duration.toHours(), duration.toMinutesPart(), duration.toSecondsPart(), duration.toMillisPart()
        };
        List<String> units = List.of("h", "m", "s", "ms");
        for (int i = 0; i < parts.length; i++) {
            text.append(parts[i] == 0 ? "" : parts[i] + units.get(i));
        }
        return text.isEmpty() ? "0s" : text.toString();
    }

    private static boolean truth(Node.Scalar scalar) {
        return switch (scalar.text()) {
            case "true", "True", "TRUE" -> true;
            case "false", "False", "FALSE" -> false;
            default -> throw wrong(scalar, "must be true or false");
        };
    }

    private static long whole(Node.Scalar scalar, long least, long most) {
        if (!WHOLE.matcher(scalar.text()).matches()) {
            throw wrong(scalar, "must be a whole number" + wholeMeant(scalar.text()));
        }
        BigInteger value = new BigInteger(scalar.text());
        if (value.compareTo(BigInteger.valueOf(least)) < 0 || value.compareTo(BigInteger.valueOf(most)) > 0) {
            throw wrong(scalar, "must lie between " + least + " and " + most);
        }
        return value.longValueExact();
    }

    /** For {@code 1e3}, {@code 1_000} and {@code 1,000}: the digits to write. */
    private static String wholeMeant(String text) {
        String digits = text.replaceAll("(?<=[0-9])[_,](?=[0-9])", "");
        if (digits.length() < 30 && NUMBER.matcher(digits).matches()) {
            BigDecimal value = new BigDecimal(digits);
            if (Math.abs((long) value.precision() - value.scale()) < 19
                    && value.stripTrailingZeros().scale() <= 0) {
                return "; write " + value.toBigIntegerExact();
            }
        }
        return "";
    }

    private static double number(Node.Scalar scalar, double most) {
        if (!NUMBER.matcher(scalar.text()).matches()) {
            throw wrong(scalar, "must be a number, such as 3, 0.05 or 2.0e-4");
        }
        double value = Double.parseDouble(scalar.text());
        if (Math.abs(value) > most) {
            throw wrong(scalar, "is too large for a number here");
        }
        return value;
    }

    private static Path path(Node.Scalar scalar) {
        try {
            if (scalar.text().isEmpty()) {
                throw wrong(scalar, "must be a path");
            }
            return Path.of(scalar.text());
        } catch (InvalidPathException e) {
            throw wrong(scalar, "is not a path: " + Key.shown(e.getReason()));
        }
    }

    private static Object constant(Class<?> type, Node.Scalar scalar) {
        for (Object constant : type.getEnumConstants()) {
            if (Key.kebab(((Enum<?>) constant).name()).equals(scalar.text())) {
                return constant;
            }
        }
        throw wrong(scalar, "must be one of " + String.join(", ", words(type)) + meant(scalar.text(), words(type)));
    }

    /** {@code ; did you mean …?}, or nothing. */
    static String meant(String word, List<String> words) {
        Optional<String> nearest = Spelling.nearest(word, words);
        return nearest.map(found -> "; did you mean " + found + "?").orElse("");
    }

    private static List<String> words(Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> Key.kebab(((Enum<?>) constant).name()))
                .toList();
    }

    private static Duration duration(Node.Scalar scalar) {
        Matcher parts = DURATION.matcher(scalar.text().toLowerCase(Locale.ROOT));
        if (!parts.matches()) {
            throw wrong(scalar, "must be a duration, such as 90s, 15m or 1h30m");
        }
        return Duration.ofDays(part(parts, 1))
                .plusHours(part(parts, 2))
                .plusMinutes(part(parts, 3))
                .plusSeconds(part(parts, 4))
                .plusMillis(part(parts, 5));
    }

    private static long part(Matcher parts, int group) {
        String digits = parts.group(group);
        return digits == null ? 0 : Long.parseLong(digits);
    }

    private static IllegalArgumentException wrong(Node.Scalar scalar, String message) {
        String quote = scalar.quoted() ? "\"" : "";
        return new IllegalArgumentException("(" + quote + Key.shown(scalar.text()) + quote + ") " + message);
    }
}
