package dev.hone.generate;

import dev.hone.error.TrainingException;
import dev.hone.model.LanguageModel;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.MixedAdapters;
import dev.hone.model.attention.KeyValueCache;
import dev.hone.model.attention.KeyValueCache.Extension;
import dev.hone.model.head.LogNormaliser;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The running sequences of a generator: a forward pass computes the next token of all of them, whatever their adapters. Sequence i
 * here is sequence i of the cache.
 *
 * <p>Prompts are computed in passes of a bounded number of tokens, long ones in several parts; a prompt that several new sequences
 * share is computed once and its keys and values are copied. Memory is released when no sequence is left.
 */
final class DecodeBatch implements AutoCloseable {
    /** Most tokens of prompts in one forward pass. */
    private static final int PASS = 2048;

    private final LanguageModel model;
    private final MixedAdapters mix;
    private KeyValueCache cache;
    private final List<Generation> running = new ArrayList<>();
    private final List<Generation> joining = new ArrayList<>();

    DecodeBatch(LanguageModel model) {
        this.model = model;
        this.mix = new MixedAdapters(model.compute());
        this.cache = model.cache();
    }

    /** Adds a sequence; the next step computes its prompt. */
    void join(Generation sequence) {
        joining.add(sequence);
    }

    int size() {
        return running.size() + joining.size();
    }

    /** Gives every sequence its next token, and removes those that have ended. */
    void step(Queue<Runnable> events) {
        try (Scope scope = Scope.open()) {
            List<Generation> old = List.copyOf(running);
            if (!joining.isEmpty()) {
                List<Generation> fresh = List.copyOf(joining);
                running.addAll(fresh);
                joining.clear();
                choose(fresh, prefill(fresh, old.size()), events);
            }
            if (!old.isEmpty()) {
                choose(old, decode(old), events);
            }
        }
        release();
    }

    /** Removes sequences that have ended. */
    void release() {
        joining.removeIf(Generation::isFinished);
        for (int i = running.size() - 1; i >= 0; i--) {
            if (running.get(i).isFinished()) {
                cache.remove(i);
                int last = running.size() - 1;
                running.set(i, running.get(last));
                running.remove(last);
            }
        }
        if (size() == 0 && cache.bytes() > 0) {
            close();
            cache = model.cache();
        }
    }

    /** Ends cancelled sequences. */
    void endCancelled() {
        running.stream().filter(Generation::isCancelled).forEach(sequence -> sequence.end(StopReason.CANCELLED));
        release();
    }

    private Tensor decode(List<Generation> old) {
        List<Extension> step = new ArrayList<>(old.size());
        for (int i = 0; i < old.size(); i++) {
            step.add(new Extension(i, new int[] {old.get(i).lastToken()}));
        }
        return extend(step);
    }

    private Tensor extend(List<Extension> pass) {
        List<@Nullable Adapter> adapters = new ArrayList<>(pass.size());
        pass.forEach(extension ->
                adapters.add(running.get(extension.sequence()).request().adapter()));
        List<Extension> read = model.rereading(cache, pass);
        Tensor hidden = model.extend(cache, read, mix.over(read, adapters));
        return read.equals(pass) ? hidden : hidden.select(0, Tensor.of(LanguageModel.newRows(read, pass)));
    }

    /** What new sequences must share for their prompt to be computed once. */
    private record Prompt(IntBuffer tokens, @Nullable Adapter adapter) {}

    /** Computes the prompts of new sequences, the first of which is number {@code first}; their last hidden states. */
    private Tensor prefill(List<Generation> fresh, int first) {
        Map<Prompt, Integer> sequenceOf = new HashMap<>();
        List<Integer> distinct = new ArrayList<>();
        int[] source = new int[fresh.size()];
        for (int i = 0; i < fresh.size(); i++) {
            int sequence = cache.add();
            Request request = fresh.get(i).request();
            Prompt prompt = new Prompt(IntBuffer.wrap(request.prompt()), request.adapter());
            Integer same = sequenceOf.putIfAbsent(prompt, sequence);
            if (same == null) {
                distinct.add(sequence);
            }
            source[i] = same == null ? sequence : same;
        }
        Tensor hidden = read(distinct, fresh, first); // [distinct, hidden]
        int[] rows = new int[fresh.size()];
        for (int i = 0; i < source.length; i++) {
            if (source[i] != first + i) {
                cache.copy(source[i], first + i);
            }
            rows[i] = distinct.indexOf(source[i]);
        }
        return hidden.select(0, Tensor.of(rows));
    }

    private Tensor read(List<Integer> sequences, List<Generation> fresh, int first) {
        List<Tensor> last = new ArrayList<>();
        List<Extension> pass = new ArrayList<>();
        int room = PASS;
        for (int sequence : sequences) {
            int[] prompt = fresh.get(sequence - first).request().prompt();
            for (int from = 0; from < prompt.length; ) {
                int count = Math.min(room, prompt.length - from);
                pass.add(new Extension(sequence, Arrays.copyOfRange(prompt, from, from + count)));
                from += count;
                room -= count;
                if (room == 0) {
                    last.add(lastOf(pass, from == prompt.length));
                    pass.clear();
                    room = PASS;
                }
            }
        }
        if (!pass.isEmpty()) {
            last.add(lastOf(pass, true));
        }
        return Tensor.concatenate(0, last);
    }

    /** Computes parts of prompts; the hidden states at the ends of those that are complete. */
    private Tensor lastOf(List<Extension> pass, boolean lastIsComplete) {
        return Scope.returning(() -> {
            int[] ends = new int[pass.size() - (lastIsComplete ? 0 : 1)];
            int at = 0;
            for (int i = 0; i < ends.length; i++) {
                at += pass.get(i).tokens().length;
                ends[i] = at - 1;
            }
            return extend(pass).select(0, Tensor.of(ends));
        });
    }

    private void choose(List<Generation> group, Tensor hidden, Queue<Runnable> events) {
        Autograd.withoutDo(() -> {
            Tensor logits = model.head().logits(hidden); // [sequence, vocabulary]
            Tensor blocks = LogNormaliser.ofBlocks(logits);
            float[] totals = LogNormaliser.total(blocks).floats();
            requireFinite(group, totals);
            int[] ids = chosen(group, logits, blocks);
            float[] logit = logits.gather(1, Tensor.of(ids, ids.length, 1)).floats();
            for (int i = 0; i < ids.length; i++) {
                events.add(group.get(i).add(ids[i], logit[i] - totals[i]));
            }
        });
    }

    private static void requireFinite(List<Generation> group, float[] totals) {
        for (int i = 0; i < totals.length; i++) {
            if (!Float.isFinite(totals[i])) {
                throw new TrainingException("request " + group.get(i).request().number()
                        + ": the model's logits are not finite, so no token can be chosen; its weights are damaged or"
                        + " its training has diverged");
            }
        }
    }

    /**
     * The next token of each sequence, which depends on its own logits alone. Where nothing but the temperature changes them, the
     * engine has summed the probabilities of blocks.
     */
    private static int[] chosen(List<Generation> group, Tensor logits, Tensor blocks) {
        int vocabulary = Math.toIntExact(logits.size(1));
        boolean unchanged =
                group.stream().allMatch(sequence -> sequence.sampler().temperature() == 1);
        Tensor tempered = unchanged ? logits : tempered(group, logits);
        Tensor sums = unchanged ? blocks : LogNormaliser.ofBlocks(tempered);
        int[] ids = new int[group.size()];
        float[][] changed = new float[ids.length][];
        for (int i = 0; i < ids.length; i++) {
            Generation sequence = group.get(i);
            if (sequence.sampler().takesAll(vocabulary)) {
                float[] own = sums.narrow(0, i, 1).floats();
                int row = i;
                ids[i] = sequence.sampler()
                        .drawn(own, LogNormaliser.BLOCK, block -> block(tempered, row, block), sequence.uniform());
            } else {
                changed[i] = logits.narrow(0, i, 1).floats();
            }
        }
        IntStream.range(0, ids.length)
                .parallel()
                .filter(i -> changed[i] != null)
                .forEach(i -> ids[i] = group.get(i).choose(changed[i]));
        return ids;
    }

    private static float[] block(Tensor logits, int row, int block) {
        long from = (long) block * LogNormaliser.BLOCK;
        long length = Math.min(LogNormaliser.BLOCK, logits.size(1) - from);
        return logits.narrow(0, row, 1).narrow(1, from, length).floats();
    }

    private static Tensor tempered(List<Generation> group, Tensor logits) {
        float[] inverse = new float[group.size()];
        for (int i = 0; i < inverse.length; i++) {
            boolean isDivided = group.get(i).sampler().takesAll(Math.toIntExact(logits.size(1)));
            inverse[i] = isDivided ? (float) (1 / group.get(i).sampler().temperature()) : 1;
        }
        return logits.times(Tensor.of(inverse, inverse.length, 1));
    }

    @Override
    public void close() {
        mix.close();
        cache.close();
        running.clear();
        joining.clear();
    }
}
