package dev.hone.rollout.batch;

import static dev.hone.error.Require.require;

import dev.hone.error.DataException;
import dev.hone.error.StoppedException;
import dev.hone.generate.Completion;
import dev.hone.generate.LoadedModel;
import dev.hone.generate.Request;
import dev.hone.generate.StopReason;
import dev.hone.rollout.batch.PromptDataset.Prompt;
import dev.hone.rollout.tools.Tools;
import dev.hone.tensor.Workers;
import dev.hone.text.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Samples completions in which tools reply between the policy's turns. The next turn continues the tokens of the prompt, of what was sampled
 * and of what stands between: nothing that was sampled is encoded again. Turns are sampled for all completions together, and tools are asked
 * in the order of (prompt, sample), on the caller's thread.
 *
 * @param sampler of each turn; a completion has at most its number of tokens in all turns together, context included
 * @param next what stands between two turns
 * @param turns of a completion, at most; what calls a tool in the last one is not answered
 */
public record ToolSampler(GroupSampler sampler, Tools tools, NextTurn next, int turns) {
    public ToolSampler {
        require(turns > 0, "turns (%d) must be positive", turns);
    }

    /**
     * The completions of each prompt, in order; see {@link GroupSampler#sample}.
     *
     * @throws DataException with the prompt's place if the template cannot write what tools say
     */
    public List<List<Episode>> sample(
            LoadedModel policy, Workers workers, List<Prompt> prompts, long seed, BooleanSupplier stop) {
        return converse(policy, workers, prompts, sampler.requests(policy, ids(prompts), seed), stop);
    }

    /** One completion of each prompt, of the likeliest tokens. */
    public List<List<Episode>> greedy(LoadedModel policy, Workers workers, List<Prompt> prompts, BooleanSupplier stop) {
        return converse(policy, workers, prompts, sampler.greedyRequests(policy, ids(prompts)), stop);
    }

    private static List<int[]> ids(List<Prompt> prompts) {
        return prompts.stream().map(Prompt::ids).toList();
    }

    private List<List<Episode>> converse(
            LoadedModel policy, Workers workers, List<Prompt> prompts, List<Request> requests, BooleanSupplier stop) {
        int each = requests.size() / Math.max(1, prompts.size());
        List<Dialogue> all = new ArrayList<>();
        for (int i = 0; i < requests.size(); i++) {
            all.add(new Dialogue(prompts.get(i / each), requests.get(i)));
        }
        List<Dialogue> going = all;
        int together = each; // those of a prompt share its computation
        for (int turn = 1; !going.isEmpty(); turn++) {
            List<Completion> said = sampler.complete(
                    policy, workers, going.stream().map(d -> d.request).toList(), together, stop);
            List<Dialogue> continued = new ArrayList<>();
            for (int i = 0; i < going.size(); i++) {
                if (stop.getAsBoolean()) {
                    throw new StoppedException();
                }
                Dialogue dialogue = going.get(i);
                dialogue.add(said.get(i));
                if (turn < turns
                        && dialogue.isContinued(policy.model().config().shape().maxPositions())) {
                    continued.add(dialogue);
                }
            }
            going = continued;
            together = 1;
        }
        return GroupSampler.grouped(all.stream().map(Dialogue::episode).toList(), each);
    }

    /** A completion as it grows. */
    private final class Dialogue {
        private final Prompt prompt;
        private final List<Message> said = new ArrayList<>();
        private final List<String> texts = new ArrayList<>();
        private Request request;
        private int[] ids = new int[0];
        private float[] logs = new float[0];
        private float[] sampled = new float[0];
        private StopReason reason = StopReason.CANCELLED;
        private String failure = "";

        Dialogue(Prompt prompt, Request request) {
            this.prompt = prompt;
            this.request = request;
        }

        void add(Completion turn) {
            float[] ones = new float[turn.ids().length];
            Arrays.fill(ones, 1f);
            append(turn.ids(), turn.logProbabilities(), ones);
            texts.add(turn.text());
            said.add(Message.assistant(turn.text().strip()));
            reason = turn.reason();
        }

        private void append(int[] tokens, float[] theirLogs, float[] weights) {
            int before = ids.length;
            ids = Arrays.copyOf(ids, before + tokens.length);
            logs = Arrays.copyOf(logs, ids.length);
            sampled = Arrays.copyOf(sampled, ids.length);
            System.arraycopy(tokens, 0, ids, before, tokens.length);
            System.arraycopy(theirLogs, 0, logs, before, tokens.length);
            System.arraycopy(weights, 0, sampled, before, tokens.length);
        }

        /** Whether tools reply, and there is room for a next turn, which is then asked for. */
        boolean isContinued(int context) {
            if (reason != StopReason.END_OF_TEXT || !next.isEndOf(ids)) {
                return false;
            }
            List<Message> replies;
            try {
                replies = tools.replies(prompt.task(), List.copyOf(said));
            } catch (RuntimeException e) {
                failure = String.valueOf(e.getMessage());
                return false;
            }
            if (replies.isEmpty()) {
                return false;
            }
            int[] between = between(replies);
            int length = ids.length + between.length;
            if (length >= sampler.shape().maxTokens()) {
                reason = StopReason.LENGTH; // nothing of the reply is kept
                return false;
            }
            if (prompt.ids().length + length >= context) {
                reason = StopReason.CONTEXT;
                return false;
            }
            said.addAll(replies);
            append(between, new float[between.length], new float[between.length]);
            int[] whole = Arrays.copyOf(prompt.ids(), prompt.ids().length + ids.length);
            System.arraycopy(ids, 0, whole, prompt.ids().length, ids.length);
            request = new Request(
                    request.number(), // its draws follow the position, which is another one
                    whole,
                    request.sampling(),
                    sampler.shape().maxTokens() - ids.length,
                    request.stopTokens(),
                    request.stopStrings(),
                    request.adapter());
            return true;
        }

        private int[] between(List<Message> replies) {
            try {
                return next.ids(prompt.task(), said, replies);
            } catch (DataException e) {
                throw DataException.at(prompt.place(), String.valueOf(e.getMessage()), e);
            }
        }

        Episode episode() {
            return new Episode(
                    new Completion(ids, logs, String.join("\n", texts), reason),
                    sampled,
                    failure.isEmpty() ? null : failure);
        }
    }
}
