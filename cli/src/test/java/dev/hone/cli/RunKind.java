package dev.hone.cli;

import dev.hone.checkpoint.CheckpointWriter;
import dev.hone.tensor.DType;
import dev.hone.testkit.TinyModels;
import dev.hone.testkit.TinyTokenizers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A short training of a tiny model, by one method, in full or with LoRA. Those that sample learn twice from what two steps sampled. */
enum RunKind {
    SFT_LORA("sft", true),
    SFT_FULL("sft", false),
    CPT_LORA("cpt", true),
    CPT_FULL("cpt", false),
    DPO_LORA("dpo", true),
    DPO_FULL("dpo", false),
    GRPO_LORA("grpo", true),
    PPO_FULL("ppo", false);

    private final String method;
    private final boolean lora;

    RunKind(String method, boolean lora) {
        this.method = method;
        this.lora = lora;
    }

    /** Writes the model and the rows that all kinds share. */
    static void prepare(Path folder, int rows, int heldOut) throws IOException {
        TinyTokenizers.bytes(folder.resolve("model")).close();
        CheckpointWriter.write(folder.resolve("model"), TinyModels.frozen(TinyModels.stories(), 1), DType.F32);
        for (String part : new String[] {"learned", "held-out"}) {
            int count = part.equals("learned") ? rows : heldOut;
            String say = part.equals("learned") ? "say" : "name"; // what is measured must not be learned
            Files.write(
                    folder.resolve("sft-" + part + ".jsonl"),
                    rows(count, "{\"prompt\": \"" + say + " %2$c\", \"completion\": \"%2$c%2$c %1$d\"}"));
            Files.write(
                    folder.resolve("cpt-" + part + ".jsonl"),
                    rows(count, "{\"text\": \"after %2$c comes %3$c, " + say + " number %1$d\"}"));
            Files.write(
                    folder.resolve("dpo-" + part + ".jsonl"),
                    rows(
                            count,
                            "{\"prompt\": \"" + say
                                    + " %2$c\", \"chosen\": \"%2$c%2$c\", \"rejected\": \"%3$c %1$d\"}"));
            List<String> prompts = new ArrayList<>();
            rows(count, "{\"prompt\": \"" + say + " %2$c %1$d\"}").forEach(prompts::add);
            Files.write(folder.resolve("grpo-" + part + ".jsonl"), prompts);
            Files.write(
                    folder.resolve("ppo-" + part + ".jsonl"), part.equals("learned") ? prompts : prompts.subList(0, 8));
        }
    }

    private static Iterable<String> rows(int count, String format) {
        return IntStream.range(0, count).mapToObj(i -> format.formatted(i, 'a' + i % 26, 'a' + (i + 1) % 26))::iterator;
    }

    /** Writes the file of a run whose folder is {@code output}. */
    Path file(Path folder, Path output, int steps) throws IOException {
        return Files.writeString(output.resolveSibling(output.getFileName() + ".yaml"), """
                method: %1$s
                model: "%2$s/model"
                output: "%3$s"
                data:
                  train: "%2$s/%1$s-learned.jsonl"
                  evaluate: "%2$s/%1$s-held-out.jsonl"
                  max-tokens: 96
                  packing: %4$s
                %5$s%7$straining:
                  steps: %6$d
                  rows-per-step: 4
                  rows-per-batch: 2
                  tokens-per-batch: 256
                  learning-rate: 2e-3
                  compute: fp32
                  workers: 1
                  evaluate-every: 4
                  checkpoint-every: 3
                """.formatted(
                        method,
                        folder,
                        output,
                        method.equals("cpt"),
                        lora ? "adapter: {rank: 4, alpha: 8, dropout: " + (samples() ? 0.0 : 0.1) + "}\n" : "",
                        steps,
                        samples() ? sampling() : ""));
    }

    private boolean samples() {
        return method.equals("grpo") || method.equals("ppo");
    }

    private String sampling() {
        return """
                rewards: "pattern:[a-m]"
                rollout: {group-size: 2, max-completion-tokens: 6, steps: 2}
                %s: {passes: 2%s}
                """.formatted(method, method.equals("grpo") ? ", mask-truncated: false" : "");
    }
}
