package io.vireo.sim.fault;

import io.vireo.journal.message.Command;
import io.vireo.sim.random.Draws;

/**
 * Every frame of one command gets lost for a while, on one link or on all links that go out of or into a replica: what a middlebox or a
 * size limit on a path does, and the shortest way to an exchange of which one half is missing.
 *
 * @param other the far end of the one link.
 */
public record LinkFilterPoint(int permille, Command command, Scope scope, int replica, int other, long durationNs)
        implements Disturbance {
    /** Which links. */
    public enum Scope {
        ONE_LINK,
        OUT_OF_REPLICA,
        INTO_REPLICA
    }

    private static final long MILLIS = 1_000_000L;
    private static final Scope[] SCOPES = Scope.values();
    /** What replicas send each other. */
    private static final Command[] COMMANDS = {
        Command.PREPARE,
        Command.PREPARE_OK,
        Command.COMMIT,
        Command.COMMIT_OK,
        Command.START_VIEW_CHANGE,
        Command.DO_VIEW_CHANGE,
        Command.START_VIEW,
        Command.REQUEST_START_VIEW,
        Command.REQUEST_HEADERS,
        Command.HEADERS,
        Command.REQUEST_PREPARE,
        Command.REQUEST_CHECKPOINT,
        Command.CHECKPOINT,
        Command.REQUEST_CHUNK,
        Command.CHUNK
    };

    static LinkFilterPoint draw(final Draws draws, final int replicas) {
        final int replica = draws.nextInt(replicas);
        return new LinkFilterPoint(
                draws.nextInt(1_000),
                COMMANDS[draws.nextInt(COMMANDS.length)],
                SCOPES[draws.nextInt(SCOPES.length)],
                replica,
                (replica + draws.between(1, replicas - 1)) % replicas,
                draws.logUniform(100 * MILLIS, 8_000 * MILLIS));
    }

    /** True if frames of the command get lost on this link. */
    public boolean isLost(final int from, final int to) {
        return switch (scope) {
            case ONE_LINK -> from == replica && to == other;
            case OUT_OF_REPLICA -> from == replica;
            case INTO_REPLICA -> to == replica;
        };
    }

    @Override
    public boolean isAmong(final int replicas) {
        return replica < replicas && (scope != Scope.ONE_LINK || other < replicas);
    }
}
