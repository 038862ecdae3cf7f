package io.vireo.bootstrap.open;

/** Hears how the opening of a replica gets on; hosts print it. Called on the thread of the group; must not throw. */
@FunctionalInterface
public interface RecoveryProgress {
    /** For those who only want the outcome. */
    RecoveryProgress NONE = (stage, found) -> {};

    /**
     * A stage begins.
     *
     * @param found what the stage before it found, key=value; for {@link RecoveryStage#REFUSED} the reason.
     */
    void onStage(RecoveryStage stage, String found);
}
