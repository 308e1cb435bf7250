package dev.hone.text.jinja;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;

/** Renders small templates named t. */
final class Rendered {
    static final Clock CLOCK = Clock.fixed(Instant.parse("2025-01-02T03:04:05Z"), ZoneOffset.UTC);

    private Rendered() {}

    static String render(String template) {
        return render(template, Map.of());
    }

    static String render(String template, Map<String, ?> variables) {
        return Template.parse("t", template).render(variables, CLOCK).text();
    }
}
