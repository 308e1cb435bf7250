package dev.hone.model.attention;

import dev.hone.data.batch.Segment;
import dev.hone.model.layer.AttentionSpec.HeadShape;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The size of one micro-batch as {@link SegmentAttention} computes it, and the tensors that it allocates, as numbers of entries.
 *
 * @param tokens all of them
 * @param looks query-key pairs of one head, in the blocks that are multiplied
 * @param masks entries of the masks of all blocks that differ in shape
 * @param cut tokens of segments that are longer than a block, whose parts are joined again
 * @param inherited keys of segments that are copied: behind those of the segments above them, or before what fills them up
 * @param segments pieces that do not read each other, or only their parent
 */
public record AttentionSize(long tokens, long looks, long masks, long cut, long inherited, int segments) {
    public static final AttentionSize NONE = new AttentionSize(0, 0, 0, 0, 0, 0);

    public static AttentionSize of(List<Segment> segments) {
        long tokens = 0;
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
            for (int from = 0; from < length; from += SegmentAttention.BLOCK) {
                long rows = Math.min(SegmentAttention.BLOCK, length - from);
                long seen = before + from + rows;
                long multiplied = AlignedAttention.up(Math.toIntExact(seen));
                looks += rows * multiplied;
                if (shapes.add(rows << 32 | seen)) {
                    masks += rows * multiplied;
                }
            }
            tokens += length;
            cut += length > SegmentAttention.BLOCK ? length : 0;
            int read = AlignedAttention.up(Math.toIntExact(before + length));
            inherited += segment.hasParent() || read > length ? read : 0;
        }
        return new AttentionSize(tokens, looks, masks, cut, inherited, segments.size());
    }

    /** A share of it: fewer rows, or shorter ones. */
    public AttentionSize part(double share) {
        return new AttentionSize(
                Math.round(tokens * share),
                Math.round(looks * share),
                Math.round(masks * share),
                Math.round(cut * share),
                Math.round(inherited * share),
                segments);
    }

    /** What attending makes beside scores: a group's queries gathered, outputs, keys and values behind their parents', both layouts. */
    public long outputs(HeadShape heads) {
        long queries = heads.queryWidth();
        long gathered = heads.group() > 1 ? queries * tokens : 0;
        long joined = queries * (cut + (segments > 1 ? tokens : 0)); // the blocks of a segment, and the segments
        return gathered + queries * tokens + 2L * heads.keyWidth() * inherited + joined + queries * tokens;
    }

    /** Scores of all heads; they exist before the softmax and after it. */
    public long scores(HeadShape heads) {
        return looks * heads.queries();
    }

    /** Entries of all masks, which serve all layers. */
    public long masks(HeadShape heads) {
        return masks * heads.group();
    }
}
