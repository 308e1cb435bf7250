package dev.hone.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The folder in which every tool of the Hugging Face ecosystem keeps what it downloads:
 *
 * <pre>
 *   models--org--name/
 *     blobs/4f2e…           content, by its SHA-256 (large files) or its git hash (small ones)
 *     refs/main             the commit that a branch, a tag or a pull request stood for when it was fetched
 *     snapshots/COMMIT/     the files of that commit, links to the blobs
 * </pre>
 *
 * <p>Here it is only read, and nothing is fetched: a name stands for the snapshot that lies there.
 */
public record HubCache(Path folder) {
    /** The system property that names the folder; the command sets it from {@code HF_HUB_CACHE} and {@code HF_HOME}. */
    public static final String PROPERTY = "hone.hub-cache";

    private static final Pattern SHORT_COMMIT = Pattern.compile("[0-9a-f]{7,40}");
    private static final Pattern REPOSITORY_FOLDER = Pattern.compile("models--([^/\\\\]+?)--([^/\\\\]+)");

    /** The cache of this process: {@value #PROPERTY}, or the usual place under the user's home. */
    public static HubCache standard() {
        String stated = System.getProperty(PROPERTY, "");
        return new HubCache(
                stated.isEmpty()
                        ? Path.of(System.getProperty("user.home", "."), ".cache", "huggingface", "hub")
                        : Path.of(stated));
    }

    /**
     * The folder that a path stands for where a model, an adapter or a tokenizer is named: the path itself if there is anything, else
     * the snapshot in the standard cache whose name it is, else again the path, whose reader says that it is missing.
     */
    public static Path resolve(Path named) {
        return Files.exists(named)
                ? named
                : HubName.in(named).flatMap(standard()::snapshot).orElse(named);
    }

    /** The folder of a repository, there or not. */
    public Path repository(String name) {
        return folder.resolve("models--" + name.replace("/", "--"));
    }

    /** The snapshot that lies here for a name, at the commit its revision stood for when it was fetched. */
    public Optional<Path> snapshot(HubName name) {
        Path snapshots = repository(name.repository()).resolve("snapshots");
        return commit(name).map(snapshots::resolve).filter(Files::isDirectory);
    }

    private Optional<String> commit(HubName name) {
        Path repository = repository(name.repository());
        Path reference = repository.resolve("refs").resolve(name.revision());
        if (Files.isRegularFile(reference)) {
            try {
                return Optional.of(Files.readString(reference).strip())
                        .filter(commit -> SHORT_COMMIT.matcher(commit).matches());
            } catch (IOException unreadable) {
                return Optional.empty();
            }
        }
        return SHORT_COMMIT.matcher(name.revision()).matches()
                ? only(repository.resolve("snapshots"), name.revision())
                : Optional.empty();
    }

    /** The only commit that begins with these digits. */
    private static Optional<String> only(Path snapshots, String digits) {
        try (Stream<Path> all = Files.list(snapshots)) {
            List<String> found = all.map(one -> one.getFileName().toString())
                    .filter(commit -> commit.startsWith(digits))
                    .limit(2)
                    .toList();
            return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
        } catch (IOException none) {
            return Optional.empty();
        }
    }

    /** The name by which others find what lies in a folder, where it is a snapshot of any cache: {@code org/name}. */
    public static Optional<String> nameOf(Path folder) {
        Path snapshot = folder.toAbsolutePath().normalize();
        int depth = snapshot.getNameCount();
        if (depth < 3 || !snapshot.getName(depth - 2).toString().equals("snapshots")) {
            return Optional.empty();
        }
        Matcher named = REPOSITORY_FOLDER.matcher(snapshot.getName(depth - 3).toString());
        return named.matches() ? Optional.of(named.group(1) + "/" + named.group(2)) : Optional.empty();
    }

    /**
     * A folder as one would write it where a model is named: {@code org/name} for what {@link #resolve} makes of that, with its commit
     * where another one is meant by the name alone, and the folder itself where it is no snapshot of the standard cache.
     */
    public static Path written(Path folder) {
        Path snapshot = folder.toAbsolutePath().normalize();
        HubCache cache = standard();
        return nameOf(folder)
                .filter(name ->
                        snapshot.startsWith(cache.folder().toAbsolutePath().normalize()))
                .map(HubName::of)
                .map(name -> cache.snapshot(name)
                                .filter(meant ->
                                        meant.toAbsolutePath().normalize().equals(snapshot))
                                .isPresent()
                        ? name
                        : name.at(String.valueOf(snapshot.getFileName())))
                .map(name -> Path.of(name.toString()))
                .filter(name -> !Files.exists(name))
                .orElse(folder);
    }

    /** What to say of a folder that lacks a file, after the rest: of a snapshot, which command fetches what is missing; else nothing. */
    public static String rest(Path folder) {
        return nameOf(folder)
                .map(name -> "; only a part of " + name + " was fetched, and the rest comes with: ./hone download "
                        + name + "@" + folder.toAbsolutePath().normalize().getFileName())
                .orElse("");
    }

    /** What to say of a folder that is missing and looks like a name of the hub; empty where it does not. */
    public static Optional<String> adviceFor(Path missing) {
        boolean name = MissingPath.hubName(missing).isPresent();
        return HubName.in(missing)
                .filter(found -> name || missing.toString().contains("@"))
                .map(found -> "it is not in the Hugging Face cache either ("
                        + standard().folder() + "); fetch it with: ./hone download " + found);
    }
}
