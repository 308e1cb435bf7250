package dev.hone.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.tensor.DType;
import dev.hone.tensor.Engine;
import java.io.IOException;
import java.nio.file.Path;

/** The process of one workload: measures it and the machine's ceilings, and prints both as one line. */
final class WorkloadProcess {
    private WorkloadProcess() {}

    /**
     * @param arguments the workload's name, the folder of its inputs, that of the small model, and when this process was
     *     started in milliseconds since the epoch
     */
    public static void main(String[] arguments) throws IOException {
        Workload workload = Workloads.named(arguments[0]);
        Inputs inputs = new Inputs(Path.of(arguments[1]), Path.of(arguments[2]));
        ObjectNode result = workload.measure(inputs, Long.parseLong(arguments[3]));
        DType compute = Engine.fastestCompute();
        result.put("compute", compute == DType.BF16 ? "bf16" : "fp32");
        Engine.useThreads(Runtime.getRuntime().availableProcessors());
        Roofline roofline = Roofline.measure();
        if (result.has("gflop_s")) {
            result.put(
                    "share_of_ceiling",
                    Math.rint(1000 * result.get("gflop_s").asDouble() / roofline.of(compute)) / 1000);
        }
        result.set("ceiling", roofline.json());
        System.out.println(result);
    }
}
