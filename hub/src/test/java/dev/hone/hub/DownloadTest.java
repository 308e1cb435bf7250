package dev.hone.hub;

import static dev.hone.testkit.hub.LocalServer.head;
import static dev.hone.testkit.hub.LocalServer.whole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.error.StoppedException;
import dev.hone.files.HubCache;
import dev.hone.files.HubName;
import dev.hone.testkit.hub.FakeHub;
import dev.hone.testkit.hub.FakeHub.Side;
import dev.hone.testkit.hub.LocalServer.Request;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Downloads from a hub on this machine that does everything a network does to them. */
@Timeout(30)
class DownloadTest {
    private static final HubName NAME = HubName.of("org/tiny");
    private static final byte[] WEIGHTS = new byte[3_000_000];
    private static final Patience IMPATIENT =
            new Patience(Duration.ofSeconds(5), Duration.ofSeconds(8), 3, Duration.ofMillis(5), Duration.ofSeconds(5));

    static {
        new Random(17).nextBytes(WEIGHTS);
    }

    @TempDir
    private Path home;

    private final FakeHub hub = FakeHub.of("org/tiny")
            .file("config.json", "{\"model_type\":\"llama\"}")
            .file("tokenizer.json", "{\"a\":1}")
            .file("README.md", "# tiny")
            .file("pytorch_model.bin", new byte[10], true)
            .file("onnx/model.onnx", new byte[10], true)
            .file("model.safetensors", WEIGHTS, true);
    private final List<String> said = new CopyOnWriteArrayList<>();
    private final AtomicBoolean stop = new AtomicBoolean();
    private Patience patience = IMPATIENT;

    @BeforeEach
    void isTheStandardCache() {
        System.setProperty(HubCache.PROPERTY, home.resolve("hub").toString());
    }

    @AfterEach
    void ends() {
        hub.close();
        System.clearProperty(HubCache.PROPERTY);
    }

    private HubSettings settings(String... variables) {
        Map<String, String> environment = new java.util.HashMap<>(
                Map.of("HF_HOME", home.toString(), "HF_ENDPOINT", hub.endpoint().toString()));
        for (int i = 0; i < variables.length; i += 2) {
            environment.put(variables[i], variables[i + 1]);
        }
        return HubSettings.of(environment, home);
    }

    private Download download(String... variables) {
        return new Download(settings(variables), patience, new TransferObserver() {
            @Override
            public void say(String line) {
                said.add(line);
            }

            @Override
            public void progress(long done, long total) {
                assertThat(done).isBetween(0L, total);
            }

            @Override
            public boolean getAsBoolean() {
                return stop.get();
            }
        });
    }

    private void waiting(long milliseconds) {
        patience = new Patience(
                Duration.ofSeconds(5), Duration.ofMillis(milliseconds), 2, Duration.ofMillis(5), Duration.ofSeconds(5));
    }

    private Download.Fetched fetch(String... variables) {
        return download(variables).fetch(NAME, List.of());
    }

    private void assertNothingIsThere() {
        assertThat(HubCache.resolve(Path.of("org/tiny"))).isEqualTo(Path.of("org/tiny"));
    }

    private void assertWhole(Download.Fetched fetched) throws IOException {
        assertThat(HubCache.resolve(Path.of("org/tiny"))).isEqualTo(fetched.folder());
        assertThat(Files.readAllBytes(fetched.folder().resolve("model.safetensors")))
                .isEqualTo(WEIGHTS);
        assertThat(Files.readString(fetched.folder().resolve("config.json"))).contains("llama");
        try (Stream<Path> blobs = Files.list(home.resolve("hub/models--org--tiny/blobs"))) {
            assertThat(blobs.map(blob -> blob.getFileName().toString())).noneMatch(name -> name.contains("incomplete"));
        }
    }

    /** Files lie where every tool of the ecosystem looks for them. */
    @Test
    void theCacheHasTheStandardLayout() throws IOException {
        Download.Fetched fetched = fetch();
        Path repository = home.resolve("hub/models--org--tiny");
        assertThat(fetched.folder()).isEqualTo(repository.resolve("snapshots").resolve(hub.commit()));
        assertThat(repository.resolve("refs/main")).hasContent(hub.commit());
        Path weights = fetched.folder().resolve("model.safetensors");
        assertThat(Files.readSymbolicLink(weights))
                .isEqualTo(Path.of("../../blobs").resolve(hub.blob("model.safetensors")));
        assertThat(repository.resolve("blobs").resolve(hub.blob("config.json"))).isRegularFile();
        assertWhole(fetched);
    }

    @Test
    void whatIsNotReadStaysWhereItIs() {
        Path folder = fetch().folder();
        assertThat(folder.resolve("pytorch_model.bin")).doesNotExist();
        assertThat(folder.resolve("onnx")).doesNotExist();
        assertThat(folder.resolve("README.md")).exists();
    }

    @Test
    void includeNamesFiles() {
        Path folder = download().fetch(NAME, List.of("*.onnx", "config.json")).folder();
        assertThat(folder.resolve("onnx/model.onnx")).exists();
        assertThat(folder.resolve("model.safetensors")).doesNotExist();
        assertThatThrownBy(() -> download().fetch(NAME, List.of("*.gguf")))
                .isInstanceOf(HubException.class)
                .hasMessageContaining("none of its 6 files matches --include *.gguf");
    }

    @Test
    void aSecondDownloadFetchesNothing() {
        assertThat(fetch().fetched()).isGreaterThan(WEIGHTS.length);
        int before = hub.stored().size();
        Download.Fetched again = fetch();
        assertThat(again.fetched()).isZero();
        assertThat(hub.stored()).hasSize(before);
    }

    @Test
    void aNewCommitFetchesOnlyWhatHasChangedAndKeepsTheOldOne() throws IOException {
        Path old = fetch().folder();
        hub.file("config.json", "{\"model_type\":\"llama\",\"new\":1}");
        hub.commit("c0ffee0000000000000000000000000000000002");
        Download.Fetched fetched = fetch();
        assertThat(fetched.fetched()).isEqualTo(hub.content("config.json").length);
        assertThat(old.resolve("config.json")).hasContent("{\"model_type\":\"llama\"}");
        assertWhole(fetched);
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1.0", "refs/pr/1", "c0ffee0000000000000000000000000000000001"})
    void aRevisionIsABranchATagAPullRequestOrACommit(String revision) {
        Path folder = download().fetch(NAME.at(revision), List.of()).folder();
        assertThat(folder).endsWithRaw(Path.of(hub.commit()));
        assertThat(HubCache.resolve(Path.of("org/tiny@" + revision))).isEqualTo(folder);
        assertNothingIsThere(); // under main
    }

    /** The first answer ends in the middle, and so does the second; the third brings the rest. */
    @Test
    void aConnectionThatDropsGoesOnWhereItWas() throws IOException {
        AtomicInteger drops = new AtomicInteger();
        hub.misbehaving((where, request, out) -> {
            if (where != Side.STORE || drops.incrementAndGet() > 2) {
                return false;
            }
            int from = start(request);
            send(out, from, WEIGHTS.length - from, 1_000_000);
            return true;
        });
        assertWhole(fetch());
        List<Integer> starts = hub.stored().stream()
                .map(DownloadTest::start)
                .toList(); // the client may lose the last of what it was sent
        assertThat(starts).hasSize(3).isSorted().first().isEqualTo(0);
        assertThat(starts.get(1)).isBetween(900_000, 1_000_000);
        assertThat(starts.get(2)).isBetween(1_800_000, 2_000_000);
        assertThat(said)
                .anySatisfy(line ->
                        assertThat(line).contains("model.safetensors: the connection was dropped; trying again"));
    }

    private static int start(Request request) {
        String range = request.header("Range");
        return range.isEmpty() ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
    }

    /** Promises one length and sends another. */
    private static void send(OutputStream out, int from, int promised, int sent) throws IOException {
        if (from > 0) {
            String range = "bytes " + from + "-" + (WEIGHTS.length - 1) + "/" + WEIGHTS.length;
            head(out, 206, "Content-Length", String.valueOf(promised), "Content-Range", range);
        } else {
            head(out, 200, "Content-Length", String.valueOf(promised));
        }
        out.write(Arrays.copyOfRange(WEIGHTS, from, from + sent));
    }

    @Test
    void whatAnEarlierProcessLeftIsGoneOnWith() throws IOException {
        Path blob = home.resolve("hub/models--org--tiny/blobs").resolve(hub.blob("model.safetensors"));
        AtomicInteger asked = new AtomicInteger();
        hub.misbehaving((where, request, out) -> {
            if (where == Side.STORE && asked.incrementAndGet() == 1) {
                send(out, 0, WEIGHTS.length, 2_000_000);
                out.flush();
                while (BlobDownload.begun(blob) == 0) {
                    Thread.sleep(5);
                }
                stop.set(true);
                Thread.sleep(200);
                return true;
            }
            return false;
        });
        assertThatThrownBy(this::fetch).isInstanceOf(StoppedException.class);
        assertNothingIsThere();
        stop.set(false);
        Download.Fetched fetched = fetch();
        assertWhole(fetched);
        assertThat(start(hub.stored().get(1))).isGreaterThan(0);
    }

    @Test
    void aServerWithoutPartsSendsAllOfItAgain() throws IOException {
        Path blob = home.resolve("hub/models--org--tiny/blobs").resolve(hub.blob("model.safetensors"));
        Files.createDirectories(blob.getParent());
        Files.write(BlobDownload.partial(blob), Arrays.copyOf(WEIGHTS, 1234));
        hub.misbehaving((where, request, out) -> {
            if (where == Side.STORE) {
                whole(out, 200, WEIGHTS);
                return true;
            }
            return false;
        });
        assertWhole(fetch());
    }

    /** A part that is not of this file would go unnoticed but for its hash. */
    @Test
    void aDamagedPartIsFetchedAnew() throws IOException {
        Path blob = home.resolve("hub/models--org--tiny/blobs").resolve(hub.blob("model.safetensors"));
        Files.createDirectories(blob.getParent());
        Files.write(BlobDownload.partial(blob), new byte[1234]);
        assertWhole(fetch());
    }

    @Test
    void contentThatIsNotWhatIsListedIsNeverKept() {
        hub.misbehaving((where, request, out) -> {
            if (where == Side.STORE) {
                byte[] wrong = WEIGHTS.clone();
                wrong[77]++;
                whole(out, 200, wrong);
                return true;
            }
            return false;
        });
        assertThatThrownBy(this::fetch)
                .isInstanceOf(HubException.class)
                .hasMessageContaining("model.safetensors: what arrives is not what the hub lists (its SHA-256 is")
                .hasMessageContaining("it is not kept");
        assertNothingIsThere();
    }

    @Test
    void aSmallFileIsVerifiedToo() {
        hub.misbehaving((where, request, out) -> {
            if (request.path().endsWith("config.json")) {
                whole(out, 200, "{\"model_type\":\"lama!\"}".getBytes(StandardCharsets.UTF_8));
                return true;
            }
            return false;
        });
        assertThatThrownBy(this::fetch).hasMessageContaining("config.json").hasMessageContaining("its git hash is");
        assertNothingIsThere();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1})
    void aWrongLengthIsSaid(int difference) {
        hub.misbehaving((where, request, out) -> {
            if (where == Side.STORE) {
                whole(out, 200, Arrays.copyOf(WEIGHTS, WEIGHTS.length + difference));
                return true;
            }
            return false;
        });
        assertThatThrownBy(this::fetch)
                .hasMessageContaining("the server sends " + (WEIGHTS.length + difference)
                        + " bytes where the hub lists 3000000, 3 times in a row");
        assertNothingIsThere();
    }

    /** Without a length in its headers only the end of the connection tells. */
    @Test
    void moreThanIsListedIsNotRead() {
        hub.misbehaving((where, request, out) -> {
            if (where == Side.STORE) {
                head(out, 200);
                out.write(WEIGHTS);
                out.write(WEIGHTS);
                return true;
            }
            return false;
        });
        assertThatThrownBy(this::fetch).hasMessageContaining("the server sends more than the 3000000 bytes");
        assertNothingIsThere();
    }

    /** The hub answers 401, 403 and 404 for what is gated, private, misspelt or not there; each says what to do. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "401|GatedRepo|Access to model org/tiny is restricted.||is gated|accept the terms|set HF_TOKEN|/org/tiny",
                "403|GatedRepo|not in the authorized list|hf_x|is gated|has no access to it yet|of HF_TOKEN|read access",
                "401|RepoNotFound|Repository not found||there is no such repository|private or gated|role read|HF_TOKEN",
                "401||Invalid credentials in Authorization header|hf_x|does not know the token|HF_TOKEN|copied|/settings/tokens",
                "403||Forbidden|hf_x|does not allow this|the role read|fine-grained|/settings/tokens",
                "404|RepoNotFound|Repository not found|hf_x|there is no such repository|the token may see|name right|/org/tiny",
                "404|RevisionNotFound|Invalid rev id: main||has no revision main|/org/tiny/refs|branches and tags|refs/pr",
            })
    void aRefusalSaysWhatToDo(
            int status, String code, String message, String token, String a, String b, String c, String d) {
        hub.misbehaving((where, request, out) -> {
            FakeHub.refuse(out, status, code == null ? "" : code, message);
            return true;
        });
        assertThatThrownBy(() -> fetch("HF_TOKEN", token == null ? "" : token))
                .isInstanceOf(HubException.class)
                .hasNoCause()
                .hasMessageStartingWith("org/tiny: ")
                .hasMessageContainingAll(a, b, c, d, "(" + status + ": " + message + ")");
        assertThat(hub.requests()).hasSize(1);
        assertNothingIsThere();
    }

    @Test
    void tooManyRequestsAreRepeatedAfterTheTimeTheServerAsksFor() throws IOException {
        AtomicInteger busy = new AtomicInteger(1);
        long start = System.nanoTime();
        hub.misbehaving((where, request, out) -> {
            if (busy.getAndDecrement() > 0) {
                whole(out, 429, new byte[0], "Retry-After", "1");
                return true;
            }
            return false;
        });
        assertWhole(fetch());
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(1));
        assertThat(said).contains("org/tiny: the server wants fewer requests (429); trying again in 1 s");
    }

    @Test
    void aServerThatAsksForTooLongAWaitEndsTheDownload() {
        hub.misbehaving((where, request, out) -> {
            whole(out, 429, new byte[0], "Retry-After", "3600");
            return true;
        });
        assertThatThrownBy(this::fetch).hasMessageContaining("(429) and asks to wait for 60 min");
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503})
    void aServersFaultIsWaitedOut(int status) throws IOException {
        AtomicInteger faults = new AtomicInteger(2);
        hub.misbehaving((where, request, out) -> {
            if (where == Side.STORE && faults.getAndDecrement() > 0) {
                whole(out, status, new byte[0]);
                return true;
            }
            return false;
        });
        assertWhole(fetch());
    }

    @Test
    void aFaultThatStaysIsSaid() {
        hub.misbehaving((where, request, out) -> {
            whole(out, 503, "down for repair".getBytes(StandardCharsets.UTF_8));
            return true;
        });
        assertThatThrownBy(this::fetch)
                .hasMessageContaining("the server has a fault (503: down for repair), 3 times in a row")
                .hasCauseInstanceOf(IOException.class);
        assertThat(hub.requests()).hasSize(3);
    }

    /** Large files are on other hosts, which must not see the token; a relative redirect, of a renamed repository, stays with the hub. */
    @Test
    void theTokenGoesToTheHubAlone() throws IOException {
        hub.requiring("hf_secret");
        hub.misbehaving((where, request, out) -> {
            if (request.path().startsWith("/org/tiny/resolve/")
                    && request.path().endsWith("config.json")) {
                head(out, 307, "Location", "/org/tiny/resolve/main/config.json?renamed", "Content-Length", "0");
                return !request.path().startsWith("/org/tiny/resolve/main");
            }
            return false;
        });
        assertWhole(fetch("HF_TOKEN", "hf_secret"));
        assertThat(hub.requests())
                .allMatch(request -> request.header("Authorization").equals("Bearer hf_secret"));
        assertThat(hub.stored())
                .isNotEmpty()
                .allMatch(request -> request.header("Authorization").isEmpty());
        assertThat(settings("HF_TOKEN", "hf_secret").toString()).doesNotContain("hf_secret");
    }

    @Test
    void theTokenMayStandInItsFile() throws IOException {
        Files.writeString(home.resolve("token"), "hf_secret\n");
        hub.requiring("hf_secret");
        assertWhole(fetch());
    }

    @Test
    void redirectsInACircleEnd() {
        hub.misbehaving((where, request, out) -> {
            whole(out, 302, new byte[0], "Location", request.path());
            return true;
        });
        assertThatThrownBy(this::fetch).hasMessageContaining("redirects in a circle");
        assertThat(hub.requests()).hasSize(11);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "file:///etc/passwd", "ftp://x/y", "http://", "::"})
    void aRedirectToWhatIsNoAddressIsRefused(String location) {
        hub.misbehaving((where, request, out) -> {
            whole(out, 302, new byte[0], "Location", location);
            return true;
        });
        assertThatThrownBy(this::fetch).hasMessageContaining("redirects to what is no address");
    }

    @Test
    void aServerThatFallsSilentIsLeft() {
        waiting(400);
        hub.misbehaving((where, request, out) -> {
            if (where == Side.STORE) {
                send(out, 0, WEIGHTS.length, 10);
                out.flush();
                Thread.sleep(600);
                return true;
            }
            return false;
        });
        assertThatThrownBy(this::fetch).hasMessageContaining("model.safetensors: ");
        assertThat(said).anyMatch(line -> line.contains("the server has sent nothing for"));
    }

    @Test
    void headersWithoutAnEndAreLeft() {
        waiting(400);
        hub.misbehaving((where, request, out) -> {
            out.write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 1_000_000; i++) {
                out.write(("X-" + i + ": y\r\n").getBytes(StandardCharsets.US_ASCII));
                Thread.sleep(i % 100 == 0 ? 1 : 0);
            }
            return true;
        });
        assertThatThrownBy(this::fetch).isInstanceOf(HubException.class).hasMessageContaining("org/tiny: ");
    }

    /** Slow is not silent: each byte begins the wait anew. */
    @Test
    void aSlowServerIsWaitedFor() throws IOException {
        waiting(1000);
        hub.misbehaving((where, request, out) -> {
            if (where != Side.STORE) {
                return false;
            }
            head(out, 200, "Content-Length", String.valueOf(WEIGHTS.length));
            for (int from = 0; from < WEIGHTS.length; from += 500_000) {
                out.write(WEIGHTS, from, 500_000);
                out.flush();
                Thread.sleep(250);
            }
            return true;
        });
        assertWhole(fetch());
        assertThat(said).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../config.json",
                "/etc/tokenizer.json",
                "a/../../config.json",
                "a\\..\\config.json",
                "config.json\\u0000.json",
                "C:config.json",
                "./config.json",
                ".git/config.json",
                "nul/config.json",
                "..",
            })
    void aNameThatLeavesTheFolderIsRefused(String path) {
        assertThat(HubFile.isSafe(path.replace("\\u0000", "\0"))).isFalse();
        hub.misbehaving((where, request, out) -> {
            String name = path.replace("\\", "\\\\").replace("\\\\u0000", "\\u0000");
            String blob = "0123456789012345678901234567890123456789";
            whole(
                    out,
                    200,
                    ("{\"sha\":\"" + hub.commit() + "\",\"siblings\":[{\"rfilename\":\"" + name
                                    + "\",\"size\":1,\"blobId\":\"" + blob + "\"}]}")
                            .getBytes(StandardCharsets.UTF_8));
            return true;
        });
        assertThatThrownBy(() -> download().fetch(NAME, List.of("*", "**/*", "/**")))
                .isInstanceOf(HubException.class);
        assertThat(home.resolve("config.json")).doesNotExist();
        assertNothingIsThere();
    }

    @Test
    void answersThatAreNoneOfAHubAreSaid() {
        hub.misbehaving((where, request, out) -> {
            whole(out, 200, "<html>sign in to the hotel's network</html>".getBytes(StandardCharsets.UTF_8));
            return true;
        });
        assertThatThrownBy(this::fetch).hasMessageContaining("no JSON").hasMessageContaining("is HF_ENDPOINT (");
    }

    /** Old mirrors list names alone; each file is asked for its size and its hash. */
    @Test
    void aHubThatListsNamesAloneIsAskedForTheRest() throws IOException {
        hub.listingNamesAlone();
        assertWhole(fetch());
        assertThat(hub.requests()).anyMatch(request -> request.method().equals("HEAD"));
    }

    @Test
    void offlineOpensNoConnection() {
        assertThatThrownBy(() -> fetch("HF_HUB_OFFLINE", "1")).hasMessageContaining("HF_HUB_OFFLINE is set");
        assertThat(hub.requests()).isEmpty();
    }

    @Test
    void aHostThatIsNotThereIsSaid() {
        hub.close();
        assertThatThrownBy(this::fetch).hasMessageContaining("org/tiny: the connection is refused, 3 times in a row");
    }

    @Test
    void severalAtOnceFetchEachFileOnce() throws IOException {
        hub.misbehaving((where, request, out) -> {
            if (where == Side.STORE) {
                Thread.sleep(150);
            }
            return false;
        });
        List<CompletableFuture<Download.Fetched>> all = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            all.add(CompletableFuture.supplyAsync(this::fetch));
        }
        for (CompletableFuture<Download.Fetched> one : all) {
            assertWhole(one.join());
        }
        assertThat(hub.stored()).hasSize(1);
        assertThat(said).contains("model.safetensors: is being fetched by another process; waiting for it");
    }

    @Test
    void weightsThatAreNotReadAreSaidBeforeAnythingIsFetched() {
        try (FakeHub old =
                FakeHub.of("org/tiny").file("config.json", "{}").file("pytorch_model.bin", new byte[10], true)) {
            assertThatThrownBy(() -> fetch("HF_ENDPOINT", old.endpoint().toString()))
                    .hasMessageContaining("no weights in safetensors, only pytorch_model.bin")
                    .hasMessageContaining("@refs/pr/NUMBER");
            assertThat(old.requests()).hasSize(1);
        }
    }

    @Test
    void aPlanFetchesNothing() {
        Download.DownloadPlan plan = download().plan(NAME, List.of());
        assertThat(plan.files()).containsOnlyKeys("config.json", "tokenizer.json", "README.md", "model.safetensors");
        assertThat(plan.missing()).isGreaterThan(WEIGHTS.length);
        assertThat(hub.requests()).hasSize(1);
        assertThat(home.resolve("hub")).doesNotExist();
    }
}
