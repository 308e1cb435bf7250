package dev.hone.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hone.error.StoppedException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Requests to the hub and to the stores it redirects to. The token goes to the hub's own address only: a redirect to another host, as
 * every large file has, is followed without it. Every wait ends: at a server's silence, or when the observer asks to stop.
 *
 * <p>Safe for several threads.
 */
final class HubHttp {
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final Set<Integer> BUSY = Set.of(408, 425, 429, 500, 502, 503, 504);
    private static final int MOST_REDIRECTS = 10;
    private static final int LONGEST_REFUSAL = 1 << 16;
    private static final int LONGEST_JSON = 64 << 20;
    private static final long TICK_MILLIS = 100;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HubSettings settings;
    private final Patience patience;
    private final TransferObserver observer;
    private final HttpClient client;

    HubHttp(HubSettings settings, Patience patience, TransferObserver observer) {
        this.settings = settings;
        this.patience = patience;
        this.observer = observer;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1) // of which one connection for each file is the fastest
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(patience.connect())
                .proxy(EnvironmentProxy.ofThisProcess())
                .build();
    }

    /**
     * What is asked of the hub.
     *
     * @param repository in messages
     * @param body of a request that sends something; it is asked for again at each attempt
     * @param sent bytes of the body that have left, so that a slow upload is not taken for a silent server
     */
    record Question(
            String method,
            URI uri,
            Map<String, String> headers,
            String repository,
            String revision,
            HttpRequest.@Nullable BodyPublisher body,
            AtomicLong sent) {
        static Question get(URI uri, String repository, String revision) {
            return new Question("GET", uri, Map.of(), repository, revision, null, new AtomicLong());
        }

        static Question post(URI uri, String repository, String revision, String type, byte[] body) {
            return new Question(
                    "POST",
                    uri,
                    Map.of("Content-Type", type),
                    repository,
                    revision,
                    HttpRequest.BodyPublishers.ofByteArray(body),
                    new AtomicLong());
        }

        Question with(String header, String value) {
            Map<String, String> more = new java.util.LinkedHashMap<>(headers);
            more.put(header, value);
            return new Question(method, uri, more, repository, revision, body, sent);
        }

        Question as(String other) {
            return new Question(other, uri, headers, repository, revision, body, sent);
        }
    }

    /** An answer that does not refuse; its body is to be closed. */
    record Answer(int status, HttpHeaders headers, WatchedStream body, URI uri) implements AutoCloseable {
        @Override
        public void close() {
            body.close();
        }

        String header(String name) {
            return headers.firstValue(name).orElse("");
        }
    }

    /** Asks until there is an answer, which is read as JSON; an empty one is a missing node. */
    JsonNode json(Question question) {
        Attempts attempts = new Attempts(question.repository(), patience, observer);
        while (true) {
            try (Answer answer = ask(question)) {
                byte[] bytes = answer.body().readNBytes(LONGEST_JSON);
                return JSON.readTree(bytes);
            } catch (JsonProcessingException e) {
                throw new HubException(question.uri()
                        + ": answers with something that is no JSON, so it is no hub, or something stands between; is"
                        + " HF_ENDPOINT (" + settings.endpoint() + ") right?");
            } catch (IOException e) {
                attempts.failed(e);
            }
        }
    }

    /** The headers of the hub's own answer, redirects to other hosts not followed. */
    HttpHeaders head(Question question) {
        Attempts attempts = new Attempts(question.repository(), patience, observer);
        while (true) {
            try (Answer answer = ask(question.as("HEAD"), false)) {
                return answer.headers();
            } catch (IOException e) {
                attempts.failed(e);
            }
        }
    }

    /**
     * Asks once.
     *
     * @throws IOException if asking again may help
     * @throws HubException if it would not
     */
    Answer ask(Question question) throws IOException {
        return ask(question, true);
    }

    private Answer ask(Question question, boolean elsewhere) throws IOException {
        if (settings.offline()) {
            throw new HubException(question.repository()
                    + ": HF_HUB_OFFLINE is set, so no connection is opened; unset it, or use what the cache holds ("
                    + settings.cache().folder() + ")");
        }
        URI uri = question.uri();
        for (int hops = 0; hops <= MOST_REDIRECTS; hops++) {
            HttpResponse<InputStream> response = send(question, uri);
            WatchedStream body = new WatchedStream(response.body(), patience.answer(), observer);
            int status = response.statusCode();
            if (REDIRECTS.contains(status)) {
                URI next = target(question, uri, response);
                if (!elsewhere && !isHub(next)) {
                    return new Answer(status, response.headers(), body, uri);
                }
                body.close();
                uri = next;
            } else if (status / 100 == 2) {
                return new Answer(status, response.headers(), body, uri);
            } else {
                throw refusal(question, response, body);
            }
        }
        throw new HubException(
                question.uri() + ": redirects in a circle; is HF_ENDPOINT (" + settings.endpoint() + ") right?");
    }

    private URI target(Question question, URI from, HttpResponse<InputStream> response) {
        String location = response.headers().firstValue("Location").orElse("");
        URI next;
        try {
            next = from.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new HubException(from + ": redirects to what is no address (" + location + ")");
        }
        String scheme = String.valueOf(next.getScheme());
        if (location.isEmpty() || next.getHost() == null || !scheme.matches("https?")) {
            throw new HubException(from + ": redirects to what is no address (" + location + ")");
        }
        if (from.getScheme().equals("https") && !scheme.equals("https")) {
            throw new HubException(from + ": redirects to " + next + ", which is not encrypted; that is not followed");
        }
        if (question.body() != null && response.statusCode() < 307) {
            throw new HubException(question.repository() + ": has moved (" + next + "); name it by its new name");
        }
        return next;
    }

    private boolean isHub(URI uri) {
        URI hub = settings.endpoint();
        return hub.getScheme().equals(uri.getScheme())
                && hub.getHost().equalsIgnoreCase(uri.getHost())
                && port(hub) == port(uri);
    }

    private static int port(URI uri) {
        return uri.getPort() >= 0 ? uri.getPort() : uri.getScheme().equals("https") ? 443 : 80;
    }

    private HttpResponse<InputStream> send(Question question, URI uri) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .method(
                        question.method(),
                        question.body() == null ? HttpRequest.BodyPublishers.noBody() : question.body())
                .header("User-Agent", "hone (Java " + Runtime.version().feature() + ")")
                .header("Accept-Encoding", "identity"); // a compressed answer has another length than is listed
        question.headers().forEach(request::header);
        if (settings.token() != null && isHub(uri)) {
            request.header("Authorization", "Bearer " + settings.token());
        }
        CompletableFuture<HttpResponse<InputStream>> answer =
                client.sendAsync(request.build(), BodyHandlers.ofInputStream());
        long seen = question.sent().get();
        long since = System.nanoTime();
        while (true) {
            try {
                return answer.get(TICK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException notYet) {
                long sent = question.sent().get();
                if (sent != seen) {
                    seen = sent;
                    since = System.nanoTime();
                }
                boolean stopped = observer.getAsBoolean();
                if (stopped || System.nanoTime() - since > patience.answer().toNanos()) {
                    answer.cancel(true);
                    if (stopped) {
                        throw new StoppedException();
                    }
                    throw new TransientException(
                            "no answer within " + patience.answer().toSeconds() + " s");
                }
            } catch (ExecutionException e) {
                if (e.getCause() instanceof IOException cause) {
                    throw cause;
                }
                throw new IOException(String.valueOf(e.getCause()), e);
            } catch (InterruptedException e) {
                answer.cancel(true);
                Thread.currentThread().interrupt();
                throw new StoppedException();
            }
        }
    }

    /** An exception for an answer that refuses: a {@link TransientException} where asking again may help. */
    private IOException refusal(Question question, HttpResponse<InputStream> response, WatchedStream body)
            throws IOException {
        int status = response.statusCode();
        byte[] bytes;
        try (body) {
            bytes = body.readNBytes(LONGEST_REFUSAL);
        } catch (IOException cut) {
            bytes = new byte[0];
        }
        HttpHeaders headers = response.headers();
        Refusal refusal = Refusal.of(
                status,
                headers.firstValue("X-Error-Code").orElse(""),
                headers.firstValue("X-Error-Message").orElse(""),
                bytes);
        if (BUSY.contains(status)) {
            return new TransientException(
                    status == 429
                            ? "the server wants fewer requests (429)"
                            : "the server has a fault (" + status
                                    + (refusal.said().isEmpty() ? "" : ": " + refusal.said()) + ")",
                    wait(headers));
        }
        if (status == 416) {
            return new RangeException();
        }
        if (!isHub(response.uri())) { // a store's address is good for some minutes
            return new TransientException(
                    "the store " + response.uri().getHost() + " refuses the transfer (" + status + ")", null);
        }
        throw refusal.explained(question.repository(), question.revision(), question.body() != null, settings);
    }

    /** A part of a file that the server does not have. */
    static final class RangeException extends IOException {
        private static final long serialVersionUID = 1;

        RangeException() {
            super("the server has no such part of the file (416)");
        }
    }

    /** How long a server asks to wait: seconds, or a date. */
    private static @Nullable Duration wait(HttpHeaders headers) {
        String value = headers.firstValue("Retry-After").orElse("").strip();
        if (value.matches("\\d{1,6}")) {
            return Duration.ofSeconds(Long.parseLong(value));
        }
        try {
            Duration until = value.isEmpty()
                    ? null
                    : Duration.between(
                            ZonedDateTime.now(java.time.ZoneOffset.UTC),
                            ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME));
            return until == null || until.isNegative() ? null : until;
        } catch (DateTimeParseException e) {
            return null;
        }
    }
}
