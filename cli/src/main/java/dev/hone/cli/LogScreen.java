package dev.hone.cli;

import dev.hone.recipes.prefer.AnswerPair;
import dev.hone.recipes.prefer.SideBySide;
import java.io.PrintWriter;

/** Pairs printed one after the other, each whole; nothing is redrawn. */
record LogScreen(PrintWriter out, int columns) implements JudgingScreen {
    /** The keys, as letters. */
    static final String KEYS = "l left, r right, t tie, b back, q quit";

    @Override
    public void show(String progress, AnswerPair comparison) {
        out.println("── " + progress);
        SideBySide.lines(comparison, columns).forEach(out::println);
        out.println("── " + KEYS);
        out.flush();
    }

    @Override
    public void finished(String progress) {
        out.println("── " + progress + ": all are judged; b takes the last one back, q ends");
        out.flush();
    }

    @Override
    public void scroll(JudgingKey direction) {}
}
