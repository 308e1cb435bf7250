package dev.hone.recipes.raft;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was left out, counted by its reason, with the first few of each. Belongs to one thread. */
final class Drops {
    private static final int SHOWN = 3;

    private final Map<String, Drop> drops = new LinkedHashMap<>();

    private static final class Drop {
        int count;
        final List<String> first = new ArrayList<>();
    }

    void add(String reason, String what) {
        Drop drop = drops.computeIfAbsent(reason, key -> new Drop());
        drop.count++;
        if (drop.first.size() < SHOWN) {
            drop.first.add(what);
        }
    }

    int total() {
        return drops.values().stream().mapToInt(drop -> drop.count).sum();
    }

    int of(String reason) {
        Drop drop = drops.get(reason);
        return drop == null ? 0 : drop.count;
    }

    ArrayNode json() {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        drops.forEach((reason, drop) -> {
            ArrayNode first = list.addObject()
                    .put("reason", reason)
                    .put("count", drop.count)
                    .putArray("first");
            drop.first.forEach(first::add);
        });
        return list;
    }

    /** A line for each reason. */
    List<String> lines() {
        return drops.entrySet().stream()
                .map(entry -> entry.getValue().count + ": " + entry.getKey() + ", as "
                        + entry.getValue().first.get(0))
                .toList();
    }
}
