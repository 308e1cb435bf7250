package dev.hone.generate;

import dev.hone.random.Draw;
import dev.hone.text.TokenStream;
import dev.hone.text.Tokenizer;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * A submitted request: its tokens so far, their text, and whether it has ended.
 *
 * <p>The generator's thread changes it; {@link #cancel} may be called from any.
 */
public final class Generation {
    private final Request request;
    private final TokenListener listener;
    private final Sampler sampler;
    private final Draw draw;
    private final int room;
    private final @Nullable Tokenizer tokenizer;
    private final @Nullable TokenStream stream;
    private final StopStrings stops;
    private final BitSet seen = new BitSet();
    private final StringBuilder text = new StringBuilder();
    private int[] ids = new int[16];
    private float[] logProbabilities = new float[16];
    private int count;
    private volatile boolean cancelled;
    private @Nullable StopReason reason;

    /**
     * @param room how many tokens fit into the model's context behind the prompt
     */
    Generation(Request request, TokenListener listener, Sampler sampler, int room, @Nullable Tokenizer tokenizer) {
        this.request = request;
        this.listener = listener;
        this.sampler = sampler;
        this.draw = Draw.of(request.sampling().seed(), "sample").at(request.number());
        this.room = room;
        this.tokenizer = tokenizer;
        this.stream = tokenizer == null ? null : tokenizer.stream();
        this.stops = new StopStrings(request.stopStrings());
        for (int id : request.prompt()) {
            push(id); // the text of a token can depend on those before it
            see(id);
        }
    }

    public Request request() {
        return request;
    }

    /** Ends the request at the next step; what it has by then is its completion. */
    public void cancel() {
        cancelled = true;
    }

    public boolean isFinished() {
        return reason != null;
    }

    /** The result, once it is finished. */
    public Completion completion() {
        if (reason == null) {
            throw new IllegalStateException("the request is not finished; call step or finish on its generator first");
        }
        return new Completion(
                Arrays.copyOf(ids, count), Arrays.copyOf(logProbabilities, count), text.toString(), reason);
    }

    // ---- for the generator ------------------------------------------------------------------------------------------

    boolean isCancelled() {
        return cancelled;
    }

    /** Chooses the next token. */
    Sampler sampler() {
        return sampler;
    }

    /** The next token, given the model's logits. */
    int choose(float[] logits) {
        return sampler.choose(logits, seen, uniform());
    }

    /** The random number in [0, 1) of the next token. */
    double uniform() {
        return draw.uniform(request.prompt().length + (long) count);
    }

    int lastToken() {
        return ids[count - 1];
    }

    /** Adds a token; returns the call of the listener. */
    Runnable add(int id, float logProbability) {
        if (count == ids.length) {
            ids = Arrays.copyOf(ids, 2 * count);
            logProbabilities = Arrays.copyOf(logProbabilities, 2 * count);
        }
        ids[count] = id;
        logProbabilities[count++] = logProbability;
        see(id);
        boolean ends = request.stopTokens().contains(id);
        String certain = ends ? "" : stops.push(push(id));
        reason = reasonAfter(ends);
        if (reason != null && !stops.found()) {
            certain += rest();
        }
        text.append(certain);
        String piece = certain;
        return () -> listener.token(id, logProbability, piece);
    }

    private @Nullable StopReason reasonAfter(boolean ends) {
        if (ends) {
            return StopReason.END_OF_TEXT;
        }
        if (stops.found()) {
            return StopReason.STOP_STRING;
        }
        if (count == request.maxTokens()) {
            return StopReason.LENGTH;
        }
        return count == room ? StopReason.CONTEXT : null;
    }

    private String rest() {
        String last = stream == null ? "" : stops.push(stream.finish());
        if (stops.found() && reason != StopReason.END_OF_TEXT) {
            reason = StopReason.STOP_STRING;
        }
        return last + stops.finish();
    }

    /** Ends the request where it is. Text that was held back is not part of its completion. */
    void end(StopReason why) {
        reason = why;
    }

    private String push(int id) {
        return stream == null || tokenizer == null || tokenizer.isSpecial(id) ? "" : stream.push(id);
    }

    private void see(int id) {
        if (sampler.readsSeen()) {
            seen.set(id);
        }
    }
}
