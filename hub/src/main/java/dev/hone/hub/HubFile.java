package dev.hone.hub;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A file of a repository.
 *
 * @param path from the repository's root, its parts divided by slashes
 * @param size in bytes
 * @param blob what its content is known by: its SHA-256 where it is stored as a large file, and else its git hash (SHA-1)
 */
record HubFile(String path, long size, String blob) {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern SHA1 = Pattern.compile("[0-9a-f]{40}");
    /** Names that Windows gives to devices, wherever they stand. */
    private static final Set<String> DEVICES = Set.of("con", "prn", "aux", "nul");

    /** A file whose content has no name that this code knows; it is refused. */
    HubFile {
        if (!isSafe(path)) {
            throw new HubException(
                    "the hub lists a file named " + shown(path)
                            + ", which would lie outside the folder of its repository or is no name for a file; nothing is fetched");
        }
        if (size < 0) {
            throw new HubException(path + ": the hub does not say how large it is");
        }
        if (!SHA256.matcher(blob).matches() && !SHA1.matcher(blob).matches()) {
            throw new HubException(path + ": the hub names its content " + shown(blob)
                    + ", which is neither a SHA-256 nor a git hash, so it cannot be verified");
        }
    }

    /** Whether a name leads to a place within the folder it is resolved in, on every system. */
    static boolean isSafe(String path) {
        return !path.isEmpty()
                && path.length() < 1024
                && path.chars().allMatch(c -> c >= ' ' && c != 0x7f && "\\:*?\"<>|".indexOf(c) < 0)
                && Arrays.stream(path.split("/", -1)).allMatch(HubFile::isSafePart);
    }

    private static boolean isSafePart(String part) {
        return !part.isBlank()
                && !part.endsWith(".")
                && !part.endsWith(" ")
                && !part.equalsIgnoreCase(".git")
                && !DEVICES.contains(part.toLowerCase(java.util.Locale.ROOT));
    }

    private static String shown(String text) {
        String plain = text.replaceAll("\\p{Cntrl}", "?");
        return plain.length() > 100 ? plain.substring(0, 100) + "…" : plain.isEmpty() ? "(nothing)" : plain;
    }

    /** Whether it is stored as a large file. */
    boolean isLarge() {
        return blob.length() == 64;
    }

    /** A digest that has the name of the content once all of the content went through it. */
    MessageDigest digest() {
        try {
            if (isLarge()) {
                return MessageDigest.getInstance("SHA-256");
            }
            MessageDigest git = MessageDigest.getInstance("SHA-1");
            git.update(("blob " + size + "\0").getBytes(StandardCharsets.US_ASCII));
            return git;
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
