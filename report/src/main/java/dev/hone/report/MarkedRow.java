package dev.hone.report;

import java.util.List;

/**
 * A row of data as its model reads it.
 *
 * @param place where it stands
 * @param note what is said of it, such as its loss
 */
public record MarkedRow(String place, String note, List<MarkedText> text) {
    public MarkedRow {
        text = List.copyOf(text);
    }
}
