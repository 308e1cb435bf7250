package dev.hone.files;

import static dev.hone.error.Require.require;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a repository on the Hugging Face hub, at a revision: {@code org/name}, which means its branch {@code main}, or
 * {@code org/name@revision} with a branch, a tag, a commit or the reference of a pull request ({@code refs/pr/1}).
 *
 * @param repository owner and name, as in {@code Qwen/Qwen2.5-0.5B}
 */
public record HubName(String repository, String revision) {
    /** The branch where none is named. */
    public static final String MAIN = "main";

    private static final String PART = "[A-Za-z0-9](?:[\\w.-]{0,94}[\\w])?";
    private static final Pattern REPOSITORY = Pattern.compile(PART + "/" + PART);
    private static final Pattern REVISION = Pattern.compile("\\w[\\w.+-]*(?:/\\w[\\w.+-]*)*");
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
    private static final Pattern NAMED = Pattern.compile("([^@]+)(?:@(.+))?");

    public HubName {
        require(
                isRepository(repository),
                "name (%s) must be OWNER/NAME of a repository on the Hugging Face hub, such as Qwen/Qwen2.5-0.5B",
                repository);
        require(
                REVISION.matcher(revision).matches() && !revision.contains(".."),
                "revision (%s) must be a branch, a tag, a commit or refs/pr/NUMBER",
                revision);
    }

    /** The name that a text is; {@link IllegalArgumentException} says what is wrong with it. */
    public static HubName of(String text) {
        Matcher named = NAMED.matcher(text);
        boolean whole = named.matches();
        String revision = whole ? named.group(2) : null;
        return new HubName(whole ? named.group(1) : text, revision == null ? MAIN : revision);
    }

    /** The name that was written where a path is wanted; empty where it is none. */
    public static Optional<HubName> in(Path path) {
        String text = path.toString().replace(path.getFileSystem().getSeparator(), "/");
        try {
            return Optional.of(of(text));
        } catch (IllegalArgumentException other) {
            return Optional.empty();
        }
    }

    private static boolean isRepository(String text) {
        return REPOSITORY.matcher(text).matches()
                && !text.contains("--")
                && !text.contains("..")
                && !text.endsWith(".git");
    }

    /** Whether the revision is a whole commit, which never changes. */
    public boolean isCommit() {
        return COMMIT.matcher(revision).matches();
    }

    /** The same repository at another revision. */
    public HubName at(String other) {
        return new HubName(repository, other);
    }

    /** As it is written: without the branch main. */
    @Override
    public String toString() {
        return revision.equals(MAIN) ? repository : repository + "@" + revision;
    }
}
