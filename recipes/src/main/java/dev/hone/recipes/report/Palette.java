package dev.hone.recipes.report;

import java.awt.Color;
import java.util.List;

/**
 * Colours of curves on white that stay apart for colour-blind readers: those of Okabe and Ito (2008), yellow left out and
 * orange and sky blue darkened, since thin lines of them are lost on white. The page's style sheet holds the same list and
 * its counterpart for dark paper.
 */
final class Palette {
    private static final List<Color> COLOURS = List.of(
            new Color(0x0072B2), // blue
            new Color(0xD55E00), // vermillion
            new Color(0x009E73), // green
            new Color(0xB8558C), // purple
            new Color(0xC98A00), // orange
            new Color(0x3A9BD9), // sky blue
            new Color(0x555555)); // grey

    private Palette() {}

    /** How many curves differ in colour; later ones begin again. */
    static int size() {
        return COLOURS.size();
    }

    static Color colour(int curve) {
        return COLOURS.get(curve % COLOURS.size());
    }

    /** The same colour as thin paint on white: {@code share} of it, the rest paper. */
    static Color faint(int curve, double share) {
        Color colour = colour(curve);
        return new Color(mix(colour.getRed(), share), mix(colour.getGreen(), share), mix(colour.getBlue(), share));
    }

    private static int mix(int channel, double share) {
        return (int) Math.round(channel * share + 255 * (1 - share));
    }
}
