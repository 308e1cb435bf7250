package dev.hone.cli;

import dev.hone.report.MarkedText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Help.Ansi;

/** A row with its trained tokens marked: green on a terminal, in «» elsewhere. */
final class TrainedMarks {
    private TrainedMarks() {}

    static String heading(String place, int tokens, int trained) {
        return "── " + place + ": " + tokens + " tokens, " + trained + " trained";
    }

    /** The start and the end of a row that is longer than that, with how much stands between them. */
    static List<MarkedText> shortened(List<MarkedText> stretches, int most) {
        int length =
                stretches.stream().mapToInt(stretch -> stretch.text().length()).sum();
        if (length <= most) {
            return stretches;
        }
        int head = most * 2 / 3;
        int tail = most - head;
        List<MarkedText> shown = new ArrayList<>(part(stretches, 0, head));
        shown.add(new MarkedText(String.format(Locale.ROOT, " … %,d characters … ", length - head - tail), false));
        shown.addAll(part(stretches, length - tail, length));
        return shown;
    }

    /** The characters from one place to another; a character of two halves is not cut. */
    private static List<MarkedText> part(List<MarkedText> stretches, int from, int to) {
        List<MarkedText> part = new ArrayList<>();
        int at = 0;
        for (MarkedText stretch : stretches) {
            String text = stretch.text();
            int begin = whole(text, Math.min(text.length(), Math.max(0, from - at)));
            int end = whole(text, Math.min(text.length(), Math.max(0, to - at)));
            if (begin < end) {
                part.add(new MarkedText(text.substring(begin, end), stretch.trained()));
            }
            at += text.length();
        }
        return part;
    }

    private static int whole(String text, int place) {
        boolean inside = place > 0 && place < text.length() && Character.isLowSurrogate(text.charAt(place));
        return inside ? place - 1 : place;
    }

    static String around(List<MarkedText> stretches) {
        return Ansi.AUTO.enabled()
                ? MarkedText.join(stretches, "\u001B[32m", "\u001B[0m")
                : MarkedText.join(stretches, "«", "»");
    }
}
