package dev.hone.report;

/** The scale of an axis. */
public enum Scale {
    LINEAR,
    LOGARITHMIC;

    /** Whether {@code value} has a place on this scale; numbers at the ends of a double's range have none. */
    boolean shows(double value) {
        double size = Math.abs(value);
        return size < 1e300 && (this == LINEAR || value > 1e-300);
    }

    /** Where {@code value} lies, up to a shift and a stretch. */
    double place(double value) {
        return this == LINEAR ? value : Math.log10(value);
    }
}
