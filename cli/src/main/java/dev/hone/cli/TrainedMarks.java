package dev.hone.cli;

import dev.hone.report.MarkedText;
import java.util.List;
import picocli.CommandLine.Help.Ansi;

/** A row with its trained tokens marked: green on a terminal, in «» elsewhere. */
final class TrainedMarks {
    private TrainedMarks() {}

    static String heading(String place, int tokens, int trained) {
        return "── " + place + ": " + tokens + " tokens, " + trained + " trained";
    }

    static String around(List<MarkedText> stretches) {
        return Ansi.AUTO.enabled()
                ? MarkedText.join(stretches, "\u001B[32m", "\u001B[0m")
                : MarkedText.join(stretches, "«", "»");
    }
}
