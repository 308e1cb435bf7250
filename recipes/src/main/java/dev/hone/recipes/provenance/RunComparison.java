package dev.hone.recipes.provenance;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Two runs of the same settings and inputs, side by side.
 *
 * @param files of weights: for each, that it is equal, or how it differs
 * @param environments what differs between the places they were computed in
 * @param unsettled whether the first run itself was computed in several places, so that no single one can repeat it
 */
public record RunComparison(Map<String, String> files, List<String> environments, boolean unsettled) {
    private static final String EQUAL = "equal";

    /**
     * Compares what two runs left.
     *
     * @param firstResult folder of the first result; where it has been changed or deleted, only digests are compared
     */
    public static RunComparison of(Provenance first, Path firstResult, Provenance second, Path secondResult) {
        Map<String, String> again = second.weights();
        Map<String, String> files = new TreeMap<>();
        first.weights().forEach((name, digest) -> {
            Path one = firstResult.resolve(name);
            Path other = secondResult.resolve(name);
            if (digest.equals(again.get(name))) {
                files.put(name, EQUAL + " (sha256 " + digest + ")");
            } else if (!again.containsKey(name)) {
                files.put(name, "was not left this time");
            } else if (!Files.exists(one) || !new InputHashes().of(one).equals(digest)) {
                files.put(name, "differs; by how much is unknown, as " + one + " is not what the run left");
            } else {
                files.put(name, WeightDifference.between(one, other).describe());
            }
        });
        List<Environment> there = first.environments();
        List<Environment> here = second.environments();
        return new RunComparison(files, last(here).differences(last(there)), there.size() > 1);
    }

    private static Environment last(List<Environment> starts) {
        return starts.get(starts.size() - 1);
    }

    /** Whether every weight is the same, bit for bit. */
    public boolean isEqual() {
        return files.values().stream().allMatch(what -> what.startsWith(EQUAL));
    }

    /** What was found, line by line. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        files.forEach((name, what) -> lines.add(name + ": " + what));
        environments.forEach(difference -> lines.add("differs from then: " + difference));
        if (unsettled) {
            lines.add("the run itself was interrupted and resumed under other conditions; its last bits are of both");
        }
        if (!isEqual() && environments.isEmpty() && !unsettled) {
            lines.add("nothing is known to differ between the two runs; please report this");
        }
        return lines;
    }
}
