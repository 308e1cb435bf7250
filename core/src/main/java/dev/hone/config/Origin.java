package dev.hone.config;

import java.util.Comparator;

/** Where a setting's value came from. Its text is what a user sees: {@code run.yaml:14}, {@code --set seed=7}, {@code default}. */
public sealed interface Origin {
    /** The origin of every value that was not written. */
    Origin DEFAULT = new DefaultValue();

    /** By line of the file, then the command line, then defaults. */
    Comparator<Origin> ORDER = Comparator.<Origin>comparingInt(Origin::rank)
            .thenComparing(Origin::line)
            .thenComparing(Origin::toString);

    /** A line of a file, counted from 1. */
    record File(String name, int line) implements Origin {
        @Override
        public String toString() {
            return name + ":" + line;
        }
    }

    /** A setting given on the command line, as it was written there. */
    record CommandLine(String setting) implements Origin {
        @Override
        public String toString() {
            return "--set " + setting;
        }
    }

    /** A default of the record or of the caller. */
    record DefaultValue() implements Origin {
        @Override
        public String toString() {
            return "default";
        }
    }

    private int rank() {
        return this instanceof File ? 0 : this instanceof CommandLine ? 1 : 2;
    }

    private int line() {
        return this instanceof File file ? file.line() : 0;
    }
}
