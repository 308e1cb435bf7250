package dev.hone.recipes.guard;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.train.Progress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the guards of a run say of the weights that it ended with.
 *
 * @param step the step of these weights
 * @param gates each gate, kept or not
 * @param firings what happened on the way
 * @param gains what was learned, in sentences
 */
public record GuardReport(long step, List<RunGate> gates, List<Firing> firings, List<String> gains) {
    /** Of a run without guards. */
    public static final GuardReport NONE = new GuardReport(0, List.of(), List.of(), List.of());

    public GuardReport {
        gates = List.copyOf(gates);
        firings = List.copyOf(firings);
        gains = List.copyOf(gains);
    }

    static GuardReport of(
            RunGates gates,
            GuardMeasures last,
            Progress end,
            boolean isEnded,
            List<Firing> firings,
            List<MeasuredTask> learned) {
        long step = end.step();
        List<RunGate> all = new ArrayList<>(gates.of(last));
        if (isEnded && step == 0) {
            all.add(new RunGate(
                    RunGate.GateKind.NOTHING_LEARNED,
                    "steps",
                    1,
                    0,
                    "no weights within the budget were trained: the result is the model as it was before the run"));
        }
        List<String> gains = learned.stream()
                .map(task -> task.task().title() + " " + gates.before().number(task.name()) + " before, "
                        + last.number(task.name()) + " after")
                .toList();
        return new GuardReport(step, all, firings, gains);
    }

    /** Whether every gate holds for the result. */
    public boolean holds() {
        return gates.stream().allMatch(RunGate::holds);
    }

    /** Whether the result failed a gate that the best weights of the run keep: any but the gap, which chooses none. */
    public boolean isWithinBest() {
        return gates.stream().anyMatch(gate -> !gate.holds() && gate.kind() != RunGate.GateKind.OVERFITTING);
    }

    /** In words: how often a gate was exceeded on the way, then each gate. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        if (!firings.isEmpty()) {
            Firing last = firings.get(firings.size() - 1);
            lines.add("guards exceeded at "
                    + (firings.size() == 1 ? "step " : firings.size() + " validations, last at step ") + last.step()
                    + " (" + last.action() + "): " + String.join("; ", last.sentences()));
        }
        gates.forEach(gate -> lines.add((gate.holds() ? "gate holds: " : "gate failed: ") + gate.sentence()));
        return lines;
    }

    /** What a run's folder holds; {@link #NONE} of a run without guards. */
    public static GuardReport read(Path folder) {
        return new GuardFiles(folder).report();
    }

    static GuardReport read(ObjectNode json, List<Firing> firings) {
        List<RunGate> gates = new ArrayList<>();
        json.path("gates").forEach(one -> gates.add(RunGate.read(one)));
        List<String> gains = new ArrayList<>();
        json.path("gains").forEach(one -> gains.add(one.asText()));
        return new GuardReport(json.path("step").asLong(), gates, firings, gains);
    }

    /** As it stands in {@code gates.json}. */
    ObjectNode json() {
        ObjectNode json =
                JsonNodeFactory.instance.objectNode().put("holds", holds()).put("step", step);
        gates.forEach(gate -> json.withArray("gates").add(gate.json()));
        gains.forEach(json.withArray("gains")::add);
        return json;
    }
}
