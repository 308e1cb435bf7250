package dev.hone.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.data.row.Row;
import dev.hone.data.row.RowRenderer;
import dev.hone.data.row.TrainOn;
import dev.hone.generate.ComputeChoice;
import dev.hone.generate.LoadedModel;
import dev.hone.objective.NextToken;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.text.Specials;
import dev.hone.train.Policy;
import dev.hone.world.Corpus;
import dev.hone.world.Language;
import dev.hone.world.World;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The model that comes with hone is the one its page describes. */
class SmallModelTest {
    private static final Path FOLDER = Path.of("../small-model");

    private static LoadedModel open() {
        assumeThat(Files.exists(FOLDER.resolve("model.safetensors")))
                .as("the small model is in the repository")
                .isTrue();
        return LoadedModel.open(FOLDER, null, ComputeChoice.of(DType.F32), "auto", warning -> {});
    }

    @Test
    void everyDigitIsATokenOfItsOwn() {
        try (LoadedModel loaded = open()) {
            assertThat(loaded.tokenizer().ids("1024", Specials.NONE)).hasSize(4);
        }
    }

    @Test
    void thirtyTokensAreReserved() {
        try (LoadedModel loaded = open()) {
            assertThat(Corpus.RESERVED)
                    .hasSize(30)
                    .allMatch(token -> loaded.tokenizer().idOf(token).isPresent());
        }
    }

    /** The recorded mean over 400 documents a language is in docs/small-model.md; 20 are enough to notice another model. */
    @ParameterizedTest
    @EnumSource(Language.class)
    void heldOutDocumentsAreAsLikelyAsRecorded(Language language) {
        try (LoadedModel loaded = open();
                Scope scope = Scope.open()) {
            RowRenderer renderer = new RowRenderer(loaded.tokenizer(), null, TrainOn.REPLIES);
            List<Row> documents = new Corpus(World.of(1), Corpus.RESERVED)
                    .heldOut(language)
                    .limit(20)
                    .<Row>map(document -> new Row.PlainText(document.text()))
                    .toList();
            List<Example> examples = IntStream.range(0, documents.size())
                    .mapToObj(i -> renderer.render(documents.get(i), i, "document " + i)
                            .example())
                    .toList();
            double loss = Policy.full(loaded.model())
                    .measure(List.of(Batch.of(examples)), new NextToken())
                    .loss();
            assertThat(loss).isLessThan(1.25);
        }
    }
}
