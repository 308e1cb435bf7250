package dev.hone.recipes.prefer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.recipes.sample.SampleFiles;
import dev.hone.text.Message;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Two different completions of a prompt, on the sides where a person sees them.
 *
 * @param prompt the conversation up to the completions
 */
public record AnswerPair(List<Message> prompt, String left, String right) {
    private static final int KEY_BYTES = 8;

    public AnswerPair {
        prompt = List.copyOf(prompt);
    }

    /** The name of this comparison, whichever side is which: the first 16 hexadecimal digits of its SHA-256. */
    String key() {
        boolean ordered = left.compareTo(right) <= 0;
        String content = SampleFiles.pair(prompt, ordered ? left : right, ordered ? right : left)
                .toString();
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(Arrays.copyOf(digest, KEY_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The row that preference training reads, for a verdict that is not a tie. */
    ObjectNode pair(Verdict better) {
        return switch (better) {
            case LEFT -> SampleFiles.pair(prompt, left, right);
            case RIGHT -> SampleFiles.pair(prompt, right, left);
            case TIE -> throw new IllegalArgumentException("a tie has no better side");
        };
    }
}
