package dev.hone.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.model.LanguageModel;
import dev.hone.model.architecture.ParameterSpec;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import dev.hone.testkit.TinyModels;
import dev.hone.testkit.TinyTokenizers;
import dev.hone.text.Specials;
import dev.hone.text.TokenizerException;
import dev.hone.text.TokenizerFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WiderVocabularyTest {
    @TempDir
    Path temporary;

    /** The small tokenizer has 260 tokens. */
    private Checkpoint base(int rows) throws IOException {
        Path folder = temporary.resolve("base");
        LanguageModel model = TinyModels.trainable(TinyModels.llama(rows, 16, 32, 1, 2, 1, 64), 3);
        CheckpointWriter.write(folder, model, DType.F32);
        TinyTokenizers.bytes(folder).close();
        return Checkpoint.open(folder);
    }

    private static float[] row(Checkpoint checkpoint, String name, int row) {
        ParameterSpec spec = ParameterSpec.of(checkpoint.config()).stream()
                .filter(any -> any.name().equals(name))
                .findFirst()
                .orElseThrow();
        try (Scope scope = Scope.open()) {
            return checkpoint.weight(spec, DType.F32).narrow(0, row, 1).floats();
        }
    }

    @Test
    void newRowsAreTheMeanOfTheOldOnesWhichStayAsTheyWere() throws IOException {
        Checkpoint base = base(260);
        Path wider = temporary.resolve("wider");
        WiderVocabulary.Report report = WiderVocabulary.write(base, List.of("<|a|>", "<|b|>"), true, wider);
        assertThat(report).isEqualTo(new WiderVocabulary.Report(List.of(260, 261), 262, 2));
        Checkpoint written = Checkpoint.open(wider);
        assertThat(written.config().vocabulary()).isEqualTo(262);
        assertThat(row(written, ParameterSpec.EMBEDDING, 7)).isEqualTo(row(base, ParameterSpec.EMBEDDING, 7));
        assertThat(row(written, ParameterSpec.EMBEDDING, 261)).isEqualTo(row(written, ParameterSpec.EMBEDDING, 260));
        try (Scope scope = Scope.open()) {
            Tensor all = base.weight(
                    new ParameterSpec(
                            ParameterSpec.EMBEDDING, 260, base.config().hidden()),
                    DType.F32);
            assertThat(row(written, ParameterSpec.EMBEDDING, 260))
                    .isEqualTo(all.meanKeeping(0).floats());
        }
        try (TokenizerFile tokenizer = TokenizerFile.open(wider)) {
            assertThat(tokenizer.ids("<|b|>", Specials.NONE)).containsExactly(261);
            assertThat(tokenizer.isSpecial(261)).isTrue();
            assertThat(tokenizer.size()).isEqualTo(262);
        }
    }

    @Test
    void rowsThatTheModelHasBeyondItsTokensAreUsedFirst() throws IOException {
        WiderVocabulary.Report report =
                WiderVocabulary.write(base(264), List.of("new word"), false, temporary.resolve("wider"));
        assertThat(report).isEqualTo(new WiderVocabulary.Report(List.of(260), 264, 0));
        try (TokenizerFile tokenizer = TokenizerFile.open(temporary.resolve("wider"))) {
            assertThat(tokenizer.ids("a new word", Specials.NONE)).hasSize(3).endsWith(260);
            assertThat(tokenizer.isSpecial(260)).isFalse();
        }
    }

    @Test
    void aTokenThatIsThereIsRefusedAndNothingIsWritten() throws IOException {
        Checkpoint base = base(260);
        Path wider = temporary.resolve("wider");
        assertThatThrownBy(() -> WiderVocabulary.write(base, List.of("<|im_end|>"), true, wider))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("is there already, with the id");
        assertThatThrownBy(() -> WiderVocabulary.write(base, List.of("x y", "x y"), true, wider))
                .hasMessageContaining("is named twice");
        assertThat(Files.exists(wider)).isFalse();
    }
}
