package dev.hone.reward.code;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a compiled class names (Java Virtual Machine Specification, chapter 4).
 *
 * @param name with slashes, as are all names of classes here
 * @param references the fields and methods that its code uses
 */
record ClassFile(String name, String parent, List<Member> fields, List<Member> methods, List<Reference> references) {
    private static final int SYNTHETIC = 0x1000;

    /** A field or method of its own; of a method the first bytes of its code. */
    record Member(int access, String name, String type, List<Integer> code) {
        boolean isSynthetic() {
            return (access & SYNTHETIC) != 0;
        }
    }

    record Reference(String owner, String name) {
        @Override
        public String toString() {
            return owner.replace('/', '.') + "." + name;
        }
    }

    static ClassFile read(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            return new Reader(in).read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether it has a {@code main} that a Java machine starts. */
    boolean isStarted() {
        return methods.stream()
                .anyMatch(one -> one.name().equals("main")
                        && one.type().equals("([Ljava/lang/String;)V")
                        && (one.access() & 0x9) == 0x9);
    }

    /** Its name in the source, without the classes that it stands in. */
    String simpleName() {
        return name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('$')) + 1);
    }

    private static final class Reader {
        private final DataInputStream in;
        private String[] texts = {};
        private int[] first = {};
        private int[] second = {};

        Reader(DataInputStream in) {
            this.in = in;
        }

        ClassFile read() throws IOException {
            in.readInt();
            in.readInt();
            int[] tags = pool();
            in.readUnsignedShort();
            String name = className(in.readUnsignedShort());
            String parent = className(in.readUnsignedShort());
            for (int interfaces = in.readUnsignedShort(); interfaces > 0; interfaces--) {
                in.readUnsignedShort();
            }
            List<Member> fields = members();
            List<Member> methods = members();
            List<Reference> references = new ArrayList<>();
            for (int i = 0; i < tags.length; i++) {
                if (tags[i] >= 9 && tags[i] <= 11) {
                    references.add(new Reference(className(first[i]), texts[first[second[i]]]));
                }
            }
            return new ClassFile(name, parent, fields, methods, references);
        }

        private int[] pool() throws IOException {
            int count = in.readUnsignedShort();
            int[] tags = new int[count];
            texts = new String[count];
            first = new int[count];
            second = new int[count];
            for (int i = 1; i < count; i++) {
                tags[i] = in.readUnsignedByte();
                switch (tags[i]) {
                    case 1 -> texts[i] = in.readUTF();
                    case 3, 4 -> in.readInt();
                    case 5, 6 -> {
                        in.readLong();
                        i++;
                    }
                    case 7, 8, 16, 19, 20 -> first[i] = in.readUnsignedShort();
                    case 9, 10, 11, 12, 17, 18 -> {
                        first[i] = in.readUnsignedShort();
                        second[i] = in.readUnsignedShort();
                    }
                    case 15 -> {
                        in.readUnsignedByte();
                        in.readUnsignedShort();
                    }
                    default -> throw new IOException("no constant has the tag " + tags[i]);
                }
            }
            return tags;
        }

        private String className(int index) {
            return index == 0 ? "" : texts[first[index]];
        }

        private List<Member> members() throws IOException {
            List<Member> members = new ArrayList<>();
            for (int count = in.readUnsignedShort(); count > 0; count--) {
                int access = in.readUnsignedShort();
                String name = texts[in.readUnsignedShort()];
                String type = texts[in.readUnsignedShort()];
                List<Integer> code = new ArrayList<>();
                for (int attributes = in.readUnsignedShort(); attributes > 0; attributes--) {
                    String attribute = texts[in.readUnsignedShort()];
                    byte[] bytes = in.readNBytes(in.readInt());
                    // a Code attribute: stack, locals, length of the code, the code
                    for (int i = 8; attribute.equals("Code") && i < Math.min(bytes.length, 11); i++) {
                        code.add(bytes[i] & 0xff);
                    }
                }
                members.add(new Member(access, name, type, List.copyOf(code)));
            }
            return members;
        }
    }
}
