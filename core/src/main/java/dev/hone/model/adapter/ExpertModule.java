package dev.hone.model.adapter;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A linear map of one expert, under the name {@code <experts>.<number>.<map>}; PEFT knows the matrices of all experts as two parameters,
 * {@code <experts>.gate_up_proj} and {@code <experts>.down_proj}.
 *
 * @param experts the full dotted name of what holds them
 */
public record ExpertModule(String experts, int number, Map map) {
    private static final Pattern NAME = Pattern.compile("(.*\\.experts)\\.(\\d+)\\.(gate|up|down)_proj");

    /** Which of an expert's maps. */
    public enum Map {
        GATE,
        UP,
        DOWN
    }

    /** Of a module's name; empty for one that is no expert's. */
    public static Optional<ExpertModule> named(String module) {
        if (!module.contains(".experts.")) {
            return Optional.empty();
        }
        Matcher matcher = NAME.matcher(module);
        return matcher.matches()
                ? Optional.of(new ExpertModule(
                        matcher.group(1),
                        Integer.parseInt(matcher.group(2)),
                        Map.valueOf(matcher.group(3).toUpperCase(Locale.ROOT))))
                : Optional.empty();
    }

    /** Its full dotted name. */
    public String module() {
        return experts + "." + number + "." + map.name().toLowerCase(Locale.ROOT) + "_proj";
    }

    /** The parameter that holds this map's matrix beside those of the other experts. */
    public String parameter() {
        return experts + (map == Map.DOWN ? ".down_proj" : ".gate_up_proj");
    }

    /** The name of that parameter for an expert's module, and of any other module its own. */
    public static String stacked(String module) {
        return named(module).map(ExpertModule::parameter).orElse(module);
    }
}
