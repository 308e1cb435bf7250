package dev.hone.hub;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.files.HubName;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The files of a repository at a commit.
 *
 * @param commit which the revision stands for now
 * @param entries of its files, as the hub lists them
 */
record Listing(HubName name, String commit, List<JsonNode> entries) {
    Listing {
        entries = List.copyOf(entries);
    }

    /** Asks the hub. */
    static Listing of(HubName name, HubHttp http, HubSettings settings) {
        URI uri = URI.create(settings.endpoint() + "/api/models/" + name.repository() + "/revision/"
                + encoded(name.revision()) + "?blobs=true");
        JsonNode answer = http.json(HubHttp.Question.get(uri, name.repository(), name.revision()));
        String commit = answer.path("sha").asText("");
        if (!commit.matches("[0-9a-f]{40}") || !answer.path("siblings").isArray()) {
            throw new HubException(uri + ": answers without the commit and the files of " + name.repository()
                    + "; is HF_ENDPOINT (" + settings.endpoint() + ") a hub?");
        }
        List<JsonNode> entries = new ArrayList<>();
        answer.path("siblings").forEach(entries::add);
        return new Listing(name, commit, entries);
    }

    /** Every file's path. */
    List<String> paths() {
        return entries.stream().map(entry -> entry.path("rfilename").asText("")).toList();
    }

    /** A file; a hub that does not list sizes and hashes is asked for each. */
    HubFile file(String path, HubHttp http, HubSettings settings) {
        JsonNode entry = entries.stream()
                .filter(each -> each.path("rfilename").asText("").equals(path))
                .findFirst()
                .orElseThrow();
        JsonNode large = entry.path("lfs");
        String blob = large.path("sha256").asText(entry.path("blobId").asText(""));
        long size = large.path("size").asLong(entry.path("size").asLong(-1));
        if (blob.isEmpty() || size < 0) {
            if (!HubFile.isSafe(path)) {
                return new HubFile(path, size, blob); // which refuses it
            }
            HttpHeaders headers = http.head(HubHttp.Question.get(address(path, settings), name.repository(), commit));
            blob = headers.firstValue("X-Linked-Etag")
                    .or(() -> headers.firstValue("ETag"))
                    .orElse("")
                    .replaceFirst("^W/", "")
                    .replace("\"", "");
            size = headers.firstValueAsLong("X-Linked-Size")
                    .orElse(headers.firstValueAsLong("Content-Length").orElse(-1));
        }
        return new HubFile(path, size, blob);
    }

    /** Where a file's content is. */
    URI address(String path, HubSettings settings) {
        String parts = Arrays.stream(path.split("/")).map(Listing::encoded).collect(Collectors.joining("/"));
        return URI.create(settings.endpoint() + "/" + name.repository() + "/resolve/" + commit + "/" + parts);
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
