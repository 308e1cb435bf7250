package dev.hone.world;

import java.util.ArrayList;
import java.util.List;

/** A known place and some who live there: teaches facts about places, and facts about people from the place's side. */
final class TownGuide implements DocumentKind {
    private static final List<String> MATTERS = List.of("place.region", "place.river", "place.ware", "place.market");

    @Override
    public String write(Scene plain) {
        Scene scene = plain.inSomeRegister();
        WorldDraw draw = scene.draw();
        List<String> places = new ArrayList<>();
        for (Place place : draw.some(scene.world().places(), draw.between(1, 3))) {
            List<String> sentences = new ArrayList<>();
            draw.shuffled(MATTERS).forEach(matter -> sentences.add(scene.say(matter, place.slots())));
            List<Person> residents = scene.world().people().stream()
                    .filter(person -> person.home().equals(place.name()))
                    .toList();
            draw.some(residents, draw.between(1, 4))
                    .forEach(person -> sentences.add(scene.say("place.people", person.slots())));
            places.add(String.join(" ", sentences));
        }
        return String.join("\n\n", places);
    }
}
