package dev.hone.hub;

import static dev.hone.error.Require.require;

import dev.hone.files.HubCache;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the hub is, who asks, and where its files are kept, by the variables that all tools of the ecosystem read: {@code HF_ENDPOINT},
 * {@code HF_TOKEN}, {@code HF_TOKEN_PATH}, {@code HF_HUB_OFFLINE}, {@code HF_HOME}, {@code HF_HUB_CACHE}, {@code XDG_CACHE_HOME}.
 *
 * @param endpoint the hub's address, without a slash at its end
 * @param token sent to the endpoint and to no other host; null: none
 * @param tokenSource what to call its place in messages
 * @param offline whether every connection is refused before it is opened
 */
public record HubSettings(
        URI endpoint, @Nullable String token, String tokenSource, Path tokenFile, boolean offline, HubCache cache) {
    static final String DEFAULT_ENDPOINT = "https://huggingface.co";

    private static final Set<String> TRUE = Set.of("1", "ON", "YES", "TRUE");

    public HubSettings {
        String scheme = String.valueOf(endpoint.getScheme());
        require(
                scheme.matches("https?") && endpoint.getHost() != null,
                "HF_ENDPOINT (%s) must be the address of a hub, such as %s",
                endpoint,
                DEFAULT_ENDPOINT);
        require(
                token == null || token.matches("[\\x21-\\x7e]+"),
                "the token in %s has characters that no token has; copy it again",
                tokenSource);
    }

    /**
     * The settings of an environment.
     *
     * @param home the user's folder
     * @throws HubException if a variable cannot be right
     */
    public static HubSettings of(Map<String, String> environment, Path home) {
        Variables variables = new Variables(environment, home);
        Path tokenFile = variables.path("HF_TOKEN_PATH", variables.hugging().resolve("token"));
        boolean implicit = !variables.isTrue("HF_HUB_DISABLE_IMPLICIT_TOKEN");
        String token = variables.text("HF_TOKEN");
        String source = "HF_TOKEN";
        if (token == null) {
            token = variables.text("HUGGING_FACE_HUB_TOKEN");
            source = "HUGGING_FACE_HUB_TOKEN";
        }
        if (token == null && implicit) {
            token = read(tokenFile);
            source = tokenFile.toString();
        }
        try {
            return new HubSettings(
                    endpoint(variables.text("HF_ENDPOINT")),
                    token,
                    source,
                    tokenFile,
                    variables.isTrue("HF_HUB_OFFLINE") || variables.isTrue("TRANSFORMERS_OFFLINE"),
                    cache(environment, home));
        } catch (IllegalArgumentException e) {
            throw new HubException(String.valueOf(e.getMessage()));
        }
    }

    /** The cache of an environment, whatever else is wrong with that. */
    public static HubCache cache(Map<String, String> environment, Path home) {
        Variables variables = new Variables(environment, home);
        Path legacy =
                variables.path("HUGGINGFACE_HUB_CACHE", variables.hugging().resolve("hub"));
        return new HubCache(variables.path("HF_HUB_CACHE", legacy));
    }

    private static URI endpoint(@Nullable String text) {
        String address = (text == null ? DEFAULT_ENDPOINT : text).replaceFirst("/+$", "");
        try {
            return new URI(address);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("HF_ENDPOINT (" + address + ") is no address: " + e.getReason(), e);
        }
    }

    private static @Nullable String read(Path file) {
        try {
            String text = Files.isRegularFile(file) ? Files.readString(file).strip() : "";
            return text.isEmpty() ? null : text;
        } catch (IOException e) {
            throw new HubException(file + ": cannot be read (" + e.getMessage() + ")", e);
        }
    }

    /** The same without the token, for what goes to standard output or a log. */
    @Override
    public String toString() {
        return endpoint + (token == null ? "" : " with the token of " + tokenSource) + (offline ? " (offline)" : "");
    }

    /** The page of a repository for people. */
    String page(String repository) {
        return endpoint + "/" + repository;
    }

    /** Variables with their blanks removed; an empty one is none. */
    private record Variables(Map<String, String> environment, Path home) {
        Path hugging() {
            return path(
                    "HF_HOME", path("XDG_CACHE_HOME", home.resolve(".cache")).resolve("huggingface"));
        }

        @Nullable
        String text(String name) {
            String text = environment.getOrDefault(name, "").strip();
            return text.isEmpty() ? null : text;
        }

        boolean isTrue(String name) {
            String text = text(name);
            return text != null && TRUE.contains(text.toUpperCase(Locale.ROOT));
        }

        /** A folder, whose {@code ~} is the user's. */
        Path path(String name, Path otherwise) {
            String text = text(name);
            if (text == null) {
                return otherwise;
            }
            return text.equals("~") || text.startsWith("~/")
                    ? home.resolve(text.substring(1).replaceFirst("^/", ""))
                    : Path.of(text);
        }
    }
}
