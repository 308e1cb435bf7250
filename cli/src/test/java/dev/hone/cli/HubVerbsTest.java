package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.checkpoint.CheckpointWriter;
import dev.hone.files.HubCache;
import dev.hone.tensor.DType;
import dev.hone.testkit.TinyModels;
import dev.hone.testkit.TinyTokenizers;
import dev.hone.testkit.hub.FakeHub;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is named on the hub, and who asks for it. */
@Timeout(120)
class HubVerbsTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final List<URI> connections = new CopyOnWriteArrayList<>();
    private final ProxySelector before = ProxySelector.getDefault();

    @BeforeEach
    void countsConnections() throws IOException {
        System.setProperty(HubCache.PROPERTY, folder.resolve("hf/hub").toString());
        ProxySelector.setDefault(
                new ProxySelector() { // which sockets ask too
                    @Override
                    public List<Proxy> select(URI uri) {
                        connections.add(uri);
                        throw new IllegalArgumentException("no connection is to be opened");
                    }

                    @Override
                    public void connectFailed(URI uri, SocketAddress address, IOException e) {}
                });
        Files.writeString(folder.resolve("rows.jsonl"), """
                {"prompt": "a", "completion": "b"}
                {"prompt": "c", "completion": "d"}
                """);
        Files.writeString(
                folder.resolve("run.yaml"), """
                method: sft
                model: org/tiny
                output: %s
                data: {train: %s}
                adapter: {rank: 2, alpha: 4}
                training: {steps: 1, rows-per-step: 2}
                """.formatted(folder.resolve("run"), folder.resolve("rows.jsonl")));
    }

    @AfterEach
    void countsNoMore() {
        ProxySelector.setDefault(before);
        System.clearProperty(HubCache.PROPERTY);
    }

    private Path model() throws IOException {
        Path model = Files.createDirectories(folder.resolve("model"));
        CheckpointWriter.write(model, TinyModels.trainable(TinyModels.stories(), 1), DType.F32);
        TinyTokenizers.bytes(model).close();
        return model;
    }

    private Exit hone(String... arguments) {
        return Hone.run(arguments, new PrintWriter(out, true), new PrintWriter(err, true));
    }

    private String[] run(String verb) {
        return new String[] {verb, folder.resolve("run.yaml").toString()};
    }

    /** Fetched by a process of its own, as the hub is named in its environment. */
    private int child(FakeHub hub, String... arguments) throws IOException {
        List<String> environment =
                List.of("env", "HF_ENDPOINT=" + hub.endpoint(), "HF_HOME=" + folder.resolve("hf"), "HF_TOKEN=hf_w");
        try (ChildProcess process = ChildProcess.start(environment, folder.resolve("log"), arguments)) {
            return process.await();
        }
    }

    @Test
    void aModelThatIsNotInTheCacheIsRefusedWithTheCommandThatFetchesIt() {
        String rows = folder.resolve("rows.jsonl").toString();
        for (String[] command : List.of(
                run("train"),
                run("check"),
                run("plan"),
                new String[] {"generate", "--model", "org/tiny", "a"},
                new String[] {"chat", "--model", "org/tiny"},
                new String[] {
                    "score",
                    "--model",
                    "org/tiny",
                    "--input",
                    rows,
                    "--output",
                    folder.resolve("o").toString()
                })) {
            err.getBuffer().setLength(0);
            assertThat(hone(command)).as(String.join(" ", command)).isEqualTo(Exit.REFUSED);
            assertThat(err.toString()).as(String.join(" ", command)).contains("./hone download org/tiny");
        }
        assertThat(connections).isEmpty();
    }

    @Test
    void whatWasDownloadedIsUsedByItsNameWithoutAConnection() throws IOException {
        try (FakeHub hub = FakeHub.of("org/tiny").folder(model())) {
            assertThat(child(hub, "download", "org/tiny")).as(() -> log()).isEqualTo(Exit.DONE.code());
            assertThat(log()).contains("org/tiny at commit c0ffee000000", "use it as model: org/tiny");
        }
        assertThat(hone(run("train"))).as(err::toString).isEqualTo(Exit.DONE);
        Path adapter = folder.resolve("run/final/adapter_config.json");
        assertThat(Files.readString(adapter)).contains("\"base_model_name_or_path\": \"org/tiny\"");
        assertThat(err.toString()).contains("--model org/tiny");
        assertThat(hone("upload", folder.resolve("run").toString(), "me/mine", "--dry-run"))
                .isEqualTo(Exit.DONE);
        assertThat(out.toString())
                .contains("base_model: org/tiny", "base_model_relation: adapter", "rows.jsonl", "# license: fill in")
                .doesNotContain(folder.toString());
        assertThat(connections).isEmpty();
    }

    @Test
    void downloadIsAskedForByAnOptionToo() throws IOException {
        try (FakeHub hub = FakeHub.of("org/tiny").folder(model())) {
            String run = folder.resolve("run.yaml").toString();
            assertThat(child(hub, "check", run, "--download")).as(() -> log()).isNotEqualTo(Exit.FAILED.code());
            assertThat(HubCache.resolve(Path.of("org/tiny"))).isDirectory();
        }
    }

    private String log() {
        try {
            return Files.readString(folder.resolve("log"));
        } catch (IOException e) {
            return e.toString();
        }
    }
}
