package dev.hone.recipes.check;

import dev.hone.recipes.rule.Issue;
import dev.hone.recipes.rule.Rule;
import dev.hone.text.SpecialTokens;
import dev.hone.text.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether a tokenizer is the one its model was made for, as far as their files say. */
public final class ModelFit {
    private ModelFit() {}

    /**
     * What does not fit.
     *
     * @param vocabulary rows of the model's embedding
     * @param ends ids that the model's own files end a generation with
     */
    public static List<Issue> complaints(Path folder, Tokenizer tokenizer, int vocabulary, Set<Integer> ends) {
        List<Issue> complaints = new ArrayList<>();
        if (tokenizer.size() > vocabulary) {
            complaints.add(Issue.warn(
                    Rule.SPECIAL_IDS,
                    folder.toString(),
                    "tokenizer.json has " + tokenizer.size() + " tokens and the embedding " + vocabulary
                            + " rows; a row with a token beyond them is refused"));
        }
        SpecialTokens.Named eos = tokenizer.specialTokens().eos();
        if (eos == null) {
            complaints.add(Issue.warn(
                    Rule.SPECIAL_IDS,
                    folder.toString(),
                    "no token ends a text, neither in tokenizer_config.json nor in the model's configuration, so texts are"
                            + " trained without an end; name one as eos_token in tokenizer_config.json"));
        }
        if (eos != null && !ends.isEmpty() && !ends.contains(eos.id())) {
            String found = "tokenizer_config.json ends a text with " + eos.text() + " (" + eos.id()
                    + "), the model's configuration with "
                    + ends.stream().sorted().map(id -> named(tokenizer, id)).collect(Collectors.joining(", "));
            complaints.add(
                    ends.stream().allMatch(tokenizer::isSpecial)
                            ? Issue.warn(Rule.SPECIAL_IDS, folder.toString(), found)
                            : Issue.refuse(
                                    Rule.SPECIAL_IDS,
                                    folder.toString(),
                                    found
                                            + ", which is no special token here: tokenizer.json seems to belong to another"
                                            + " model; put the model's own into the folder"));
        }
        return complaints;
    }

    private static String named(Tokenizer tokenizer, int id) {
        return id < tokenizer.size() ? tokenizer.decode(new int[] {id}) + " (" + id + ")" : "id " + id;
    }
}
