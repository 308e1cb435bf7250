package dev.hone.recipes.check;

import dev.hone.recipes.rule.Issue;
import dev.hone.recipes.rule.Rule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Issues of many rows: all are counted, a few of each rule are kept. */
final class Issues {
    private final Map<Key, IssueGroup> groups =
            new TreeMap<>(Comparator.comparing(Key::severity).thenComparing(Key::flaw));

    private record Key(Rule flaw, Issue.Severity severity) {}

    void add(Issue complaint) {
        groups.computeIfAbsent(
                        new Key(complaint.flaw(), complaint.severity()),
                        key -> new IssueGroup(complaint.flaw(), complaint.severity()))
                .add(complaint);
    }

    /** What was found by each rule, refusals first. */
    Collection<IssueGroup> groups() {
        return groups.values();
    }

    /** All issues of one rule and severity. */
    static final class IssueGroup {
        private static final int MESSAGES = 3;
        private static final int PLACES = 5;

        private final Rule flaw;
        private final Issue.Severity severity;
        private final Map<String, List<String>> placesOf = new LinkedHashMap<>();
        private int count;

        private IssueGroup(Rule flaw, Issue.Severity severity) {
            this.flaw = flaw;
            this.severity = severity;
        }

        private void add(Issue complaint) {
            count++;
            List<String> places = placesOf.get(complaint.message());
            if (places == null && placesOf.size() < MESSAGES) {
                places = new ArrayList<>();
                placesOf.put(complaint.message(), places);
            }
            if (places != null && places.size() < PLACES) {
                places.add(complaint.place());
            }
        }

        Rule flaw() {
            return flaw;
        }

        Issue.Severity severity() {
            return severity;
        }

        /** The number of issues, the kept ones among them. */
        int count() {
            return count;
        }

        /** The first few messages that differ, each with the first few places it was made at. */
        Map<String, List<String>> placesOf() {
            return placesOf;
        }
    }
}
