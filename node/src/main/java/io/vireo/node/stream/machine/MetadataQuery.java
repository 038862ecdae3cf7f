package io.vireo.node.stream.machine;

import io.vireo.node.stream.metadata.MetadataState;

/** A question to the metadata that changes nothing: {@link TopicQueries}, {@link UserQueries} and {@link SystemQueries}. Immutable. */
public interface MetadataQuery {
    /** Bytes before the query's own: kind u8, version u8, two zero bytes, the actor. */
    int PREFIX_LENGTH = 16;

    int VERSION = 2;

    QueryKind kind();

    /** Writes its own bytes, in the order of the record's components. */
    void writeTo(BodyWriter out);

    /** Writes the answer, as far as it fits, unless it refuses by one of the numbers of {@link io.vireo.node.stream.StreamStatus}. */
    int answerTo(MetadataState state, Caller caller, BodyWriter out);

    /** The body of the read. */
    default byte[] encode(final Actor actor) {
        final BodyWriter out = BodyWriter.growing();
        out.u8(kind().code()).u8(VERSION).u16(0);
        actor.writeTo(out);
        writeTo(out);
        return out.toByteArray();
    }
}
