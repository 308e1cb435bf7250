package dev.hone.reward.manner;

import static dev.hone.error.Require.require;

import dev.hone.error.DataException;
import dev.hone.files.InputFile;
import dev.hone.files.MissingPath;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A fixed form of a report: headings in order, each with a filled section under it. Its file has a heading a line, as a report is to
 * have it ({@code ## Summary}, {@code [Summary]}, {@code Summary:}); {@code (optional)} behind one says that it may be missing. Behind
 * a heading that ends in a colon its section may begin on the same line. Immutable.
 */
public record ReportForm(List<Heading> headings) {
    private static final String OPTIONAL = "(optional)";

    /** A heading as its line has it. */
    public record Heading(String text, boolean required) {}

    public ReportForm {
        headings = List.copyOf(headings);
        Set<String> texts = new HashSet<>();
        for (Heading heading : headings) {
            require(texts.add(heading.text()), "heading (%s) stands twice in the form", heading.text());
        }
        require(headings.stream().anyMatch(Heading::required), "the form has no heading that is required");
    }

    /** The form whose file has this text; {@link IllegalArgumentException} if it is none. */
    public static ReportForm of(String text) {
        List<Heading> headings = new ArrayList<>();
        for (String line : text.split("\\R")) {
            String stripped = line.strip();
            boolean optional = stripped.endsWith(OPTIONAL);
            String heading = optional
                    ? stripped.substring(0, stripped.length() - OPTIONAL.length())
                            .strip()
                    : stripped;
            if (!heading.isEmpty()) {
                headings.add(new Heading(heading, !optional));
            }
        }
        return new ReportForm(headings);
    }

    /** Reads a form's file; {@link DataException} if it cannot be read or is none. */
    public static ReportForm read(Path file) {
        try {
            return of(InputFile.text(file));
        } catch (NoSuchFileException e) {
            throw new DataException(file + ": " + MissingPath.file(file), e);
        } catch (IOException e) {
            throw new DataException(file + ": cannot be read: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new DataException(file + ": " + e.getMessage(), e);
        }
    }

    /**
     * How far a report keeps the form, from 0 to 1: its required sections that stand in order and are filled, divided by all that are
     * required and what does not belong: text in front of the first heading, headings that are not the form's, come twice or too
     * late, and optional sections that are empty.
     */
    public double kept(String report) {
        int next = 0; // the first heading that may still come
        int current = -1; // the section that is read
        Set<Integer> filled = new HashSet<>();
        Set<Integer> seen = new HashSet<>();
        int strays = 0;
        boolean preface = false;
        for (String line : report.split("\\R")) {
            String stripped = line.strip();
            int found = indexOf(stripped);
            String content = stripped;
            if (found >= 0) {
                content = stripped.substring(headings.get(found).text().length());
                strays += found < next ? 1 : 0;
                current = found < next ? current : found;
                next = Math.max(next, found + 1);
                seen.add(found);
            } else if (stripped.matches("#{1,6}\\s.*")) {
                strays++;
                content = "";
            }
            if (content.codePoints().anyMatch(Character::isLetterOrDigit)) {
                preface |= current < 0;
                filled.add(current);
            }
        }
        int required = 0;
        int kept = 0;
        for (int i = 0; i < headings.size(); i++) {
            boolean isRequired = headings.get(i).required();
            required += isRequired ? 1 : 0;
            kept += isRequired && filled.contains(i) ? 1 : 0;
            strays += !isRequired && seen.contains(i) && !filled.contains(i) ? 1 : 0;
        }
        return kept / (double) (required + strays + (preface ? 1 : 0));
    }

    private int indexOf(String line) {
        for (int i = 0; i < headings.size(); i++) {
            String text = headings.get(i).text();
            if (line.equals(text) || text.endsWith(":") && line.startsWith(text)) {
                return i;
            }
        }
        return -1;
    }
}
