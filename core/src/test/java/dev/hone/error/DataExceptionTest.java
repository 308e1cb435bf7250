package dev.hone.error;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DataExceptionTest {
    @Test
    void itsMessageIsThePlaceAndTheReasonWhichAreKnownApart() {
        DataException row = DataException.at("C:\\rows: old.jsonl:3", "label is missing: add it");
        assertThat(row).hasMessage("C:\\rows: old.jsonl:3: label is missing: add it");
        assertThat(row.place()).isEqualTo("C:\\rows: old.jsonl:3");
        assertThat(row.reason()).isEqualTo("label is missing: add it");
        assertThat(new DataException("no row is left").place()).isEmpty();
    }
}
