package dev.hone.cli;

import dev.hone.config.ConfigurationException;
import dev.hone.config.Settings;
import dev.hone.files.HubCache;
import dev.hone.files.HubName;
import dev.hone.hub.ByteCount;
import dev.hone.hub.Download;
import dev.hone.hub.HubSettings;
import dev.hone.hub.Patience;
import dev.hone.hub.TransferObserver;
import dev.hone.recipes.run.RunObserver;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The Hugging Face hub as the environment of this process names it. Only what the user asks for opens a connection. */
final class HubAccess {
    /** Keys of settings under which a model or an adapter is named, in runs, pipelines and other files. */
    private static final Pattern MODEL_KEY =
            Pattern.compile("(.*\\.)?(model|teacher|teacher-adapter|adapter|adapter\\.path)");

    private static final String MODEL_REWARD = "^(model|judge):";

    private HubAccess() {}

    /** Tells the library where the cache is, unless a property of this process does. */
    static void placeCache() {
        if (System.getProperty(HubCache.PROPERTY, "").isEmpty()) {
            try {
                System.setProperty(
                        HubCache.PROPERTY,
                        HubSettings.cache(System.getenv(), home()).folder().toString());
            } catch (InvalidPathException e) {
                // what asks for it says so
            }
        }
    }

    static HubSettings settings() {
        try {
            return HubSettings.of(System.getenv(), home());
        } catch (InvalidPathException e) {
            throw new ConfigurationException(
                    "HF_HOME, HF_HUB_CACHE or XDG_CACHE_HOME (" + e.getInput() + ") is no path");
        }
    }

    private static Path home() {
        return Path.of(System.getProperty("user.home", "."));
    }

    /** Fetches what a name stands for, with its progress on {@code err}, and says what is there then. */
    static Download.Fetched fetch(HubName name, List<String> include, PrintWriter err) {
        try (Interruption interruption = watch(err);
                Progress progress = new Progress("download", err, interruption)) {
            Download.Fetched fetched = new Download(settings(), Patience.usual(), progress).fetch(name, include);
            progress.close();
            err.println(name + " at commit " + fetched.commit().substring(0, 12) + ": " + fetched.files() + " files, "
                    + ByteCount.of(fetched.bytes())
                    + (fetched.fetched() == 0 ? ", all of them here already" : ""));
            return fetched;
        }
    }

    /** Fetches what is named where a model, an adapter or a teacher is, and is neither a folder nor in the cache. */
    static void fetchNamed(Settings settings, PrintWriter err) {
        Set<HubName> missing = new LinkedHashSet<>();
        settings.replace((key, value) -> {
            boolean named = MODEL_KEY.matcher(key).matches() || value.matches(MODEL_REWARD + ".*");
            if (named) {
                missing(value.replaceFirst(MODEL_REWARD, "")).ifPresent(missing::add);
            }
            return value;
        });
        missing.forEach(name -> fetch(name, List.of(), err));
    }

    /** The same of one that is named on the command line. */
    static void fetchNamed(@Nullable Path named, PrintWriter err) {
        if (named != null) {
            missing(named.toString()).ifPresent(name -> fetch(name, List.of(), err));
        }
    }

    private static Optional<HubName> missing(String text) {
        try {
            Path path = Path.of(text);
            return Files.exists(HubCache.resolve(path)) ? Optional.empty() : HubName.in(path);
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    static Interruption watch(PrintWriter err) {
        return Interruption.watchOnce(
                err, "stopping; what is there is kept, and the same command goes on with it; once more ends at once");
    }

    /** A transfer's line, begun when its size is known. */
    static final class Progress implements TransferObserver, AutoCloseable {
        private static final long SMALL = 20_000_000;

        private final String label;
        private final Terminal terminal;
        private RunObserver.@Nullable Work line;
        private long unit = 1;
        private long from;

        Progress(String label, PrintWriter err, BooleanSupplier stop) {
            this.label = label;
            this.terminal = new Terminal(err, stop);
        }

        @Override
        public synchronized void say(String text) {
            terminal.say(text);
        }

        @Override
        public synchronized void progress(long done, long total) {
            if (line == null) {
                if (done == total) {
                    return;
                }
                unit = total < SMALL ? 1_000 : 1_000_000;
                from = done;
                line = terminal.begin(label, total < SMALL ? "kB" : "MB", Math.max(1, total / unit), done / unit);
            }
            line.report(done / unit, Math.max(0, done - from) / unit, "");
        }

        @Override
        public boolean getAsBoolean() {
            return terminal.getAsBoolean();
        }

        @Override
        public synchronized void close() {
            if (line != null) {
                line.close();
                line = null;
            }
        }
    }
}
