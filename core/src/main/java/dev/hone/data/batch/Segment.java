package dev.hone.data.batch;

/**
 * A run of tokens inside a batch, laid flat beside others.
 *
 * <p>Its queries read the keys of its parent, its parent's parent and so on, and its own keys up to themselves; positions
 * continue where the parent ends. Segments without a parent are separate documents that never see each other; several
 * segments with one parent are several continuations of a shared prompt, which is computed once.
 *
 * @param start index of the first token in the batch's flat list
 * @param length number of tokens, at least one
 * @param parent index of the parent segment, which comes earlier in the batch; {@link #NONE} for a document of its own
 * @param row index of the row within the batch by whose number its randomness is drawn; of a shared prompt the first
 */
public record Segment(int start, int length, int parent, int row) {
    public static final int NONE = -1;

    public Segment {
        if (start < 0 || length < 1 || parent < NONE || row < 0) {
            throw new IllegalArgumentException("segment (start " + start + ", length " + length + ", parent " + parent
                    + ", row " + row + ") is not valid");
        }
    }

    public boolean hasParent() {
        return parent != NONE;
    }
}
