package dev.hone.recipes.rule;

import dev.hone.data.dataset.Overflow;
import dev.hone.text.ChatTemplate;
import dev.hone.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What rows are read for: the tokenizer and the model, the template, and where a reply ends.
 *
 * @param ownTemplate whether the template came with the model, so that the model knows its marks
 * @param stops ids that generation stops at
 * @param vocabulary rows of the model's embedding
 * @param maxTokens longest row
 * @param overflow what is done with a longer row
 * @param context positions the model was made for
 * @param asksInTemplate whether the model came with a chat template, so that it will be asked in one
 */
public record RowContext(
        Tokenizer tokenizer,
        ChatTemplate template,
        boolean ownTemplate,
        Set<Integer> stops,
        int vocabulary,
        int maxTokens,
        Overflow overflow,
        int context,
        boolean asksInTemplate) {
    public RowContext {
        stops = Set.copyOf(stops);
    }

    /** How the tokens that end a reply are spelled. */
    public List<String> stopNames() {
        return stops.stream().sorted().map(tokenizer::tokenOf).toList();
    }

    /** Rules cheap enough to hold for every row a run reads, whatever of it is trained. */
    public List<RowRule> rules() {
        List<RowRule> rules = new ArrayList<>();
        OneBos.of(tokenizer).ifPresent(rules::add);
        rules.add(new WithinVocabulary(vocabulary, tokenizer));
        rules.add(new KnownTokens(tokenizer, ownTemplate));
        return List.copyOf(rules);
    }
}
