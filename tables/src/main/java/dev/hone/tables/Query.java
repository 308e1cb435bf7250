package dev.hone.tables;

import dev.hone.error.DataException;
import dev.hone.files.InputFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A query and the database that is asked.
 *
 * @param text the query
 * @param line where it begins in its file
 * @param url of JDBC
 * @param properties user, password, and whatever else the driver takes
 * @param drivers jars with the driver, beside those on the classpath
 */
record Query(String text, int line, String url, Properties properties, List<Path> drivers) {
    private static final Pattern SETTING = Pattern.compile("--\\s*([a-z][a-z-]*):\\s+(.*\\S)\\s*");
    private static final List<String> KNOWN = List.of("url", "user", "password-file", "driver");

    Query {
        properties = (Properties) properties.clone();
        drivers = List.copyOf(drivers);
    }

    @Override
    public Properties properties() {
        return (Properties) properties.clone();
    }

    /** Reads a file; {@link DataException} with the line of what is wrong. */
    static Query read(Path file) throws IOException {
        List<String> lines = InputFile.text(file).lines().toList();
        Map<String, String> settings = new LinkedHashMap<>();
        int line = 0;
        for (; line < lines.size(); line++) {
            String text = lines.get(line).strip();
            Matcher setting = SETTING.matcher(text);
            if (setting.matches()) {
                if (!KNOWN.contains(setting.group(1))) {
                    throw DataException.at(
                            file + ":" + (line + 1),
                            setting.group(1) + " says nothing about a database; allowed are " + KNOWN
                                    + " (write another comment without a colon after its first word)");
                }
                settings.put(setting.group(1), setting.group(2));
            } else if (!text.isEmpty() && !text.startsWith("--")) {
                break;
            }
        }
        String url = settings.get("url");
        if (url == null || !url.startsWith("jdbc:")) {
            throw DataException.at(
                    file + ":1",
                    (url == null ? "does not say which database is asked" : "url (" + url + ") is none of JDBC")
                            + "; begin the file with a line such as -- url: jdbc:postgresql://host/database");
        }
        String query =
                String.join("\n", lines.subList(line, lines.size())).strip().replaceAll(";\\s*$", "");
        if (query.isEmpty()) {
            throw DataException.at(file.toString(), "holds no query; write one select after the comments");
        }
        Properties properties = new Properties();
        if (settings.containsKey("user")) {
            properties.setProperty("user", settings.get("user"));
        }
        if (settings.containsKey("password-file")) {
            properties.setProperty("password", password(file, beside(file, settings.get("password-file"))));
        }
        List<Path> drivers = new ArrayList<>();
        if (settings.containsKey("driver")) {
            Path jar = beside(file, settings.get("driver"));
            if (!Files.isRegularFile(jar)) {
                throw DataException.at(
                        file.toString(), "driver (" + jar + "): no such file; name the jar of the driver");
            }
            drivers.add(jar);
        }
        return new Query(query, line + 1, url, properties, drivers);
    }

    private static Path beside(Path file, String name) {
        return file.toAbsolutePath().resolveSibling(name);
    }

    private static String password(Path file, Path secret) {
        try {
            return InputFile.text(secret).strip();
        } catch (IOException e) {
            throw DataException.at(file.toString(), "password-file (" + secret + ") cannot be read", e);
        }
    }
}
