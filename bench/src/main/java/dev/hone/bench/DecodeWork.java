package dev.hone.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.generate.ComputeChoice;
import dev.hone.generate.Generator;
import dev.hone.generate.LoadedModel;
import dev.hone.generate.Request;
import dev.hone.generate.Sampling;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.weight.WeightFormat;
import dev.hone.random.Draw;
import dev.hone.recipes.prepare.ModelLoading;
import dev.hone.recipes.run.ModelPaths;
import dev.hone.recipes.run.RunObserver;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Generation of {@value #TOKENS} tokens behind prompts of {@value #PROMPT}, as {@code ./hone generate} does it, prompts included in
 * the time; sampled from the whole distribution. The best of {@value #ROUNDS} rounds.
 *
 * @param format how weights are held; null: as is fastest here without loss
 * @param batches numbers of sequences that run at a time
 * @param adapters numbers of adapters that these are spread over; 0: the model alone
 */
record DecodeWork(
        String name, String about, @Nullable WeightFormat format, List<Integer> batches, List<Integer> adapters)
        implements Workload {
    private static final int PROMPT = 64;
    private static final int TOKENS = 48;
    private static final int ROUNDS = 3;

    @Override
    public ObjectNode measure(Inputs material, long started) throws IOException {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        ComputeChoice compute = format == null ? ComputeChoice.fastest() : ComputeChoice.packed(format);
        try (LoadedModel model =
                ModelLoading.open(new ModelPaths(material.large(), null), compute, "auto", RunObserver.none())) {
            result.put("ready_s", (System.currentTimeMillis() - started) / 1e3);
            for (int batch : batches) {
                for (int count : adapters) {
                    double rate = rate(model, batch, fresh(model, count));
                    result.put(
                            "tokens_s_batch_" + batch + (count == 0 ? "" : "_adapters_" + count),
                            Math.rint(10 * rate) / 10);
                }
            }
        }
        return result.put("peak_mb", Memory.peakBytes() >> 20);
    }

    private static List<Adapter> fresh(LoadedModel model, int count) {
        List<Adapter> adapters = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            adapters.add(Adapter.fresh(model.model().config(), AdapterConfig.standard(), i));
        }
        return adapters;
    }

    private static double rate(LoadedModel model, int batch, List<Adapter> adapters) {
        double best = 0;
        for (int round = 0; round < ROUNDS; round++) {
            List<Request> requests = new ArrayList<>();
            for (int i = 0; i < batch; i++) {
                Adapter adapter = adapters.isEmpty() ? null : adapters.get(i % adapters.size());
                requests.add(request(round * batch + i, adapter));
            }
            long from = System.nanoTime();
            try (Generator generator = new Generator(model.model(), null, batch)) {
                generator.complete(requests);
            }
            best = Math.max(best, batch * TOKENS / ((System.nanoTime() - from) / 1e9));
        }
        return best;
    }

    private static Request request(int number, @Nullable Adapter adapter) {
        int[] prompt = new int[PROMPT];
        Draw draw = Draw.of(number, "prompt");
        Arrays.setAll(prompt, i -> (int) draw.below(i, 150_000));
        Request request = Request.of(prompt, Sampling.unchanged(), TOKENS).numbered(number);
        return adapter == null ? request : request.with(adapter);
    }
}
