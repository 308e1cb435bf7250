package dev.hone.reward.code;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What is run in a {@link Sandbox}.
 *
 * @param command the program and its arguments; relative names are those of {@code files}
 * @param files by their names in its working folder
 * @param input what it reads from standard input
 * @param visible further folders of this machine that it may read
 * @param environment all the variables it sees beside {@code PATH}, {@code HOME} and {@code LANG}
 */
record Program(
        List<String> command,
        Map<String, byte[]> files,
        byte[] input,
        List<Path> visible,
        Map<String, String> environment) {
    Program {
        command = List.copyOf(command);
        files = Map.copyOf(files);
        visible = List.copyOf(visible);
        environment = Map.copyOf(environment);
    }

    /** The same program with another input. */
    Program reading(byte[] other) {
        return new Program(command, files, other, visible, environment);
    }
}
