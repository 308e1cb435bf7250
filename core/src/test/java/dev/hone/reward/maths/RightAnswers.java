package dev.hone.reward.maths;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A right answer with completions that give it, as {@code forms.txt} lists them. */
record RightAnswers(String answer, List<String> forms) {
    static List<RightAnswers> all() {
        List<RightAnswers> all = new ArrayList<>();
        for (String line : lines("forms.txt")) {
            if (line.startsWith("= ")) {
                all.add(new RightAnswers(line.substring(2), new ArrayList<>()));
            } else if (line.startsWith("> ")) {
                all.get(all.size() - 1)
                        .forms()
                        .add(line.substring(2).replace("\\n#", "\n#").replace("\\n<", "\n<"));
            } else if (!line.startsWith("#")) {
                all.get(all.size() - 1).forms().add("so it is $\\boxed{" + line + "}$.");
            }
        }
        return all;
    }

    /** The lines of a file beside this class that are not empty. */
    static List<String> lines(String name) {
        try (InputStream in = Objects.requireNonNull(RightAnswers.class.getResourceAsStream(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
