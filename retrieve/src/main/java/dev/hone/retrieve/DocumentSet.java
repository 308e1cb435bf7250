package dev.hone.retrieve;

import dev.hone.error.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Documents that were read together, and what was left out of them. Immutable.
 *
 * @param documents in the order of their paths; no two have the same text
 * @param skipped files and rows that hold no text or cannot be read
 * @param questions those that files of questions (SQuAD's form) ask about their own documents
 * @param files that documents were found in
 */
public record DocumentSet(
        List<Document> documents, List<Skipped> skipped, List<SquadQuestion> questions, List<Path> files) {
    public DocumentSet {
        files = List.copyOf(files);
        documents = List.copyOf(documents);
        skipped = List.copyOf(skipped);
        questions = List.copyOf(questions);
    }

    /** What could not be read as a document, and why. */
    public record Skipped(String place, String reason) {}

    /**
     * Reads files, and all files in folders at any depth; hidden ones are left aside.
     *
     * @throws DataException if a path is not there, or nothing in any of them is a document
     */
    public static DocumentSet read(List<Path> paths) {
        Gathering gathering = new Gathering();
        for (Path path : paths) {
            for (Path file : filesOf(path)) {
                Path name = file.equals(path) ? path.getFileName() : path.relativize(file);
                gathering.add(file, name.toString().replace('\\', '/'));
            }
        }
        if (gathering.documents.isEmpty()) {
            String reasons = gathering.skipped.stream()
                    .limit(3)
                    .map(skipped -> "; " + skipped.place() + " " + skipped.reason())
                    .collect(Collectors.joining());
            throw new DataException("no document in " + paths + ": read are " + DocumentFormat.endings() + reasons);
        }
        return new DocumentSet(gathering.documents, gathering.skipped, gathering.questions, gathering.files);
    }

    /**
     * The files that {@link #read} would look at: a file itself, or all files in a folder at any depth without hidden ones.
     *
     * @throws DataException if the path is not there
     */
    public static List<Path> filesOf(Path path) {
        if (Files.isDirectory(path)) {
            return filesIn(path);
        } else if (Files.exists(path)) {
            return List.of(path);
        }
        throw DataException.at(path.toString(), "no such file or folder of documents");
    }

    private static List<Path> filesIn(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !isHidden(folder.relativize(file)))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw DataException.at(folder.toString(), "cannot be read: " + e.getMessage(), e);
        }
    }

    private static boolean isHidden(Path path) {
        for (Path part : path) {
            if (part.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }

    /** What has been read so far. */
    private static final class Gathering {
        final List<Document> documents = new ArrayList<>();
        final List<Skipped> skipped = new ArrayList<>();
        final List<SquadQuestion> questions = new ArrayList<>();
        final List<Path> files = new ArrayList<>();
        private final Map<String, String> idByText = new HashMap<>();
        private final Map<String, Integer> ids = new HashMap<>();

        void add(Path file, String name) {
            Optional<DocumentFormat> format = DocumentFormat.of(file);
            if (format.isEmpty()) {
                skipped.add(new Skipped(name, "is of no kind that is read (" + DocumentFormat.endings() + ")"));
                return;
            }
            try {
                FileText read = format.get().read(file, name);
                Map<String, String> renamed = new HashMap<>();
                read.documents().forEach(document -> add(document, renamed));
                files.add(file);
                skipped.addAll(read.skipped());
                read.questions()
                        .forEach(question -> questions.add(
                                question.in(renamed.getOrDefault(question.document(), question.document()))));
            } catch (IOException e) {
                skipped.add(new Skipped(name, DocumentFormat.reason(e)));
            } catch (DataException e) {
                skipped.add(new Skipped(name, e.reason()));
            }
        }

        private void add(Document document, Map<String, String> renamed) {
            if (document.text().isBlank()) {
                skipped.add(new Skipped(document.id(), "has no text"));
                return;
            }
            String same = idByText.get(document.text());
            if (same != null) {
                skipped.add(new Skipped(document.id(), "has the same text as " + same));
                renamed.put(document.id(), same);
                return;
            }
            int times = ids.merge(document.id(), 1, Integer::sum);
            String id = times == 1 ? document.id() : document.id() + " (" + times + ")";
            idByText.put(document.text(), id);
            renamed.put(document.id(), id);
            documents.add(new Document(id, document.title(), document.text()));
        }
    }
}
