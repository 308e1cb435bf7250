package dev.hone.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {
    @TempDir
    private Path folder;

    @Test
    void whatWasThereIsKeptUntilTheNewIsWhole() throws IOException {
        Path file = Files.writeString(folder.resolve("scores.jsonl"), "older");
        assertThatThrownBy(() -> OutputFile.write(file, out -> {
                    out.write("half");
                    throw new IllegalStateException("row 2");
                }))
                .hasMessage("row 2");
        assertThat(file).hasContent("older");
        OutputFile.write(file, out -> out.write("newer"));
        assertThat(file).hasContent("newer");
        assertThat(folder.toFile().list()).containsExactly("scores.jsonl");
    }

    /** Somebody's own files with the names that files being written used to have. */
    @Test
    void neighboursAreLeftAlone() throws IOException {
        Files.writeString(folder.resolve("a.tmp"), "mine");
        Path kept = Files.createDirectory(folder.resolve("best.old"));
        OutputFile.write(folder.resolve("a"), out -> out.write("x"));
        AtomicFolder.write(folder.resolve("best"), fresh -> Files.writeString(fresh.resolve("b"), "y"));
        AtomicFolder.write(folder.resolve("best"), fresh -> Files.writeString(fresh.resolve("b"), "z"));
        assertThat(folder.resolve("a.tmp")).hasContent("mine");
        assertThat(folder.resolve("best/b")).hasContent("z");
        assertThat(kept.getParent()).isDirectory();
    }

    @Test
    void theFileThatALinkLeadsToIsReplacedAndNotTheLink() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "older");
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        OutputFile.write(link, out -> out.write("newer"));
        assertThat(link).isSymbolicLink();
        assertThat(file).hasContent("newer");
    }

    @Test
    void theSameFileIsSeenThroughLinksAndOtherNames() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "x");
        Path soft = Files.createSymbolicLink(folder.resolve("soft"), file);
        Path hard = Files.createLink(folder.resolve("hard"), file);
        Path other = Files.writeString(folder.resolve("other"), "x");
        for (Path same : List.of(soft, hard, folder.resolve("../" + folder.getFileName() + "/file"))) {
            assertThat(OutputFile.sameAsOneOf(same, List.of(other, file))).hasValue(file);
        }
        assertThat(OutputFile.sameAsOneOf(other, List.of(file))).isEmpty();
        assertThat(OutputFile.sameAsOneOf(folder.resolve("new"), List.of(file))).isEmpty();
    }

    @Test
    void insideAFolderIsWhereItsPathsLead() throws IOException {
        Path model = Files.createDirectories(folder.resolve("model"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), model);
        assertThat(OutputFile.inside(model.resolve("run/final"), model)).isTrue();
        assertThat(OutputFile.inside(link.resolve("run"), model)).isTrue();
        assertThat(OutputFile.inside(folder.resolve("model-2"), model)).isFalse();
        assertThat(OutputFile.inside(folder, model)).isFalse();
    }
}
