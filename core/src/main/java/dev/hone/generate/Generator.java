package dev.hone.generate;

import static dev.hone.error.Require.require;

import dev.hone.error.DataException;
import dev.hone.model.LanguageModel;
import dev.hone.text.Tokenizer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Generates completions of many requests at a time with one model (continuous batching): a step gives each running sequence its next
 * token.
 *
 * <p>Requests may come at any time. A step first admits waiting ones, at most as many as there are free slots; a sequence that ends
 * frees its slot. Sequences with different adapters, and with none, share their forward passes.
 *
 * <p>The completion of a request does not depend on the others, nor on the number of slots, and its log-probabilities are those that
 * scoring and training compute with the same weights, bit for bit ({@code RolloutExactnessTest}): with dense weights in float32, and in
 * bf16 where the processor has bf16 products. Packed weights are multiplied in another order and give other last bits.
 *
 * <p>The weights must not change while sequences are running. Belongs to one thread and owns native memory until closed.
 * After an exception from {@link #step} that did not come from a listener, only closing is left.
 */
public final class Generator implements AutoCloseable {
    private final LanguageModel model;
    private final @Nullable Tokenizer tokenizer;
    private final int slots;
    private final int vocabularyLimit;
    private final Queue<Generation> waiting = new ArrayDeque<>();
    private final DecodeBatch running;
    private final Queue<Runnable> events = new ArrayDeque<>();

    /**
     * @param tokenizer decodes the text and bounds the ids that are chosen; null where ids alone are wanted
     * @param slots how many sequences run at a time
     */
    public Generator(LanguageModel model, @Nullable Tokenizer tokenizer, int slots) {
        require(slots > 0, "slots (%d) must be positive", slots);
        this.model = model;
        this.tokenizer = tokenizer;
        this.slots = slots;
        this.running = new DecodeBatch(model);
        int vocabulary = model.config().vocabulary();
        this.vocabularyLimit = tokenizer == null ? vocabulary : Math.min(vocabulary, tokenizer.size());
    }

    /** Adds a request; it is admitted as soon as a slot is free. {@link DataException} where the model cannot take its prompt. */
    public Generation submit(Request request) {
        return submit(request, TokenListener.NONE);
    }

    /** The same, with a listener that receives every token. */
    public Generation submit(Request request, TokenListener listener) {
        int context = model.config().shape().maxPositions();
        check(request, context);
        Sampler sampler = new Sampler(request.sampling(), vocabularyLimit);
        Generation generation =
                new Generation(request, listener, sampler, context - request.prompt().length, tokenizer);
        waiting.add(generation);
        return generation;
    }

    private void check(Request request, int context) {
        int[] prompt = request.prompt();
        String who = "request " + request.number() + ": ";
        if (prompt.length == 0) {
            throw new DataException(who + "the prompt has no tokens; it needs at least one, for example BOS");
        }
        if (prompt.length >= context) {
            throw new DataException(who + "the prompt has " + prompt.length + " tokens, which leaves no room in the"
                    + " model's context of " + context + "; shorten it to " + (context - 1) + " or fewer");
        }
        for (int i = 0; i < prompt.length; i++) {
            if (prompt[i] < 0 || prompt[i] >= model.config().vocabulary()) {
                throw new DataException(
                        who + "prompt token " + i + " (id " + prompt[i] + ") is outside the model's vocabulary of "
                                + model.config().vocabulary() + "; the tokenizer belongs to another model");
            }
        }
        if (tokenizer == null && !request.stopStrings().isEmpty()) {
            throw new DataException(who + "stop strings " + request.stopStrings()
                    + " need the text, but this generator has no tokenizer; stop at tokens instead");
        }
    }

    /** How many requests are waiting or running. */
    public int unfinished() {
        return waiting.size() + running.size();
    }

    /**
     * Gives every running sequence its next token, then calls the listeners.
     *
     * @return whether anything is left to do
     */
    public boolean step() {
        callListeners(); // those that an exception of a listener kept back
        endCancelled();
        admit();
        running.step(events);
        callListeners();
        return unfinished() > 0;
    }

    /** Steps until nothing is left to do. */
    public void finish() {
        boolean more = true;
        while (more) {
            more = step();
        }
    }

    /** The completions of some requests, in their order. */
    public List<Completion> complete(List<Request> requests) {
        List<Generation> generations = requests.stream().map(this::submit).toList();
        finish();
        return generations.stream().map(Generation::completion).toList();
    }

    private void callListeners() {
        for (Runnable next = events.poll(); next != null; next = events.poll()) {
            next.run();
        }
    }

    private void endCancelled() {
        waiting.stream().filter(Generation::isCancelled).forEach(request -> request.end(StopReason.CANCELLED));
        waiting.removeIf(Generation::isFinished);
        running.endCancelled();
    }

    private void admit() {
        for (int free = slots - running.size(); free > 0 && !waiting.isEmpty(); free--) {
            running.join(waiting.remove());
        }
    }

    @Override
    public void close() {
        running.close();
        waiting.clear();
    }
}
