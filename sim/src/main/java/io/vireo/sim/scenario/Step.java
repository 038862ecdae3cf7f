package io.vireo.sim.scenario;

/**
 * One statement of a scenario.
 *
 * @param line of the file, from 1.
 * @param text without its comment.
 */
record Step(int line, String text, Action action) {
    /** What a statement does. */
    @FunctionalInterface
    interface Action {
        /** @throws UnmetException if it cannot be done, or what it expects is not so. */
        void run(Stage stage);
    }
}
