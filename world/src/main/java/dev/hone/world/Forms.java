package dev.hone.world;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Exercises in three forms of answer: an order as a JSON object that a schema accepts, a sentence in the polite register (합니다체; Korean
 * alone), and a report of fixed lines. Kinds take turns, and languages where there are two.
 *
 * <p>The splits share no name of a person or place, and the last wording of each section is held out. Column {@code schema} of an order
 * is its JSON Schema.
 */
public final class Forms implements Exercises {
    private static final long PURPOSE = 0x666f72;
    private static final List<String> KINDS = List.of("order", "tone", "report");

    private final World world;
    private final Phrases english = Phrases.exercises(Language.ENGLISH);
    private final Phrases korean = Phrases.exercises(Language.KOREAN);

    public Forms(World world) {
        this.world = world;
    }

    @Override
    public Exercise at(Split split, long number) {
        String id = Exercises.id(split, number);
        String kind = KINDS.get((int) (number % KINDS.size()));
        Language language =
                kind.equals("tone") ? Language.KOREAN : Language.values()[(int) (number / KINDS.size() % 2)];
        WorldDraw draw = WorldDraw.from(world.seed(), PURPOSE, split.ordinal(), number);
        Scene scene = new Scene(world, language, split, draw);
        return switch (kind) {
            case "order" -> order(id, scene);
            case "tone" -> tone(id, scene);
            default -> report(id, scene);
        };
    }

    private Exercise order(String id, Scene scene) {
        Order order = Order.of(scene);
        String prose = scene.say("order", order.slots());
        String fields = String.join(", ", Order.keys(scene.language()));
        return new Exercise(
                id,
                scene.language(),
                "order",
                prose + "\n" + say(scene, "order", Scene.slots("fields", fields)),
                order.json(),
                Map.of("schema", Order.schema(scene.language())));
    }

    private Exercise tone(String id, Scene scene) {
        List<Reading.Told> passage =
                Reading.passage(scene, scene.strangers(scene.draw().between(1, 2)), 2);
        Reading.Told told = scene.draw().pick(passage);
        Person person = told.person();
        String section = told.attribute().key();
        String question = scene.phrases()
                .fill(
                        scene.draw().pick(scene.phrases().templates(section + ".question")),
                        person.slots(),
                        scene.draw());
        String answer = scene.phrases()
                .fill(scene.phrases().templates(section + ".polite").get(0), person.slots(), scene.draw());
        String text = passage.stream().map(Reading.Told::sentence).collect(joining(" "));
        return new Exercise(
                id,
                scene.language(),
                "tone",
                text + "\n" + say(scene, "tone", Scene.slots("question", question)),
                answer,
                Map.of("about", told.attribute().of(person).in(scene.language())));
    }

    private Exercise report(String id, Scene scene) {
        WorldDraw draw = scene.draw();
        Phrases phrases = scene.korean() ? korean : english;
        List<Person> people = scene.strangers(2);
        Person person = people.get(0);
        List<Attribute> lines = List.of(Attribute.HOME, Attribute.TRADE, Attribute.BORN);
        List<Attribute> told = draw.some(lines, draw.between(2, 3));
        List<String> sentences = new ArrayList<>();
        told.forEach(attribute -> sentences.add(scene.fact(person, attribute)));
        sentences.add(scene.fact(person, draw.pick(List.of(Attribute.PET, Attribute.FOOD))));
        sentences.add(scene.fact(people.get(1), draw.pick(Arrays.asList(Attribute.values()))));
        Map<String, Word> slots = person.slots();
        Word unknown = Word.same(phrases.templates("report.unknown").get(0));
        lines.stream().filter(line -> !told.contains(line)).forEach(line -> slots.put(line.key(), unknown));
        String answer = phrases.templates("report.form").stream()
                .map(line -> phrases.fill(line, slots, draw))
                .collect(joining("\n"));
        String prompt = String.join(" ", draw.shuffled(sentences)) + "\n"
                + say(scene, "report", Scene.slots("who", person.name()));
        return new Exercise(id, scene.language(), "report", prompt, answer, Map.of());
    }

    private String say(Scene scene, String section, Map<String, Word> slots) {
        Phrases phrases = scene.korean() ? korean : english;
        return phrases.fill(Instructions.wording(scene, phrases.templates(section)), slots, scene.draw());
    }

    /** Somebody's order of some wares. */
    private record Order(Language language, Word who, Word place, List<Word> wares, List<Integer> counts) {

        static Order of(Scene scene) {
            WorldDraw draw = scene.draw();
            List<Word> wares = scene.words("ware", draw.between(1, 3));
            return new Order(
                    scene.language(),
                    scene.freshName(),
                    scene.freshPlace(),
                    wares,
                    wares.stream().map(ware -> draw.between(2, 40)).toList());
        }

        /** The keys of the object: customer, place, items; and of an item: item, count. As in the corpus's records. */
        static List<String> keys(Language language) {
            return language == Language.KOREAN ? List.of("주문자", "배달", "목록") : List.of("customer", "deliver", "items");
        }

        private static List<String> itemKeys(Language language) {
            return language == Language.KOREAN ? List.of("물건", "수") : List.of("item", "count");
        }

        Map<String, Word> slots() {
            List<String> goods = new ArrayList<>();
            for (int i = 0; i < wares.size(); i++) {
                goods.add(wares.get(i).counted(counts.get(i), language));
            }
            return Scene.slots("who", who, "place", place, "list", String.join(", ", goods));
        }

        String json() {
            List<String> items = new ArrayList<>();
            for (int i = 0; i < wares.size(); i++) {
                Map<String, Object> item = new LinkedHashMap<>();
                item.put(itemKeys(language).get(0), wares.get(i).in(language));
                item.put(itemKeys(language).get(1), counts.get(i));
                items.add(Records.json(item));
            }
            List<String> keys = keys(language);
            return "{\"%s\": \"%s\", \"%s\": \"%s\", \"%s\": [%s]}"
                    .formatted(
                            keys.get(0),
                            who.in(language),
                            keys.get(1),
                            place.in(language),
                            keys.get(2),
                            String.join(", ", items));
        }

        static Map<String, Object> schema(Language language) {
            List<String> itemKeys = itemKeys(language);
            Map<String, Object> item =
                    object(itemKeys, List.of(Map.of("type", "string"), Map.of("type", "integer", "minimum", 1)));
            Map<String, Object> items = new LinkedHashMap<>();
            items.put("type", "array");
            items.put("minItems", 1);
            items.put("items", item);
            return object(keys(language), List.of(Map.of("type", "string"), Map.of("type", "string"), items));
        }

        private static Map<String, Object> object(List<String> keys, List<Map<String, Object>> values) {
            Map<String, Object> properties = new LinkedHashMap<>();
            for (int i = 0; i < keys.size(); i++) {
                properties.put(keys.get(i), new TreeMap<>(values.get(i)));
            }
            Map<String, Object> schema = new LinkedHashMap<>();
            schema.put("type", "object");
            schema.put("properties", properties);
            schema.put("required", keys);
            schema.put("additionalProperties", false);
            return schema;
        }
    }
}
