package dev.hone.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.error.StoppedException;
import dev.hone.files.HubName;
import dev.hone.testkit.hub.FakeHub;
import dev.hone.testkit.hub.FakeHub.Side;
import dev.hone.testkit.hub.LocalServer;
import dev.hone.testkit.hub.LocalServer.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class UploadTest {
    private static final HubName NAME = HubName.of("me/mine");
    private static final Patience IMPATIENT =
            new Patience(Duration.ofSeconds(5), Duration.ofSeconds(8), 3, Duration.ofMillis(5), Duration.ofSeconds(5));

    @TempDir
    private Path folder;

    private final FakeHub hub = FakeHub.of("me/mine").requiring("hf_w");
    private final byte[] weights = new byte[1_000_000];
    private final AtomicBoolean stop = new AtomicBoolean();

    @BeforeEach
    void hasFiles() throws IOException {
        new Random(5).nextBytes(weights);
        Files.write(folder.resolve("model.safetensors"), weights);
        Files.writeString(folder.resolve("config.json"), "{}");
        hub.misbehaving(UploadTest::absent);
    }

    @AfterEach
    void ends() {
        hub.close();
    }

    /** A repository that is not there until it is made. */
    private static boolean absent(Side where, Request request, java.io.OutputStream out) throws IOException {
        if (request.path().equals("/api/models/me/mine")) {
            FakeHub.refuse(out, 404, "RepoNotFound", "Repository not found");
            return true;
        }
        return false;
    }

    private Upload.Uploaded send(String token) throws IOException {
        HubSettings settings = HubSettings.of(
                Map.of(
                        "HF_HOME",
                        folder.resolve("home").toString(),
                        "HF_ENDPOINT",
                        hub.endpoint().toString(),
                        "HF_TOKEN",
                        token),
                folder);
        TransferObserver observer = new TransferObserver() {
            @Override
            public void say(String line) {}

            @Override
            public void progress(long done, long total) {
                assertThat(done).isBetween(0L, total);
            }

            @Override
            public boolean getAsBoolean() {
                return stop.get();
            }
        };
        return new Upload(settings, IMPATIENT, observer)
                .send(
                        NAME,
                        List.of(
                                UploadFile.of("config.json", folder.resolve("config.json")),
                                UploadFile.of("model.safetensors", folder.resolve("model.safetensors")),
                                UploadFile.of("README.md", "# mine".getBytes(StandardCharsets.UTF_8))),
                        "a first model",
                        true);
    }

    private List<String> asked() {
        return hub.requests().stream()
                .map(request -> request.method() + " " + request.path())
                .toList();
    }

    @Test
    void filesArriveInOneCommit() throws IOException {
        Upload.Uploaded uploaded = send("hf_w");
        assertThat(uploaded.created()).isTrue();
        assertThat(uploaded.commit()).startsWith("beef");
        assertThat(hub.content("model.safetensors")).isEqualTo(weights);
        assertThat(hub.content("README.md")).asString(StandardCharsets.UTF_8).isEqualTo("# mine");
        assertThat(hub.content("config.json")).asString(StandardCharsets.UTF_8).isEqualTo("{}");
        assertThat(asked())
                .containsExactly(
                        "GET /api/models/me/mine",
                        "POST /api/repos/create",
                        "POST /api/models/me/mine/preupload/main",
                        "POST /me/mine.git/info/lfs/objects/batch",
                        "POST /verify",
                        "POST /api/models/me/mine/commit/main");
        assertThat(hub.requests().get(1).text()).contains("\"private\":true", "\"organization\":\"me\"");
        assertThat(hub.stored())
                .hasSize(1)
                .allMatch(request -> request.header("Authorization").isEmpty());
    }

    @Test
    void aStoreThatWantsPartsGetsThem() throws IOException {
        hub.inPartsOf(300_000);
        send("hf_w");
        assertThat(hub.stored()).hasSize(4);
        assertThat(hub.content("model.safetensors")).isEqualTo(weights);
    }

    @Test
    void whatTheStoreHasIsNotSentAgain() throws IOException {
        send("hf_w");
        send("hf_w");
        assertThat(hub.stored()).hasSize(1);
    }

    @Test
    void aDroppedPartIsSentAgain() throws IOException {
        AtomicInteger drops = new AtomicInteger(2);
        hub.misbehaving((where, request, out) ->
                where == Side.STORE && drops.getAndDecrement() > 0 || absent(where, request, out));
        send("hf_w");
        assertThat(hub.content("model.safetensors")).isEqualTo(weights);
    }

    @Test
    void nothingIsSentWithoutAToken() {
        assertThatThrownBy(() -> send(""))
                .isInstanceOf(HubException.class)
                .hasMessageContaining("the hub wants to know who writes; make a token with the role write at")
                .hasMessageContaining("set HF_TOKEN");
        assertThat(hub.requests()).isEmpty();
    }

    @Test
    void aTokenThatMayOnlyReadIsExplained() {
        hub.misbehaving((where, request, out) -> {
            if (request.method().equals("POST")) {
                FakeHub.refuse(out, 403, "", "You don't have the rights to create a model under the namespace \"me\"");
                return true;
            }
            return absent(where, request, out);
        });
        assertThatThrownBy(() -> send("hf_w"))
                .hasMessageContaining("the token of HF_TOKEN does not allow this")
                .hasMessageContaining("the role write")
                .hasMessageContaining("You don't have the rights");
        assertThat(hub.paths()).isEmpty();
    }

    @Test
    void aStoreThatRefusesLeavesNoCommit() {
        hub.misbehaving((where, request, out) -> {
            if (where == Side.STORE) {
                LocalServer.whole(out, 403, new byte[0]);
                return true;
            }
            return absent(where, request, out);
        });
        assertThatThrownBy(() -> send("hf_w")).hasMessageContaining("refuses the transfer (403), 3 times in a row");
        assertThat(hub.paths()).isEmpty();
    }

    @Test
    void anUploadThatIsStoppedLeavesNoCommit() {
        hub.misbehaving((where, request, out) -> {
            if (where == Side.STORE) {
                stop.set(true);
                Thread.sleep(400);
            }
            return absent(where, request, out);
        });
        assertThatThrownBy(() -> send("hf_w")).isInstanceOf(StoppedException.class);
        assertThat(hub.paths()).isEmpty();
    }
}
