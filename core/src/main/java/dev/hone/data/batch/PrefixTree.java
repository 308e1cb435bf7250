package dev.hone.data.batch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The segments of a batch as a radix tree: a prefix that several texts share is in it once, as the parent of their continuations.
 *
 * <p>A token's hidden state depends on the tokens before it alone, so the texts of a step that share a prefix, such as a system
 * prompt, need that prefix computed only once, and its gradient is the sum of theirs.
 */
final class PrefixTree {
    /** A prefix is shared from this many tokens on; below, another segment costs as much as it saves. */
    static final int SHORTEST = 8;

    private final Batch whole;
    private final List<Node> roots = new ArrayList<>();
    /** The node that each segment of the whole ends with. */
    private final List<Node> ends = new ArrayList<>();

    /** Tokens {@code from} to {@code to} (exclusive) of the whole, and their continuations. */
    private static final class Node {
        private final int row;
        private final int to;
        private final List<Node> children = new ArrayList<>();
        private int from;
        private @Nullable Node parent;
        /** Its place in the new batch. */
        private int start;

        Node(int row, int from, int to, @Nullable Node parent) {
            this.row = row;
            this.from = from;
            this.to = to;
            this.parent = parent;
        }

        int length() {
            return to - from;
        }
    }

    private PrefixTree(Batch whole) {
        this.whole = whole;
        for (Segment segment : whole.segments()) {
            Node parent = segment.hasParent() ? ends.get(segment.parent()) : null;
            ends.add(inserted(segment.row(), segment.start(), segment.start() + segment.length(), parent));
        }
    }

    /** The same targets, in the same order, over as few tokens; the batch itself where nothing is shared. */
    static Batch of(Batch whole) {
        return whole.segments().size() == 1 ? whole : new PrefixTree(whole).batch();
    }

    /** Puts tokens below a node and returns the node that they end with. */
    private Node inserted(int row, int from, int to, @Nullable Node above) {
        Node parent = above;
        int at = from;
        while (at < to) {
            List<Node> siblings = parent == null ? roots : parent.children;
            int best = 0;
            int shared = 0;
            for (int i = 0; i < siblings.size(); i++) {
                int common = common(siblings.get(i), at, to);
                if (common > shared) {
                    best = i;
                    shared = common;
                }
            }
            if (shared < SHORTEST) {
                Node own = new Node(row, at, to, parent);
                siblings.add(own);
                return own;
            }
            parent = split(siblings, best, shared);
            at += shared;
        }
        if (parent == null) {
            throw new IllegalStateException("a segment has no tokens");
        }
        return parent;
    }

    private int common(Node node, int from, int to) {
        int mismatch = Arrays.mismatch(whole.tokens(), node.from, node.to, whole.tokens(), from, to);
        return mismatch < 0 ? node.length() : mismatch;
    }

    /** The first tokens of a node, as a node of their own above the rest of it. */
    private static Node split(List<Node> siblings, int index, int length) {
        Node lower = siblings.get(index);
        if (length == lower.length()) {
            return lower;
        }
        Node upper = new Node(lower.row, lower.from, lower.from + length, lower.parent);
        siblings.set(index, upper);
        upper.children.add(lower);
        lower.parent = upper;
        lower.from += length;
        return upper;
    }

    private Batch batch() {
        List<Segment> segments = new ArrayList<>();
        roots.forEach(root -> lay(root, Segment.NONE, segments));
        Segment last = segments.get(segments.size() - 1);
        int length = last.start() + last.length();
        if (length == whole.tokenCount()) {
            return whole;
        }
        int[] places = places();
        int[] tokens = new int[length];
        int[] positions = new int[length];
        for (int i = 0; i < places.length; i++) {
            tokens[places[i]] = whole.tokens()[i];
            positions[places[i]] = whole.positions()[i];
        }
        Targets targets = whole.targets();
        int[] predicting =
                Arrays.stream(targets.position()).map(at -> places[at]).toArray();
        return new Batch(
                tokens,
                positions,
                segments,
                new Targets(predicting, targets.token(), targets.weight(), targets.row()),
                whole.rowIds(),
                whole.annotations());
    }

    /** Lays a node flat, what follows it behind it. */
    private static void lay(Node node, int parent, List<Segment> segments) {
        Segment before = segments.isEmpty() ? null : segments.get(segments.size() - 1);
        node.start = before == null ? 0 : before.start() + before.length();
        int index = segments.size();
        segments.add(new Segment(node.start, node.length(), parent, node.row));
        node.children.forEach(child -> lay(child, index, segments));
    }

    /** Where each token of the whole now stands. */
    private int[] places() {
        int[] places = new int[whole.tokenCount()];
        for (int s = 0; s < ends.size(); s++) {
            Segment segment = whole.segments().get(s);
            int end = segment.start() + segment.length();
            for (Node node = ends.get(s); node != null && end > segment.start(); node = node.parent) {
                for (int i = 1; i <= node.length(); i++) {
                    places[end - i] = node.start + node.length() - i;
                }
                end -= node.length();
            }
        }
        return places;
    }
}
