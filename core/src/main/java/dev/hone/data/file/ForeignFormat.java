package dev.hone.data.file;

import dev.hone.error.DataException;
import dev.hone.files.MissingPath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Files that hold no rows that are read here, recognised by how they begin, and what can be done about them. */
final class ForeignFormat {
    private static final int LISTED = 8;

    private ForeignFormat() {}

    /**
     * Refuses a file that is known to be something else.
     *
     * @param name what it is called, or would be if it were not compressed
     */
    static void refuse(Path path, String name, byte[] head) {
        String found = found(name, head);
        if (!found.isEmpty()) {
            throw DataException.at(path.toString(), found);
        }
    }

    private static String found(String name, byte[] head) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (begins(head, 'P', 'A', 'R', '1')) {
            return "is a Parquet file, which the module dev.hone:tables reads; add it to the classpath";
        } else if (begins(head, 'A', 'R', 'R', 'O', 'W', '1')
                || lower.endsWith(".arrow") && begins(head, 0xFF, 0xFF, 0xFF, 0xFF)) {
            return "is an Arrow file, which is not read; make rows of it with python -c \"from datasets import Dataset;"
                    + " Dataset.from_file('" + name + "').to_json('" + jsonl(name) + "', force_ascii=False)\"";
        } else if (begins(head, 'P', 'K', 3, 4)) {
            return lower.endsWith(".xlsx")
                    ? "is an Excel file, which is not read; " + pandas("read_excel", name)
                    : "is a zip archive; unpack it with unzip " + name + " and name the file within it";
        } else if (begins(head, 0xFD, '7', 'z', 'X', 'Z')) {
            return "is compressed with xz; unpack it with xz -dk " + name;
        } else if (begins(head, 'B', 'Z', 'h')) {
            return "is compressed with bzip2; unpack it with bunzip2 -k " + name;
        } else if (begins(head, 0xFF, 0xFE) || begins(head, 0xFE, 0xFF)) {
            return "is UTF-16; rows are UTF-8: iconv -f UTF-16 -t UTF-8 " + name + " > " + jsonl(name);
        }
        String text = new String(head, StandardCharsets.UTF_8);
        String first = text.lines().findFirst().orElse("");
        if (first.startsWith("version https://git-lfs")) {
            return "is a pointer of Git LFS in place of the file; fetch the file itself with git lfs pull";
        } else if (first.strip().startsWith("{") || first.strip().startsWith("[")) {
            return "";
        } else if (lower.endsWith(".sql")) {
            return "is a query, which the module dev.hone:tables asks; add it to the classpath";
        } else if (lower.endsWith(".txt") || lower.endsWith(".md")) {
            return "is plain text, which the module dev.hone:retrieve reads; add it to the classpath, or write a row"
                    + " {\"text\": \"…\"} for each document";
        }
        return "";
    }

    static boolean begins(byte[] head, int... bytes) {
        for (int i = 0; i < bytes.length; i++) {
            if (i >= head.length || (head[i] & 0xFF) != bytes[i]) {
                return false;
            }
        }
        return true;
    }

    private static String pandas(String reader, String name) {
        return "make rows of it with python -c \"import pandas; pandas." + reader + "('" + name + "').to_json('"
                + jsonl(name) + "', orient='records', lines=True, force_ascii=False)\"";
    }

    private static String jsonl(String name) {
        int dot = name.lastIndexOf('.');
        return (dot > 0 ? name.substring(0, dot) : name) + ".jsonl";
    }

    /** What to say of rows that are not there, and to do where their path looks like the name of a data set on the hub. */
    static String missing(Path path) {
        return MissingPath.file(path)
                + MissingPath.hubName(path)
                        .map(name -> "; data sets of the Hugging Face hub are not downloaded here: hf download " + name
                                + " --repo-type dataset --local-dir " + name + ", and name the file with its rows")
                        .orElse("");
    }

    /** The files of a folder that was named in place of one of them. */
    static String within(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            String names = files.filter(Files::isRegularFile)
                    .map(file -> String.valueOf(file.getFileName()))
                    .filter(file -> file.matches(".*\\.(jsonl?|parquet|csv|tsv|arrow|gz|zst|zip|sql)"))
                    .sorted()
                    .limit(LISTED)
                    .collect(Collectors.joining(", "));
            return names.isEmpty() ? "" : "; name one of its files: " + names;
        } catch (IOException | UncheckedIOException e) {
            return "";
        }
    }
}
