package dev.hone.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.hone.config.ConfigurationException;
import dev.hone.tensor.DType;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * TRL, PEFT and transformers on the same workloads: scripts that take a checkpoint and rows and print one line of JSON. Two things
 * in them are replaced: the compute type, by the one that is faster on this machine, and the order of rows, by the file's.
 *
 * @param python an interpreter with these libraries
 * @param scripts the folder of {@code trl_sft.py}, {@code trl_dpo.py}, {@code trl_grpo.py} and {@code hf_generate.py}
 */
public record Baseline(Path python, Path scripts) {
    private static final String BF16 = "torch.bfloat16";
    private static final String UNORDERED = "seed=0)";
    private static final String ORDERED = "seed=0, train_sampling_strategy=\"sequential\")";

    /** The variables for memory and threads that {@code ./hone} sets; the baseline runs with its own defaults. */
    private static final List<String> LAUNCHER_VARIABLES = List.of(
            "OMP_WAIT_POLICY",
            "GOMP_SPINCOUNT",
            "OPENBLAS_THREAD_TIMEOUT",
            "THP_MEM_ALLOC_ENABLE",
            "GLIBC_TUNABLES",
            "TORCH_CPP_LOG_LEVEL");

    private static final List<String> GRPO = List.of(
            "trl_grpo.py", "PROMPTS", "--steps", "5", "--prompts", "2", "--group", "8", "--completion-tokens", "64");

    /** The script and its arguments for each workload. */
    private static final Map<String, List<String>> COMMANDS = Map.of(
            "sft", List.of("trl_sft.py", "INSTRUCTIONS", "--steps", "6", "--batch", "8"),
            "packed", List.of("trl_sft.py", "INSTRUCTIONS", "--steps", "6", "--batch", "2", "--packing"),
            "full", List.of("trl_sft.py", "INSTRUCTIONS", "--steps", "6", "--batch", "8", "--full"),
            "dpo", List.of("trl_dpo.py", "PAIRS", "--steps", "5", "--batch", "4"),
            "grpo", GRPO,
            "grpo-packed", GRPO,
            "decode", List.of("hf_generate.py", "--tokens", "48"));

    /** Whether there is a script for a workload. */
    static boolean supports(String workload) {
        return COMMANDS.containsKey(workload);
    }

    JsonNode measure(String workload, Inputs inputs, DType compute) throws IOException, InterruptedException {
        List<String> words = COMMANDS.get(workload);
        if (words == null) {
            throw new ConfigurationException(workload + ": no script does this");
        }
        List<String> command = new ArrayList<>(List.of(python.toString()));
        command.add(script(words.get(0), inputs.folder(), compute).toString());
        command.add(inputs.large().toString());
        for (String word : words.subList(1, words.size())) {
            command.add(
                    switch (word) {
                        case "INSTRUCTIONS" -> inputs.instructions().toString();
                        case "PAIRS" -> inputs.transcripts().toString();
                        case "PROMPTS" -> inputs.prompts().toString();
                        default -> word;
                    });
        }
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.DISCARD);
        builder.environment().put("HF_HUB_OFFLINE", "1");
        LAUNCHER_VARIABLES.forEach(builder.environment()::remove);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0 || output.isEmpty()) {
            throw new ConfigurationException(workload + ": the baseline ended with " + process.exitValue() + "; try "
                    + String.join(" ", command));
        }
        return new ObjectMapper().readTree(output.substring(output.lastIndexOf('\n') + 1));
    }

    private Path script(String name, Path folder, DType compute) throws IOException {
        String text = Files.readString(scripts.resolve(name));
        if (!text.contains(BF16)) {
            throw new ConfigurationException(scripts.resolve(name) + ": does not say " + BF16);
        }
        Path copy = folder.resolve(name);
        Files.writeString(
                copy, (compute == DType.F32 ? text.replace(BF16, "torch.float32") : text).replace(UNORDERED, ORDERED));
        return copy;
    }

    /** Whether its steps consist of the same rows. Packing orders them differently. */
    static boolean hasSameRows(String workload) {
        return !List.of("packed", "decode", "grpo", "grpo-packed").contains(workload);
    }

    /** Tokens a second in one of its lines. */
    static double rate(String workload, JsonNode line) {
        return line.path(
                        switch (workload) {
                            case "dpo" -> "pair_tok_s";
                            case "grpo", "grpo-packed" -> "completion_tok_s_end_to_end";
                            case "decode" -> "tok_s_batch_16";
                            default -> "useful_tok_s";
                        })
                .asDouble();
    }

    /** The tokens of all steps but the first, which its rate leaves out too; missing where a line has no steps. */
    static JsonNode tokens(String workload, JsonNode line) {
        JsonNode steps = line.path("step_s");
        if (!steps.isArray()) {
            return MissingNode.getInstance();
        }
        double seconds = 0;
        for (int i = 1; i < steps.size(); i++) {
            seconds += steps.get(i).asDouble();
        }
        return LongNode.valueOf(Math.round(rate(workload, line) * seconds));
    }
}
