package dev.hone.recipes.train;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.TrainingException;
import dev.hone.files.JsonFiles;
import dev.hone.recipes.run.RunObserver;
import dev.hone.text.Tokenizer;
import dev.hone.train.NumericalFault;
import dev.hone.train.Progress;
import dev.hone.train.RowLoss;
import dev.hone.train.ValidationResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Reports numerical faults, and writes down the rows they came from: {@code bad-batch-812.json}, or {@code
 * bad-evaluation-812.json} where they are held out, has the step, its loss
 * and where the first non-finite number was, and of each row, the likeliest cause first, its place, its loss, its text and its
 * tokens.
 */
final class FaultLog implements RunReport {
    private final Path folder;
    private final Tokenizer tokenizer;
    private final RunObserver observer;
    private int evaluations;
    private int withoutNumber;

    FaultLog(Path folder, Tokenizer tokenizer, RunObserver observer) {
        this.folder = folder;
        this.tokenizer = tokenizer;
        this.observer = observer;
    }

    @Override
    public void faulted(NumericalFault fault) {
        switch (fault.kind()) {
            case SPIKE ->
                observer.say(String.format(
                        Locale.ROOT,
                        "step %d: loss %.4g is far above that of the steps before; most from %s",
                        fault.step(),
                        fault.loss(),
                        fault.suspected()));
            case NOT_FINITE -> save(fault, "bad-batch-");
            case VALIDATION -> {
                observer.say("step " + fault.step() + ": a loss of held-out rows is " + fault.loss()
                        + (fault.origin().isEmpty() ? "" : ", first in " + fault.origin())
                        + (fault.suspects().isEmpty() ? "" : "; rows " + fault.suspected())
                        + "; such a loss chooses no best model and stops nothing early");
                save(fault, "bad-evaluation-");
            }
        }
    }

    @Override
    public void evaluated(Progress progress, ValidationResult result) {
        evaluations++;
        withoutNumber += Double.isFinite(result.value()) ? 0 : 1;
    }

    /** That the held-out loss was no number, so that nobody takes the best model for what it is not. */
    @Override
    public List<String> verdict() {
        return withoutNumber == 0
                ? List.of()
                : List.of(
                        withoutNumber == evaluations
                                ? "the held-out loss was never a number, so that no model is the best of this run; a"
                                        + " bad-evaluation file in its folder has the rows"
                                : "the held-out loss was not a number in " + withoutNumber + " of " + evaluations
                                        + " evaluations, which had no part in choosing the best model");
    }

    private void save(NumericalFault fault, String name) {
        Path file = folder.resolve(name + fault.step() + ".json");
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("step", fault.step());
        json.put("loss", fault.loss());
        if (fault.kind() != NumericalFault.FaultType.VALIDATION) {
            json.put("grad-norm", fault.gradientNorm());
        }
        json.put("origin", fault.origin());
        ArrayNode rows = json.putArray("rows");
        fault.suspects().forEach(suspect -> rows.add(row(suspect)));
        try {
            JsonFiles.write(file, json);
        } catch (IOException e) {
            throw new TrainingException(file + ": cannot be written (" + e.getMessage() + ")", e);
        }
        observer.say("step " + fault.step() + ": its rows are in " + file);
    }

    private ObjectNode row(RowLoss suspect) {
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        row.put("place", suspect.place());
        row.put("loss", suspect.loss());
        row.put("learned", suspect.batch().targets().count());
        row.put("text", tokenizer.decode(suspect.batch().tokens()));
        ArrayNode ids = row.putArray("ids");
        Arrays.stream(suspect.batch().tokens()).forEach(ids::add);
        return row;
    }
}
