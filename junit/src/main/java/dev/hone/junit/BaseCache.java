package dev.hone.junit;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.CheckpointException;
import dev.hone.files.JsonFiles;
import dev.hone.recipes.evaluate.Measure;
import dev.hone.recipes.provenance.InputHashes;
import dev.hone.report.Interval;
import dev.hone.train.Validation.Direction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the base made of cases and texts, on disk: a file for each, named by the digest of all that it depends on, the base's weights
 * and tokenizer, the cases, how they are scored, and the version of this format. A file that cannot be read is made again. For use by one thread at a time.
 */
final class BaseCache {
    /** Raised where answers or scores are no longer what they were. */
    private static final int VERSION = 1;

    private final Subject subject;
    private final InputHashes hashes = new InputHashes();

    BaseCache(Subject subject) {
        this.subject = subject;
    }

    Answers answers(CaseCheck check, Supplier<Answers> otherwise) {
        String argument = argumentDigest(check.reward().name());
        Path file =
                file(check.file(), check.reward().name() + argument + check.answerColumn() + "|" + check.maxTokens());
        ObjectNode known = read(file);
        if (known != null && known.path("answers").isArray()) {
            List<Answer> answers = new ArrayList<>();
            known.path("answers").forEach(json -> answers.add(Answer.read(json)));
            return new Answers(answers);
        }
        Answers answers = otherwise.get();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        answers.all().forEach(answer -> json.withArray("answers").add(answer.json()));
        write(file, json);
        return answers;
    }

    Measure loss(Path texts, Supplier<Measure> otherwise) {
        Path file = file(texts, "loss");
        ObjectNode known = read(file);
        if (known != null && known.path("loss").isNumber()) {
            double loss = known.path("loss").asDouble();
            return new Measure(loss, new Interval(loss, loss), Direction.LOWER_IS_BETTER);
        }
        Measure measure = otherwise.get();
        write(file, JsonNodeFactory.instance.objectNode().put("loss", measure.value()));
        return measure;
    }

    /** The digest of the file or folder that a reward names; empty where it names none. */
    private String argumentDigest(String reward) {
        int colon = reward.indexOf(':');
        if (colon < 0) {
            return "";
        }
        try {
            Path named = Path.of(reward.substring(colon + 1));
            return Files.exists(named) ? hashes.of(named) : "";
        } catch (java.nio.file.InvalidPathException e) {
            return "";
        }
    }

    private Path file(Path cases, String how) {
        String all = VERSION + "|" + hashes.of(subject.base()) + "|" + subject.template() + "|" + subject.compute()
                + "|" + cases.getFileName() + "|" + hashes.of(cases) + "|" + how;
        return subject.cache().resolve(InputHashes.text(all).substring(0, 32) + ".json");
    }

    private static @Nullable ObjectNode read(Path file) {
        try {
            return Files.exists(file) ? JsonFiles.read(file) : null;
        } catch (CheckpointException e) {
            return null; // half of a file that another process was killed over
        }
    }

    private static void write(Path file, ObjectNode json) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            JsonFiles.write(file, json);
        } catch (IOException e) {
            throw new CheckpointException(file + ": cannot be written (" + e.getMessage() + ")", e);
        }
    }
}
