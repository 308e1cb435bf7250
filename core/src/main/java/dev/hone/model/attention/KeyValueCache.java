package dev.hone.model.attention;

import static dev.hone.error.Require.require;

import dev.hone.model.architecture.ModelConfig;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The keys and values of running sequences, so that a new token costs one position of work and not the whole text.
 *
 * <p>Sequences are numbered 0 … {@link #count()} − 1 without gaps, so a step over all of them reads one block of memory:
 * when one leaves, the last takes its number. For each layer there is one tensor of keys and one of values,
 * [slots · kv heads, capacity, d], which grow as sequences come and lengthen. Whatever lies past a sequence's length is
 * zero.
 *
 * <p>Owns native memory until closed. Belongs to one thread.
 */
public final class KeyValueCache implements AutoCloseable {
    /** Room for positions is taken in multiples of this. */
    private static final int GRAIN = 64;

    private final ModelConfig config;
    private final int heads;
    private final int width;
    private final DType type;
    private final Tensor[] keys;
    private final Tensor[] values;
    private final List<Integer> lengths = new ArrayList<>();
    private final List<int[]> texts = new ArrayList<>(); // the tokens read, with room for more
    private int slots;
    private int capacity;

    public KeyValueCache(ModelConfig config, DType type) {
        this.config = config;
        this.heads = config.attention().keyValueHeads();
        this.width = config.attention().headSize();
        this.type = type;
        this.keys = new Tensor[config.layers()];
        this.values = new Tensor[config.layers()];
        try (Scope scope = Scope.open()) {
            for (int layer = 0; layer < keys.length; layer++) {
                keys[layer] = Tensor.zeros(type, 0, 0, width).keep();
                values[layer] = Tensor.zeros(type, 0, 0, width).keep();
            }
        }
    }

    /**
     * Tokens that continue one sequence.
     *
     * @param sequence its number
     * @param tokens at least one; not copied
     */
    @SuppressWarnings("ArrayRecordComponent") // passed on at once
    public record Extension(int sequence, int[] tokens) {
        public Extension {
            require(tokens.length > 0, "tokens must hold at least one token to continue a sequence with");
        }
    }

    /** How many sequences there are. */
    public int count() {
        return lengths.size();
    }

    /** How many tokens of a sequence have been read. */
    public int length(int sequence) {
        return lengths.get(sequence);
    }

    /** Starts a sequence, empty; returns its number. */
    public int add() {
        lengths.add(0);
        texts.add(new int[0]);
        return lengths.size() - 1;
    }

    /** Makes an empty sequence a copy of another, as completions of one prompt want it. */
    public void copy(int from, int to) {
        require(length(to) == 0, "sequence (%d) holds %d tokens; only an empty one can become a copy", to, length(to));
        reserve(length(from));
        try (Scope scope = Scope.open()) {
            for (int layer = 0; layer < keys.length; layer++) {
                used(keys[layer], to, length(from)).copyInPlace(used(keys[layer], from, length(from)));
                used(values[layer], to, length(from)).copyInPlace(used(values[layer], from, length(from)));
            }
        }
        lengths.set(to, length(from));
        texts.set(to, texts.get(from).clone());
    }

    /** Forgets a sequence. The last one, if it is another, takes its number. */
    public void remove(int sequence) {
        int last = count() - 1;
        try (Scope scope = Scope.open()) {
            for (int layer = 0; layer < keys.length; layer++) {
                replace(keys[layer], sequence, last);
                replace(values[layer], sequence, last);
            }
        }
        lengths.set(sequence, length(last));
        lengths.remove(last);
        texts.set(sequence, texts.get(last));
        texts.remove(last);
    }

    private void replace(Tensor held, int sequence, int last) {
        if (length(sequence) > 0) {
            used(held, sequence, length(sequence)).fillInPlace(0);
        }
        if (sequence != last && length(last) > 0) {
            Tensor moved = used(held, last, length(last));
            used(held, sequence, length(last)).copyInPlace(moved);
            moved.fillInPlace(0);
        }
    }

    /** Bytes of native memory held. */
    public long bytes() {
        return 2L * keys.length * slots * heads * capacity * width * type.bytes();
    }

    @Override
    public void close() {
        for (int layer = 0; layer < keys.length; layer++) {
            keys[layer].close();
            values[layer].close();
        }
        lengths.clear();
        texts.clear();
    }

    // ---- for the passes of a model ----------------------------------------------------------------------------------

    /** Makes room for the extensions and says how their tokens attend. */
    public AttentionPlan plan(List<Extension> extensions) {
        int longest = 0;
        boolean[] met = new boolean[count()];
        for (Extension extension : extensions) {
            require(!met[extension.sequence()], "sequence (%d) is extended twice in one pass", extension.sequence());
            met[extension.sequence()] = true;
            longest = Math.max(longest, length(extension.sequence()) + extension.tokens().length);
        }
        require(
                longest <= config.shape().maxPositions(),
                "sequence of %d tokens is longer than the model's context of %d; shorten the prompt or ask for fewer"
                        + " tokens",
                longest,
                config.shape().maxPositions());
        reserve(longest);
        return isStep(extensions)
                ? new StepAttention(this, extensions.size(), longest, config, type)
                : new ChunkAttention(this, extensions);
    }

    /** Whether the extensions are one token for each of the first sequences, in their order. */
    public static boolean isStep(List<Extension> extensions) {
        for (int i = 0; i < extensions.size(); i++) {
            if (extensions.get(i).sequence() != i || extensions.get(i).tokens().length != 1) {
                return false;
            }
        }
        return true;
    }

    /** The positions of the extensions' tokens, in their order. */
    public int[] positions(List<Extension> extensions) {
        int[] positions =
                new int[extensions.stream().mapToInt(e -> e.tokens().length).sum()];
        int at = 0;
        for (Extension extension : extensions) {
            for (int i = 0; i < extension.tokens().length; i++) {
                positions[at++] = length(extension.sequence()) + i;
            }
        }
        return positions;
    }

    /** How long the text of each of the extensions' tokens is then. */
    public int[] textLengths(List<Extension> extensions) {
        return extensions.stream()
                .flatMapToInt(e -> IntStream.generate(() -> length(e.sequence()) + e.tokens().length)
                        .limit(e.tokens().length))
                .toArray();
    }

    /** Counts the extensions' tokens as read, once every layer has seen them. */
    public void advance(List<Extension> extensions) {
        for (Extension e : extensions) {
            int before = length(e.sequence());
            int length = before + e.tokens().length;
            if (texts.get(e.sequence()).length < length) {
                texts.set(e.sequence(), Arrays.copyOf(texts.get(e.sequence()), length + GRAIN));
            }
            System.arraycopy(e.tokens(), 0, texts.get(e.sequence()), before, e.tokens().length);
            lengths.set(e.sequence(), length);
        }
    }

    /** Empties a sequence, which keeps its number; the extension that reads its tokens again and then those of the given one. */
    public Extension restarted(Extension extension) {
        int sequence = extension.sequence();
        int length = length(sequence);
        int[] tokens = Arrays.copyOf(texts.get(sequence), length + extension.tokens().length);
        System.arraycopy(extension.tokens(), 0, tokens, length, extension.tokens().length);
        try (Scope scope = Scope.open()) {
            for (int layer = 0; layer < keys.length && length > 0; layer++) {
                used(keys[layer], sequence, length).fillInPlace(0);
                used(values[layer], sequence, length).fillInPlace(0);
            }
        }
        lengths.set(sequence, 0);
        return new Extension(sequence, tokens);
    }

    /** All keys of a layer [slots · kv heads, capacity, d]. */
    Tensor keys(int layer) {
        return keys[layer];
    }

    /** All values of a layer [slots · kv heads, capacity, d]. */
    Tensor values(int layer) {
        return values[layer];
    }

    int capacity() {
        return capacity;
    }

    /** The first positions of one sequence [kv heads, positions, d], as a view. */
    Tensor used(Tensor held, int sequence, int positions) {
        return held.narrow(0, (long) sequence * heads, heads).narrow(1, 0, positions);
    }

    private void reserve(int positions) {
        if (count() <= slots && positions <= capacity) {
            return;
        }
        int moreSlots = count() <= slots ? slots : Math.max(count(), slots * 3 / 2);
        int morePositions = positions <= capacity ? capacity : rounded(Math.max(positions, capacity * 3 / 2));
        for (int layer = 0; layer < keys.length; layer++) {
            keys[layer] = grown(keys[layer], moreSlots, morePositions);
            values[layer] = grown(values[layer], moreSlots, morePositions);
        }
        slots = moreSlots;
        capacity = morePositions;
    }

    private int rounded(int positions) {
        int most = AlignedAttention.up(config.shape().maxPositions());
        return Math.min((positions + GRAIN - 1) / GRAIN * GRAIN, most);
    }

    private Tensor grown(Tensor old, int moreSlots, int morePositions) {
        try (Scope scope = Scope.open()) {
            Tensor grown = Tensor.zeros(type, (long) moreSlots * heads, morePositions, width)
                    .keep();
            if (old.count() > 0) {
                grown.narrow(0, 0, old.size(0)).narrow(1, 0, old.size(1)).copyInPlace(old);
            }
            old.close();
            return grown;
        }
    }

    @Override
    public String toString() {
        int[] counts = lengths.stream().mapToInt(Integer::intValue).toArray();
        return "KeyValueCache[lengths " + Arrays.toString(counts) + ", room for " + slots + " of " + capacity + "]";
    }
}
