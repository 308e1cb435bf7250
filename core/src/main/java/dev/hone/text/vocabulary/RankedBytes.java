package dev.hone.text.vocabulary;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A vocabulary of byte strings, each with a rank, as tiktoken merges them: in each part of a text, always the two neighbours that make the
 * string of the lowest rank. A {@code tokenizer.json} spells bytes in the {@linkplain ByteAlphabet byte alphabet}.
 *
 * @param pattern the regular expression that finds the parts of a text
 * @param ranks of each string, spelled; what is merged first has the lowest
 * @param firstId the id of rank 0
 */
record RankedBytes(String pattern, Map<String, Integer> ranks, int firstId) {
    private static final int LONGEST = 1_024;

    /** The spelling of a string in base 64. */
    static String spelled(String base64, String where) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException garbled) {
            throw new IllegalArgumentException(where + " is not in base 64 (" + base64 + "); fetch it again", garbled);
        }
        if (bytes.length == 0 || bytes.length > LONGEST) {
            throw new IllegalArgumentException(where + " has " + bytes.length + " bytes; allowed are 1 to " + LONGEST);
        }
        StringBuilder spelled = new StringBuilder(bytes.length);
        for (byte b : bytes) {
            spelled.append(ByteAlphabet.spell(b & 0xFF));
        }
        return spelled.toString();
    }

    /**
     * The whole tokenizer.
     *
     * @param begin the token before every text
     */
    Converted convert(List<AddedToken> special, Map<String, Integer> begin, Converted.Names names) {
        for (int b = 0; b < 256; b++) {
            if (!ranks.containsKey(String.valueOf(ByteAlphabet.spell(b)))) {
                throw new IllegalArgumentException(
                        "has no token for the byte " + b + ", so it could not encode every text; fetch it again");
            }
        }
        Map<String, Integer> ids = new LinkedHashMap<>();
        for (AddedToken token : special) {
            if (token.id() < firstId) {
                ids.put(token.content(), token.id());
            }
        }
        ranks.forEach((token, rank) -> {
            if (ids.put(token, firstId + rank) != null) {
                throw new IllegalArgumentException(
                        "has the special token " + token + " that its vocabulary spells too, which is not supported");
            }
        });
        ObjectNode sections = JsonNodeFactory.instance.objectNode();
        AddedToken.writeTo(sections, special);
        ObjectNode splitting = sections.putObject("pre_tokenizer").put("type", "Sequence");
        splitting
                .putArray("pretokenizers")
                .addObject()
                .put("type", "Split")
                .put("behavior", "Isolated")
                .put("invert", false)
                .putObject("pattern")
                .put("Regex", pattern);
        byteLevel(splitting.withArray("pretokenizers").addObject(), false);
        sections.set("post_processor", Converted.around(begin, Map.of()));
        byteLevel(sections.putObject("decoder"), true);
        return Converted.of(
                sections,
                json -> {
                    json.writeStringField("type", "BPE");
                    json.writeBooleanField(
                            "ignore_merges", true); // a part that is a token is one, however it was merged
                    Converted.vocabulary(json, ids);
                    Merges merges = new Merges();
                    ranks.forEach((token, rank) -> merges.add(token, rank, ranks));
                    merges.writeTo(json);
                },
                names);
    }

    private static void byteLevel(ObjectNode node, boolean prefix) {
        node.put("type", "ByteLevel")
                .put("add_prefix_space", prefix)
                .put("trim_offsets", true)
                .put("use_regex", false);
    }
}
