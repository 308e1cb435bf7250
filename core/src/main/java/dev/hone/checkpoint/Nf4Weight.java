package dev.hone.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hone.error.CheckpointException;
import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * A weight that bitsandbytes stores in four bits (Dettmers et al., 2023, "QLoRA", section 3): codes N, two a byte and the first in its
 * high bits; {@code N.absmax}, the largest magnitude of each block; {@code N.quant_map}, the numbers of the codes; and a description in
 * JSON.
 *
 * <p>With double quantisation {@code absmax} are codes themselves: {@code map[code] · nested_absmax + nested_offset}.
 */
final class Nf4Weight extends QuantisedWeight {
    private static final String[] KINDS = {"nf4", "fp4"};

    private final long[] shape;
    private final DType type;
    private final float[] table;
    private final float[] scales;

    private Nf4Weight(Plain codes, long[] shape, DType type, int block, float[] table, float[] scales) {
        super(codes, true, block);
        this.shape = shape;
        this.type = type;
        this.table = table;
        this.scales = scales;
        if (shape.length != 2 || block < 1 || table.length != 16 || scales.length != (count() + block - 1) / block) {
            throw new CheckpointException(codes.file() + ": " + codes.key() + " is quantised in a way that does not fit"
                    + " together (blocks of " + block + ", " + scales.length + " scales, " + table.length + " codes)");
        }
        long[] packed = codes.shape();
        if (packed[0] != (count() + 1) / 2) {
            throw new CheckpointException(codes.file() + ": " + codes.key() + " has " + packed[0]
                    + " bytes of codes for " + count() + " elements");
        }
    }

    static void join(String name, Plain codes, Map<String, StoredWeight> places) {
        for (String kind : KINDS) {
            String description = name + ".quant_state.bitsandbytes__" + kind;
            if (places.containsKey(description)) {
                places.put(name, read(name, codes, taken(places, description, codes), places));
            }
        }
    }

    private static Nf4Weight read(String name, Plain codes, Plain description, Map<String, StoredWeight> places) {
        JsonNode state = json(description);
        Plain absmax = taken(places, name + ".absmax", codes);
        float[] table = floats(taken(places, name + ".quant_map", codes));
        float[] scales = state.hasNonNull("nested_blocksize")
                ? nested(
                        absmax,
                        floats(taken(places, name + ".nested_quant_map", codes)),
                        floats(taken(places, name + ".nested_absmax", codes)),
                        state)
                : floats(absmax);
        long[] shape = new long[state.path("shape").size()];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = state.path("shape").get(i).asLong();
        }
        DType type = CheckpointWriter.typeNamed(state.path("dtype").asText());
        return new Nf4Weight(codes, shape, type, state.path("blocksize").asInt(), table, scales);
    }

    private static JsonNode json(Plain description) {
        try (Tensor text = description.tensor(DType.U8)) {
            byte[] bytes = new byte[Math.toIntExact(text.count())];
            text.bytes().get(bytes);
            return new ObjectMapper().readTree(new String(bytes, StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw new CheckpointException(description.file() + ": " + description.key() + " is not JSON", e);
        }
    }

    private static float[] nested(Plain codes, float[] map, float[] largest, JsonNode state) {
        float offset = (float) state.path("nested_offset").asDouble();
        int block = Math.max(1, state.path("nested_blocksize").asInt());
        byte[] read;
        try (Tensor bytes = codes.tensor(DType.U8)) {
            read = new byte[Math.toIntExact(bytes.count())];
            bytes.bytes().get(read);
        }
        if (map.length != 256 || largest.length != (read.length + block - 1) / block) {
            throw new CheckpointException(codes.file() + ": " + codes.key() + " is quantised in a way that does not fit"
                    + " together (blocks of " + block + ", " + largest.length + " scales, " + map.length + " codes)");
        }
        float[] scales = new float[read.length];
        for (int i = 0; i < read.length; i++) {
            scales[i] = map[read[i] & 255] * largest[i / block] + offset;
        }
        return scales;
    }

    private static float[] floats(Plain weight) {
        try (Tensor values = weight.tensor(DType.F32)) {
            return values.floats();
        }
    }

    @Override
    float[] table() {
        return table;
    }

    @Override
    float[] scales(long first, int count) {
        return Arrays.copyOfRange(scales, (int) first, (int) first + count);
    }

    @Override
    public long[] shape() {
        return shape.clone();
    }

    @Override
    public DType type() {
        return type;
    }
}
