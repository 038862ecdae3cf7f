package io.vireo.node.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this machine is called. */
final class Hosts {
    private static final Path NAME = Path.of("/proc/sys/kernel/hostname");

    private Hosts() {}

    /** Its name as the kernel has it, without asking anybody who may be slow to answer; "localhost" where there is none. */
    static String name() {
        try {
            final String name = Files.readString(NAME).strip();
            return name.isEmpty() ? "localhost" : name;
        } catch (final IOException e) {
            return "localhost";
        }
    }
}
