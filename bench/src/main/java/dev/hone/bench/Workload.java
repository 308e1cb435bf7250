package dev.hone.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** Something whose speed and memory are measured, in a process of its own. */
interface Workload {
    /** Its name on the command line and in its line of results. */
    String name();

    /** What it measures, in a few words. */
    String about();

    /**
     * Runs it.
     *
     * @param inputs its models and rows
     * @param started when the process was started, in milliseconds since the epoch
     * @return what was measured; rates in units a second, memory in MB
     */
    ObjectNode measure(Inputs inputs, long started) throws IOException;
}
