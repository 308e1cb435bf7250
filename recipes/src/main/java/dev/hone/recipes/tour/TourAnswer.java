package dev.hone.recipes.tour;

import dev.hone.world.Instruction;
import java.util.Locale;

/** A model's answer to a held-out instruction, and whether it is right. */
public record TourAnswer(Instruction instruction, String reply, boolean right) {
    /** What it is counted under: the language's code and the task's name, such as {@code en count}. */
    String group() {
        return instruction.language().code() + " " + instruction.task().name().toLowerCase(Locale.ROOT);
    }

    String prompt() {
        return instruction.prompt();
    }
}
