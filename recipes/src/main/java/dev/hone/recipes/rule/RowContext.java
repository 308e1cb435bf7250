package dev.hone.recipes.rule;

import dev.hone.data.dataset.Overflow;
import dev.hone.data.row.TrainOn;
import dev.hone.text.ChatTemplate;
import dev.hone.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * In what rows are to be understood: by whom, how they are written down, and where a reply ends.
 *
 * @param ownTemplate whether the template came with the model, so that the model knows its marks
 * @param stops ids that generation stops at
 * @param vocabulary rows of the model's embedding
 * @param learn which tokens are learned
 * @param scored whether texts are scored as a whole, so that no token of them is learned
 * @param maxTokens longest row
 * @param overflow what is done with a longer one
 */
public record RowContext(
        Tokenizer tokenizer,
        ChatTemplate template,
        boolean ownTemplate,
        Set<Integer> stops,
        int vocabulary,
        TrainOn learn,
        boolean scored,
        int maxTokens,
        Overflow overflow) {
    public RowContext {
        stops = Set.copyOf(stops);
    }

    /** The same for rows of which something else is learned. */
    public RowContext learning(TrainOn other, boolean scoredAsAWhole) {
        return new RowContext(
                tokenizer, template, ownTemplate, stops, vocabulary, other, scoredAsAWhole, maxTokens, overflow);
    }

    /** How the tokens that end a reply are spelled. */
    public List<String> stopNames() {
        return stops.stream().sorted().map(tokenizer::tokenOf).toList();
    }

    /** Rules cheap enough to hold for every row a run reads. */
    List<RowRule> lasting() {
        List<RowRule> rules = new ArrayList<>();
        OneBos.of(tokenizer).ifPresent(rules::add);
        rules.add(new WithinVocabulary(vocabulary, tokenizer));
        rules.add(new KnownTokens(tokenizer, ownTemplate));
        if (!scored) {
            rules.add(new StopToken(stops, String.join(", ", stopNames())));
        }
        return List.copyOf(rules);
    }

    /** These, and those that take longer or that a reader of rows has its own word on. */
    public List<RowRule> all() {
        List<RowRule> rules = new ArrayList<>(lasting());
        rules.add(new FitsMaxTokens(maxTokens, overflow));
        if (!scored) {
            rules.add(new PromptPrefix(tokenizer, template, learn));
        }
        return List.copyOf(rules);
    }
}
