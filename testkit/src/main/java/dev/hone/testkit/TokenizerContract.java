package dev.hone.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.random.Draw;
import dev.hone.text.Encoding;
import dev.hone.text.SpecialTokens;
import dev.hone.text.Specials;
import dev.hone.text.TokenStream;
import dev.hone.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Tokenizer} keeps: text comes back from its ids, offsets cover it, special tokens are spelled and recognised,
 * and threads may share it. Texts are a few hard ones and {@value #RANDOM} random ones of the same parts, seed {@value #SEED}.
 */
public abstract class TokenizerContract {
    private static final long SEED = 17;
    private static final int RANDOM = 60;
    private static final List<String> PARTS = List.of(
            "the",
            " the",
            "cat's",
            " 12345",
            "한국어",
            "漢字",
            "é",
            "e\u0301",
            "😀",
            "👩‍👩‍👧",
            " ",
            "  ",
            "\n",
            "\r\n",
            "\t",
            "\u0000",
            "\u200b",
            "\u3000",
            "<",
            "|",
            "ſ",
            "!");

    /** A tokenizer of its own for the caller, who closes it; every call opens the same files. */
    protected abstract Tokenizer open();

    /** The text that its ids stand for: the same, unless the tokenizer normalises what it reads. */
    protected String normalised(String text) {
        return text;
    }

    @Test
    void decodingGivesTheTextThatWasEncoded() {
        try (Tokenizer tokenizer = open()) {
            for (String text : texts()) {
                assertThat(tokenizer.decode(tokenizer.ids(text, Specials.NONE))).isEqualTo(normalised(text));
            }
        }
    }

    @Test
    void idsAreThoseOfTheEncodingOneByOneAndTogether() {
        try (Tokenizer tokenizer = open()) {
            for (Specials specials : Specials.values()) {
                List<int[]> together = tokenizer.ids(texts(), specials);
                assertThat(together).hasSameSizeAs(texts());
                for (int i = 0; i < together.size(); i++) {
                    int[] ids = tokenizer.ids(texts().get(i), specials);
                    assertThat(tokenizer.encode(texts().get(i), specials).ids()).isEqualTo(ids);
                    assertThat(together.get(i)).isEqualTo(ids);
                }
            }
            assertThat(tokenizer.ids(List.of(), Specials.ADD)).isEmpty();
        }
    }

    /** Offsets count UTF-16 units: tokens follow each other without a gap, up to the end of a text that is in normal form. */
    @Test
    void offsetsCoverTheTextWithoutGaps() {
        try (Tokenizer tokenizer = open()) {
            for (String text : texts()) {
                for (Specials specials : Specials.values()) {
                    Encoding encoding = tokenizer.encode(text, specials);
                    boolean normal = normalised(text).equals(text);
                    int covered = 0;
                    for (int token = 0; token < encoding.length(); token++) {
                        assertThat(encoding.start(token))
                                .as("<%s>[%d]", text, token)
                                .isBetween(0, normal ? covered : text.length());
                        assertThat(encoding.end(token)).isBetween(encoding.start(token), text.length());
                        covered = Math.max(covered, encoding.end(token));
                    }
                    if (normal) {
                        assertThat(covered).as("<%s>", text).isEqualTo(text.length());
                    }
                }
            }
        }
    }

    /** Otherwise a span would not be text: both units of a character outside of the basic plane belong to one token, or to each. */
    @Test
    void noOffsetIsInsideASurrogatePair() {
        try (Tokenizer tokenizer = open()) {
            for (String text : texts()) {
                Encoding encoding = tokenizer.encode(text, Specials.ADD);
                for (int token = 0; token < encoding.length(); token++) {
                    for (int offset : new int[] {encoding.start(token), encoding.end(token)}) {
                        assertThat(offset > 0
                                        && offset < text.length()
                                        && Character.isSurrogatePair(text.charAt(offset - 1), text.charAt(offset)))
                                .as("<%s>[%d] at %d", text, token, offset)
                                .isFalse();
                    }
                }
            }
        }
    }

    /**
     * Up to the end of each token's span the text is what the ids up to there decode to; where tokens share a character, up to the
     * last of them. Offsets in bytes or code points, or one off, are not.
     */
    @Test
    void theTextOfASpanIsWhatItsTokensDecodeTo() {
        try (Tokenizer tokenizer = open()) {
            for (String text : List.of("the cat sat", "안녕하세요 한국어", "😀", "a😀b 한 the cat", "한😀😀the")) {
                Encoding encoding = tokenizer.encode(text, Specials.NONE);
                int start = 0;
                int compared = 0;
                for (int token = 0; token < encoding.length(); token++) {
                    int end = encoding.end(token);
                    boolean shared = token + 1 < encoding.length() && encoding.start(token + 1) < end;
                    if (!shared) {
                        assertThat(tokenizer.decode(Arrays.copyOf(encoding.ids(), token + 1)))
                                .as("<%s>[%d]", text, token)
                                .isEqualTo(text.substring(0, end));
                        assertThat(end).isGreaterThan(start);
                        start = end;
                        compared++;
                    }
                }
                assertThat(compared).isPositive();
            }
        }
    }

    /** No piece ends between the two units of one character, and nothing is lost or said twice. */
    @Test
    void aStreamGivesWholeCharactersAndTheWholeText() {
        try (Tokenizer tokenizer = open()) {
            for (String text : texts()) {
                int[] ids = tokenizer.ids(text, Specials.ADD);
                TokenStream stream = tokenizer.stream();
                StringBuilder pieces = new StringBuilder();
                for (int id : ids) {
                    String piece = stream.push(id);
                    assertThat(piece.isEmpty() || !Character.isHighSurrogate(piece.charAt(piece.length() - 1)))
                            .isTrue();
                    pieces.append(piece);
                }
                assertThat(pieces.append(stream.finish())).hasToString(tokenizer.decode(ids));
            }
        }
    }

    /** With specials a text has the same tokens, and around them none that is not special. */
    @Test
    void onlySpecialTokensAreAddedAndOnlyOnRequest() {
        try (Tokenizer tokenizer = open()) {
            assertThat(tokenizer.ids("", Specials.NONE)).isEmpty();
            for (String text : texts()) {
                int[] bare = tokenizer.ids(text, Specials.NONE);
                int[] added = Arrays.stream(tokenizer.ids(text, Specials.ADD))
                        .filter(id -> !tokenizer.isSpecial(id))
                        .toArray();
                assertThat(added).isEqualTo(bare);
            }
        }
    }

    /** A special token that is written in a text is one token; decoding spells it out, or leaves it out. */
    @Test
    void specialTokensAreRecognisedInATextAndSpelledOut() {
        try (Tokenizer tokenizer = open()) {
            for (SpecialTokens.Named special : named(tokenizer)) {
                assertThat(tokenizer.isSpecial(special.id())).as(special.text()).isTrue();
                assertThat(tokenizer.idOf(special.text())).hasValue(special.id());
                assertThat(tokenizer.tokenOf(special.id())).isEqualTo(special.text());
                int[] ids = tokenizer.ids("a" + special.text() + "b", Specials.NONE);
                assertThat(ids).containsOnlyOnce(special.id());
                assertThat(tokenizer.decode(ids)).contains(special.text());
                assertThat(tokenizer.decodeWithoutSpecials(ids)).startsWith("a").doesNotContain(special.text());
            }
        }
    }

    /** Every id below the size has a spelling that leads back to it, unless the vocabulary leaves the id out. */
    @Test
    void idsAndSpellingsLeadToEachOther() {
        try (Tokenizer tokenizer = open()) {
            int found = 0;
            for (int id = 0; id < tokenizer.size(); id++) {
                String spelling;
                try {
                    spelling = tokenizer.tokenOf(id);
                } catch (IllegalArgumentException e) {
                    continue;
                }
                if (tokenizer.idOf(spelling).orElse(-1) != id) { // an assertion for each of 100,000 ids takes minutes
                    assertThat(tokenizer.idOf(spelling)).as(spelling).hasValue(id);
                }
                found++;
            }
            assertThat(found).isPositive();
            for (int outside : new int[] {-1, tokenizer.size(), Integer.MAX_VALUE}) {
                assertThatThrownBy(() -> tokenizer.tokenOf(outside)).isInstanceOf(IllegalArgumentException.class);
                assertThat(tokenizer.isSpecial(outside)).isFalse();
            }
            for (String text : texts()) {
                assertThat(Arrays.stream(tokenizer.ids(text, Specials.ADD)))
                        .allMatch(id -> id >= 0 && id < tokenizer.size());
            }
        }
    }

    @Test
    void idsThatNameNoTokenAreSilent() {
        try (Tokenizer tokenizer = open()) {
            int[] ids = tokenizer.ids("a cat", Specials.NONE);
            int[] padded = IntStream.concat(
                            Arrays.stream(ids),
                            IntStream.of(-1, tokenizer.size(), Integer.MAX_VALUE, Integer.MIN_VALUE))
                    .toArray();
            assertThat(tokenizer.decode(padded)).isEqualTo(tokenizer.decode(ids));
        }
    }

    @Test
    void anUnpairedSurrogateIsReadAsTheReplacementCharacter() {
        try (Tokenizer tokenizer = open()) {
            assertThat(tokenizer.ids("a\uD83Db\uDE00", Specials.NONE))
                    .isEqualTo(tokenizer.ids("a\uFFFDb\uFFFD", Specials.NONE));
        }
    }

    @Test
    void threadsMayShareIt() {
        try (Tokenizer tokenizer = open()) {
            List<int[]> alone = texts().stream()
                    .map(text -> tokenizer.ids(text, Specials.ADD))
                    .toList();
            List<int[]> together = IntStream.range(0, texts().size())
                    .parallel()
                    .mapToObj(
                            i -> tokenizer.encode(texts().get(i), Specials.ADD).ids())
                    .toList();
            assertThat(together.toArray(int[][]::new)).isDeepEqualTo(alone.toArray(int[][]::new));
        }
    }

    @Test
    void theSameFilesHaveTheSameFingerprint() {
        try (Tokenizer one = open();
                Tokenizer other = open()) {
            assertThat(one.fingerprint()).isNotEmpty().isEqualTo(other.fingerprint());
        }
    }

    @Test
    void aClosedTokenizerSaysSo() {
        Tokenizer tokenizer = open();
        tokenizer.close();
        tokenizer.close();
        assertThatThrownBy(() -> tokenizer.ids("a", Specials.ADD)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> tokenizer.encode("a", Specials.ADD)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> tokenizer.ids(List.of("a"), Specials.ADD)).isInstanceOf(IllegalStateException.class);
    }

    private static List<SpecialTokens.Named> named(Tokenizer tokenizer) {
        SpecialTokens tokens = tokenizer.specialTokens();
        return Stream.of(tokens.bos(), tokens.eos(), tokens.pad())
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    }

    private static List<String> texts() {
        List<String> texts =
                new ArrayList<>(List.of("", "a", "the cat sat on the mat", "안녕하세요 😀", "a😀b 한", "\n\n x"));
        for (int text = 0; text < RANDOM; text++) {
            Draw draw = Draw.of(SEED, "text").at(text);
            StringBuilder parts = new StringBuilder();
            for (int part = 0; part < 1 + draw.below(0, 12); part++) {
                parts.append(PARTS.get((int) draw.below(1 + part, PARTS.size())));
            }
            texts.add(parts.toString());
        }
        return texts;
    }
}
