package dev.hone.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HubCacheTest {
    private static final String FIRST = "1111111111111111111111111111111111111111";
    private static final String SECOND = "2222222222222222222222222222222222222222";

    @TempDir
    private Path folder;

    @BeforeEach
    void isTheStandardOne() throws IOException {
        System.setProperty(HubCache.PROPERTY, folder.toString());
        snapshot(FIRST, "main");
        snapshot(SECOND, "refs/pr/1");
    }

    @AfterEach
    void isNoLonger() {
        System.clearProperty(HubCache.PROPERTY);
    }

    private Path snapshot(String commit, String revision) throws IOException {
        Path repository = folder.resolve("models--org--a.name");
        Path reference = repository.resolve("refs").resolve(revision);
        Files.createDirectories(reference.getParent());
        Files.writeString(reference, commit);
        return Files.createDirectories(repository.resolve("snapshots").resolve(commit));
    }

    private Path at(String commit) {
        return folder.resolve("models--org--a.name/snapshots").resolve(commit);
    }

    @Test
    void aNameStandsForTheCommitThatItsRevisionMeantWhenItWasFetched() {
        assertThat(HubCache.resolve(Path.of("org/a.name"))).isEqualTo(at(FIRST));
        assertThat(HubCache.resolve(Path.of("org/a.name@refs/pr/1"))).isEqualTo(at(SECOND));
        assertThat(HubCache.resolve(Path.of("org/a.name@" + SECOND))).isEqualTo(at(SECOND));
        assertThat(HubCache.resolve(Path.of("org/a.name@2222222"))).isEqualTo(at(SECOND));
    }

    @Test
    void whatIsNotThereStaysAsItWasWritten() {
        for (String name : new String[] {"org/other", "org/a.name@v2", "org/a.name@333333333", "models", "a/b/c"}) {
            assertThat(HubCache.resolve(Path.of(name))).isEqualTo(Path.of(name));
        }
    }

    @Test
    void aFolderComesBeforeANameOnTheHub() throws IOException {
        Path here = Path.of("target/org-of-a-test");
        Files.createDirectories(here.resolve("a.name"));
        try {
            assertThat(HubCache.resolve(here.resolve("a.name"))).isEqualTo(here.resolve("a.name"));
        } finally {
            AtomicFolder.delete(here);
        }
    }

    @Test
    void aSnapshotIsWrittenAsItsName() {
        assertThat(HubCache.nameOf(at(FIRST))).contains("org/a.name");
        assertThat(HubCache.nameOf(folder)).isEmpty();
        assertThat(HubCache.written(at(FIRST))).isEqualTo(Path.of("org/a.name"));
        assertThat(HubCache.written(at(SECOND))).isEqualTo(Path.of("org/a.name@" + SECOND));
        assertThat(HubCache.written(folder)).isEqualTo(folder);
    }

    @Test
    void aDamagedReferenceStandsForNothing() throws IOException {
        Files.writeString(folder.resolve("models--org--a.name/refs/main"), "../../../somewhere");
        assertThat(HubCache.resolve(Path.of("org/a.name"))).isEqualTo(Path.of("org/a.name"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "name",
                "a/b/c",
                "../name",
                "org/..",
                "org/na--me",
                "org/name.git",
                "org/name@../../x",
                "org/name@",
                "org/name@a..b",
                "-org/name",
                "org/name.",
                "org/a b",
                "/org/name"
            })
    void whatIsNoNameIsRefused(String text) {
        assertThatThrownBy(() -> HubName.of(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
