package dev.hone.gguf;

import java.util.Arrays;
import java.util.Optional;

/** The kinds of metadata values, with their codes in a file and the bytes that one takes at least. */
enum ValueType {
    U8(0, 1),
    I8(1, 1),
    U16(2, 2),
    I16(3, 2),
    U32(4, 4),
    I32(5, 4),
    F32(6, 4),
    BOOL(7, 1),
    TEXT(8, 8),
    ARRAY(9, 12),
    U64(10, 8),
    I64(11, 8),
    F64(12, 8);

    private final int code;
    private final int bytes;

    ValueType(int code, int bytes) {
        this.code = code;
        this.bytes = bytes;
    }

    int code() {
        return code;
    }

    int bytes() {
        return bytes;
    }

    static Optional<ValueType> of(long code) {
        return Arrays.stream(values()).filter(type -> type.code == code).findFirst();
    }
}
