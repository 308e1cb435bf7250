package dev.hone.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * An answer that refuses, and what to do about it. The hub says what is meant in a header (X-Error-Code), as one status stands for
 * several things: 401 for a gated repository, a private one and none at all.
 *
 * @param code of X-Error-Code, empty where there is none
 * @param said the server's own words, empty where it has none
 */
record Refusal(int status, String code, String said) {
    private static final int LONGEST = 300;

    /** The refusal of an answer's headers and the beginning of its body. */
    static Refusal of(int status, String code, String message, byte[] body) {
        String said = message.isEmpty() ? inside(body) : message;
        String plain = said.replaceAll("\\p{Cntrl}+", " ").strip();
        return new Refusal(status, code, plain.substring(0, Math.min(LONGEST, plain.length())));
    }

    private static String inside(byte[] body) {
        try {
            JsonNode error = new ObjectMapper().readTree(body).path("error");
            return error.isTextual() ? error.asText() : error.path("message").asText("");
        } catch (JsonProcessingException noJson) {
            return body.length < LONGEST && body.length > 0 && body[0] != '<'
                    ? new String(body, StandardCharsets.UTF_8)
                    : "";
        } catch (java.io.IOException e) {
            return "";
        }
    }

    /**
     * What to tell the user.
     *
     * @param name the repository, as it was asked for
     * @param revision what was asked for of it
     * @param writes whether something was to be written
     */
    HubException explained(String name, String revision, boolean writes, HubSettings settings) {
        return new HubException(name + ": " + advice(name, revision, writes, settings) + words(), status);
    }

    private String words() {
        return " (" + status + (said.isEmpty() ? "" : ": " + said) + ")";
    }

    private String advice(String name, String revision, boolean writes, HubSettings settings) {
        boolean anonymous = settings.token() == null;
        if (isGated()) {
            return gated(name, anonymous, settings);
        }
        return switch (status) {
            case 401 ->
                anonymous
                        ? writes
                                ? "the hub wants to know who writes; " + tokenAdvice("write", settings)
                                : "there is no such repository, or it is private or gated; look at "
                                        + settings.page(name) + ", and if it is there, " + tokenAdvice("read", settings)
                        : invalidToken()
                                ? "the hub does not know the token of " + settings.tokenSource()
                                        + "; it may have expired or been copied in part; "
                                        + tokenAdvice(writes ? "write" : "read", settings)
                                : "there is no such repository, or the token of " + settings.tokenSource()
                                        + " may not see it; look at " + settings.page(name);
            case 403 ->
                anonymous
                        ? "the hub does not allow this without a token; "
                                + tokenAdvice(writes ? "write" : "read", settings)
                        : "the token of " + settings.tokenSource() + " does not allow this; at "
                                + settings.endpoint() + "/settings/tokens it needs "
                                + (writes
                                        ? "the role write, or as a fine-grained one write access to the contents of "
                                                + name
                                        : "the role read, or as a fine-grained one read access to the contents of "
                                                + name
                                                + " (for gated repositories of others: to all public gated repos)");
            case 404 -> missing(name, revision, anonymous, settings);
            case 400, 422 -> "the hub does not accept the request";
            case 409 -> "the repository has changed meanwhile, or exists already; give the command again";
            case 413 -> "the hub says that this is too large";
            default -> "the hub refuses the request";
        };
    }

    private boolean invalidToken() {
        return said.toLowerCase(Locale.ROOT).contains("credentials")
                || said.toLowerCase(Locale.ROOT).contains("token");
    }

    private boolean isGated() {
        return code.equals("GatedRepo");
    }

    private static String gated(String name, boolean anonymous, HubSettings settings) {
        String accept = "open " + settings.page(name)
                + " in a browser, sign in, and accept the terms there (some owners then let it wait for their approval)";
        return anonymous
                ? "is gated: its owner gives it to those who accepted its terms; " + accept + "; then "
                        + tokenAdvice("read", settings)
                : "is gated, and the account of the token of " + settings.tokenSource() + " has no access to it yet; "
                        + accept + "; a fine-grained token also needs read access to public gated repositories";
    }

    private static String tokenAdvice(String role, HubSettings settings) {
        return "make a token with the role " + role + " at " + settings.endpoint()
                + "/settings/tokens and set HF_TOKEN to it, or write it into " + settings.tokenFile();
    }

    private String missing(String name, String revision, boolean anonymous, HubSettings settings) {
        return switch (code) {
            case "RevisionNotFound" ->
                "has no revision " + revision + "; " + settings.page(name)
                        + "/refs shows its branches and tags, and a pull request is refs/pr/NUMBER";
            case "EntryNotFound" -> "has no such file at revision " + revision;
            default ->
                "there is no such repository" + (anonymous ? " that is public" : " that the token may see")
                        + "; is the name right? look at " + settings.page(name);
        };
    }
}
