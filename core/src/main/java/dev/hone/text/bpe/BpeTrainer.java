package dev.hone.text.bpe;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;

/**
 * A trainer of byte-level BPE vocabularies.
 *
 * <p>Ids: first the 256 bytes, then the merges in the order they were learned, last the special tokens in the order given
 * here. So a special token can be added later without moving any other id. Every digit is a token of its own. The same
 * texts give the same vocabulary in any order (as long as the corpus has fewer than four million
 * different words).
 *
 * @param vocabularySize   number of ids to aim at, special tokens included; a small corpus may give fewer
 * @param minimumFrequency a pair that occurs less often is not merged
 * @param specialTokens    tokens that mark structure; no merge includes or crosses them
 */
public record BpeTrainer(int vocabularySize, int minimumFrequency, List<String> specialTokens) {
    private static final int BYTES = 256;

    public BpeTrainer {
        specialTokens = List.copyOf(specialTokens);
        int least = BYTES + specialTokens.size();
        if (vocabularySize < least) {
            throw new IllegalArgumentException("vocabulary size (" + vocabularySize + ") must be at least " + least
                    + ": 256 bytes and " + specialTokens.size() + " special tokens");
        }
        if (minimumFrequency < 1) {
            throw new IllegalArgumentException("minimum frequency (" + minimumFrequency + ") must be at least 1");
        }
        if (specialTokens.stream().anyMatch(token -> token.codePointCount(0, token.length()) < 2)) {
            throw new IllegalArgumentException(
                    "special tokens (" + specialTokens + ") must have at least two characters each");
        }
        if (new HashSet<>(specialTokens).size() < specialTokens.size()) {
            throw new IllegalArgumentException("special tokens (" + specialTokens + ") must differ from each other");
        }
    }

    /** Trains on all texts, reading them once. No merge crosses from one text to the next. */
    public BpeVocabulary train(Iterator<String> texts) {
        WordCounts words = new WordCounts(specialTokens);
        texts.forEachRemaining(words::add);
        MergeLearner learner = new MergeLearner(words.counts());
        learner.learn(vocabularySize - specialTokens.size(), minimumFrequency);
        List<String> tokens = new ArrayList<>(learner.tokens());
        if (specialTokens.stream().anyMatch(tokens::contains)) {
            throw new IllegalArgumentException(
                    "special tokens (" + specialTokens + ") include one that was learned from the text as well");
        }
        List<BpeVocabulary.MergeRule> merges = learner.merges().stream()
                .map(merge -> new BpeVocabulary.MergeRule(tokens.get(merge.left()), tokens.get(merge.right())))
                .toList();
        return new BpeVocabulary(tokens, merges, specialTokens);
    }
}
