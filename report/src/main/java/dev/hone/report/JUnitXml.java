package dev.hone.report;

import dev.hone.files.AtomicFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Results as the XML that build servers read as those of JUnit: suites of cases, each passed or failed. Under construction it belongs to
 * one thread.
 */
public final class JUnitXml {
    private static final int LONGEST_MESSAGE = 200;

    private final String name;
    private final List<Suite> suites = new ArrayList<>();

    public JUnitXml(String name) {
        this.name = name;
    }

    /**
     * A case.
     *
     * @param failure what went wrong, in full; null: it passed
     */
    private record Case(String name, @Nullable String failure) {}

    /** Cases under one name. */
    public static final class Suite {
        private final String name;
        private final List<Case> cases = new ArrayList<>();

        private Suite(String name) {
            this.name = name;
        }

        public Suite passed(String test) {
            cases.add(new Case(test, null));
            return this;
        }

        /** @param failure what went wrong; its beginning is the message, on one line */
        public Suite failed(String test, String failure) {
            cases.add(new Case(test, failure));
            return this;
        }

        private long failures() {
            return cases.stream().filter(one -> one.failure() != null).count();
        }
    }

    /** A new suite at the end. */
    public Suite suite(String title) {
        Suite suite = new Suite(title);
        suites.add(suite);
        return suite;
    }

    /** The whole document. */
    public String toXml() {
        StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        long tests = suites.stream().mapToLong(suite -> suite.cases.size()).sum();
        xml.append(String.format(
                Locale.ROOT,
                "<testsuites name=\"%s\" tests=\"%d\" failures=\"%d\">\n",
                Html.escape(name),
                tests,
                suites.stream().mapToLong(Suite::failures).sum()));
        for (Suite suite : suites) {
            xml.append(String.format(
                    Locale.ROOT,
                    "  <testsuite name=\"%s\" tests=\"%d\" failures=\"%d\" errors=\"0\" skipped=\"0\">\n",
                    Html.escape(suite.name),
                    suite.cases.size(),
                    suite.failures()));
            for (Case one : suite.cases) {
                xml.append("    <testcase classname=\"")
                        .append(Html.escape(suite.name))
                        .append("\" name=\"")
                        .append(Html.escape(one.name()));
                String failure = one.failure();
                if (failure == null) {
                    xml.append("\"/>\n");
                } else {
                    xml.append("\">\n      <failure message=\"")
                            .append(Html.escape(message(failure)))
                            .append("\">")
                            .append(Html.escape(failure))
                            .append("</failure>\n    </testcase>\n");
                }
            }
            xml.append("  </testsuite>\n");
        }
        return xml.append("</testsuites>\n").toString();
    }

    /** Writes the document to {@code file}, replacing it as a whole. */
    public void save(Path file) throws IOException {
        AtomicFiles.write(file, toXml());
    }

    private static String message(String failure) {
        String line = String.join(" ", failure.strip().split("\\s+"));
        int end = line.offsetByCodePoints(0, Math.min(LONGEST_MESSAGE, line.codePointCount(0, line.length())));
        return end < line.length() ? line.substring(0, end) + "…" : line;
    }
}
