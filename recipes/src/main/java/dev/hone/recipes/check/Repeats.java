package dev.hone.recipes.check;

import dev.hone.recipes.rule.Issue;
import dev.hone.recipes.rule.Rule;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds duplicate rows, by the SHA-256 of their rendered texts: twice among those that are trained on, or among those
 * that are trained on and those that are held out. Rows of a file of its own that only share the prompt are reported too.
 */
final class Repeats {
    private final MessageDigest digest;
    private final Map<ByteBuffer, String> places = new HashMap<>();
    private final Map<ByteBuffer, String> prompts = new HashMap<>();

    Repeats() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /**
     * Adds a row.
     *
     * @param texts the row as the model sees it; of a pair both sides
     */
    Optional<Issue> complaint(CheckSurvey.RowUse part, String place, String prompt, List<String> texts) {
        ByteBuffer key = of(texts);
        ByteBuffer asked = of(List.of(prompt));
        if (part == CheckSurvey.RowUse.MEASURED) {
            String same = places.get(key);
            String alike = prompt.isEmpty() ? null : prompts.get(asked);
            if (same != null) {
                return Optional.of(Issue.refuse(
                        Rule.OVERLAP,
                        place,
                        "is the same as " + same + ", so memorisation of that row would be measured; take it out"
                                + " of one of the files"));
            }
            return alike == null
                    ? Optional.empty()
                    : Optional.of(Issue.warn(
                            Rule.OVERLAP,
                            place,
                            "asks the same as " + alike + ", which is trained on with another answer"));
        }
        prompts.putIfAbsent(asked, place);
        String same = places.putIfAbsent(key, place);
        if (same == null || part == CheckSurvey.RowUse.REPLAYED) {
            return Optional.empty();
        }
        return Optional.of(Issue.warn(
                Rule.DUPLICATES,
                place,
                "is the same as " + same
                        + (part == CheckSurvey.RowUse.TRAINED
                                ? ""
                                : "; data.evaluate.share may hold out the one and train on the other")));
    }

    private ByteBuffer of(List<String> texts) {
        for (String text : texts) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            digest.update(ByteBuffer.allocate(4).putInt(bytes.length).flip());
            digest.update(bytes);
        }
        return ByteBuffer.wrap(digest.digest());
    }
}
