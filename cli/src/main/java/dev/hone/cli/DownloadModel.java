package dev.hone.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.config.ConfigurationException;
import dev.hone.files.HubName;
import dev.hone.hub.ByteCount;
import dev.hone.hub.Download;
import dev.hone.hub.Patience;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Fetches a model, an adapter or a tokenizer of the Hugging Face hub. */
@Command(
        name = "download",
        description = "Fetch a model, an adapter or a tokenizer of the Hugging Face hub into the cache.",
        footer = {
            "",
            "Afterwards its name stands for it wherever a model is named: model: OWNER/NAME in a run file, --model OWNER/NAME.",
            "A download that was interrupted goes on where it was. Every file is verified. HF_TOKEN holds the token for gated",
            "and private repositories; HF_HOME, HF_HUB_CACHE and HF_ENDPOINT are read too (docs/hub.md).",
            "",
            "Examples:",
            "  ./hone download Qwen/Qwen2.5-0.5B",
            "  ./hone download org/name --revision refs/pr/1",
            "  ./hone download org/name --include \"*.gguf\" --dry-run"
        })
final class DownloadModel extends Verb {
    @Parameters(
            index = "0",
            paramLabel = "OWNER/NAME",
            description = "The repository; OWNER/NAME@REVISION is one of its branches, tags or commits.")
    private String name = "";

    @Option(
            names = "--revision",
            paramLabel = "REVISION",
            description = "A branch, a tag, a commit or refs/pr/NUMBER (main).")
    private @Nullable String revision;

    @Option(
            names = "--include",
            paramLabel = "PATTERN",
            description =
                    "Fetch the files that match, as *.gguf, and no others. Repeatable. Without it: configuration, weights in"
                            + " safetensors, tokenizer, templates, licence, card.")
    private List<String> include = List.of();

    @Option(names = "--dry-run", description = "Show what would be fetched.")
    private boolean dryRun;

    @Option(names = "--json", description = "Print what is there as one JSON object.")
    private boolean json;

    @Override
    Exit run() {
        HubName asked = name();
        if (dryRun) {
            show(asked);
            return Exit.DONE;
        }
        Download.Fetched fetched = HubAccess.fetch(asked, include, err());
        if (json) {
            print(object(asked, fetched.commit())
                    .put("folder", fetched.folder().toString())
                    .put("files", fetched.files())
                    .put("bytes", fetched.bytes())
                    .put("fetched", fetched.fetched()));
        } else {
            err().println("use it as model: " + asked + " or --model " + asked + "; it lies in");
            out().println(fetched.folder());
        }
        return Exit.DONE;
    }

    private HubName name() {
        try {
            HubName asked = HubName.of(name);
            return revision == null ? asked : asked.at(revision);
        } catch (IllegalArgumentException e) {
            boolean ownerless = name.matches("[\\w.-]+");
            throw new ConfigurationException(e.getMessage()
                    + (ownerless
                            ? "; repositories without an owner have one now (gpt2 is openai-community/gpt2)"
                            : ""));
        }
    }

    private void show(HubName asked) {
        try (Interruption interruption = HubAccess.watch(err());
                HubAccess.Progress progress = new HubAccess.Progress("download", err(), interruption)) {
            Download.DownloadPlan plan =
                    new Download(HubAccess.settings(), Patience.usual(), progress).plan(asked, include);
            if (json) {
                ObjectNode object = object(asked, plan.commit()).put("missing", plan.missing());
                ObjectNode files = object.putObject("files");
                plan.files().forEach(files::put);
                print(object);
                return;
            }
            plan.files()
                    .forEach((path, size) -> out().println(String.format(
                            "%9s  %s%s",
                            ByteCount.of(size), path, plan.cached().contains(path) ? "  (here already)" : "")));
            err().println(asked + " at commit " + plan.commit().substring(0, 12) + ": "
                    + plan.files().size() + " files, " + ByteCount.of(plan.missing()) + " to fetch");
        }
    }

    private static ObjectNode object(HubName asked, String commit) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("name", asked.toString())
                .put("commit", commit);
    }
}
