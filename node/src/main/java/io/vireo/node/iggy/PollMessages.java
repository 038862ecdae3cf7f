package io.vireo.node.iggy;

/** poll_messages. A flyweight, valid as long as the bytes of the request are. */
public final class PollMessages implements Request {
    private final ConsumerScope scope = new ConsumerScope();
    private PollingKind kind;
    private long value;
    private long count;
    private boolean isAutoCommit;

    PollMessages read(final WireReader in) throws WireException {
        scope.read(in);
        kind = PollingKind.ofCode(in.u8());
        value = in.u64();
        count = in.u32();
        isAutoCommit = in.bool();
        return this;
    }

    @Override
    public CommandCode command() {
        return CommandCode.POLL_MESSAGES;
    }

    public ConsumerScope scope() {
        return scope;
    }

    public PollingKind kind() {
        return kind;
    }

    /** An offset or a timestamp in microseconds; says nothing with the other kinds. */
    public long value() {
        return value;
    }

    /** Most messages that the client wants, up to 2^32 - 1. */
    public long count() {
        return count;
    }

    public boolean isAutoCommit() {
        return isAutoCommit;
    }
}
