package dev.hone.artefact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.checkpoint.AdapterFiles;
import dev.hone.checkpoint.AdapterOnBase;
import dev.hone.checkpoint.Checkpoint;
import dev.hone.checkpoint.CheckpointWriter;
import dev.hone.checkpoint.Fingerprint;
import dev.hone.error.CheckpointException;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.tensor.DType;
import dev.hone.testkit.GoldenModels;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An adapter as a jar, and from there. */
class AdaptersTest {
    private static final AdapterJar.About ABOUT =
            new AdapterJar.About(Coordinates.of("org.example:support:1.0"), "Apache-2.0", "Example/Base");

    @TempDir
    private Path folder;

    private Path jar = Path.of("");

    @BeforeEach
    void write() throws IOException {
        ModelConfig config = GoldenModels.a();
        CheckpointWriter.write(folder.resolve("base"), GoldenModels.frozen(config), DType.F32);
        AdapterFiles.write(
                folder.resolve("run/final"),
                GoldenModels.filled(
                        Adapter.fresh(config, AdapterConfig.standard().with(2, 4), 1)),
                config,
                "Example/Base",
                new Fingerprint("t", null, Set.of(), "m"));
        Files.writeString(folder.resolve("run/manifest.json"), "{\"made\": \"here\"}");
        jar = AdapterJar.write(adapted(), ABOUT, folder.resolve("out"));
    }

    private AdapterOnBase adapted() {
        return AdapterOnBase.open(folder.resolve("run/final"), Checkpoint.open(folder.resolve("base")));
    }

    private static URLClassLoader classpath(Path... jars) throws IOException {
        URL[] urls = new URL[jars.length];
        for (int i = 0; i < jars.length; i++) {
            urls[i] = jars[i].toUri().toURL();
        }
        return new URLClassLoader(urls, null);
    }

    @Test
    void whatWasPackedIsOpened() throws IOException {
        try (URLClassLoader loader = classpath(jar);
                PackagedAdapter packed = Adapters.fromClasspath("org.example:support", loader)) {
            assertThat(packed.coordinates()).hasToString("org.example:support:1.0");
            assertThat(packed.licence()).isEqualTo("Apache-2.0");
            assertThat(packed.base()).isEqualTo("Example/Base");
            AdapterOnBase opened = AdapterOnBase.open(packed.folder(), Checkpoint.open(folder.resolve("base")));
            assertThat(opened.adapter().parameters().get(0).value().floats())
                    .isEqualTo(adapted().adapter().parameters().get(0).value().floats());
            packed.close();
            assertThat(packed.folder()).doesNotExist();
        }
    }

    @Test
    void theSameAdapterGivesTheSameBytesAndAPomWithItsLicence() throws IOException {
        Path again = AdapterJar.write(adapted(), ABOUT, folder.resolve("again"));
        assertThat(again).hasSameBinaryContentAs(jar);
        assertThat(folder.resolve("out/support-1.0.pom"))
                .content()
                .contains("<groupId>org.example</groupId>", "<version>1.0</version>", "<name>Apache-2.0</name>");
    }

    @Test
    void oneThatIsNotThereOrTwiceOrHasNoNameIsRefused() throws IOException {
        try (URLClassLoader none = classpath()) {
            assertThatThrownBy(() -> Adapters.fromClasspath("org.example:support", none))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("is not on the classpath");
            assertThatThrownBy(() -> Adapters.fromClasspath("support", none)).hasMessageContaining("group:artefact");
        }
        Path copy = Files.copy(jar, folder.resolve("copy.jar"));
        try (URLClassLoader twice = classpath(jar, copy)) {
            assertThatThrownBy(() -> Adapters.fromClasspath("org.example:support", twice))
                    .hasMessageContaining("on the classpath 2 times");
        }
    }

    @Test
    void coordinatesAndLicencesThatAreNoneAreRefused() {
        assertThatThrownBy(() -> Coordinates.of("support:1.0")).hasMessageContaining("group:artefact:version");
        assertThatThrownBy(() -> Coordinates.of("org.example:../x:1.0")).hasMessageContaining("each part begins");
        assertThatThrownBy(() -> new AdapterJar.About(ABOUT.coordinates(), "", "b"))
                .hasMessageContaining("licence");
    }
}
