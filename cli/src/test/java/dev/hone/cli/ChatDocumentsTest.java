package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.retrieve.TokenCount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatDocumentsTest {
    private static final TokenCount WORDS = text -> text.strip().split("\\s+").length;

    @TempDir
    private Path folder;

    @BeforeEach
    void write() throws IOException {
        Files.writeString(folder.resolve("market.txt"), "The market of Malgol is on Friday.");
        Files.writeString(folder.resolve("bridge.txt"), "The bridge of Malgol was built in 1897.");
        Files.writeString(folder.resolve("eggs.txt"), "Eggs cost two coins.");
    }

    @Test
    void aQuestionStandsBehindWhatIsFoundForItInRaftsForm() {
        try (ChatDocuments documents = ChatDocuments.read(List.of(folder), 1, 64, WORDS)) {
            assertThat(documents.describe()).isEqualTo("3 documents in 3 chunks; replies quote them");
            assertThat(documents
                            .ask("When was the bridge built?", 999, String::length)
                            .prompt())
                    .isEqualTo(
                            "<DOCUMENT>The bridge of Malgol was built in 1897.</DOCUMENT>\nWhen was the bridge built?");
        }
    }

    @Test
    void theWorstDocumentsAreLeftOutWhereThereIsNoRoom() {
        try (ChatDocuments documents = ChatDocuments.read(List.of(folder), 4, 64, WORDS)) {
            assertThat(documents.ask("bridge of Malgol", 999, String::length).found())
                    .hasSize(2);
            assertThat(documents.ask("bridge of Malgol", 90, String::length).found())
                    .extracting(chunk -> chunk.document().id())
                    .containsExactly("bridge.txt");
            assertThat(documents.ask("bridge of Malgol", 9, String::length).found())
                    .isEmpty();
        }
    }

    @Test
    void aQuotationIsNamedWithItsDocumentOrAsOneThatIsInNone() {
        try (ChatDocuments documents = ChatDocuments.read(List.of(folder), 1, 64, WORDS)) {
            ChatDocuments.Asked asked = documents.ask("When was the bridge built?", 999, String::length);
            assertThat(documents.citations(
                            asked,
                            "##begin_quote##was built in 1897.##end_quote## ##begin_quote##Eggs cost two##end_quote##"
                                    + " ##begin_quote##in 1898##end_quote##\n<ANSWER>: 1897"))
                    .containsExactly(
                            "(shown: bridge.txt#1)",
                            "  “was built in 1897.” stands in bridge.txt#1",
                            "  “Eggs cost two” stands in eggs.txt#1, which the model was not shown",
                            "  “in 1898” IS NOT IN THE DOCUMENTS");
            assertThat(documents.citations(asked, "1897")).contains("  (it quotes nothing)");
            assertThat(documents.citations(asked, "<ANSWER>: not in the documents"))
                    .contains("  (the model found no answer in them)");
        }
    }

    @Test
    void aQuestionThatSharesNoWordIsAskedAlone() {
        try (ChatDocuments documents = ChatDocuments.read(List.of(folder), 1, 64, WORDS)) {
            ChatDocuments.Asked asked = documents.ask("xyzzy?", 999, String::length);
            assertThat(asked.prompt()).isEqualTo("xyzzy?");
            assertThat(documents.citations(asked, "no").get(0)).startsWith("(no document shares a word");
        }
    }

    @Test
    void chunksWithoutRoomAreRefused() {
        assertThatThrownBy(() -> ChatDocuments.read(List.of(folder), 100, 5, WORDS))
                .hasMessageContaining("--chunk-tokens (5) must be at least 8");
    }
}
