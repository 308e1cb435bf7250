package dev.hone.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.checkpoint.Checkpoint;
import dev.hone.config.Configured;
import dev.hone.config.Settings;
import dev.hone.files.AtomicFolder;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.recipes.plan.Flops;
import dev.hone.recipes.run.RunDirectory;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.run.RunObserver;
import dev.hone.recipes.train.Training;
import dev.hone.text.Specials;
import dev.hone.text.Tokenizer;
import dev.hone.text.TokenizerFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A training run of a few steps as {@code ./hone train} does it; results are read from its metrics log.
 *
 * @param settings the run's file without model, output and data.train
 * @param data what it is trained on
 * @param warmUp number of first steps that are not counted
 */
record TrainingWork(String name, String about, Subject subject, Data data, String settings, int warmUp)
        implements Workload {
    /** Which model a run starts from. */
    enum Subject {
        LARGE,
        SMALL
    }

    /** What a run is trained on. */
    enum Data {
        INSTRUCTIONS,
        PAIRS,
        PROMPTS
    }

    @Override
    public ObjectNode measure(Inputs inputs, long started) throws IOException {
        Path output = inputs.folder().resolve("run-" + name);
        AtomicFolder.delete(output);
        Settings file = Settings.parse(name, settings)
                .set(
                        "model=" + (subject == Subject.LARGE ? inputs.large() : inputs.small()),
                        "output=" + output,
                        "data.train=" + rows(inputs));
        Configured<RunFile> configured = RunFile.read(file);
        Ready ready = new Ready();
        try (RunDirectory run = RunDirectory.open(output, file, configured)) {
            Training.run(configured.value(), run, ready);
        }
        long peak = Memory.peakBytes();
        ObjectNode result = rates(steps(output.resolve("metrics.jsonl")));
        result.put("ready_s", (ready.at - started) / 1e3).put("peak_mb", peak >> 20);
        if (data == Data.PAIRS) {
            countSides(inputs, configured.value(), result);
        }
        if (data != Data.PROMPTS) { // of generation no operation is counted
            countOperations(configured.value(), result);
        }
        AtomicFolder.delete(output);
        return result;
    }

    private Path rows(Inputs inputs) {
        return switch (data) {
            case INSTRUCTIONS -> inputs.instructions();
            case PAIRS -> inputs.pairs();
            case PROMPTS -> inputs.prompts();
        };
    }

    /**
     * Useful operations a second, in 10⁹: per weight and token two for the forward pass, two for the input gradient, two more
     * for the weight gradient where the weight is trained; the head at targets only. Attention is not counted.
     */
    private static void countOperations(RunFile run, ObjectNode result) {
        ModelConfig model = Checkpoint.configOf(run.model());
        Flops weights = Flops.of(model);
        int times = (run.adapter() == null ? 6 : 4) + 2 * run.method().frozenPasses();
        double operations = times
                * (weights.ofToken() * result.get("tokens").asDouble()
                        + weights.ofTarget() * result.get("trained").asDouble());
        double rate = operations / result.get("seconds").asDouble() / 1e9;
        result.put("gflop_s", Math.rint(10 * rate) / 10);
    }

    /** Tokens of both sides with the prompt in each, as padding implementations count them, and their rate. */
    private void countSides(Inputs inputs, RunFile run, ObjectNode result) throws IOException {
        int step = run.training().batch().rowsPerStep();
        List<String> lines = Files.readAllLines(inputs.pairs());
        long tokens = 0;
        try (Tokenizer tokenizer = TokenizerFile.open(run.model())) {
            for (String line :
                    lines.subList(step * warmUp, step * result.get("losses").size())) {
                JsonNode pair = new ObjectMapper().readTree(line);
                for (String side : List.of("chosen", "rejected")) {
                    String text = pair.get("prompt").asText() + pair.get(side).asText();
                    tokens += tokenizer.ids(text, Specials.NONE).length;
                }
            }
        }
        result.put("pair_tokens", tokens);
        result.put("tokens_s", tokens / result.get("seconds").asDouble());
    }

    private static List<JsonNode> steps(Path metrics) throws IOException {
        ObjectMapper json = new ObjectMapper();
        List<JsonNode> steps = new ArrayList<>();
        for (String line : Files.readAllLines(metrics)) {
            steps.add(json.readTree(line));
        }
        return steps;
    }

    private ObjectNode rates(List<JsonNode> steps) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        long tokens = 0;
        long trained = 0;
        double seconds = 0;
        double sampling = 0;
        ArrayNode each = result.putArray("step_s");
        ArrayNode losses = result.putArray("losses");
        for (int i = 0; i < steps.size(); i++) {
            JsonNode step = steps.get(i);
            each.add(Math.rint(100 * step.get("seconds").asDouble()) / 100);
            losses.add(Math.rint(1e4 * step.get("loss").asDouble()) / 1e4);
            if (i >= warmUp) {
                tokens += step.get("tokens").asLong();
                trained += step.get("trained").asLong();
                seconds += step.get("seconds").asDouble();
                sampling += step.path("seconds/sampling").asDouble();
            }
        }
        if (sampling > 0) {
            result.put("rollout_tokens_s", Math.rint(10 * trained / sampling) / 10);
            result.put("completion_tokens_s", Math.rint(10 * trained / seconds) / 10);
        }
        return result.put("tokens", tokens)
                .put("trained", trained)
                .put("seconds", seconds)
                .put("tokens_s", tokens / seconds);
    }

    /** Records when the first step begins. */
    private static final class Ready implements RunObserver {
        private long at;

        @Override
        public void say(String line) {
            System.err.println(line);
        }

        @Override
        public Work begin(String label, String unit, long total, long from) {
            at = System.currentTimeMillis();
            return RunObserver.none().begin(label, unit, total, from);
        }

        @Override
        public boolean getAsBoolean() {
            return false;
        }
    }
}
