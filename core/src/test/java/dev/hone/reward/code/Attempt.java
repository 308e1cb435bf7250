package dev.hone.reward.code;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** One of the programs of a file of attempts, whose parts begin with {@code === name: how it ends}. */
record Attempt(String name, List<String> ends, String code) {
    static List<Attempt> in(String file) {
        try (InputStream in = Objects.requireNonNull(Attempt.class.getResourceAsStream(file), file)) {
            String[] parts = new String(in.readAllBytes(), StandardCharsets.UTF_8).split("(?m)^=== ");
            List<Attempt> attempts = new ArrayList<>();
            for (String part : Arrays.copyOfRange(parts, 1, parts.length)) {
                String[] head = part.split("\n", 2)[0].split(": ");
                List<String> ends = head.length < 2 ? List.of() : List.of(head[1].split(" "));
                attempts.add(new Attempt(head[0], ends, part.split("\n", 2)[1]));
            }
            return attempts;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
