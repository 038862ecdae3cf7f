package io.vireo.bootstrap.inspect;

/** Hears how a verification gets on, often; must not throw. */
@FunctionalInterface
public interface InspectionProgress {
    InspectionProgress NONE = (what, done, total) -> {};

    /**
     * So far.
     *
     * @param what is being read.
     * @param done bytes read.
     * @param total bytes to read; may still grow.
     */
    void onRead(String what, long done, long total);
}
