package dev.hone.data.row;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hone.error.DataException;
import dev.hone.files.InputFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * LLaMA-Factory's {@code dataset_info.json}: which files hold rows, and what their columns and messages are called. Of an entry are read
 * {@code file_name}, {@code formatting}, {@code ranking}, {@code columns} and {@code tags}. Immutable.
 *
 * @param path of the file itself, beside which the others stand
 * @param entries by their names
 */
public record DatasetInfo(Path path, Map<String, Entry> entries) {
    /** The name such a file has. */
    public static final String NAME = "dataset_info.json";

    private static final ObjectMapper JSON = new ObjectMapper();

    public DatasetInfo {
        entries = Map.copyOf(entries);
    }

    /** One data set: its file, and its columns under our names. */
    public record Entry(String file, ColumnMapping columns) {}

    /** Reads one; {@link DataException} if it is none. */
    public static DatasetInfo read(Path path) {
        JsonNode all;
        try {
            all = JSON.readTree(InputFile.text(path));
        } catch (JsonProcessingException e) {
            throw DataException.at(
                    path + ":" + (e.getLocation() == null ? 1 : e.getLocation().getLineNr()),
                    "is not valid JSON (" + e.getOriginalMessage() + ")",
                    e);
        } catch (IOException e) {
            throw DataException.at(path.toString(), "cannot be read: " + e.getMessage(), e);
        }
        if (!all.isObject()) {
            throw DataException.at(path.toString(), "is no object of data sets, as LLaMA-Factory's " + NAME + " is");
        }
        Map<String, Entry> entries = new LinkedHashMap<>();
        all.properties().forEach(entry -> {
            if (entry.getValue().path("file_name").isTextual()) {
                entries.put(
                        entry.getKey(),
                        new Entry(entry.getValue().get("file_name").asText(), mapping(path, entry)));
            }
        });
        return new DatasetInfo(path, entries);
    }

    /** The columns of a file that stands beside it; nothing where it has no entry. */
    public Optional<ColumnMapping> columnsOf(Path file) {
        Path folder = path.toAbsolutePath().normalize().getParent();
        Path wanted = file.toAbsolutePath().normalize();
        return entries.values().stream()
                .filter(entry -> folder != null
                        && folder.resolve(entry.file()).normalize().equals(wanted))
                .map(Entry::columns)
                .findFirst();
    }

    private static ColumnMapping mapping(Path path, Map.Entry<String, JsonNode> entry) {
        JsonNode columns = entry.getValue().path("columns");
        boolean ranking = entry.getValue().path("ranking").asBoolean(false);
        String formatting = entry.getValue().path("formatting").asText("alpaca");
        Map<String, String> names = new LinkedHashMap<>();
        List<String[]> pairs = new ArrayList<>();
        switch (formatting) {
            case "sharegpt", "openai" -> {
                pairs.add(new String[] {"messages", "messages", "conversations"});
                tags(entry.getValue().path("tags"), names);
            }
            case "alpaca" -> {
                boolean text = columns.has("prompt")
                        && !columns.has("response")
                        && !columns.has("query")
                        && !ranking
                        && !columns.has("kto_tag");
                pairs.add(new String[] {text ? "text" : "instruction", "prompt", "instruction"});
                if (!text) {
                    pairs.add(new String[] {"input", "query", "input"});
                    if (!ranking) {
                        pairs.add(new String[] {"output", "response", "output"});
                    }
                    pairs.add(new String[] {"history", "history", ""});
                }
            }
            default ->
                throw DataException.at(
                        path.toString(),
                        entry.getKey() + ".formatting (" + formatting + ") must be alpaca, sharegpt or openai");
        }
        pairs.add(new String[] {"system", "system", ""});
        pairs.add(new String[] {"tools", "tools", ""});
        if (ranking) {
            pairs.add(new String[] {"chosen", "chosen", "chosen"});
            pairs.add(new String[] {"rejected", "rejected", "rejected"});
        }
        pairs.add(new String[] {"label", "kto_tag", ""});
        for (String[] pair : pairs) {
            String source =
                    columns.path(pair[1]).asText(columns.isMissingNode() || ranking || isMessages(pair) ? pair[2] : "");
            if (!source.isEmpty()) {
                names.put(pair[0], source);
            }
        }
        try {
            return ColumnMapping.of(names);
        } catch (IllegalArgumentException e) {
            throw DataException.at(path.toString(), entry.getKey() + ": " + e.getMessage(), e);
        }
    }

    private static boolean isMessages(String[] pair) {
        return pair[0].equals("messages");
    }

    private static void tags(JsonNode tags, Map<String, String> names) {
        Map<String, String> known = Map.of(
                "role_tag", MessageTags.ROLE,
                "content_tag", MessageTags.CONTENT,
                "user_tag", "messages.user",
                "assistant_tag", "messages.assistant",
                "observation_tag", "messages.tool",
                "function_tag", MessageTags.CALL,
                "system_tag", "messages.system");
        tags.properties().forEach(tag -> {
            String name = known.get(tag.getKey());
            if (name != null && tag.getValue().isTextual()) {
                names.put(name, tag.getValue().asText());
            }
        });
    }
}
