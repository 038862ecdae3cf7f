package io.vireo.sim.explore;

/** Follows a schedule, for people. */
interface Narration {
    /** For the many runs that nobody looks at. */
    Narration SILENT = new Narration() {
        @Override
        public void onFrame(final String arrow, final Frame frame) {}

        @Override
        public void onLine(final String line) {}
    };

    /** @param arrow as in the traces of scenarios: "->" sent, "=>" delivered, "-x" lost. */
    void onFrame(String arrow, Frame frame);

    void onLine(String line);
}
