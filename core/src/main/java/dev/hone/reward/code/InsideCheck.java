package dev.hone.reward.code;

import java.io.BufferedInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;

/**
 * Runs the tests of a Java class inside the sandbox: a main class of its own, whose file is sent in. Behind the word that it reads
 * it prints {@code begin}, and {@code passed} once the tests have returned. The word is a local variable, out of reach of classes
 * that may not use reflection or files ({@link JavaRules}).
 */
final class InsideCheck {
    private InsideCheck() {}

    /** Takes the class and the method that its tests are. */
    public static void main(String[] names) throws IOException, ReflectiveOperationException {
        String word = new String(
                new BufferedInputStream(new FileInputStream(FileDescriptor.in)).readAllBytes(), StandardCharsets.UTF_8);
        FileOutputStream out = new FileOutputStream(FileDescriptor.out);
        out.write((word + " begin\n").getBytes(StandardCharsets.UTF_8));
        try {
            Method tests = Class.forName(names[0]).getDeclaredMethod(names[1], String[].class);
            tests.setAccessible(true);
            tests.invoke(null, (Object) new String[0]);
            out.write((word + " passed\n").getBytes(StandardCharsets.UTF_8));
        } catch (InvocationTargetException | LinkageError e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            out.write((word + " failed " + cause.getClass().getName() + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }
}
