package io.vireo.node.iggy;

/** get_, store_ and delete_consumer_offset. A flyweight, valid as long as the bytes of the request are. */
public final class ConsumerOffsetRequest implements Request {
    private final ConsumerScope scope = new ConsumerScope();
    private CommandCode command;
    private long offset;

    ConsumerOffsetRequest read(final CommandCode newCommand, final WireReader in) throws WireException {
        command = newCommand;
        scope.read(in);
        offset = newCommand == CommandCode.STORE_CONSUMER_OFFSET ? in.u64() : 0;
        return this;
    }

    @Override
    public CommandCode command() {
        return command;
    }

    public ConsumerScope scope() {
        return scope;
    }

    /** To be stored; 0 with the other two commands. */
    public long offset() {
        return offset;
    }
}
