package dev.hone.hub;

import static dev.hone.error.Require.require;

import dev.hone.error.StoppedException;
import dev.hone.files.HubName;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A repository's files fetched into the cache. A snapshot appears when all of its files are there and verified: a download that stops in
 * between leaves parts to go on with, and whatever the name stood for before.
 */
public final class Download {
    private static final int AT_ONCE = 4;

    private final HubSettings settings;
    private final Patience patience;
    private final TransferObserver observer;

    public Download(HubSettings settings, Patience patience, TransferObserver observer) {
        this.settings = settings;
        this.patience = patience;
        this.observer = observer;
    }

    /**
     * What lies in the cache now.
     *
     * @param folder the snapshot
     * @param fetched bytes that came over the network
     */
    public record Fetched(HubName name, String commit, Path folder, int files, long bytes, long fetched) {}

    /** What a download would fetch: paths with their sizes in bytes, and which of them the cache has. */
    public record DownloadPlan(
            HubName name, String commit, Map<String, Long> files, List<String> cached, long missing) {}

    /** Looks at what {@link #fetch} would do. */
    public DownloadPlan plan(HubName name, List<String> include) {
        Wanted wanted = wanted(name, include, new HubHttp(settings, patience, observer));
        Map<String, Long> files = new LinkedHashMap<>();
        wanted.files.forEach(file -> files.put(file.path(), file.size()));
        List<String> cached = wanted.files.stream()
                .filter(file -> wanted.cache.has(file))
                .map(HubFile::path)
                .toList();
        return new DownloadPlan(name, wanted.listing.commit(), files, cached, wanted.missing());
    }

    /**
     * Fetches what is missing and makes the snapshot.
     *
     * @param include patterns of the files; none: what hone reads
     * @throws HubException with the reason and what to do
     * @throws StoppedException if the observer asks for it
     */
    public Fetched fetch(HubName name, List<String> include) {
        HubHttp http = new HubHttp(settings, patience, observer);
        Wanted wanted = wanted(name, include, http);
        CacheRepository cache = wanted.cache;
        long total = wanted.files.stream().mapToLong(HubFile::size).sum();
        requireSpace(cache, wanted.missing());
        Map<String, HubFile> missing = new LinkedHashMap<>(); // the same content may have several names
        wanted.files.stream().filter(file -> !cache.has(file)).forEach(file -> missing.putIfAbsent(file.blob(), file));
        AtomicLong done = new AtomicLong(
                total - missing.values().stream().mapToLong(HubFile::size).sum());
        AtomicLong fetched = new AtomicLong();
        observer.progress(done.get(), total);
        all(List.copyOf(missing.values()), (file, stop) -> {
            Attempts attempts = new Attempts(file.path(), patience, stop);
            HubHttp own = new HubHttp(settings, patience, stop);
            try (BlobLock lock = BlobLock.take(cache.lock(file), file.path(), stop)) {
                if (cache.has(file)) {
                    observer.progress(done.addAndGet(file.size()), total);
                    return;
                }
                new BlobDownload(
                                file,
                                wanted.listing.address(file.path(), settings),
                                name.repository(),
                                wanted.listing.commit(),
                                cache.blob(file),
                                own,
                                attempts,
                                bytes -> {
                                    fetched.addAndGet(Math.max(0, bytes));
                                    observer.progress(done.addAndGet(bytes), total);
                                })
                        .run();
            }
        });
        Path snapshot;
        try (BlobLock lock = BlobLock.take(cache.lock(), name.toString(), observer)) {
            snapshot = cache.link(wanted.listing.commit(), wanted.files);
            cache.refer(name.revision(), wanted.listing.commit());
        }
        return new Fetched(name, wanted.listing.commit(), snapshot, wanted.files.size(), total, fetched.get());
    }

    /** What is to be there, and where. */
    private record Wanted(Listing listing, List<HubFile> files, CacheRepository cache) {
        long missing() {
            return files.stream()
                    .filter(file -> !cache.has(file))
                    .mapToLong(file -> Math.max(0, file.size() - BlobDownload.begun(cache.blob(file))))
                    .sum();
        }
    }

    private Wanted wanted(HubName name, List<String> include, HubHttp http) {
        Listing listing = Listing.of(name, http, settings);
        List<HubFile> files = new ArrayList<>();
        for (String path : WantedFiles.of(listing.paths(), include, name.repository())) {
            files.add(listing.file(path, http, settings));
        }
        return new Wanted(listing, files, new CacheRepository(settings.cache(), name.repository()));
    }

    private static void requireSpace(CacheRepository cache, long bytes) {
        Path at = cache.folder().toAbsolutePath();
        while (at.getParent() != null && !Files.exists(at)) {
            at = at.getParent();
        }
        try {
            FileStore store = Files.getFileStore(at);
            long free = store.getUsableSpace();
            if (free < bytes) {
                throw new HubException(String.format(
                        Locale.ROOT,
                        "%s: %s are to be fetched and %s are free there; make room, or name another place in HF_HUB_CACHE",
                        at,
                        ByteCount.of(bytes),
                        ByteCount.of(free)));
            }
        } catch (IOException unknown) {
            // writing tells
        }
    }

    /** Work on one file, which looks at {@code stop} as it goes. */
    private interface FileWork {
        void run(HubFile file, TransferObserver stop);
    }

    /** Several at a time; the first failure stops the others, and is thrown when they have ended. */
    private void all(List<HubFile> files, FileWork work) {
        require(AT_ONCE > 0, "files at once (%d) must be positive", AT_ONCE);
        AtomicBoolean failed = new AtomicBoolean();
        TransferObserver stop = new TransferObserver() {
            @Override
            public void say(String line) {
                observer.say(line);
            }

            @Override
            public void progress(long done, long total) {
                observer.progress(done, total);
            }

            @Override
            public boolean getAsBoolean() {
                return failed.get() || observer.getAsBoolean();
            }
        };
        ExecutorService pool = Executors.newFixedThreadPool(AT_ONCE, task -> {
            Thread thread = new Thread(task, "download");
            thread.setDaemon(true);
            return thread;
        });
        List<Future<?>> running = new ArrayList<>();
        for (HubFile file : files) {
            running.add(pool.submit(() -> {
                try {
                    if (stop.getAsBoolean()) {
                        throw new StoppedException();
                    }
                    work.run(file, stop);
                } catch (RuntimeException | Error e) {
                    failed.set(true);
                    throw e;
                }
            }));
        }
        pool.shutdown();
        RuntimeException first = null;
        for (Future<?> one : running) {
            try {
                one.get();
            } catch (ExecutionException e) {
                RuntimeException cause = e.getCause() instanceof RuntimeException known
                        ? known
                        : new IllegalStateException(e.getCause());
                if (first == null || first instanceof StoppedException) {
                    first = cause;
                }
            } catch (InterruptedException e) {
                failed.set(true);
                Thread.currentThread().interrupt();
                throw new StoppedException();
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
