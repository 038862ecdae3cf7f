package io.vireo.sim;

import io.vireo.sim.cluster.ClusterOptions;
import io.vireo.sim.workload.Payload;

/** What of a run can be made smaller, in the order in which that pays. */
public enum SizeLimit {
    REQUESTS(1),
    CLIENTS(1),
    IN_FLIGHT(1),
    PAYLOAD_BYTES(Payload.LENGTH_MIN),
    /** Of 16 appends, how many come with a read. */
    READS(0),
    REPLICAS(1);

    private final int min;

    SizeLimit(final int min) {
        this.min = min;
    }

    /** The smallest value. */
    public int min() {
        return min;
    }

    /** Name in lower camel case. */
    public String label() {
        return switch (this) {
            case REQUESTS -> "requests";
            case CLIENTS -> "clients";
            case IN_FLIGHT -> "inFlight";
            case PAYLOAD_BYTES -> "payloadBytes";
            case READS -> "reads";
            case REPLICAS -> "replicas";
        };
    }

    /** What it is in these options. */
    public int of(final ClusterOptions options) {
        return switch (this) {
            case REQUESTS -> options.requests();
            case CLIENTS -> options.clients();
            case IN_FLIGHT -> options.inFlight();
            case PAYLOAD_BYTES -> options.payloadMax();
            case READS -> options.readOf16();
            case REPLICAS -> options.replicas();
        };
    }
}
