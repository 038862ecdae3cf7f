package io.vireo.node.iggy;

import io.vireo.node.stream.Identifier;

/**
 * A request as {@link RequestDecoder} reads it: immutable, but for the flyweights of the frequent ones. Commands of one shape share a
 * class; {@link #command} tells which one it is. Numbers are unsigned unless a record says more.
 */
public sealed interface Request
        permits Request.Bare,
                Request.OnStream,
                Request.OnTopic,
                Request.OnGroup,
                Request.OnUser,
                ServerRequest,
                UserRequest,
                TopicRequest,
                PollMessages,
                SendMessages,
                ConsumerOffsetRequest {
    CommandCode command();

    /** Checks what needs no state; a format that is read has been checked before. */
    default void validate() throws WireException {}

    /** A command without payload. */
    record Bare(CommandCode command) implements Request {}

    /** get_stream, get_topics, delete_stream, purge_stream. */
    record OnStream(CommandCode command, Identifier stream) implements Request {}

    /** get_topic, get_consumer_groups, delete_topic, purge_topic. */
    record OnTopic(CommandCode command, Identifier stream, Identifier topic) implements Request {}

    /** get_, delete_, join_, leave_consumer_group. */
    record OnGroup(CommandCode command, Identifier stream, Identifier topic, Identifier group) implements Request {}

    /** get_user, delete_user. */
    record OnUser(CommandCode command, Identifier user) implements Request {}
}
