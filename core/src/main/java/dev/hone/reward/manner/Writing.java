package dev.hone.reward.manner;

import dev.hone.text.Message;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a sentence is written in, which stands for its language; languages of one script are not told apart, so that {@code en} is any
 * that is written in Latin letters. A sentence is in the script of most of its characters, where a word of an alphabet counts as one
 * character: a Korean sentence stays Korean with some English words in it.
 */
public enum Writing {
    /** Hangul. */
    KO,
    /** Latin letters. */
    EN,
    /** Kana, and Han beside kana. */
    JA,
    /** Han without kana. */
    ZH,
    /** Any other. */
    OTHER;

    /** The writing of a language's code; {@link IllegalArgumentException} listing all. */
    public static Writing named(String code) {
        return Arrays.stream(values())
                .filter(writing -> writing != OTHER && writing.code().equals(code))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("language (" + code + ") must be "
                        + Arrays.stream(values())
                                .filter(writing -> writing != OTHER)
                                .map(Writing::code)
                                .collect(Collectors.joining(", "))));
    }

    private String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** That of the last message of a conversation that has any; code, formulas and quotations count where there is nothing else. */
    static Writing of(List<Message> conversation) {
        for (int i = conversation.size() - 1; i >= 0; i--) {
            String text = conversation.get(i).content();
            Optional<Writing> found = of(String.join(
                            "\n",
                            Prose.of(Formulas.leftOut(text)).sentences().stream()
                                    .filter(sentence -> !Formulas.isOne(sentence))
                                    .toList()))
                    .or(() -> of(text));
            if (conversation.get(i).role() == Message.Role.USER && found.isPresent()) {
                return found.get();
            }
        }
        throw new IllegalArgumentException("no turn of the user has letters, so the prompt has no language;"
                + " name the one to answer in, as in language:ko");
    }

    /** That of a text as a whole; empty where it has no letters. */
    static Optional<Writing> of(String text) {
        Map<Writing, Integer> counts = new EnumMap<>(Writing.class);
        Writing before = null;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            Writing writing = Character.isLetter(c) ? ofLetter(c) : null;
            boolean sameWord = writing == before && (writing == EN || writing == OTHER);
            if (writing != null && !sameWord) {
                counts.merge(writing, 1, Integer::sum);
            }
            before = writing;
        }
        if (counts.containsKey(JA)) {
            counts.merge(JA, counts.getOrDefault(ZH, 0), Integer::sum);
            counts.remove(ZH);
        }
        return counts.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey);
    }

    private static Writing ofLetter(int c) {
        return switch (Character.UnicodeScript.of(c)) {
            case HANGUL -> KO;
            case LATIN -> EN;
            case HIRAGANA, KATAKANA -> JA;
            case HAN -> ZH;
            default -> OTHER;
        };
    }
}
