package dev.hone.tensor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;

/** Properties and settings of the native engine: processor features, threads, memory. Safe from any thread. */
public final class Engine {
    private Engine() {}

    static {
        // JavaCPP would otherwise refuse allocations once the process holds more than a multiple of the Java heap.
        setUnlessGiven("org.bytedeco.javacpp.maxBytes", "0");
        setUnlessGiven("org.bytedeco.javacpp.maxPhysicalBytes", "0");
    }

    private static void setUnlessGiven(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    /** Makes sure the settings above precede the first native call. */
    static void ready() {}

    /** Loads the engine on another thread, ahead of its first use: that takes about a second. */
    public static void warmUp() {
        Thread thread = new Thread(Engine::threads, "engine");
        thread.setDaemon(true);
        thread.start();
    }

    /** The number of threads one tensor operation uses. */
    public static int threads() {
        return torch.get_num_threads();
    }

    /**
     * Sets the number of threads one tensor operation uses; results may differ in the last bits between counts.
     *
     * <p>Element-wise operations and matrix products have separate thread pools, and both wait by spinning: on a machine with
     * other work, one thread was measured 30 times faster than two.
     */
    public static void useThreads(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("thread count (" + count + ") must be positive");
        }
        torch.set_num_threads(count);
        openblas_nolapack.blas_set_num_threads(count);
    }

    /** The widest vector instructions the engine uses on this machine: {@code DEFAULT}, {@code AVX2}, {@code AVX512}. */
    public static String vectorInstructions() {
        return torch.get_cpu_capability().getString();
    }

    /**
     * The compute type that is fastest on this machine: bf16 where the processor has bf16 products (AVX-512 BF16 or
     * AMX), otherwise float32. Without such instructions bf16 products are emulated and were measured 8 to 40 times
     * slower than float32.
     */
    public static DType fastestCompute() {
        String flags = processorFlags();
        boolean native16 = flags.contains(" avx512_bf16") || flags.contains(" amx_bf16");
        return native16 ? DType.BF16 : DType.F32;
    }

    /** Whether {@link Fp16Matrix} and {@link Int8Matrix} are supported: on x86 with AVX2 and F16C. */
    public static boolean hasHalfProducts() {
        String flags = processorFlags();
        return flags.contains(" avx2") && flags.contains(" f16c");
    }

    /** Whether int8 products are accumulated in 32 bits by one instruction (AVX-512 VNNI or AVX-VNNI). */
    public static boolean hasVnniProducts() {
        String flags = processorFlags();
        return flags.contains(" avx512_vnni") || flags.contains(" avx_vnni");
    }

    private static String processorFlags() {
        return processorFact("flags");
    }

    /** The processor's name, where the system reports it; otherwise its architecture. */
    public static String processor() {
        String name = processorFact("model name");
        return name.isEmpty()
                ? System.getProperty("os.arch")
                : name.substring(name.indexOf(':') + 1).strip();
    }

    private static String processorFact(String key) {
        Path info = Path.of("/proc/cpuinfo");
        if (!Files.isReadable(info)) {
            return "";
        }
        try (var lines = Files.lines(info, StandardCharsets.UTF_8)) {
            return lines.filter(line -> line.startsWith(key)).findFirst().orElse("");
        } catch (IOException e) {
            return "";
        }
    }

    /**
     * Returns to the system what was freed and is held for allocations to come, where the system's allocator supports it (glibc).
     * For the end of a phase whose tensors have other sizes than those of the next: what it leaves would not fit them. It takes
     * milliseconds, and new pages afterwards.
     */
    public static void releaseFreed() {
        Pointer.trimMemory();
    }

    /** Resident memory of this process in bytes. */
    public static long residentBytes() {
        return Pointer.physicalBytes();
    }
}
