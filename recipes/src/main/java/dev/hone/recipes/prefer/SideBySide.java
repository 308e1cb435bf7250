package dev.hone.recipes.prefer;

import dev.hone.report.TextWidth;
import dev.hone.report.TextWrap;
import dev.hone.text.Message;
import java.util.ArrayList;
import java.util.List;

/** How a comparison looks in a terminal of a given width: the prompt, and under it the two completions beside each other. */
public final class SideBySide {
    private static final String GAP = " │ ";
    private static final int NARROWEST = 8;
    private static final String EMPTY = "(says nothing)";

    private SideBySide() {}

    /** Lines of at most {@code columns}; a terminal narrower than 19 is taken for one of 19. */
    public static List<String> lines(AnswerPair comparison, int columns) {
        int side = Math.max(NARROWEST, (columns - TextWidth.of(GAP)) / 2);
        int whole = 2 * side + TextWidth.of(GAP);
        List<String> lines = new ArrayList<>(prompt(comparison.prompt(), whole));
        lines.add("─".repeat(side + 1) + "┬" + "─".repeat(side + 1));
        List<String> left = column("left", comparison.left(), side);
        List<String> right = column("right", comparison.right(), side);
        for (int i = 0; i < Math.max(left.size(), right.size()); i++) {
            String beside = TextWrap.padded(at(left, i), side) + GAP + at(right, i);
            lines.add(beside.stripTrailing());
        }
        return lines;
    }

    /** A single question stands alone; the turns of a conversation each begin with who speaks. */
    private static List<String> prompt(List<Message> prompt, int columns) {
        List<String> lines = new ArrayList<>();
        boolean alone = prompt.size() == 1 && prompt.get(0).role() == Message.Role.USER;
        for (Message turn : prompt) {
            String label = alone ? "" : turn.role().text() + ": ";
            lines.addAll(TextWrap.lines(label + turn.content().strip(), columns));
        }
        return lines;
    }

    private static List<String> column(String title, String text, int columns) {
        List<String> lines = new ArrayList<>(List.of(title, ""));
        lines.addAll(TextWrap.lines(text.isEmpty() ? EMPTY : text, columns));
        return lines;
    }

    private static String at(List<String> lines, int i) {
        return i < lines.size() ? lines.get(i) : "";
    }
}
