package dev.hone.hub;

import dev.hone.files.AtomicFiles;
import dev.hone.files.HubCache;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/** A repository's part of the cache, written as all tools of the ecosystem do; see {@link HubCache}. */
final class CacheRepository {
    private final HubCache cache;
    private final Path folder;

    CacheRepository(HubCache cache, String repository) {
        this.cache = cache;
        this.folder = cache.repository(repository);
    }

    Path folder() {
        return folder;
    }

    Path blob(HubFile file) {
        return folder.resolve("blobs").resolve(file.blob());
    }

    /** Locks lie apart, under the names that other tools use, so that an emptied repository leaves none behind. */
    Path lock(HubFile file) {
        return cache.folder().resolve(".locks").resolve(folder.getFileName()).resolve(file.blob() + ".lock");
    }

    /** The lock of whoever puts a snapshot together. */
    Path lock() {
        return cache.folder().resolve(".locks").resolve(folder.getFileName()).resolve("snapshots.lock");
    }

    /** Whether the content is there; one of another length is not whole, whoever wrote it. */
    boolean has(HubFile file) {
        try {
            return Files.isRegularFile(blob(file)) && Files.size(blob(file)) == file.size();
        } catch (IOException e) {
            return false;
        }
    }

    /** Puts the files of a commit together, its configuration last: a folder that has one is whole. */
    Path link(String commit, List<HubFile> files) {
        Path snapshot = folder.resolve("snapshots").resolve(commit);
        List<HubFile> ordered = files.stream()
                .sorted(Comparator.comparing(file -> file.path().endsWith("config.json")))
                .toList();
        for (HubFile file : ordered) {
            Path place = snapshot.resolve(file.path());
            try {
                link(place, blob(file));
            } catch (IOException e) {
                throw HubException.writing(place, e);
            }
        }
        return snapshot;
    }

    private static void link(Path place, Path blob) throws IOException {
        Files.createDirectories(place.getParent());
        if (Files.exists(place) && Files.isSameFile(place, blob)) {
            return;
        }
        if (Files.exists(place) && !Files.isSymbolicLink(place) && Files.mismatch(place, blob) == -1) {
            return; // a copy, where there are no links
        }
        Path fresh = place.resolveSibling(place.getFileName() + ".hone.tmp");
        Files.deleteIfExists(fresh);
        Path parent = Objects.requireNonNull(place.toAbsolutePath().getParent());
        Path target = parent.relativize(blob.toAbsolutePath());
        try {
            Files.createSymbolicLink(fresh, target);
        } catch (IOException | UnsupportedOperationException noLinks) { // Windows without the right to make them
            try {
                Files.createLink(fresh, blob);
            } catch (IOException | UnsupportedOperationException none) {
                Files.copy(blob, fresh);
            }
        }
        Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Notes which commit a branch, a tag or a pull request stands for. */
    void refer(String revision, String commit) {
        if (commit.startsWith(revision) && revision.length() >= 7) {
            return;
        }
        Path reference = folder.resolve("refs").resolve(revision);
        try {
            if (Files.isRegularFile(reference, LinkOption.NOFOLLOW_LINKS)
                    && Files.readString(reference).equals(commit)) {
                return;
            }
            AtomicFiles.write(reference, commit);
        } catch (FileAlreadyExistsException e) {
            throw new HubException(
                    reference + ": cannot be written, as another revision's name stands in its way; delete "
                            + folder.resolve("refs") + " and fetch again",
                    e);
        } catch (IOException e) {
            throw HubException.writing(reference, e);
        }
    }
}
