package io.vireo.sim.audit;

import io.vireo.sim.audit.StreamHistory.Life;
import io.vireo.sim.audit.StreamHistory.Message;
import io.vireo.sim.audit.StreamHistory.Partition;
import java.util.List;

/** A stream with one topic of one partition, whose events are counted by hand. */
final class StreamRig {
    static final int GROUP = 1;
    static final long NAMESPACE = 7;

    final Rig rig = new Rig();
    long event = 1;
    final StreamHistory history = new StreamHistory(() -> event);

    StreamRig() {
        begin(1);
    }

    /** The partition has this incarnation from now on, and no other. */
    Life begin(final long incarnation) {
        history.onPartitions(List.of(new Partition(NAMESPACE, incarnation, GROUP, "s", "t", 0)));
        event++;
        return history.life(NAMESPACE, incarnation);
    }

    /** A message of client 3. */
    static Message message(final long sequence) {
        return new Message(3, 1, sequence);
    }
}
