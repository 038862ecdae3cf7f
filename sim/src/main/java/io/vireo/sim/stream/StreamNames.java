package io.vireo.sim.stream;

/** Names in the workload: few, so that what is made often has the name of what was there before. */
final class StreamNames {
    private StreamNames() {}

    static String stream(final int number) {
        return "s" + number;
    }

    static String topic(final int number) {
        return "t" + number;
    }

    static String group(final int number) {
        return "g" + number;
    }
}
