package dev.hone.cli;

import dev.hone.recipes.prefer.AnswerPair;
import dev.hone.recipes.prefer.SideBySide;
import dev.hone.report.TextWidth;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A whole terminal, redrawn each time in its current size: progress above, keys below, and between them the pair, or as much of it as
 * fits.
 */
final class WholeScreen implements JudgingScreen {
    private static final String KEYS = "← l left · r right → · space t tie · b back · q quit";
    private static final String CLEAR = "\u001B[H\u001B[J";
    /** Lines that are always shown: progress and a rule above, a rule and the keys below. */
    private static final int FIXED = 4;

    /** Columns and rows of a terminal. */
    record Size(int columns, int rows) {}

    private final PrintWriter out;
    private final Supplier<Size> size;
    private String progress = "";
    private @Nullable AnswerPair shown;
    private int top;

    WholeScreen(PrintWriter out, Supplier<Size> size) {
        this.out = out;
        this.size = size;
    }

    @Override
    public void show(String progress, AnswerPair comparison) {
        this.progress = progress;
        shown = comparison;
        top = 0;
        draw();
    }

    @Override
    public void finished(String progress) {
        this.progress = progress + ": all are judged";
        shown = null;
        draw();
    }

    @Override
    public void scroll(JudgingKey direction) {
        int page = Math.max(1, (size.get().rows() - FIXED) / 2);
        top += direction == JudgingKey.DOWN ? page : -page;
        draw();
    }

    private void draw() {
        Size now = size.get();
        int columns = Math.max(1, now.columns() - 1); // some terminals wrap after a full last column
        AnswerPair comparison = shown;
        List<String> body = comparison == null ? List.of() : SideBySide.lines(comparison, columns);
        int room = Math.max(1, now.rows() - FIXED);
        top = Math.max(0, Math.min(top, body.size() - room));
        int end = Math.min(body.size(), top + room);
        String part = body.size() <= room
                ? ""
                : " · lines " + (top + 1) + "–" + end + " of " + body.size() + ", ↑ ↓ for more";
        List<String> lines = new ArrayList<>();
        lines.add(TextWidth.clip(progress + part, columns));
        lines.add("─".repeat(columns));
        lines.addAll(body.subList(top, end));
        lines.add("─".repeat(columns));
        lines.add(TextWidth.clip(KEYS, columns));
        out.print(CLEAR + String.join("\n", lines));
        out.flush();
    }
}
