package dev.hone.gguf;

import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import de.kherud.llama.LlamaModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Real llama.cpp with a model in it, called through its C interface: the library that {@code de.kherud:llama} carries, or a newer one in the folder that the
 * property {@code hone.llamacpp} names. Computes on one thread with keys and values in float32. One sequence, from its beginning.
 */
public final class LlamaCpp implements AutoCloseable {
    private static final int CONTEXT = 256;
    private static final int FLOAT16 = 1;

    /** Of its C interface what is called here. */
    public interface Api extends Library {
        void llama_backend_init();

        void llama_log_set(Log callback, @Nullable Pointer data);

        Parameters.Value llama_model_default_params();

        Parameters.Value llama_context_default_params();

        @Nullable
        Pointer llama_model_load_from_file(String file, Parameters.Value parameters);

        Pointer llama_init_from_model(Pointer model, Parameters.Value parameters);

        Pointer llama_model_get_vocab(Pointer model);

        int llama_vocab_n_tokens(Pointer vocabulary);

        int llama_tokenize(
                Pointer vocabulary, byte[] text, int length, int[] tokens, int most, boolean special, boolean parse);

        @Nullable
        Pointer llama_adapter_lora_init(Pointer model, String file);

        Batch.Value llama_batch_get_one(Pointer tokens, int count);

        int llama_decode(Pointer context, Batch.Value batch);

        Pointer llama_get_logits(Pointer context);

        void llama_free(Pointer context);

        void llama_model_free(Pointer model);
    }

    /** Takes its messages. */
    public interface Log extends com.sun.jna.Callback {
        void invoke(int level, String text, Pointer data);
    }

    /** Parameters as numbers of 32 bits, longer than those of any version; what is not known is passed on as it came. */
    @Structure.FieldOrder("numbers")
    public static class Parameters extends Structure {
        public int[] numbers = new int[50];

        /** The structure itself, not a pointer to it. */
        public static final class Value extends Parameters implements Structure.ByValue {}

        /** Where two neighbours have this value. */
        int pairOf(int value, int from) {
            for (int i = from; i + 1 < numbers.length; i++) {
                if (numbers[i] == value && numbers[i + 1] == value) {
                    return i;
                }
            }
            throw new IllegalStateException("this llama.cpp has other parameters");
        }

        void setPair(int found, int from, int value) {
            int at = pairOf(found, from);
            numbers[at] = value;
            numbers[at + 1] = value;
        }
    }

    /** Tokens to be read. */
    @Structure.FieldOrder("numbers")
    public static class Batch extends Structure {
        public int[] numbers = new int[14];

        /** The structure itself, not a pointer to it. */
        public static final class Value extends Batch implements Structure.ByValue {}
    }

    private static final StringBuffer SAID = new StringBuffer();
    private static final Log LOG = (level, text, data) -> SAID.append(text);
    private static final String NEWER = System.getProperty("hone.llamacpp", "");
    private static final String LIBRARY = library();
    private static final Api API = load();

    private final Pointer model;
    private final Pointer context;
    private final int vocabulary;

    private LlamaCpp(Pointer model, Pointer context, int vocabulary) {
        this.model = model;
        this.context = context;
        this.vocabulary = vocabulary;
    }

    /** Whether it is one that knows the families of 2025 and later. */
    public static boolean isNewer() {
        return !NEWER.isEmpty();
    }

    private static String library() {
        try {
            if (isNewer()) {
                try (Stream<Path> files = Files.list(Path.of(NEWER))) {
                    return files.map(Path::toString)
                            .filter(name -> name.matches(".*/libllama(\\.v[0-9.]+)?\\.so"))
                            .findFirst()
                            .orElseThrow(() -> new IllegalStateException("no libllama.so in " + NEWER));
                }
            }
            try (InputStream in = LlamaModel.class.getResourceAsStream("/de/kherud/llama/Linux/x86_64/libjllama.so")) {
                Path file = Files.createTempFile("libjllama", ".so");
                file.toFile().deleteOnExit();
                Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
                return file.toString();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Api load() {
        if (isNewer()) { // its arithmetic for each processor lies beside it
            String backends = LIBRARY.replace("libllama", "libggml");
            NativeLibrary.getInstance(backends)
                    .getFunction("ggml_backend_load_all_from_path")
                    .invoke(new Object[] {NEWER});
        }
        Api api = Native.load(LIBRARY, Api.class, Map.of(Library.OPTION_OPEN_FLAGS, 2)); // symbols stay its own
        api.llama_log_set(LOG, null);
        api.llama_backend_init();
        return api;
    }

    /** Opens a file, with an adapter on it if there is one; fails where llama.cpp refuses it. */
    public static LlamaCpp open(Path file, @Nullable Path adapter) {
        SAID.setLength(0);
        Pointer model = API.llama_model_load_from_file(file.toString(), API.llama_model_default_params());
        if (model == null) {
            throw new IllegalStateException("llama.cpp does not load " + file + "\n" + SAID);
        }
        Parameters.Value parameters = API.llama_context_default_params();
        parameters.numbers[0] = CONTEXT;
        parameters.setPair(4, 4, 1); // threads
        parameters.setPair(FLOAT16, 16, 0); // the types of keys and values
        if (isNewer()) {
            parameters.numbers[parameters.pairOf(-1, 12) + 1] = 0; // no flash attention, which rounds to float16
        }
        Pointer context = API.llama_init_from_model(model, parameters);
        if (adapter != null) {
            Pointer lora = API.llama_adapter_lora_init(model, adapter.toString());
            if (lora == null) {
                throw new IllegalStateException("llama.cpp does not load " + adapter + "\n" + SAID);
            }
            NativeLibrary all = NativeLibrary.getInstance(LIBRARY);
            int code = isNewer()
                    ? all.getFunction("llama_set_adapters_lora")
                            .invokeInt(new Object[] {context, new Pointer[] {lora}, 1L, new float[] {1}})
                    : all.getFunction("llama_set_adapter_lora").invokeInt(new Object[] {context, lora, 1f});
            if (code != 0) {
                throw new IllegalStateException("llama.cpp does not use " + adapter + ": " + code);
            }
        }
        return new LlamaCpp(model, context, API.llama_vocab_n_tokens(API.llama_model_get_vocab(model)));
    }

    /** The ids of a text, special tokens read as such. */
    public int[] encode(String text, boolean addSpecial) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        int[] ids = new int[utf8.length + 8];
        int count = API.llama_tokenize(
                API.llama_model_get_vocab(model), utf8, utf8.length, ids, ids.length, addSpecial, true);
        return Arrays.copyOf(ids, count);
    }

    /** The logits behind each of the next tokens. */
    public float[][] logits(int... tokens) {
        float[][] logits = new float[tokens.length][];
        try (Memory one = new Memory(4)) {
            for (int i = 0; i < tokens.length; i++) {
                one.setInt(0, tokens[i]);
                int code = API.llama_decode(context, API.llama_batch_get_one(one, 1));
                if (code != 0) {
                    throw new IllegalStateException("llama_decode says " + code);
                }
                logits[i] = API.llama_get_logits(context).getFloatArray(0, vocabulary);
            }
        }
        return logits;
    }

    @Override
    public void close() {
        API.llama_free(context);
        API.llama_model_free(model);
    }
}
