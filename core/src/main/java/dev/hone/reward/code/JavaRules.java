package dev.hone.reward.code;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a Java solution may name where its tests run in the same Java machine, so that it can only be right by its results. It may compute
 * with what a function needs and use neither reflection nor files nor anything that ends the machine; it may not be equal to
 * everything, nor stand in for what the tests name. The bytecode is what is looked at, as it cannot hide what it uses.
 */
final class JavaRules {
    private static final List<String> PACKAGES = List.of(
            "java/lang/",
            "java/math/",
            "java/nio/charset/",
            "java/text/",
            "java/time/",
            "java/util/",
            "java/util/concurrent/",
            "java/util/concurrent/atomic/",
            "java/util/concurrent/locks/",
            "java/util/function/",
            "java/util/random/",
            "java/util/regex/",
            "java/util/stream/",
            "org/javatuples/");

    private static final Set<String> CLASSES = Set.of(
            "java/io/BufferedReader",
            "java/io/ByteArrayInputStream",
            "java/io/ByteArrayOutputStream",
            "java/io/IOException",
            "java/io/InputStreamReader",
            "java/io/PrintStream",
            "java/io/PrintWriter",
            "java/io/StringReader",
            "java/io/StringWriter",
            "java/io/UncheckedIOException",
            "java/lang/invoke/LambdaMetafactory",
            "java/lang/invoke/StringConcatFactory",
            "java/lang/reflect/Array",
            "java/lang/runtime/ObjectMethods",
            "java/security/MessageDigest",
            "java/security/NoSuchAlgorithmException");

    private static final Set<String> REFUSED = Set.of(
            "java/lang/ClassLoader",
            "java/lang/Compiler",
            "java/lang/Module",
            "java/lang/ModuleLayer",
            "java/lang/Process",
            "java/lang/ProcessBuilder",
            "java/lang/ProcessHandle",
            "java/lang/Runtime",
            "java/lang/SecurityManager",
            "java/lang/StackWalker",
            "java/lang/ThreadGroup",
            "java/util/ResourceBundle",
            "java/util/ServiceLoader",
            "java/util/concurrent/Executors");

    /** Of these classes these members alone. */
    private static final Map<String, Set<String>> MEMBERS = Map.of(
            "java/lang/System",
            Set.of("out", "err", "currentTimeMillis", "nanoTime", "arraycopy", "identityHashCode", "lineSeparator"),
            "java/lang/Class",
            Set.of(
                    "getName",
                    "getSimpleName",
                    "isInstance",
                    "cast",
                    "desiredAssertionStatus",
                    "hashCode",
                    "equals",
                    "isArray"),
            "java/lang/Thread",
            Set.of("sleep", "<init>", "start", "join", "currentThread", "interrupt", "isInterrupted"),
            "java/io/PrintStream",
            Set.of("print", "println", "printf", "format", "write", "flush"),
            "java/io/PrintWriter",
            Set.of("print", "println", "printf", "format", "write", "flush"));

    private JavaRules() {}

    /** The first thing that a solution does which it may not. */
    static Optional<String> broken(List<ClassFile> classes, String owner, String tests) {
        Set<String> own = Set.copyOf(classes.stream().map(ClassFile::name).toList());
        for (ClassFile one : classes) {
            for (ClassFile.Reference used : one.references()) {
                if (!own.contains(used.owner()) && !isAllowed(used)) {
                    return Optional.of("uses " + used);
                }
            }
            if (!one.name().equals(owner) && isNamed(one.simpleName(), tests)) {
                return Optional.of("has a class " + one.simpleName() + ", as the tests name one");
            }
            for (ClassFile.Member field : one.fields()) {
                if (!field.isSynthetic()
                        && (isNamed(field.name(), tests) || field.name().equals("$assertionsDisabled"))) {
                    return Optional.of("has a field " + field.name() + ", as the tests name something");
                }
            }
            for (ClassFile.Member method : one.methods()) {
                if (isForeignEquality(one, method)) {
                    return Optional.of("decides itself what " + one.simpleName() + " equals, by " + method.name());
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isAllowed(ClassFile.Reference used) {
        String owner = used.owner();
        if (owner.startsWith("[")) {
            return true; // clone and length of arrays
        }
        if (MEMBERS.containsKey(owner)) {
            return MEMBERS.getOrDefault(owner, Set.of()).contains(used.name());
        }
        String place = owner.substring(0, owner.lastIndexOf('/') + 1);
        return !REFUSED.contains(owner) && (CLASSES.contains(owner) || PACKAGES.contains(place));
    }

    /** Whether tests name it as they name classes: in front of a dot, of brackets, or behind new. */
    private static boolean isNamed(String name, String tests) {
        return Pattern.compile("\\b" + Pattern.quote(name) + "\\s*[.<]|\\bnew\\s+" + Pattern.quote(name) + "\\b")
                .matcher(tests)
                .find();
    }

    /**
     * Whether a class has an equality of its own, other than that of a record, or is a collection that behaves in another way. Constructors, and
     * the bound of a map that forgets, are no matter.
     */
    private static boolean isForeignEquality(ClassFile owner, ClassFile.Member method) {
        if (method.name().equals("equals") && method.type().equals("(Ljava/lang/Object;)Z")) {
            // what the compiler writes for a record: aload_0, aload_1, invokedynamic
            return !(owner.parent().equals("java/lang/Record") && method.code().equals(List.of(0x2a, 0x2b, 0xba)));
        }
        return owner.parent().startsWith("java/util/")
                && !owner.parent().endsWith("Exception")
                && !method.isSynthetic()
                && !method.name().startsWith("<")
                && !method.name().equals("removeEldestEntry");
    }
}
