package dev.hone.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.hone.config.ConfigurationException;
import dev.hone.error.CheckpointException;
import dev.hone.files.HubName;
import dev.hone.files.MissingPath;
import dev.hone.hub.ByteCount;
import dev.hone.hub.Patience;
import dev.hone.hub.Upload;
import dev.hone.hub.UploadFile;
import dev.hone.recipes.card.ModelCard;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Sends a model or an adapter to the Hugging Face hub. */
@Command(
        name = "upload",
        description = "Send a model or an adapter to the Hugging Face hub, with a model card.",
        footer = {
            "",
            "FOLDER is a run (its result is sent) or a folder with weights. Where it has no README.md, one is made from the run's",
            "records: base, data, settings, scores; its licence is yours to fill in. --dry-run shows the card and what would be",
            "sent. A repository that is made is private unless --public is given. HF_TOKEN holds a token with the role write.",
            "",
            "Examples:",
            "  ./hone upload runs/first me/my-adapter --dry-run",
            "  ./hone upload runs/first me/my-adapter",
            "  ./hone upload merged me/my-model --public --message \"First version\""
        })
final class UploadModel extends Verb {
    private static final String CARD = "README.md";

    @Parameters(index = "0", paramLabel = "FOLDER", description = "A run's folder, or one with weights.")
    private Path folder = Path.of("");

    @Parameters(index = "1", paramLabel = "OWNER/NAME", description = "The repository, yours or an organisation's.")
    private String name = "";

    @Option(
            names = "--revision",
            description = "The branch that gets the commit, as OWNER/NAME@BRANCH names it too (main).")
    private @Nullable String revision;

    @Option(names = "--message", paramLabel = "TEXT", defaultValue = "Upload with hone", description = "The commit's.")
    private String message = "";

    @Option(names = "--public", description = "Make a new repository public.")
    private boolean isPublic;

    @Option(names = "--dry-run", description = "Show the card and what would be sent; no connection is opened.")
    private boolean dryRun;

    @Option(names = "--json", description = "Print what stands on the hub as one JSON object.")
    private boolean json;

    @Override
    Exit run() throws IOException {
        HubName target = target();
        Path result = result();
        Optional<String> card = Files.exists(result.resolve(CARD))
                ? Optional.empty()
                : Optional.of(ModelCard.of(target.repository(), result, ModelCard.runOf(result)));
        List<UploadFile> files = files(result);
        card.ifPresent(text -> files.add(UploadFile.of(CARD, text.getBytes(StandardCharsets.UTF_8))));
        if (dryRun) {
            files.forEach(file -> err().println(String.format("%9s  %s", ByteCount.of(file.size()), file.path())));
            err().println(target + " would get " + files.size() + " files, "
                    + ByteCount.of(files.stream().mapToLong(UploadFile::size).sum())
                    + (card.isPresent() ? "; the card to edit, as " + result.resolve(CARD) + ":" : ""));
            card.ifPresent(out()::print);
            return Exit.DONE;
        }
        try (Interruption interruption = Interruption.watchOnce(
                        err(), "stopping; nothing is committed, and what the store has is not sent again");
                HubAccess.Progress progress = new HubAccess.Progress("upload", err(), interruption)) {
            Upload.Uploaded uploaded = new Upload(HubAccess.settings(), Patience.usual(), progress)
                    .send(target, files, message, !isPublic);
            progress.close();
            if (json) {
                print(JsonNodeFactory.instance
                        .objectNode()
                        .put("name", target.toString())
                        .put("commit", uploaded.commit())
                        .put("page", uploaded.page())
                        .put("created", uploaded.created()));
            } else {
                err().println(uploaded.files() + " files, " + ByteCount.of(uploaded.bytes())
                        + (uploaded.created() ? ", in a new " + (isPublic ? "public" : "private") + " repository" : "")
                        + (card.isPresent() ? "; the card's licence is still to be filled in" : ""));
                out().println(uploaded.page());
            }
            return Exit.DONE;
        }
    }

    private HubName target() {
        try {
            HubName asked = HubName.of(name);
            return revision == null ? asked : asked.at(revision);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(String.valueOf(e.getMessage()));
        }
    }

    /** A run's result, or the folder itself. */
    private Path result() {
        if (!Files.isDirectory(folder)) {
            throw new ConfigurationException(folder + ": " + MissingPath.folder(folder)
                    + "; give a run's folder, or one with a model's or an adapter's files");
        }
        boolean isRun = Files.exists(folder.resolve("manifest.json"));
        if (isRun && !Files.isDirectory(folder.resolve("final"))) {
            throw new ConfigurationException(folder + ": holds a run without a result (final/) yet; let it end first");
        }
        Path result = isRun ? folder.resolve("final") : folder;
        boolean weights = Stream.of("config.json", "adapter_config.json", "tokenizer.json")
                        .anyMatch(file -> Files.exists(result.resolve(file)))
                || endsWith(result, ".gguf");
        if (!weights) {
            throw new CheckpointException(
                    result + ": has neither config.json nor adapter_config.json, so it is no model");
        }
        return result;
    }

    private static boolean endsWith(Path folder, String ending) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.anyMatch(file -> file.toString().endsWith(ending));
        } catch (IOException e) {
            return false;
        }
    }

    /** All files but hidden ones and those that are not whole. */
    private static List<UploadFile> files(Path result) throws IOException {
        List<UploadFile> files = new ArrayList<>();
        try (Stream<Path> all = Files.walk(result)) {
            for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
                String path = result.relativize(file)
                        .toString()
                        .replace(file.getFileSystem().getSeparator(), "/");
                boolean hidden = path.startsWith(".") || path.contains("/.");
                if (!hidden && !path.endsWith(".tmp") && !path.endsWith(".lock")) {
                    files.add(UploadFile.of(path, file));
                }
            }
        }
        return files;
    }
}
