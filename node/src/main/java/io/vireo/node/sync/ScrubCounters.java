package io.vireo.node.sync;

/** What the scrubber of a group has done since the process began, across the lives of its replica. The group's thread writes and reads. */
public final class ScrubCounters {
    private long passes;
    private long askedPasses;
    private long checked;
    private long damaged;
    private long healed;

    /** Passes over all files that were completed. */
    public long passes() {
        return passes;
    }

    /** Passes that somebody asked for and that are complete, with a second try at what was known to be damaged. */
    public long askedPasses() {
        return askedPasses;
    }

    /** Chunks compared with their hashes. */
    public long checked() {
        return checked;
    }

    /** Chunks that were found damaged, each once as long as it stays so. */
    public long damaged() {
        return damaged;
    }

    /** Of these, those that are right again. */
    public long healed() {
        return healed;
    }

    void onPass() {
        passes++;
    }

    void onAskedPass() {
        askedPasses++;
    }

    void onChecked() {
        checked++;
    }

    void onDamaged() {
        damaged++;
    }

    void onHealed() {
        healed++;
    }
}
