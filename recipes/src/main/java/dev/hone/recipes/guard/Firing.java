package dev.hone.recipes.guard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A validation at which weights exceeded a gate, and what followed.
 *
 * @param round how often replay had been raised by then
 * @param action what was done, as a run file spells it
 * @param sentences the gates that did not hold, in words
 */
public record Firing(int round, long step, String action, List<String> sentences) {
    public Firing {
        sentences = List.copyOf(sentences);
    }

    static Firing of(int round, long step, GuardSettings.OnForgetting action, List<RunGate> broken) {
        return new Firing(
                round,
                step,
                action.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                broken.stream().map(RunGate::sentence).toList());
    }

    static Firing read(JsonNode json) {
        List<String> sentences = new ArrayList<>();
        json.path("exceeded").forEach(one -> sentences.add(one.asText()));
        return new Firing(
                json.path("round").asInt(),
                json.path("step").asLong(),
                json.path("action").asText(),
                sentences);
    }

    /** Whether it lies before a run that stands there; what comes after is done again. */
    boolean isBefore(int rounds, long steps) {
        return round < rounds || round == rounds && step <= steps;
    }

    void writeTo(ObjectNode json) {
        json.put("round", round).put("step", step).put("action", action);
        sentences.forEach(json.withArray("exceeded")::add);
    }
}
