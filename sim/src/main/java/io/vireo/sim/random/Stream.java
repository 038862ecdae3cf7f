package io.vireo.sim.random;

/** The uses of chance in a run. Numbers stand for ever: a seed gives the same run only as long as they do. */
public enum Stream {
    OPTIONS(1),
    NETWORK(2),
    DISK(3),
    CRASH_OUTCOME(4),
    CRASH_PLAN(5),
    PARTITION_PLAN(6),
    ROT_PLAN(7),
    WORKLOAD(8),
    CLIENT(9),
    REPLICA(10),
    NONCE(11),
    FORMAT(12),
    CLOCK(13),
    HEAL(14),
    FAILOVER_PLAN(15),
    LOSS_PLAN(16),
    SYNC_FAILURE_PLAN(17),
    FRAME_DAMAGE(20),
    LINK_FILTER_PLAN(21),
    PAUSE_PLAN(22),
    CLOCK_JUMP_PLAN(23),
    CLOCK_DRIFT(24),
    CLIENT_DEATH_PLAN(25),
    STRAY_FRAMES(26),
    DISK_WIPE(27),
    DISK_REPLACEMENT(28),
    DISK_FAULT_PLAN(30),
    LATE_FRAMES(40),
    RESIDUAL(60),
    ASSAULT(61),
    DISK_SWAP_PLAN(80),
    DISK_IMAGE_PLAN(81),
    TRANSFER_FAULT_PLAN(82),
    SUSPENSION_PLAN(83),
    /** Reads of clients that do not know who leads. */
    BLIND_READS(84),
    /** Runs of streams: sizes and mix, connections of clients, what they ask, and what gateways draw. */
    STREAM_OPTIONS(90),
    STREAM_SOCKETS(91),
    STREAM_WORKLOAD(92),
    STREAM_GATEWAYS(93),
    /** Of streams, the clients that deal with users. */
    STREAM_USERS(94),
    SCRUB_OPTIONS(100),
    /** Requests of a workload that is not the simulator's own. */
    OWN_WORKLOAD(70);

    private final int number;

    Stream(final int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
