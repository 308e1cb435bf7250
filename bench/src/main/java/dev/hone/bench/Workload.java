package dev.hone.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** One piece of work that is measured, in a process that does nothing else. */
interface Workload {
    /** What it is called on the command line and in its line of results. */
    String name();

    /** What it measures, in a few words. */
    String about();

    /**
     * Does it.
     *
     * @param material what it is done on
     * @param started when the process was started, in milliseconds since the epoch
     * @return what was measured; rates in units a second, memory in MB
     */
    ObjectNode measure(Inputs material, long started) throws IOException;
}
