package dev.hone.report;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A range of values with round numbers as ticks. */
record Axis(double low, double high, Scale scale, List<Double> ticks) {
    private static final int[] DIGITS = {1, 2, 5};

    /** Steps from {@code first} to {@code last}, from zero where that costs little room, with round ticks between. */
    static Axis steps(double first, double last, int most) {
        double low = first > 0 && first <= 0.05 * last ? 0 : first;
        double high = last > low ? last : low + 1;
        double step = Math.max(1, step((high - low) / most));
        List<Double> ticks = new ArrayList<>();
        for (double k = Math.ceil(low / step); k * step <= high && ticks.size() <= 2 * most; k++) {
            ticks.add(k * step + 0.0); // never -0
        }
        return new Axis(low, high, Scale.LINEAR, ticks);
    }

    /** Widened to round ends, so that lines keep some distance from the frame. */
    static Axis rounded(double min, double max, Scale scale, int most) {
        return scale == Scale.LINEAR ? linear(min, max, most) : decades(min, max, most);
    }

    /** Where {@code value} lies: 0 at the low end, 1 at the high one. */
    double position(double value) {
        double from = scale.place(low);
        return (scale.place(value) - from) / (scale.place(high) - from);
    }

    /** A number in its shortest form: {@code 12,000}, {@code 0.25}, {@code 2e-5}. */
    static String label(double value) {
        double size = Math.abs(value);
        if (size != 0 && (size < 1e-3 || size >= 1e7)) {
            String[] parts = String.format(Locale.ROOT, "%.3e", value).split("e", 2);
            return strip(parts[0]) + "e" + Integer.parseInt(parts[1]);
        }
        return strip(String.format(Locale.ROOT, size >= 100 ? "%,.1f" : "%,.4f", value));
    }

    private static Axis linear(double min, double max, int most) {
        double size = Math.max(Math.abs(min), Math.abs(max));
        boolean flat = max - min <= 1e-9 * size; // below that, neighbouring ticks have the same label
        double margin = flat ? Math.max(0.1 * size, 1e-9) : 0;
        double step = step((max - min + 2 * margin) / most);
        double first = Math.floor((min - margin) / step);
        double last = Math.ceil((max + margin) / step);
        List<Double> ticks = new ArrayList<>();
        for (double k = first; k <= last && ticks.size() <= 2 * most; k++) {
            ticks.add(k * step + 0.0); // never -0
        }
        return new Axis(first * step, last * step, Scale.LINEAR, ticks);
    }

    /** Ends on 1, 2 or 5 of a decade; marks all of those where there is room, else every n-th decade. */
    private static Axis decades(double min, double max, int most) {
        int first = (int) Math.floor(Math.log10(min)) - 1;
        int last = (int) Math.ceil(Math.log10(max)) + 1;
        double low = Double.MIN_VALUE;
        double high = Double.MAX_VALUE;
        for (int decade = first; decade <= last; decade++) {
            for (int digit : DIGITS) {
                double mark = mark(digit, decade);
                low = mark <= min ? mark : low;
                high = mark >= max && mark > low ? Math.min(mark, high) : high;
            }
        }
        List<Double> fine = new ArrayList<>();
        List<Double> whole = new ArrayList<>();
        for (int decade = first; decade <= last; decade++) {
            for (int digit : DIGITS) {
                double mark = mark(digit, decade);
                if (mark >= low && mark <= high) {
                    fine.add(mark);
                    if (digit == 1) {
                        whole.add(mark);
                    }
                }
            }
        }
        List<Double> ticks = new ArrayList<>();
        int every = (whole.size() + most - 1) / most;
        for (int i = 0; i < whole.size(); i += every) {
            ticks.add(whole.get(i));
        }
        return new Axis(low, high, Scale.LOGARITHMIC, fine.size() <= most ? fine : ticks);
    }

    private static double mark(int digit, int decade) {
        return new BigDecimal(digit).scaleByPowerOfTen(decade).doubleValue();
    }

    /** The smallest of 1, 2, 5, 10, … times a power of ten that is not below {@code least}. */
    private static double step(double least) {
        double power = Math.pow(10, Math.floor(Math.log10(least)));
        for (int digit : DIGITS) {
            if (digit * power >= least * (1 - 1e-9)) {
                return digit * power;
            }
        }
        return 10 * power;
    }

    private static String strip(String number) {
        return number.contains(".") ? number.replaceAll("\\.?0+$", "") : number;
    }
}
