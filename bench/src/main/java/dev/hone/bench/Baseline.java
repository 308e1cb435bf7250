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
 * TRL, PEFT and transformers doing the same work: scripts that take a checkpoint and rows and print one line of JSON. They are run
 * as they are but for two words: the type they compute in, which is the one that is faster here, and the order of rows, which is
 * the file's.
 *
 * @param python an interpreter that has them
 * @param scripts the folder of {@code trl_sft.py}, {@code trl_dpo.py} and {@code hf_generate.py}
 */
public record Baseline(Path python, Path scripts) {
    private static final String BF16 = "torch.bfloat16";
    private static final String UNORDERED = "seed=0)";
    private static final String ORDERED = "seed=0, train_sampling_strategy=\"sequential\")";

    /** What our launcher sets of memory and threads. */
    private static final List<String> OURS = List.of(
            "OMP_WAIT_POLICY",
            "GOMP_SPINCOUNT",
            "OPENBLAS_THREAD_TIMEOUT",
            "THP_MEM_ALLOC_ENABLE",
            "GLIBC_TUNABLES",
            "TORCH_CPP_LOG_LEVEL");

    /** How a work of ours is done there. */
    private static final Map<String, List<String>> COMMANDS = Map.of(
            "sft", List.of("trl_sft.py", "INSTRUCTIONS", "--steps", "6", "--batch", "8"),
            "packed", List.of("trl_sft.py", "INSTRUCTIONS", "--steps", "6", "--batch", "2", "--packing"),
            "full", List.of("trl_sft.py", "INSTRUCTIONS", "--steps", "6", "--batch", "8", "--full"),
            "dpo", List.of("trl_dpo.py", "PAIRS", "--steps", "5", "--batch", "4"),
            "decode", List.of("hf_generate.py", "--tokens", "48"));

    /** Whether there is anything to compare a work with. */
    static boolean does(String work) {
        return COMMANDS.containsKey(work);
    }

    JsonNode measure(String work, Inputs material, DType compute) throws IOException, InterruptedException {
        List<String> words = COMMANDS.get(work);
        if (words == null) {
            throw new ConfigurationException(work + ": no script does this");
        }
        List<String> command = new ArrayList<>(List.of(python.toString()));
        command.add(script(words.get(0), material.folder(), compute).toString());
        command.add(material.large().toString());
        for (String word : words.subList(1, words.size())) {
            command.add(
                    switch (word) {
                        case "INSTRUCTIONS" -> material.instructions().toString();
                        case "PAIRS" -> material.transcripts().toString();
                        default -> word;
                    });
        }
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.DISCARD);
        builder.environment().put("HF_HUB_OFFLINE", "1");
        OURS.forEach(builder.environment()::remove); // they run with their own defaults
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0 || said.isEmpty()) {
            throw new ConfigurationException(
                    work + ": the peer ended with " + process.exitValue() + "; try " + String.join(" ", command));
        }
        return new ObjectMapper().readTree(said.substring(said.lastIndexOf('\n') + 1));
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

    /** Whether each of its steps has the rows of ours. Packing fills them in an order of its own. */
    static boolean hasRowsOf(String work) {
        return !work.equals("packed") && !work.equals("decode");
    }

    /** Tokens a second of one of their lines. */
    static double rate(String work, JsonNode line) {
        return line.path(
                        switch (work) {
                            case "dpo" -> "pair_tok_s";
                            case "decode" -> "tok_s_batch_16";
                            default -> "useful_tok_s";
                        })
                .asDouble();
    }

    /** The tokens of all steps but the first, which their rate leaves out too; missing where a line has no steps. */
    static JsonNode tokens(String work, JsonNode line) {
        JsonNode steps = line.path("step_s");
        if (!steps.isArray()) {
            return MissingNode.getInstance();
        }
        double seconds = 0;
        for (int i = 1; i < steps.size(); i++) {
            seconds += steps.get(i).asDouble();
        }
        return LongNode.valueOf(Math.round(rate(work, line) * seconds));
    }
}
