package dev.hone.text.jinja;

import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Dates in the notation of C's {@code strftime}, with English names. */
final class Strftime {
    private Strftime() {}

    static String format(ZonedDateTime now, String pattern) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c != '%' || i + 1 == pattern.length()) {
                out.append(c);
                continue;
            }
            boolean unpadded = pattern.charAt(i + 1) == '-' && i + 2 < pattern.length();
            i += unpadded ? 2 : 1;
            String part = part(now, pattern.charAt(i));
            if (part == null) {
                out.append(unpadded ? "%-" : "%").append(pattern.charAt(i));
            } else {
                out.append(unpadded && part.length() > 1 && part.startsWith("0") ? part.substring(1) : part);
            }
        }
        return out.toString();
    }

    private static @Nullable String part(ZonedDateTime now, char directive) {
        return switch (directive) {
            case 'Y' -> "%04d".formatted(now.getYear());
            case 'y' -> "%02d".formatted(now.getYear() % 100);
            case 'm' -> "%02d".formatted(now.getMonthValue());
            case 'd' -> "%02d".formatted(now.getDayOfMonth());
            case 'e' -> "%2d".formatted(now.getDayOfMonth());
            case 'j' -> "%03d".formatted(now.getDayOfYear());
            case 'H' -> "%02d".formatted(now.getHour());
            case 'I' -> "%02d".formatted((now.getHour() + 11) % 12 + 1);
            case 'M' -> "%02d".formatted(now.getMinute());
            case 'S' -> "%02d".formatted(now.getSecond());
            case 'f' -> "%06d".formatted(now.getNano() / 1000);
            case 'p' -> now.getHour() < 12 ? "AM" : "PM";
            case 'A' -> named(now, "EEEE");
            case 'a' -> named(now, "EEE");
            case 'B' -> named(now, "MMMM");
            case 'b', 'h' -> named(now, "MMM");
            case 'w' -> Integer.toString(now.getDayOfWeek().getValue() % 7);
            case 'u' -> Integer.toString(now.getDayOfWeek().getValue());
            case 'F' -> format(now, "%Y-%m-%d");
            case 'T' -> format(now, "%H:%M:%S");
            case 'D' -> format(now, "%m/%d/%y");
            case '%' -> "%";
            case 'n' -> "\n";
            case 't' -> "\t";
            default -> null;
        };
    }

    private static String named(ZonedDateTime now, String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.US).format(now);
    }
}
