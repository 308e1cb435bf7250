package dev.hone.recipes.sample;

import dev.hone.checkpoint.AdapterFiles;
import dev.hone.checkpoint.Checkpoint;
import dev.hone.error.CheckpointException;
import dev.hone.evaluate.RewardModel;
import dev.hone.files.JsonFiles;
import dev.hone.model.LanguageModel;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.weight.WeightPlacement;
import dev.hone.rollout.Reward;
import dev.hone.rollout.RewardModelReward;
import dev.hone.rollout.Task;
import dev.hone.tensor.DType;
import dev.hone.text.ChatTemplate;
import dev.hone.text.Tokenizer;
import dev.hone.text.TokenizerFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A reward model on disk, opened to judge: what a run of {@code method: reward} left behind. */
record Judge(RewardModelReward reward, Tokenizer tokenizer) implements Reward {
    private static final int TOKENS_PER_BATCH = 4096;

    /** Opens a checkpoint that scores texts, or an adapter that makes its base score them. */
    static Judge open(Path folder) {
        boolean adapted = Files.exists(folder.resolve("adapter_config.json"));
        Checkpoint checkpoint = adapted ? Checkpoint.open(base(folder)) : Checkpoint.openReward(folder);
        Adapter adapter = adapted ? AdapterFiles.readReward(folder, checkpoint.config()) : null;
        LanguageModel model = checkpoint.model(WeightPlacement.frozen(DType.F32));
        Tokenizer tokenizer = TokenizerFile.open(folder);
        ChatTemplate template = ChatTemplate.existsIn(folder) ? ChatTemplate.fromCheckpoint(folder) : null;
        return new Judge(
                new RewardModelReward(new RewardModel(model, adapter, tokenizer, template, TOKENS_PER_BATCH)),
                tokenizer);
    }

    private static Path base(Path adapter) {
        Path file = adapter.resolve("adapter_config.json");
        String name = JsonFiles.read(file).path("base_model_name_or_path").asText();
        Path base = Path.of(name);
        if (name.isEmpty() || !Files.isDirectory(base)) {
            throw new CheckpointException(file + ": base_model_name_or_path (" + name
                    + ") is no folder here; merge the adapter into its base with ./hone merge, or correct the path");
        }
        return base;
    }

    @Override
    public double score(Task task, String completion) {
        return reward.score(task, completion);
    }

    @Override
    public List<Double> scores(Task task, List<String> completions) {
        return reward.scores(task, completions);
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
