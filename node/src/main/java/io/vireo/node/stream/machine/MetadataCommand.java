package io.vireo.node.stream.machine;

import io.vireo.node.stream.metadata.MetadataResult;
import io.vireo.node.stream.metadata.MetadataState;

/**
 * A change of the metadata that goes through the log: {@link StreamCommands}, {@link GroupCommands}, {@link UserCommands} and
 * {@link SystemCommands}. Immutable. Everything that is drawn or measured was decided before: salts, hashes, defaults.
 */
public interface MetadataCommand {
    /** Bytes before the command's own: version u8, three zero bytes, the actor. */
    int PREFIX_LENGTH = 16;
    /** Of the bodies. */
    int VERSION = 1;

    MetadataOperation operation();

    /** Writes its own bytes, in the order of the record's components. */
    void writeTo(BodyWriter out);

    /** Takes effect as a whole, or is refused and has none. */
    MetadataResult applyTo(MetadataState state, Caller caller, long nowMicros);

    /** The body of the request; its operation is {@link MetadataOperation#code}. */
    default byte[] encode(final Actor actor) {
        final BodyWriter out = BodyWriter.growing();
        out.u8(VERSION).u8(0).u16(0);
        actor.writeTo(out);
        writeTo(out);
        return out.toByteArray();
    }
}
