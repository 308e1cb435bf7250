package dev.hone.data.file;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import dev.hone.error.DataException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The first record of a table in text (CSV, TSV), by whose names the fields of the others become columns. Every value is a text; an empty
 * one of a column that is no text otherwise, such as {@code messages} or {@code label}, is not there. A column without a name, as pandas
 * writes row numbers, is left out.
 *
 * @param names of the columns in their order; empty where one has none
 */
record TableHeader(List<String> names, char separator) {
    private static final int LONGEST = 1 << 20;

    /** Columns that hold something else than text, of which an empty field says that it is not there. */
    private static final Set<String> NO_TEXTS = Set.of(
            "messages", "conversations", "conversation", "history", "tools", "label", "kto_tag", "margin", "weight");

    TableHeader {
        names = List.copyOf(names);
    }

    /**
     * Reads the first record of a text.
     *
     * @param shown the file that messages name
     */
    static TableHeader of(Path shown, InputStream text, char separator) throws IOException {
        byte[] head = text.readNBytes(LONGEST);
        String content = decoded(head, shown);
        CsvRecord first;
        try {
            var records = reader(separator).ofCsvRecord(content).iterator();
            first = records.hasNext() ? records.next() : null;
        } catch (CsvParseException e) {
            throw DataException.at(shown + ":1", "has no line of column names that can be read (" + reason(e) + ")", e);
        }
        List<String> names = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (String field : first == null ? List.<String>of() : first.getFields()) {
            String name = field.strip();
            if (!name.isEmpty() && !seen.add(name)) {
                throw DataException.at(shown + ":1", "names the column " + name + " twice; rename one");
            }
            names.add(name);
        }
        if (seen.isEmpty()) {
            throw DataException.at(
                    shown.toString(),
                    "holds no rows; a table begins with a line of column names, and a row a record follows");
        }
        return new TableHeader(names, separator);
    }

    /** The beginning of a text, of which the last character may be cut. */
    private static String decoded(byte[] head, Path shown) {
        String text = new String(head, StandardCharsets.UTF_8);
        if (text.lines().findFirst().orElse("").indexOf('\uFFFD') >= 0) {
            throw DataException.at(shown + ":1", notUtf8(shown));
        }
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    /** What to say of a table in another encoding. */
    static String notUtf8(Path table) {
        return "is not UTF-8; spreadsheets save it as \"CSV UTF-8\", or: iconv -f CP949 -t UTF-8 " + table.getFileName()
                + " > utf8.csv (CP949 is what Excel writes in Korean, CP1252 in western languages)";
    }

    private static CsvReader.CsvReaderBuilder reader(char separator) {
        return CsvReader.builder()
                .fieldSeparator(separator)
                .skipEmptyLines(true)
                .allowExtraFields(true) // counted here, to say by how many
                .allowMissingFields(true);
    }

    /** A record as a row. */
    ObjectNode row(String record, String place) {
        List<String> fields;
        try {
            fields = reader(separator).ofSingleCsvRecord(record).getFields();
        } catch (CsvParseException e) {
            throw DataException.at(
                    place,
                    "is not a record of fields (" + reason(e)
                            + "); a field that holds quotes is itself in quotes, and has them twice",
                    e);
        }
        if (fields.size() != names.size()) {
            throw DataException.at(
                    place,
                    "has " + fields.size() + (fields.size() == 1 ? " field" : " fields")
                            + " where the first line names "
                            + names.size() + " columns " + names
                            + "; a field that holds the separator or a line break must be in quotes");
        }
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        for (int i = 0; i < fields.size(); i++) {
            String name = names.get(i);
            if (!name.isEmpty() && !(fields.get(i).isEmpty() && NO_TEXTS.contains(name))) {
                row.put(name, fields.get(i));
            }
        }
        return row;
    }

    /** What the parser says, without where it was in a text that it saw alone. */
    private static String reason(CsvParseException e) {
        Throwable told = e.getCause() instanceof CsvParseException cause ? cause : e;
        return String.valueOf(told.getMessage())
                .replaceAll("(?i)(exception )?when (reading|parsing) .*", "")
                .strip();
    }
}
