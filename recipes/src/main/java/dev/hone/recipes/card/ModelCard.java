package dev.hone.recipes.card;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.hone.config.Settings;
import dev.hone.error.CheckpointException;
import dev.hone.files.HubCache;
import dev.hone.files.HubName;
import dev.hone.files.InputFile;
import dev.hone.files.JsonFiles;
import dev.hone.recipes.provenance.Provenance;
import dev.hone.recipes.run.RunDirectory;
import dev.hone.report.MetricsFile;
import dev.hone.report.MetricsRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The README.md of a model or an adapter on the hub, made from what its run wrote down of itself: the base, the data by name and digest, the
 * settings that were chosen, the held-out measures before and after. What nobody wrote down, the licence above all, is left to be filled
 * in. No path of this machine stands in it.
 */
public final class ModelCard {
    private static final Pattern CHOSEN = Pattern.compile("(\\s*(?:- )?[\\w-]+: )(.*?)  # (.*)");
    private static final Pattern GROUP = Pattern.compile("\\s*[\\w-]+: *(#.*)?");
    private static final Pattern LICENCE = Pattern.compile("(?m)^license: *([\\w.-]+) *$");
    private static final Pattern MEASURE = Pattern.compile("evaluation.*|forecast/kl");
    private static final int DIGITS_OF_DIGEST = 12;

    private final StringBuilder text = new StringBuilder();
    private final Path result;
    private final boolean adapter;

    private ModelCard(Path result) {
        this.result = result;
        this.adapter = Files.exists(result.resolve("adapter_config.json"));
    }

    /**
     * The card of a folder.
     *
     * @param name of the repository, {@code org/name}
     * @param result the folder with the weights
     * @param run the run that left it; empty: nothing is known of it
     * @throws CheckpointException if the run's records cannot be read
     */
    public static String of(String name, Path result, Optional<Path> run) {
        ModelCard card = new ModelCard(result);
        if (run.isPresent()) {
            card.ofRun(name, run.get());
        } else {
            card.head(card.recordedBase(), "");
            card.title(name);
            card.text.append("<!-- What is it, what was it trained on, and what is it good for? -->\n\n");
        }
        card.use(name);
        return card.text.toString();
    }

    /** The run that left a folder: that whose {@code final} or {@code best} it is. */
    public static Optional<Path> runOf(Path result) {
        Path parent = result.toAbsolutePath().normalize().getParent();
        return Optional.ofNullable(parent).filter(run -> Files.exists(run.resolve("manifest.json")));
    }

    private void ofRun(String name, Path run) {
        Path manifest = run.resolve("manifest.json");
        Provenance provenance = Provenance.read(manifest);
        Settings settings = Settings.parse(manifest.toString(), provenance.settings());
        Path base = Path.of(settings.peek("model").orElse(""));
        String method = settings.peek("method").orElse("");
        head(Optional.of(base).filter(path -> !path.toString().isEmpty()), method);
        title(name);
        text.append("Trained with hone by `")
                .append(method)
                .append("` from ")
                .append(named(base))
                .append(adapter ? "; an adapter in PEFT's format.\n\n" : ".\n\n");
        data(JsonFiles.read(manifest).path("inputs"));
        scores(run);
        text.append("## Settings\n\nWhat was chosen; everything else has its default.\n\n```yaml\n");
        chosen(provenance.settings()).forEach(line -> text.append(line).append('\n'));
        text.append("```\n\n");
    }

    private void head(Optional<Path> base, String method) {
        text.append("---\n");
        Optional<String> known = base.flatMap(ModelCard::hubName);
        if (known.isPresent()) {
            text.append("base_model: ").append(known.get()).append('\n');
            text.append("base_model_relation: ")
                    .append(adapter ? "adapter" : "finetune")
                    .append('\n');
        } else {
            text.append("# base_model: fill in OWNER/NAME of the base\n");
        }
        text.append("# license: fill in, such as apache-2.0; the licences of base and data bind you");
        base.flatMap(ModelCard::licence)
                .ifPresent(licence ->
                        text.append(" (the base has ").append(licence).append(')'));
        text.append("\n# datasets: fill in, a list of OWNER/NAME, where the data is on the hub\n");
        text.append("library_name: ").append(adapter ? "peft" : "transformers").append('\n');
        text.append("pipeline_tag: text-generation\ntags:\n- hone\n");
        if (!method.isEmpty()) {
            text.append("- ").append(method).append('\n');
        }
        if (adapter) {
            text.append("- lora\n");
        }
        text.append("---\n\n");
    }

    private void title(String name) {
        text.append("# ").append(name.substring(name.indexOf('/') + 1)).append("\n\n");
    }

    private void data(JsonNode inputs) {
        text.append("## Data\n\n| used as | file | SHA-256 |\n|---|---|---|\n");
        inputs.properties().forEach(input -> {
            if (!input.getKey().equals("model")) {
                Path path = Path.of(input.getValue().path("path").asText(""));
                String digest = input.getValue().path("sha256").asText("");
                text.append("| `")
                        .append(input.getKey())
                        .append("` | ")
                        .append(named(path))
                        .append(" | `")
                        .append(digest, 0, Math.min(DIGITS_OF_DIGEST, digest.length()))
                        .append("…` |\n");
            }
        });
        text.append('\n');
    }

    /** Held-out measures before the first step and after the last one that has them. */
    private void scores(Path run) {
        Map<String, Double> after = new LinkedHashMap<>();
        try {
            Path metrics = RunDirectory.metrics(run);
            if (Files.exists(metrics)) {
                for (MetricsRow row : MetricsFile.read(metrics)) {
                    row.values().forEach((name, value) -> {
                        if (MEASURE.matcher(name).matches()) {
                            after.put(name, value.doubleValue());
                        }
                    });
                }
            }
        } catch (IOException e) {
            throw new CheckpointException(run + ": its metrics cannot be read (" + e.getMessage() + ")", e);
        }
        if (after.isEmpty()) {
            return;
        }
        Path baseline = run.resolve("baseline.json");
        JsonNode before = Files.exists(baseline) ? JsonFiles.read(baseline) : MissingNode.getInstance();
        text.append("## Held-out measures\n\n| measure | before | after |\n|---|---|---|\n");
        after.forEach((name, value) -> text.append("| `")
                .append(name)
                .append("` | ")
                .append(before.has(name) ? number(before.path(name).asDouble()) : "")
                .append(" | ")
                .append(number(value))
                .append(" |\n"));
        text.append("\nMeasured by the run itself, on rows that it was not trained on.\n\n");
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4g", value);
    }

    private void use(String name) {
        text.append("## Use\n\n```\n./hone download ").append(name).append("\n./hone chat --model ");
        text.append(adapter ? "BASE --adapter " + name : name).append("\n```\n");
    }

    /**
     * The settings that the run's file or command line wrote, within their groups, without where they stand and with the paths of this
     * machine as names.
     */
    private static List<String> chosen(String settings) {
        List<String> chosen = new ArrayList<>();
        Deque<String> groups = new ArrayDeque<>(); // those that the line is in, and that are not written yet or are
        int written = 0;
        for (String line : settings.lines().toList()) {
            int depth = indentation(line);
            while (!groups.isEmpty() && indentation(groups.getLast()) >= depth) {
                groups.removeLast();
            }
            written = Math.min(written, groups.size());
            Matcher setting = CHOSEN.matcher(line);
            if (GROUP.matcher(line).matches()) {
                groups.addLast(line.replaceFirst(" *#.*", ""));
            } else if (setting.matches()
                    && !setting.group(3).equals("default")
                    && !setting.group(1).equals("output: ")) {
                chosen.addAll(groups.stream().skip(written).toList());
                written = groups.size();
                String value = setting.group(2);
                chosen.add(setting.group(1) + (value.contains("/") ? named(Path.of(value.replace("\"", ""))) : value));
            }
        }
        return chosen;
    }

    private static int indentation(String line) {
        return line.length() - line.stripLeading().length();
    }

    private Optional<Path> recordedBase() {
        return adapter
                ? Optional.of(JsonFiles.read(result.resolve("adapter_config.json"))
                                .path("base_model_name_or_path")
                                .asText(""))
                        .filter(name -> !name.isEmpty())
                        .map(Path::of)
                : Optional.empty();
    }

    private static Optional<String> hubName(Path base) {
        Optional<String> snapshot = HubCache.nameOf(base);
        return snapshot.isPresent() || base.isAbsolute() || Files.exists(base)
                ? snapshot
                : HubName.in(base).map(HubName::repository);
    }

    private static String named(Path path) {
        return hubName(path).orElse(String.valueOf(path.getFileName()));
    }

    /** The licence that the base's own card names. */
    private static Optional<String> licence(Path base) {
        Path card = HubCache.resolve(base).resolve("README.md");
        try {
            Matcher stated = LICENCE.matcher(Files.exists(card) ? InputFile.text(card) : "");
            return stated.find() ? Optional.of(stated.group(1)) : Optional.empty();
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }
}
