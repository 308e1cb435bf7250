package dev.hone.world;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Prose beside JSON of the same content, about people made up for it: teaches turning one into the other, and the syntax
 * of objects, arrays and numbers.
 */
final class Records implements DocumentKind {
    /** The facts a record holds, always in this order. */
    static final List<Attribute> FIELDS =
            List.of(Attribute.HOME, Attribute.TRADE, Attribute.PET, Attribute.FOOD, Attribute.BORN);

    @Override
    public String write(Scene scene) {
        WorldDraw draw = scene.draw();
        List<String> lines = new ArrayList<>();
        int form = draw.below(10);
        if (form < 6) {
            for (int i = draw.between(1, 3); i > 0; i--) {
                lines.add(pair(scene));
            }
        } else if (form < 8) {
            lines.add(scene.say("records.open", "place", scene.freshPlace()));
            scene.strangers(draw.between(3, 7)).forEach(person -> lines.add(record(scene, person, FIELDS)));
        } else {
            lines.add(order(scene));
        }
        return String.join("\n", lines);
    }

    private static String pair(Scene scene) {
        WorldDraw draw = scene.draw();
        Person person = scene.stranger();
        List<Attribute> fields =
                FIELDS.stream().filter(field -> draw.chance(60)).toList();
        List<String> facts = new ArrayList<>();
        draw.shuffled(fields.isEmpty() ? FIELDS : fields).forEach(field -> facts.add(scene.fact(person, field)));
        String prose = String.join(" ", facts);
        String json = record(scene, person, fields.isEmpty() ? FIELDS : fields);
        return draw.chance(75)
                ? prose + "\n" + scene.say("record.open") + "\n" + json
                : json + "\n" + scene.say("record.back") + "\n" + prose;
    }

    /** A person as a JSON object: the name, then {@code fields} in their order. */
    static String record(Scene scene, Person person, List<Attribute> fields) {
        boolean korean = scene.korean();
        Map<String, Object> record = new LinkedHashMap<>();
        record.put(korean ? "이름" : "name", person.name().in(scene.language()));
        for (Attribute field : fields) {
            Object value =
                    field == Attribute.BORN ? person.born() : field.of(person).in(scene.language());
            record.put(field(field, scene.language()), value);
        }
        return json(record);
    }

    /** The key a fact has in a record. */
    static String field(Attribute attribute, Language language) {
        boolean korean = language == Language.KOREAN;
        return switch (attribute) {
            case HOME -> korean ? "집" : "home";
            case TRADE -> korean ? "직업" : "trade";
            case PET -> korean ? "동물" : "pet";
            case FOOD -> korean ? "음식" : "food";
            case BORN -> korean ? "출생" : "born";
            case FRIEND -> korean ? "친구" : "friend";
        };
    }

    private static String order(Scene scene) {
        WorldDraw draw = scene.draw();
        boolean korean = scene.korean();
        List<String> items = new ArrayList<>();
        List<Word> wares = scene.words("ware", draw.between(1, 4));
        List<String> goods = new ArrayList<>();
        for (Word ware : wares) {
            int count = draw.between(2, 40);
            goods.add(ware.counted(count, scene.language()));
            Map<String, Object> item = new LinkedHashMap<>();
            item.put(korean ? "물건" : "item", ware.in(scene.language()));
            item.put(korean ? "수" : "count", count);
            items.add(json(item));
        }
        Word who = scene.freshName();
        String place = scene.freshPlace().in(scene.language());
        String prose = scene.say("order", "who", who, "place", Word.same(place), "list", String.join(", ", goods));
        String json = "{\"%s\": \"%s\", \"%s\": \"%s\", \"%s\": [%s]}"
                .formatted(
                        korean ? "주문자" : "customer",
                        who.in(scene.language()),
                        korean ? "배달" : "deliver",
                        place,
                        korean ? "목록" : "items",
                        String.join(", ", items));
        return draw.chance(70) ? prose + "\n" + scene.say("record.open") + "\n" + json : json + "\n" + prose;
    }

    /** One line of JSON with a space after each comma and colon; values are texts without quotes, or numbers. */
    static String json(Map<String, Object> record) {
        return record.entrySet().stream()
                .map(entry -> "\"" + entry.getKey() + "\": "
                        + (entry.getValue() instanceof Number number
                                ? number.toString()
                                : "\"" + entry.getValue() + "\""))
                .collect(joining(", ", "{", "}"));
    }
}
