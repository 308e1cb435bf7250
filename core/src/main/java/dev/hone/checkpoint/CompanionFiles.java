package dev.hone.checkpoint;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.CheckpointException;
import dev.hone.files.AtomicFiles;
import dev.hone.files.AtomicFolder;
import dev.hone.files.JsonFiles;
import dev.hone.text.ChatTemplate;
import dev.hone.text.TemplateChoice;
import dev.hone.text.Tokenizer;
import dev.hone.text.TokenizerFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What lies beside a model's weights and belongs to them: the files of its tokenizer, in whichever form a reader looks for them, its
 * chat templates, and the defaults of generation. They follow a model wherever it is written.
 *
 * <p>Two rules hold where files of one folder are put over those of another. Templates are replaced as a set, so that a template for
 * tools never stands beside one that it does not belong to. End tokens are only ever added: dropping one would let a model run on
 * where it used to stop (transformers' Trainer aligns them in the same way).
 */
public final class CompanionFiles {
    private static final String TEMPLATE = "chat_template.jinja";
    private static final String TEMPLATES = "additional_chat_templates";
    private static final String GENERATION = "generation_config.json";
    private static final String ENDS = "eos_token_id";

    /** Files of tokenizers as transformers, sentencepiece, tiktoken and mistral-common name them. */
    private static final Pattern NAME = Pattern.compile(
            "tokenizer\\.json|tokenizer_config\\.json|special_tokens_map\\.json"
                    + "|added_tokens\\.json|\\w*tokenizer\\w*\\.model(\\.v\\w+)?|spiece\\.model|sentencepiece\\.bpe\\.model|vocab\\.(json|txt)"
                    + "|merges\\.txt|tekken\\.json|\\w+\\.tiktoken|chat_template\\.(jinja|json)|generation_config\\.json");

    private final Path folder;
    private final List<String> names;

    private CompanionFiles(Path folder, List<String> names) {
        this.folder = folder;
        this.names = names;
    }

    /** Those in a folder; {@link CheckpointException} where one is no file. */
    public static CompanionFiles in(Path folder) {
        List<String> names = new ArrayList<>();
        try {
            for (String name : list(folder)) {
                if (NAME.matcher(name).matches()) {
                    names.add(name);
                }
            }
            for (String name : list(folder.resolve(TEMPLATES))) {
                if (name.endsWith(".jinja")) {
                    names.add(TEMPLATES + "/" + name);
                }
            }
        } catch (IOException e) {
            throw new CheckpointException(folder + ": cannot be read (" + e.getMessage() + ")", e);
        }
        for (String name : names) {
            if (!Files.isRegularFile(folder.resolve(name))) {
                throw new CheckpointException(
                        folder.resolve(name) + ": is no file, and a file of that name belongs to a"
                                + " model; fetch the folder again, or rename this");
            }
        }
        return new CompanionFiles(folder, names);
    }

    private static List<String> list(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /** Copies them into another folder, over what it has. */
    public void copyTo(Path to) throws IOException {
        Files.createDirectories(to);
        if (ChatTemplate.existsIn(folder)) {
            removeTemplates(to);
        }
        for (String name : names) {
            if (name.equals(GENERATION) && Files.exists(to.resolve(name))) {
                mergeDefaults(to.resolve(name));
                continue;
            }
            Files.createDirectories(to.resolve(name).getParent());
            Files.copy(folder.resolve(name), to.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** The other folder's defaults of generation under this one's, and the end tokens of both. */
    private void mergeDefaults(Path file) throws IOException {
        ObjectNode before = JsonFiles.read(file);
        ObjectNode merged = before.deepCopy();
        merged.setAll(JsonFiles.read(folder.resolve(GENERATION)));
        Set<Integer> ends = new LinkedHashSet<>(ConfigFile.ids(before.path(ENDS)));
        ends.addAll(ConfigFile.ids(merged.path(ENDS)));
        JsonFiles.write(file, ends.isEmpty() ? merged : with(merged, ends));
    }

    private static void removeTemplates(Path folder) throws IOException {
        Files.deleteIfExists(folder.resolve(TEMPLATE));
        AtomicFolder.delete(folder.resolve(TEMPLATES));
    }

    /**
     * Writes the template that a model was trained with, as transformers saves it: where it is the one that the model came with, the
     * named templates beside it too.
     *
     * @param origin folder that the model came from
     */
    static void writeTemplate(Path folder, ChatTemplate template, Path origin) throws IOException {
        removeTemplates(folder);
        AtomicFiles.write(folder.resolve(TEMPLATE), template.source());
        boolean own = ChatTemplate.existsIn(origin)
                && ChatTemplate.fromCheckpoint(origin)
                        .with(template.arguments())
                        .fingerprint()
                        .equals(template.fingerprint());
        if (own) {
            for (Map.Entry<String, String> named : ChatTemplate.othersIn(origin).entrySet()) {
                if (!named.getKey().matches("\\w[\\w.-]*")) {
                    throw new CheckpointException(origin + ": a chat template is called " + named.getKey()
                            + ", which is no name for a file; rename it in tokenizer_config.json");
                }
                Files.createDirectories(folder.resolve(TEMPLATES));
                AtomicFiles.write(
                        folder.resolve(TEMPLATES).resolve(named.getKey() + ".jinja"),
                        template.arguments().before(named.getValue()));
            }
        }
    }

    /**
     * The end tokens that a folder's generation_config.json names; none where it names none.
     *
     * @param vocabulary tokens that there are; {@link CheckpointException} where another is named
     */
    public static Set<Integer> endOfText(Path folder, int vocabulary) {
        Path file = folder.resolve(GENERATION);
        return Files.exists(file)
                ? ConfigFile.ids(file, ENDS, JsonFiles.read(file).path(ENDS), vocabulary)
                : Set.of();
    }

    /** The tokens that end a reply of the model in a folder, as its tokenizer and template have them. */
    static Set<Integer> endOfReply(Path folder) {
        if (!TokenizerFile.existsIn(folder)) {
            return Set.of();
        }
        try (Tokenizer tokenizer = TokenizerFile.open(folder)) {
            return TemplateChoice.stopTokens(TemplateChoice.named("auto", folder, tokenizer), tokenizer);
        }
    }

    /** Lets generation end at these tokens too, also for readers that know the standard file alone. */
    static void addEndOfText(Path folder, Set<Integer> ids) throws IOException {
        Path file = folder.resolve(GENERATION);
        boolean exists = Files.exists(file);
        ObjectNode defaults = exists ? JsonFiles.read(file) : JsonNodeFactory.instance.objectNode();
        Set<Integer> ends = new LinkedHashSet<>(ConfigFile.ids(defaults.path(ENDS)));
        if (ends.addAll(new TreeSet<>(ids)) || !exists) {
            JsonFiles.write(file, with(defaults, ends));
        }
    }

    private static ObjectNode with(ObjectNode defaults, Set<Integer> ends) {
        ArrayNode list = defaults.putArray(ENDS);
        ends.forEach(list::add);
        defaults.remove("_from_model_config"); // by which transformers would take config.json's instead
        return defaults;
    }
}
