package dev.hone.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.files.HubName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Files sent to a repository as one commit, in the protocol of the hub: the repository is made where there is none; the hub says which
 * files it stores as large ones; these go to its store (Git LFS batch API, in parts where the store wants parts); the commit names them
 * all. Until the commit nothing is seen of an upload, and content that the store already has is not sent again.
 */
public final class Upload {
    private static final int FILES_AT_ONCE = 256;
    private static final String LFS = "application/vnd.git-lfs+json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HubSettings settings;
    private final Patience patience;
    private final TransferObserver observer;
    private final HubHttp http;
    private final AtomicLong done = new AtomicLong();

    public Upload(HubSettings settings, Patience patience, TransferObserver observer) {
        this.settings = settings;
        this.patience = patience;
        this.observer = observer;
        this.http = new HubHttp(settings, patience, observer);
    }

    /** What stands on the hub now. */
    public record Uploaded(HubName name, String commit, String page, boolean created, int files, long bytes) {}

    /**
     * Sends files; those of the same names are replaced, all others stay.
     *
     * @param isPrivate of a repository that is made; one that exists stays as it is
     * @throws HubException with the reason and what to do
     * @throws dev.hone.error.StoppedException if the observer asks for it; nothing is committed then
     */
    public Uploaded send(HubName name, List<UploadFile> files, String message, boolean isPrivate) {
        if (settings.token() == null) {
            throw new Refusal(401, "", "no token is set").explained(name.repository(), name.revision(), true, settings);
        }
        boolean created = create(name, isPrivate);
        try {
            Map<String, String> modes = modes(name, files);
            List<UploadFile> large = files.stream()
                    .filter(file -> file.size() > 0 && "lfs".equals(modes.get(file.path())))
                    .toList();
            Map<UploadFile, String> hashes = new LinkedHashMap<>();
            for (UploadFile file : large) {
                hashes.put(file, file.sha256());
            }
            long total = large.stream().mapToLong(UploadFile::size).sum();
            observer.progress(0, Math.max(1, total));
            store(name, hashes, total);
            List<UploadFile> sent = files.stream()
                    .filter(file -> modes.containsKey(file.path()))
                    .toList();
            JsonNode commit = commit(name, sent, hashes, message);
            return new Uploaded(
                    name,
                    commit.path("commitOid").asText(""),
                    settings.page(name.repository()),
                    created,
                    sent.size(),
                    sent.stream().mapToLong(UploadFile::size).sum());
        } catch (UncheckedIOException | IOException e) {
            throw new HubException("a file cannot be read (" + e.getMessage() + ")", new IOException(e));
        }
    }

    private HubHttp.Question question(HubName name, String path, String type, byte[] body) {
        return HubHttp.Question.post(
                URI.create(settings.endpoint() + path), name.repository(), name.revision(), type, body);
    }

    private JsonNode post(HubName name, String path, JsonNode body) throws IOException {
        return http.json(question(name, path, "application/json", JSON.writeValueAsBytes(body)));
    }

    /** Makes the repository, unless it is there. */
    private boolean create(HubName name, boolean isPrivate) {
        URI uri = URI.create(settings.endpoint() + "/api/models/" + name.repository());
        try {
            http.json(HubHttp.Question.get(uri, name.repository(), name.revision()));
            return false;
        } catch (HubException e) {
            if (e.status() != 404 && e.status() != 401) {
                throw e;
            }
        }
        String[] parts = name.repository().split("/");
        ObjectNode wanted = JSON.createObjectNode()
                .put("type", "model")
                .put("name", parts[1])
                .put("organization", parts[0])
                .put("private", isPrivate)
                .put("visibility", isPrivate ? "private" : "public");
        try {
            post(name, "/api/repos/create", wanted);
            return true;
        } catch (HubException e) {
            if (e.status() == 409) { // somebody was faster
                return false;
            }
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How the hub wants each file, {@code regular} or {@code lfs}; those that it ignores are left out, and said. */
    private Map<String, String> modes(HubName name, List<UploadFile> files) throws IOException {
        Map<String, String> modes = new LinkedHashMap<>();
        for (int from = 0; from < files.size(); from += FILES_AT_ONCE) {
            ObjectNode asked = JSON.createObjectNode();
            ArrayNode list = asked.putArray("files");
            for (UploadFile file : files.subList(from, Math.min(files.size(), from + FILES_AT_ONCE))) {
                list.addObject()
                        .put("path", file.path())
                        .put("sample", Base64.getEncoder().encodeToString(file.sample()))
                        .put("size", file.size());
            }
            String path = "/api/models/" + name.repository() + "/preupload/" + Listing.encoded(name.revision());
            Set<String> unanswered = new LinkedHashSet<>();
            list.forEach(file -> unanswered.add(file.get("path").asText()));
            for (JsonNode mode : post(name, path, asked).path("files")) {
                unanswered.remove(mode.path("path").asText());
                if (mode.path("shouldIgnore").asBoolean()) {
                    observer.say(mode.path("path").asText() + ": is not sent, as the repository's .gitignore names it");
                } else {
                    modes.put(
                            mode.path("path").asText(), mode.path("uploadMode").asText());
                }
            }
            if (!unanswered.isEmpty()) {
                throw new HubException("the hub does not say how it takes " + String.join(", ", unanswered)
                        + "; nothing was committed");
            }
        }
        return modes;
    }

    private void store(HubName name, Map<UploadFile, String> hashes, long total) throws IOException {
        List<UploadFile> files = new ArrayList<>(hashes.keySet());
        for (int from = 0; from < files.size(); from += FILES_AT_ONCE) {
            ObjectNode asked =
                    JSON.createObjectNode().put("operation", "upload").put("hash_algo", "sha256");
            asked.putArray("transfers").add("basic").add("multipart");
            asked.putObject("ref").put("name", name.revision());
            ArrayNode objects = asked.putArray("objects");
            Map<String, UploadFile> byHash = new LinkedHashMap<>();
            for (UploadFile file : files.subList(from, Math.min(files.size(), from + FILES_AT_ONCE))) {
                String hash = String.valueOf(hashes.get(file));
                if (byHash.put(hash, file) == null) {
                    objects.addObject().put("oid", hash).put("size", file.size());
                }
            }
            HubHttp.Question batch = question(
                            name,
                            "/" + name.repository() + ".git/info/lfs/objects/batch",
                            LFS,
                            JSON.writeValueAsBytes(asked))
                    .with("Accept", LFS);
            for (JsonNode answer : http.json(batch).path("objects")) {
                UploadFile file = byHash.get(answer.path("oid").asText());
                if (file == null) {
                    continue;
                }
                if (answer.has("error")) {
                    throw new HubException(file.path() + ": the hub does not take it ("
                            + answer.path("error").path("message").asText() + ")");
                }
                JsonNode upload = answer.path("actions").path("upload");
                if (upload.isMissingNode()) { // the store has it
                    observer.progress(done.addAndGet(file.size()), total);
                } else {
                    put(name, file, answer.path("oid").asText(), upload, total);
                    verify(name, file, answer);
                }
            }
        }
    }

    private void put(HubName name, UploadFile file, String hash, JsonNode upload, long total) throws IOException {
        URI target = address(upload.path("href").asText(), file);
        JsonNode header = upload.path("header");
        if (!header.has("chunk_size")) {
            part(name, file, target, 0, file.size(), header, total);
            return;
        }
        long size = header.path("chunk_size").asLong();
        Map<Integer, String> parts = new TreeMap<>();
        header.properties().forEach(entry -> {
            if (entry.getKey().matches("\\d{1,6}")) {
                parts.put(Integer.valueOf(entry.getKey()), entry.getValue().asText());
            }
        });
        if (size <= 0 || parts.size() != (file.size() + size - 1) / size) {
            throw new HubException(file.path() + ": the hub wants it in " + parts.size() + " parts of " + size
                    + " bytes, which does not fit its " + file.size());
        }
        ObjectNode whole = JSON.createObjectNode().put("oid", hash);
        ArrayNode list = whole.putArray("parts");
        long from = 0;
        for (Map.Entry<Integer, String> each : parts.entrySet()) {
            long length = Math.min(size, file.size() - from);
            String tag = part(name, file, address(each.getValue(), file), from, length, JSON.createObjectNode(), total);
            if (tag.isEmpty()) {
                throw new HubException(
                        file.path() + ": the store took part " + each.getKey() + " without a tag for it");
            }
            list.addObject().put("partNumber", each.getKey()).put("etag", tag);
            from += length;
        }
        http.json(HubHttp.Question.post(target, name.repository(), name.revision(), LFS, JSON.writeValueAsBytes(whole))
                .with("Accept", LFS));
    }

    private static URI address(String text, UploadFile file) {
        try {
            URI uri = URI.create(text);
            if (uri.getHost() != null && String.valueOf(uri.getScheme()).matches("https?")) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new HubException(file.path() + ": the hub names no address to send it to (" + text + ")");
    }

    /** Sends a part until the store has it; what comes back is its tag. */
    private String part(
            HubName name, UploadFile file, URI target, long from, long length, JsonNode header, long total) {
        Attempts attempts = new Attempts(file.path(), patience, observer);
        while (true) {
            AtomicLong sent = new AtomicLong();
            HubHttp.Question question = new HubHttp.Question(
                    "PUT",
                    target,
                    Map.of(),
                    name.repository(),
                    name.revision(),
                    file.part(from, length, bytes -> {
                        sent.addAndGet(bytes);
                        observer.progress(done.addAndGet(bytes), total);
                    }),
                    sent);
            for (Map.Entry<String, JsonNode> each : header.properties()) {
                question = question.with(each.getKey(), each.getValue().asText());
            }
            try (HubHttp.Answer answer = http.ask(question)) {
                return answer.header("ETag");
            } catch (IOException e) {
                observer.progress(done.addAndGet(-sent.get()), total);
                attempts.failed(e);
            }
        }
    }

    private void verify(HubName name, UploadFile file, JsonNode answer) throws IOException {
        JsonNode verify = answer.path("actions").path("verify").path("href");
        if (verify.isTextual()) {
            ObjectNode what = JSON.createObjectNode()
                    .put("oid", answer.path("oid").asText())
                    .put("size", file.size());
            http.json(HubHttp.Question.post(
                    address(verify.asText(), file),
                    name.repository(),
                    name.revision(),
                    "application/json",
                    JSON.writeValueAsBytes(what)));
        }
    }

    /** One JSON object a line: the message, then each file. */
    private JsonNode commit(HubName name, List<UploadFile> files, Map<UploadFile, String> hashes, String message)
            throws IOException {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        line(lines, "header", JSON.createObjectNode().put("summary", message).put("description", ""));
        for (UploadFile file : files) {
            String hash = hashes.get(file);
            ObjectNode value = JSON.createObjectNode().put("path", file.path());
            if (hash == null) {
                value.put("content", Base64.getEncoder().encodeToString(file.content()))
                        .put("encoding", "base64");
            } else {
                value.put("algo", "sha256").put("oid", hash).put("size", file.size());
            }
            line(lines, hash == null ? "file" : "lfsFile", value);
        }
        String path = "/api/models/" + name.repository() + "/commit/" + Listing.encoded(name.revision());
        return http.json(question(name, path, "application/x-ndjson", lines.toByteArray()));
    }

    private static void line(ByteArrayOutputStream lines, String key, ObjectNode value) throws IOException {
        ObjectNode item = JSON.createObjectNode().put("key", key);
        item.set("value", value);
        lines.write(JSON.writeValueAsBytes(item));
        lines.write("\n".getBytes(StandardCharsets.UTF_8));
    }
}
