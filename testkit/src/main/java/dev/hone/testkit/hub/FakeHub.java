package dev.hone.testkit.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.testkit.hub.LocalServer.Request;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A hub with one repository, on two ports of 127.0.0.1: the hub itself, and the store that it redirects to for large files, which
 * is another host to a client. It speaks as much of the protocol as a download and an upload need.
 */
public final class FakeHub implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MAIN = "main";

    private final LocalServer hub;
    private final LocalServer store;
    private final String repository;
    private final Map<String, byte[]> files = new TreeMap<>();
    private final Map<String, Boolean> large = new ConcurrentHashMap<>();
    private final Map<String, byte[]> objects = new ConcurrentHashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final List<Request> stored = new CopyOnWriteArrayList<>();
    private final AtomicReference<Fault> fault = new AtomicReference<>((where, request, out) -> false);
    private volatile String commit = "c0ffee0000000000000000000000000000000001";
    private volatile @Nullable String token;
    private volatile int partSize;
    private volatile boolean listsBlobs = true;

    /** Where a request arrives. */
    public enum Side {
        HUB,
        STORE
    }

    /** What is done in place of the right answer. */
    @FunctionalInterface
    public interface Fault {
        /** Whether it has answered. */
        boolean answers(Side where, Request request, OutputStream out) throws IOException, InterruptedException;
    }

    private FakeHub(int port, String repository) {
        this.repository = repository;
        this.store = LocalServer.start(0, (request, out) -> {
            stored.add(request);
            if (!fault.get().answers(Side.STORE, request, out)) {
                store(request, out);
            }
        });
        this.hub = LocalServer.start(port, (request, out) -> {
            requests.add(request);
            if (!fault.get().answers(Side.HUB, request, out)) {
                answer(request, out);
            }
        });
    }

    /** An empty repository. */
    public static FakeHub of(String repository) {
        return new FakeHub(0, repository);
    }

    /** Serves a folder until the process ends: PORT OWNER/NAME FOLDER. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        FakeHub hub = new FakeHub(Integer.parseInt(arguments[0]), arguments[1]);
        if (arguments.length > 2) {
            hub.folder(Path.of(arguments[2]));
        }
        Thread.currentThread().join();
    }

    public FakeHub file(String path, String content) {
        return file(path, content.getBytes(StandardCharsets.UTF_8), false);
    }

    /** Adds a file; a large one is in the store. */
    public FakeHub file(String path, byte[] content, boolean isLarge) {
        files.put(path, content);
        large.put(path, isLarge);
        return this;
    }

    /** Adds the files of a folder, its weights as large ones. */
    public FakeHub folder(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                String path = folder.relativize(file).toString();
                file(path, Files.readAllBytes(file), path.endsWith(".safetensors") || path.endsWith(".bin"));
            }
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Moves the branch main. */
    public void commit(String other) {
        commit = other;
    }

    public String commit() {
        return commit;
    }

    /** Wants this token for everything. */
    public FakeHub requiring(String wanted) {
        token = wanted;
        return this;
    }

    /** Wants uploads of large files in parts of so many bytes. */
    public FakeHub inPartsOf(int bytes) {
        partSize = bytes;
        return this;
    }

    /** Lists names of files alone, as old mirrors do. */
    public FakeHub listingNamesAlone() {
        listsBlobs = false;
        return this;
    }

    /** Does this where it answers, in place of the right thing. */
    public void misbehaving(Fault other) {
        fault.set(other);
    }

    public URI endpoint() {
        return hub.address();
    }

    public URI storage() {
        return URI.create(store.address().toString().replace("127.0.0.1", "localhost"));
    }

    /** What came to the hub. */
    public List<Request> requests() {
        return List.copyOf(requests);
    }

    /** What came to the store. */
    public List<Request> stored() {
        return List.copyOf(stored);
    }

    public byte[] content(String path) {
        return files.getOrDefault(path, new byte[0]);
    }

    public java.util.Set<String> paths() {
        return java.util.Set.copyOf(files.keySet());
    }

    /** The hash by which a file's content is known. */
    public String blob(String path) {
        byte[] content = files.get(path);
        return Boolean.TRUE.equals(large.get(path)) ? sha256(content) : git(content);
    }

    private void answer(Request request, OutputStream out) throws IOException {
        String path = request.path().split("\\?")[0];
        if (token != null && !request.header("Authorization").equals("Bearer " + token)) {
            refuse(out, 401, "RepoNotFound", "Repository not found");
        } else if (path.equals("/api/repos/create")) {
            json(out, JSON.createObjectNode().put("url", endpoint() + "/" + repository));
        } else if (path.startsWith("/api/models/" + repository + "/preupload/")) {
            preupload(request, out);
        } else if (path.startsWith("/api/models/" + repository + "/commit/")) {
            commit(request, out);
        } else if (path.equals("/" + repository + ".git/info/lfs/objects/batch")) {
            batch(request, out);
        } else if (path.equals("/complete")) {
            complete(request, out);
        } else if (path.equals("/verify")) {
            JsonNode asked = JSON.readTree(request.body());
            boolean there = objects.containsKey(asked.path("oid").asText());
            LocalServer.whole(out, there ? 200 : 404, new byte[0]);
        } else if (path.startsWith("/api/models/" + repository + "/tree/")) {
            tree(out);
        } else if (path.startsWith("/api/models/" + repository)) {
            list(path, out);
        } else if (path.startsWith("/" + repository + "/resolve/")) {
            resolve(request, decoded(path.substring(("/" + repository + "/resolve/").length())), out);
        } else {
            refuse(out, 404, "RepoNotFound", "Repository not found");
        }
    }

    private boolean isRevision(String revision) {
        return List.of(MAIN, commit, "v1.0", "refs/pr/1").contains(revision);
    }

    private void list(String path, OutputStream out) throws IOException {
        String rest = path.substring(("/api/models/" + repository).length());
        String revision = rest.startsWith("/revision/") ? decoded(rest.substring("/revision/".length())) : MAIN;
        if (!isRevision(revision)) {
            refuse(out, 404, "RevisionNotFound", "Invalid rev id: " + revision);
            return;
        }
        ObjectNode answer = JSON.createObjectNode().put("id", repository).put("sha", commit);
        ArrayNode siblings = answer.putArray("siblings");
        files.forEach((name, content) -> {
            ObjectNode one = siblings.addObject().put("rfilename", name);
            if (listsBlobs) {
                one.put("size", content.length).put("blobId", git(content));
                if (Boolean.TRUE.equals(large.get(name))) {
                    one.putObject("lfs")
                            .put("sha256", sha256(content))
                            .put("size", content.length)
                            .put("pointerSize", 130);
                }
            }
        });
        json(out, answer);
    }

    private void tree(OutputStream out) throws IOException {
        ArrayNode answer = JSON.createArrayNode();
        files.forEach((name, content) -> {
            ObjectNode one = answer.addObject()
                    .put("type", "file")
                    .put("path", name)
                    .put("size", content.length)
                    .put("oid", git(content));
            if (Boolean.TRUE.equals(large.get(name))) {
                one.putObject("lfs")
                        .put("oid", sha256(content))
                        .put("size", content.length)
                        .put("pointerSize", 130);
            }
        });
        json(out, answer);
    }

    private void resolve(Request request, String rest, OutputStream out) throws IOException {
        String revision = rest.startsWith("refs/pr/1/") ? "refs/pr/1" : rest.split("/")[0];
        String name = rest.substring(Math.min(rest.length(), revision.length() + 1));
        byte[] content = files.get(name);
        if (!isRevision(revision) || content == null) {
            refuse(out, 404, "EntryNotFound", "Entry not found");
            return;
        }
        if (Boolean.TRUE.equals(large.get(name))) {
            LocalServer.whole(
                    out,
                    302,
                    new byte[0],
                    "Location",
                    storage() + "/get/" + sha256(content),
                    "X-Repo-Commit",
                    commit,
                    "X-Linked-Etag",
                    "\"" + sha256(content) + "\"",
                    "X-Linked-Size",
                    String.valueOf(content.length));
        } else {
            send(request, content, out, "ETag", "\"" + git(content) + "\"", "X-Repo-Commit", commit);
        }
    }

    private static void send(Request request, byte[] content, OutputStream out, String... headers) throws IOException {
        String range = request.header("Range");
        int from = range.isEmpty() ? 0 : Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
        if (from >= content.length && from > 0) {
            LocalServer.whole(out, 416, new byte[0]);
            return;
        }
        String[] all = Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = from > 0 ? "Content-Range" : "Accept-Ranges";
        all[headers.length + 1] =
                from > 0 ? "bytes " + from + "-" + (content.length - 1) + "/" + content.length : "bytes";
        byte[] part = Arrays.copyOfRange(content, from, content.length);
        if (request.method().equals("HEAD")) {
            String[] more = Arrays.copyOf(all, all.length + 2);
            more[all.length] = "Content-Length";
            more[all.length + 1] = String.valueOf(part.length);
            LocalServer.head(out, 200, more);
        } else {
            LocalServer.whole(out, from > 0 ? 206 : 200, part, all);
        }
    }

    private void store(Request request, OutputStream out) throws IOException {
        String name = request.path().replaceAll(".*/", "");
        if (request.method().equals("PUT")) {
            objects.put(name, request.body());
            LocalServer.whole(out, 200, new byte[0], "ETag", "\"tag-" + name + "\"");
            return;
        }
        byte[] found = files.values().stream()
                .filter(content -> sha256(content).equals(name))
                .findFirst()
                .orElse(null);
        if (found == null) {
            LocalServer.whole(out, 403, new byte[0]);
        } else {
            send(request, found, out);
        }
    }

    private void preupload(Request request, OutputStream out) throws IOException {
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode modes = answer.putArray("files");
        for (JsonNode file : JSON.readTree(request.body()).path("files")) {
            String path = file.path("path").asText();
            modes.addObject()
                    .put("path", path)
                    .put("uploadMode", path.endsWith(".safetensors") ? "lfs" : "regular")
                    .put("shouldIgnore", false);
        }
        json(out, answer);
    }

    private void batch(Request request, OutputStream out) throws IOException {
        ObjectNode answer = JSON.createObjectNode().put("transfer", partSize > 0 ? "multipart" : "basic");
        ArrayNode list = answer.putArray("objects");
        for (JsonNode object : JSON.readTree(request.body()).path("objects")) {
            String oid = object.path("oid").asText();
            long size = object.path("size").asLong();
            ObjectNode one = list.addObject().put("oid", oid).put("size", size);
            if (!objects.containsKey(oid)) {
                ObjectNode actions = one.putObject("actions");
                ObjectNode upload = actions.putObject("upload");
                if (partSize > 0) {
                    upload.put("href", endpoint() + "/complete");
                    ObjectNode header = upload.putObject("header").put("chunk_size", String.valueOf(partSize));
                    for (int part = 1; (part - 1L) * partSize < size; part++) {
                        header.put(String.valueOf(part), storage() + "/part/" + oid + "-" + part);
                    }
                } else {
                    upload.put("href", storage() + "/put/" + oid).putObject("header");
                }
                actions.putObject("verify").put("href", endpoint() + "/verify");
            }
        }
        json(out, answer);
    }

    private void complete(Request request, OutputStream out) throws IOException {
        JsonNode asked = JSON.readTree(request.body());
        String oid = asked.path("oid").asText();
        java.io.ByteArrayOutputStream whole = new java.io.ByteArrayOutputStream();
        for (JsonNode part : asked.path("parts")) {
            String name = oid + "-" + part.path("partNumber").asInt();
            if (!part.path("etag").asText().equals("\"tag-" + name + "\"")) {
                refuse(out, 400, "", "wrong tag of a part");
                return;
            }
            whole.write(objects.get(name));
        }
        objects.put(oid, whole.toByteArray());
        LocalServer.whole(out, 200, new byte[0]);
    }

    private void commit(Request request, OutputStream out) throws IOException {
        for (String line : request.text().split("\n")) {
            JsonNode item = JSON.readTree(line);
            JsonNode value = item.path("value");
            String path = value.path("path").asText();
            if (item.path("key").asText().equals("file")) {
                file(path, Base64.getDecoder().decode(value.path("content").asText()), false);
            } else if (item.path("key").asText().equals("lfsFile")) {
                byte[] content = objects.get(value.path("oid").asText());
                if (content == null || !sha256(content).equals(value.path("oid").asText())) {
                    refuse(out, 400, "", "object " + value.path("oid").asText() + " is missing or wrong");
                    return;
                }
                file(path, content, true);
            }
        }
        json(
                out,
                JSON.createObjectNode()
                        .put("commitOid", "beef000000000000000000000000000000000002")
                        .put("commitUrl", endpoint() + "/" + repository + "/commit/beef")
                        .put("success", true));
    }

    /** Writes a refusal as the hub does. */
    public static void refuse(OutputStream out, int status, String code, String message) throws IOException {
        byte[] body = JSON.writeValueAsBytes(JSON.createObjectNode().put("error", message));
        LocalServer.whole(out, status, body, "X-Error-Code", code, "X-Error-Message", message);
    }

    private static void json(OutputStream out, JsonNode answer) throws IOException {
        LocalServer.whole(out, 200, JSON.writeValueAsBytes(answer), "Content-Type", "application/json");
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static String sha256(byte[] content) {
        return hash("SHA-256", content);
    }

    private static String git(byte[] content) {
        return hash("SHA-1", ("blob " + content.length + "\0").getBytes(StandardCharsets.US_ASCII), content);
    }

    private static String hash(String algorithm, byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            for (byte[] part : parts) {
                digest.update(part);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        hub.close();
        store.close();
    }
}
