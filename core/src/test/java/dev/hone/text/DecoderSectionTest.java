package dev.hone.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hone.text.vocabulary.ByteAlphabet;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DecoderSectionTest {
    private static final String SENTENCE_PIECE = """
            {"type": "Sequence", "decoders": [
              {"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
              {"type": "ByteFallback"}, {"type": "Fuse"},
              {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}""";

    @Test
    void theFirstSpaceOfTheTextIsDroppedAndNoOther() {
        assertThat(pieces(SENTENCE_PIECE, "▁a", "▁b", "▁")).containsExactly("a", " b", " ", "");
        assertThat(pieces(SENTENCE_PIECE, "▁", "▁a")).containsExactly("", " a", "");
        assertThat(pieces(SENTENCE_PIECE, "a", "▁b")).containsExactly("a", " b", "");
    }

    /** F0 9F 98 80 is one emoji; the run ends with the next token. Without its last byte it is three replacements. */
    @Test
    void aRunOfByteTokensWaitsForItsEnd() {
        assertThat(pieces(SENTENCE_PIECE, "▁x", "<0xF0>", "<0x9F>", "<0x98>", "<0x80>", "y"))
                .containsExactly("x", "", "", "", "", "😀y", "");
        assertThat(pieces(SENTENCE_PIECE, "<0xF0>", "<0x9F>", "<0x98>", "y"))
                .containsExactly("", "", "", "\uFFFD\uFFFD\uFFFDy", "");
        assertThat(pieces(SENTENCE_PIECE, "<0x0A>")).containsExactly("", "\n");
        assertThat(pieces(SENTENCE_PIECE, "<0xZZ>")).containsExactly("<0xZZ>", "");
    }

    /** 한 is ED 95 9C, spelled í, U+0137 and U+013E; the newline is Ċ. */
    @Test
    void byteLevelTokensMayEndInsideACharacter() {
        String h = String.valueOf(ByteAlphabet.spell(0xED));
        String rest = "" + ByteAlphabet.spell(0x95) + ByteAlphabet.spell(0x9C);
        assertThat(pieces("{\"type\": \"ByteLevel\"}", h, rest + "Ċ", h, "<|끝|>"))
                .containsExactly("", "한\n", "", "\uFFFD<|끝|>", "");
    }

    @Test
    void aTrailingSpaceThatMayBeTheLastWaits() {
        String section = """
                {"type": "Sequence", "decoders": [
                  {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 0, "stop": 1}]}""";
        assertThat(pieces(section, "a ", "b  ", " ")).containsExactly("a", " b ", " ", "");
    }

    @Test
    void metaspaceDropsTheMarkOfTheFirstPieceUnlessSetToNever() {
        String section = "{\"type\": \"Metaspace\", \"replacement\": \"▁\", \"prepend_scheme\": \"%s\"}";
        assertThat(pieces(section.formatted("always"), "▁a", "▁b")).containsExactly("a", " b", "");
        assertThat(pieces(section.formatted("never"), "▁a", "▁b")).containsExactly(" a", " b", "");
    }

    @Test
    void withoutADecoderTokensAreWords() {
        assertThat(pieces("null", "a", "b")).containsExactly("a", " b", "");
    }

    @Test
    void anUnknownDecoderIsRefusedWithWhatIsAllowed() {
        assertThatThrownBy(() -> section("{\"type\": \"CTC\"}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("decoder (CTC) is not supported; allowed: ByteLevel");
    }

    private static List<String> pieces(String section, String... tokens) {
        TokenStream stream = new TokenStream(id -> tokens[id], section(section));
        List<String> pieces = new ArrayList<>();
        for (int id = 0; id < tokens.length; id++) {
            pieces.add(stream.push(id));
        }
        pieces.add(stream.finish());
        assertThat(stream.finish()).isEmpty();
        assertThatThrownBy(() -> stream.push(0)).isInstanceOf(IllegalStateException.class);
        return pieces;
    }

    private static DecoderSection section(String json) {
        try {
            return DecoderSection.of(new ObjectMapper().readTree(json));
        } catch (JsonProcessingException wrong) {
            throw new AssertionError(wrong);
        }
    }
}
