package dev.hone.report;

/**
 * Colours of curves on white that colour-blind readers can distinguish: those of Okabe and Ito (2008), yellow left out and
 * orange and sky blue darkened, since thin lines of them are lost on white. The page's style sheet holds the same list and
 * its counterpart for dark mode.
 */
final class Palette {
    private static final int[] COLOURS = {
        0x0072B2, // blue
        0xD55E00, // vermillion
        0x009E73, // green
        0xB8558C, // purple
        0xC98A00, // orange
        0x3A9BD9, // sky blue
        0x555555, // grey
    };

    private Palette() {}

    /** How many curves differ in colour; later ones begin again. */
    static int size() {
        return COLOURS.length;
    }

    /** Red, green and blue, eight bits each. */
    static int colour(int curve) {
        return COLOURS[curve % COLOURS.length];
    }

    /** The same colour as thin paint on white: {@code share} of it, the rest paper. */
    static int faint(int curve, double share) {
        int mixed = 0;
        for (int shift = 0; shift <= 16; shift += 8) {
            int channel = colour(curve) >> shift & 0xFF;
            mixed |= (int) Math.round(channel * share + 255 * (1 - share)) << shift;
        }
        return mixed;
    }
}
