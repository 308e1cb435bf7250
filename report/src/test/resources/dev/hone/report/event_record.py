"""Derives the golden bytes of EventFileTest from the formats alone, bit by bit, with nothing but struct."""
import struct


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)  # the Castagnoli polynomial, reflected
    return crc ^ 0xFFFFFFFF


assert crc32c(b"123456789") == 0xE3069283  # the check value every CRC-32C is listed with


def masked(data):
    crc = crc32c(data)
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def record(data):
    length = struct.pack("<Q", len(data))
    return length + struct.pack("<I", masked(length)) + data + struct.pack("<I", masked(data))


def field(number, wire):
    return bytes([number << 3 | wire])


def text(number, data):
    return field(number, 2) + bytes([len(data)]) + data


wall_time = field(1, 1) + struct.pack("<d", 1700000000.25)
version = wall_time + text(3, b"brain.Event:2")
value = text(1, b"loss") + field(2, 5) + struct.pack("<f", 1.5)
scalar = wall_time + field(2, 0) + bytes([0xAC, 0x02]) + text(5, text(1, value))  # step 300 = 0b10_0101100
print(record(version).hex())
print(record(scalar).hex())
