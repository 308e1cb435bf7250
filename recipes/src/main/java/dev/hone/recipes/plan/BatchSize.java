package dev.hone.recipes.plan;

import dev.hone.data.batch.Batch;
import dev.hone.data.batch.Segment;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The size of one micro-batch, as far as memory and time depend on it.
 *
 * @param tokens all of them
 * @param targets positions the head is applied to
 * @param looks how many keys all queries look at together, in blocks as attention computes them
 * @param masks entries of the masks of all blocks that differ in shape
 * @param cut tokens of segments that are longer than a block, whose parts are put together again
 * @param inherited keys that segments copy from the segments above them, and their own beside these
 * @param segments pieces that do not see each other, or only their parent
 */
public record BatchSize(long tokens, long targets, long looks, long masks, long cut, long inherited, int segments) {
    /** Queries that attention computes at once; see {@code SegmentAttention}. */
    static final int BLOCK = 128;

    public static final BatchSize NONE = new BatchSize(0, 0, 0, 0, 0, 0, 0);

    public static BatchSize of(Batch batch) {
        List<Segment> segments = batch.segments();
        long looks = 0;
        long masks = 0;
        long cut = 0;
        long inherited = 0;
        Set<Long> shapes = new HashSet<>();
        for (Segment segment : segments) {
            long before = 0;
            for (int s = segment.parent();
                    s != Segment.NONE;
                    s = segments.get(s).parent()) {
                before += segments.get(s).length();
            }
            int length = segment.length();
            for (int from = 0; from < length; from += BLOCK) {
                long rows = Math.min(BLOCK, length - from);
                long seen = before + from + rows;
                looks += rows * seen;
                if (shapes.add(rows << 32 | seen)) {
                    masks += rows * seen;
                }
            }
            cut += length > BLOCK ? length : 0;
            inherited += segment.hasParent() ? before + length : 0;
        }
        return new BatchSize(
                batch.tokenCount(), batch.targets().count(), looks, masks, cut, inherited, segments.size());
    }

    /** A share of it: fewer rows, or shorter ones. */
    public BatchSize part(double share) {
        return new BatchSize(
                Math.round(tokens * share),
                Math.round(targets * share),
                Math.round(looks * share),
                Math.round(masks * share),
                Math.round(cut * share),
                Math.round(inherited * share),
                segments);
    }
}
