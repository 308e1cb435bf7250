package dev.hone.reward.code;

import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/**
 * Compiled Java.
 *
 * @param files classes by the names of their files
 * @param problem what the compiler says where it has none
 */
record JavaProgram(Map<String, byte[]> files, String problem) {
    /** The class to start: {@code Main} where it has a {@code main}, else the first one that has. */
    Optional<String> started() {
        return files.values().stream()
                .map(ClassFile::read)
                .filter(ClassFile::isStarted)
                .map(one -> one.name().replace('/', '.'))
                .min(Comparator.comparing((String name) -> !name.equals("Main")).thenComparing(name -> name));
    }
}
