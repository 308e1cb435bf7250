package dev.hone.world;

import java.util.HashMap;
import java.util.Map;

/**
 * A place of the world; four facts each. Immutable.
 *
 * @param kind village, town, …
 * @param region the part of the country it lies in
 * @param river the river it lies on
 * @param ware what it is known for
 * @param market the day of the week its market is held
 */
public record Place(Word name, Word kind, Word region, Word river, Word ware, Word market) {

    Map<String, Word> slots() {
        Map<String, Word> slots = new HashMap<>();
        slots.put("place", name);
        slots.put("kind", kind);
        slots.put("region", region);
        slots.put("river", river);
        slots.put("ware", ware);
        slots.put("market", market);
        return slots;
    }
}
