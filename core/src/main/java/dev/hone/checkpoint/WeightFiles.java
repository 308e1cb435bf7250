package dev.hone.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.error.CheckpointException;
import dev.hone.files.HubCache;
import dev.hone.files.JsonFiles;
import dev.hone.model.layer.DecoderSpec;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The tensors in a checkpoint's folder: in which file each lies, by the name that its model has for it.
 *
 * <p>{@code model.safetensors} is read where it is there, as transformers does, and shards by their index otherwise. Names may lack
 * the {@code model.} of a whole model (a decoder saved without its head), or carry what PyTorch's wrappers put around theirs.
 */
final class WeightFiles {
    static final String SINGLE = "model.safetensors";
    static final String INDEX = "model.safetensors.index.json";

    /** What torch.compile and sharded training put into the names of the modules they wrap. */
    private static final Pattern WRAPPED =
            Pattern.compile("(?<=^|\\.)(_orig_mod|_fsdp_wrapped_module|_checkpoint_wrapped_module)\\.");

    /** What stands before all names of a model that another module holds. */
    private static final Pattern OUTER =
            Pattern.compile("^((module|model|base_model\\.model)\\.)+(?=model\\.|transformer\\.|lm_head\\.|score\\.)");

    /** Elements that are compared at once. */
    private static final long COMPARED = 1L << 22;

    private final Path folder;
    private final Map<String, Place> places;
    private final DecoderSpec decoder;
    private final List<String> notes = new ArrayList<>();

    /** A tensor in a file, under the name it has there. */
    private record Place(Safetensors file, String key) {}

    private WeightFiles(Path folder, Map<String, Place> places, DecoderSpec decoder) {
        this.folder = folder;
        this.decoder = decoder;
        this.places = places;
    }

    /**
     * Looks into a folder; {@link CheckpointException} where it has no weights, or files of them are missing or damaged.
     *
     * @param decoder the names that the model has
     * @param isWrapped whether the model is the text model within another, whose other parts are passed over
     */
    static WeightFiles in(Path folder, DecoderSpec decoder, boolean isWrapped) {
        Path index = folder.resolve(INDEX);
        boolean single = Files.exists(folder.resolve(SINGLE));
        if (!single && !Files.exists(index)) {
            throw new CheckpointException(folder + ": has neither " + SINGLE + " nor " + INDEX
                    + (Files.exists(folder.resolve("pytorch_model.bin"))
                            ? "; pytorch_model.bin is not read, convert it to safetensors first"
                            : "")
                    + HubCache.rest(folder));
        }
        Map<String, Place> places = single ? single(folder) : sharded(folder);
        if (isWrapped) {
            places = ofText(places);
        }
        WeightFiles files = new WeightFiles(folder, places, decoder);
        if (single) {
            files.noteShards(index);
        }
        return files.named();
    }

    private static Map<String, Place> ofText(Map<String, Place> places) {
        Map<String, Place> text = new LinkedHashMap<>();
        places.forEach((name, place) -> {
            if (!WrappedConfig.isOfAnotherPart(name)) {
                text.put(WrappedConfig.textName(name), place);
            }
        });
        return text;
    }

    private static Map<String, Place> single(Path folder) {
        Safetensors file = Safetensors.open(folder.resolve(SINGLE));
        Map<String, Place> places = new LinkedHashMap<>();
        file.names().forEach(name -> places.put(name, new Place(file, name)));
        return places;
    }

    private static Map<String, Place> sharded(Path folder) {
        Map<String, Place> places = new LinkedHashMap<>();
        Map<String, Safetensors> shards = new LinkedHashMap<>();
        JsonNode map = JsonFiles.read(folder.resolve(INDEX)).path("weight_map");
        map.properties().forEach(entry -> {
            String name = entry.getValue().asText();
            if (!name.matches("\\w[\\w.+-]*")) {
                throw new CheckpointException(folder.resolve(INDEX) + ": shard name (" + name
                        + ") must be the name of a file in the same folder");
            }
            Safetensors shard = shards.computeIfAbsent(name, n -> Safetensors.open(folder.resolve(n)));
            places.put(entry.getKey(), new Place(shard, entry.getKey()));
        });
        return places;
    }

    /** Two sets of weights lie in one folder where a model was saved over another: the reader must know which one this is. */
    private void noteShards(Path index) {
        if (!Files.exists(index)) {
            return;
        }
        Set<String> others = new LinkedHashSet<>();
        try {
            JsonFiles.read(index).path("weight_map").forEach(shard -> others.add(shard.asText()));
        } catch (CheckpointException unused) {
            return; // it is not what is read
        }
        others.removeIf(name -> name.equals(SINGLE) || !name.matches("\\w[\\w.+-]*"));
        others.removeIf(name -> !Files.exists(folder.resolve(name)));
        if (!others.isEmpty()) {
            notes.add(folder + ": holds two sets of weights; " + SINGLE + " is read, as transformers does, and not the "
                    + others.size() + " shards of " + INDEX + "; delete the set that is out of date");
        }
    }

    /** The same under the names that a model has for its weights, as far as they are not these already. */
    private WeightFiles named() {
        String outer = decoder.path() + ".";
        String embedding = decoder.embedding() + ".weight";
        boolean asInModels = places.containsKey(embedding);
        Map<String, Place> renamed = new LinkedHashMap<>();
        places.forEach((key, place) -> {
            Place other = renamed.put(asInModels ? unwrapped(key) : inner(key), place);
            if (other != null) {
                throw new CheckpointException(place.file.file() + ": holds both " + other.key + " and " + key
                        + ", which name the same weight");
            }
        });
        if (renamed.containsKey(embedding.substring(outer.length()))) { // a decoder without its head
            Map<String, Place> whole = new LinkedHashMap<>();
            renamed.forEach((key, place) -> whole.put(isHead(key) ? key : outer + key, place));
            return with(whole);
        }
        return renamed.containsKey(embedding) ? with(renamed) : this;
    }

    private WeightFiles with(Map<String, Place> renamed) {
        WeightFiles files = new WeightFiles(folder, renamed, decoder);
        files.notes.addAll(notes);
        renamed.entrySet().stream()
                .filter(entry -> !entry.getKey().equals(entry.getValue().key))
                .findFirst()
                .ifPresent(entry -> files.notes.add(folder + ": weights have other names than the model's ("
                        + entry.getValue().key + " for " + entry.getKey() + "); they are read as these"));
        return files;
    }

    private static boolean isHead(String name) {
        return name.startsWith("lm_head.") || name.startsWith("score.");
    }

    private static String unwrapped(String key) {
        return WRAPPED.matcher(key).replaceAll("");
    }

    private static String inner(String key) {
        String bare = unwrapped(key);
        String held = OUTER.matcher(bare).replaceFirst("");
        return held.equals(bare) && bare.startsWith("module.") ? bare.substring("module.".length()) : held;
    }

    /** What a user should know about how the weights are read, one message each. */
    List<String> notes() {
        return List.copyOf(notes);
    }

    Set<String> names() {
        return places.keySet();
    }

    boolean has(String name) {
        return places.containsKey(name);
    }

    /** The file that a weight lies in. */
    Path file(String name) {
        return place(name).file.file();
    }

    long[] shape(String name) {
        Place place = place(name);
        return place.file.shape(place.key);
    }

    DType type(String name) {
        Place place = place(name);
        return place.file.type(place.key);
    }

    /** A copy of one tensor, in another type. */
    Tensor tensor(String name, DType type) {
        Place place = place(name);
        return place.file.tensor(place.key, type);
    }

    /** A copy of some elements of a tensor, counted row after row, in the type they are stored in. */
    Tensor part(String name, long from, long count) {
        Place place = place(name);
        return place.file.part(place.key, from, count);
    }

    /** Whether two tensors hold the same numbers in the same shape. */
    boolean areEqual(String one, String other) {
        long[] shape = shape(one);
        if (!Arrays.equals(shape, shape(other))) {
            return false;
        }
        long count = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        DType wide = type(one) == type(other) ? type(one) : DType.F64;
        for (long at = 0; at < count; at += COMPARED) {
            long from = at;
            long size = Math.min(COMPARED, count - at);
            boolean equal = Autograd.without(() -> {
                try (Scope scope = Scope.open()) {
                    return part(one, from, size)
                            .to(wide)
                            .bytes()
                            .equals(part(other, from, size).to(wide).bytes());
                }
            });
            if (!equal) {
                return false;
            }
        }
        return true;
    }

    /** Whether all numbers of a tensor are zero. */
    boolean isZero(String name) {
        return Autograd.without(() -> {
            try (Scope scope = Scope.open()) {
                return tensor(name, DType.F32).abs().max().scalar() == 0;
            }
        });
    }

    private Place place(String name) {
        @Nullable Place place = places.get(name);
        if (place == null) {
            throw new CheckpointException(folder + ": weight " + name + " is missing" + instead(name));
        }
        return place;
    }

    /** What there is where a weight is missing: its name may have got something before it. */
    private String instead(String missing) {
        return places.keySet().stream()
                .max(Comparator.comparingInt(name -> sameEnding(name, missing)))
                .map(nearest -> "; there are " + places.size() + " others, such as " + nearest)
                .orElse("; there are no weights at all");
    }

    private static int sameEnding(String one, String other) {
        int same = 0;
        while (same < Math.min(one.length(), other.length())
                && one.charAt(one.length() - 1 - same) == other.charAt(other.length() - 1 - same)) {
            same++;
        }
        return same;
    }
}
