package dev.hone.reward.code;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * The Java compiler inside the sandbox: a main class of its own, whose file is sent in. It compiles the sources it is given and prints
 * the number of classes with name and bytes of each, or -1 and what is wrong.
 */
final class InsideCompiler {
    private static final Path CLASSES = Path.of("classes");

    private InsideCompiler() {}

    public static void main(String[] sources) throws IOException {
        Files.createDirectory(CLASSES);
        List<String> arguments = new ArrayList<>(
                List.of("-proc:none", "-nowarn", "-Xmaxerrs", "3", "-encoding", "UTF-8", "-d", CLASSES.toString()));
        arguments.addAll(Arrays.asList(sources));
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        int status = ToolProvider.getSystemJavaCompiler().run(null, errors, errors, arguments.toArray(new String[0]));
        try (DataOutputStream out =
                new DataOutputStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)))) {
            if (status != 0) {
                String said = errors.toString(StandardCharsets.UTF_8);
                out.writeInt(-1);
                out.writeUTF(said.substring(0, Math.min(said.length(), 2000)));
                return;
            }
            List<Path> classes = files();
            out.writeInt(classes.size());
            for (Path file : classes) {
                byte[] bytes = Files.readAllBytes(file);
                out.writeUTF(CLASSES.relativize(file).toString());
                out.writeInt(bytes.length);
                out.write(bytes);
            }
        }
    }

    private static List<Path> files() {
        try (Stream<Path> all = Files.walk(CLASSES)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
