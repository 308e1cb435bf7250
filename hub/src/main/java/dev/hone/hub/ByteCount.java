package dev.hone.hub;

import java.util.Locale;

/** Bytes for people: {@code 942 B}, {@code 1.3 MB}, {@code 4.97 GB}, in powers of a thousand as disks and the hub count. */
public final class ByteCount {
    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB"};

    private ByteCount() {}

    public static String of(long bytes) {
        double amount = bytes;
        int unit = 0;
        while (amount >= 999.5 && unit + 1 < UNITS.length) {
            amount /= 1000;
            unit++;
        }
        String digits = unit == 0 || amount >= 100 ? "%.0f" : amount >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, digits, amount) + " " + UNITS[unit];
    }
}
