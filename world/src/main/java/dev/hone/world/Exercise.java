package dev.hone.world;

import java.util.Map;

/**
 * A prompt with the reply it should get, and what a case for evaluation needs besides. Immutable.
 *
 * @param id unique within its file, such as {@code train-12}
 * @param kind what is exercised, such as {@code summary}
 * @param columns further columns of a case by name, such as a JSON Schema: texts, numbers, truth values, or maps and lists of them
 */
public record Exercise(
        String id, Language language, String kind, String prompt, String answer, Map<String, Object> columns) {}
