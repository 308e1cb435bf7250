package dev.hone.recipes.plan;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;

/** What Java's heap takes of the machine's memory, whatever is done with it. */
public final class JavaMemory {
    private static final long USUAL = 100L << 20;

    private JavaMemory() {}

    /** Bytes that short-lived objects fill before they are collected: Java touches all of them before its first collection. */
    public static long shortLived() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getName().contains("Eden"))
                .map(MemoryPoolMXBean::getUsage)
                .mapToLong(usage -> usage.getCommitted())
                .findFirst()
                .orElse(USUAL);
    }
}
