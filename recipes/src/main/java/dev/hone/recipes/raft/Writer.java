package dev.hone.recipes.raft;

import dev.hone.error.StoppedException;
import dev.hone.generate.Generation;
import dev.hone.generate.Generator;
import dev.hone.generate.LoadedModel;
import dev.hone.generate.Sampling;
import dev.hone.recipes.run.RunObserver;
import dev.hone.text.Message;
import java.util.ArrayList;
import java.util.List;

/** Writes replies to prompts: a chat model, greedily. */
@FunctionalInterface
interface Writer {
    /** A reply to each prompt, in their order. */
    List<String> replies(List<String> prompts, int maxTokens);

    /** The writer that a model is; {@link StoppedException} where the observer asks to stop. */
    static Writer of(LoadedModel model, RunObserver observer) {
        return (prompts, maxTokens) -> {
            List<String> replies = new ArrayList<>();
            try (RunObserver.Work work = observer.begin("writing", "replies", prompts.size(), 0)) {
                int wave = 16;
                for (int from = 0; from < prompts.size(); from += wave) {
                    List<String> some = prompts.subList(from, Math.min(prompts.size(), from + wave));
                    replies.addAll(wave(model, some, maxTokens, observer));
                    work.report(replies.size(), replies.size(), "");
                }
            }
            return replies;
        };
    }

    private static List<String> wave(LoadedModel model, List<String> prompts, int maxTokens, RunObserver observer) {
        try (Generator generator = model.generator(prompts.size())) {
            List<Generation> running = prompts.stream()
                    .map(prompt -> generator.submit(
                            model.request(List.of(Message.user(prompt)), Sampling.greedy(), maxTokens)))
                    .toList();
            while (generator.step()) {
                if (observer.getAsBoolean()) {
                    throw new StoppedException();
                }
            }
            return running.stream().map(one -> one.completion().text()).toList();
        }
    }
}
