package dev.hone.reward.maths;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A unit of measurement, or another noun that is counted, behind a number.
 *
 * @param name of a measurement, or empty where there is none or the noun is none of a measurement
 */
record Unit(String name) {
    static final Unit NONE = new Unit("");

    private static final Map<String, String> KNOWN = known();
    private static final Set<String> PREPOSITIONS = Set.of("in", "of", "at", "on", "for", "from", "to", "with");

    private static Map<String, String> known() {
        Map<String, String> names = new HashMap<>();
        for (String line : new String[] {
            "mm millimeter millimetre",
            "cm centimeter centimetre",
            "m meter metre",
            "km kilometer kilometre",
            "in inch",
            "ft foot feet",
            "yd yard",
            "mi mile",
            "mg milligram",
            "g gm gram",
            "kg kilogram kilo",
            "lb lbs pound",
            "oz ounce",
            "ton tonne",
            "s sec second",
            "min minute",
            "h hr hour",
            "day",
            "week",
            "month",
            "year yr",
            "ml milliliter millilitre",
            "l liter litre",
            "gallon gal",
            "quart",
            "pint",
            "cup",
            "dollar usd buck",
            "cent",
            "euro eur",
            "won krw",
            "yen jpy",
            "penny",
            "percent pct",
            "degree deg",
            "radian rad",
            "mph",
            "kph",
            "unit",
            "acre",
            "hectare",
            "joule j",
            "watt w",
            "newton n",
            "pascal pa",
            "kpa",
            "volt v",
            "celsius",
            "fahrenheit",
            "mole mol",
            "hertz hz"
        }) {
            String[] all = line.split(" ");
            for (String alias : all) {
                names.put(alias, all[0]);
                if (alias.length() > 2 && !alias.endsWith("s")) {
                    names.put(alias.endsWith("ch") ? alias + "es" : alias + "s", all[0]);
                }
            }
        }
        names.put("inches", "in");
        names.put("pennies", "penny");
        return Map.copyOf(names);
    }

    static boolean isKnown(String word) {
        return KNOWN.containsKey(word);
    }

    /** Of words such as {@code square centimeters} or {@code dogs}, and the power behind them. */
    static Unit of(String words, int power) {
        int dimension = power;
        StringBuilder name = new StringBuilder();
        for (String word : words.toLowerCase(Locale.ROOT).replace("/", " per ").split("[^a-z]+")) {
            String known = KNOWN.get(word);
            if (PREPOSITIONS.contains(word) && !name.isEmpty()) {
                break; // "days in total"
            }
            if (word.equals("square") || word.equals("sq") || word.equals("squared")) {
                dimension = 2;
            } else if (word.equals("cubic") || word.equals("cu") || word.equals("cubed")) {
                dimension = 3;
            } else if (word.equals("per") && !name.isEmpty()) {
                name.append('/');
            } else if (known != null) {
                name.append(known);
            }
        }
        String measured = switch (name.toString()) {
            case "mi/h" -> "mph";
            case "km/h" -> "kph";
            default -> name.toString();
        };
        return measured.isEmpty() || measured.equals("unit")
                ? NONE
                : new Unit(dimension == 1 ? measured : measured + dimension);
    }

    /** Whether one of them says nothing, or both say the same. */
    boolean agreesWith(Unit other) {
        return name.isEmpty() || other.name.isEmpty() || name.equals(other.name);
    }
}
