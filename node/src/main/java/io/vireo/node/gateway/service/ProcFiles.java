package io.vireo.node.gateway.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** Figures from the files that Linux has under {@code /proc}; empty where there is no such file, or it is written otherwise. */
final class ProcFiles {
    private static final long KIB = 1024;

    private final Path root;

    ProcFiles(final Path root) {
        this.root = root;
    }

    /** Memory of this process that is in use, in bytes. */
    OptionalLong residentBytes() {
        return kibibytes("self/status", "VmRSS:");
    }

    /** Memory of the machine that a new process could have, in bytes. */
    OptionalLong availableBytes() {
        return kibibytes("meminfo", "MemAvailable:");
    }

    /** Bytes that this process has had fetched from disks. */
    OptionalLong readBytes() {
        return number("self/io", "read_bytes:");
    }

    /** Bytes that this process has had written to disks. */
    OptionalLong writtenBytes() {
        return number("self/io", "write_bytes:");
    }

    /** As the kernel calls its release; empty if there is no such file. */
    String kernel() {
        try {
            return Files.readString(root.resolve("sys/kernel/osrelease")).strip();
        } catch (final IOException e) {
            return "";
        }
    }

    private OptionalLong kibibytes(final String file, final String key) {
        final OptionalLong number = number(file, key);
        return number.isPresent() ? OptionalLong.of(number.getAsLong() * KIB) : number;
    }

    private OptionalLong number(final String file, final String key) {
        try {
            for (final String line : Files.readAllLines(root.resolve(file))) {
                if (line.startsWith(key)) {
                    return OptionalLong.of(Long.parseLong(
                            line.substring(key.length()).replace("kB", "").strip()));
                }
            }
        } catch (final IOException | NumberFormatException e) {
            return OptionalLong.empty();
        }
        return OptionalLong.empty();
    }
}
