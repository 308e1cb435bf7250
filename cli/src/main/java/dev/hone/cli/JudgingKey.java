package dev.hone.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a person may do while judging pairs of answers. */
enum JudgingKey {
    LEFT("l", "left", "1", "ㅣ"),
    RIGHT("r", "right", "2", "ㄱ"),
    TIE("t", "tie", "s", "skip", "ㅅ", "ㄴ"),
    BACK("b", "back", "u", "undo", "ㅠ", "ㅕ"),
    QUIT("q", "quit", "ㅂ"),
    UP("k", "up", "ㅏ"),
    DOWN("j", "down", "ㅓ");

    /** Letters and words; the Korean letters are those of the same keys on a Korean keyboard. */
    private final List<String> names;

    JudgingKey(String... names) {
        this.names = List.of(names);
    }

    /** The key of that letter or word. */
    static Optional<JudgingKey> of(String name) {
        String known = name.strip().toLowerCase(Locale.ROOT);
        return Arrays.stream(values()).filter(key -> key.names.contains(known)).findFirst();
    }
}
