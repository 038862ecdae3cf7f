package io.vireo.node.iggy;

import io.vireo.node.iggy.Request.Bare;
import io.vireo.node.iggy.Request.OnGroup;
import io.vireo.node.iggy.Request.OnStream;
import io.vireo.node.iggy.Request.OnTopic;
import io.vireo.node.iggy.Request.OnUser;
import io.vireo.node.iggy.TopicRequest.TopicSettings;
import io.vireo.node.stream.Permissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.agrona.DirectBuffer;

/**
 * Turns the payload of a request into a {@link Request}: the one place that knows the format of every command. First the format is read
 * to its end, then limits are checked, field by field. One per gateway: polls, sends and offset commands are returned as flyweights of
 * this decoder, which allocate nothing and stand until the next call.
 */
public final class RequestDecoder {
    private static final int STATUS_ACTIVE = 1;
    private static final int STATUS_INACTIVE = 2;

    private final WireReader in = new WireReader();
    private final PollMessages pollMessages = new PollMessages();
    private final ConsumerOffsetRequest consumerOffset = new ConsumerOffsetRequest();
    private final SendMessages sendMessages;

    /** @param messageSizeMax bytes of one message with its header, user headers and payload. */
    public RequestDecoder(final int messageSizeMax) {
        sendMessages = new SendMessages(messageSizeMax);
    }

    /** @throws WireException with the status to answer, if the bytes are no valid request of this command. */
    public Request decode(final CommandCode command, final DirectBuffer buffer, final int offset, final int length)
            throws WireException {
        in.wrap(buffer, offset, length);
        final Request request = read(command);
        in.end();
        request.validate();
        return request;
    }

    /** Arguments are evaluated from left to right: the order of the components is the order on the wire. */
    private Request read(final CommandCode command) throws WireException {
        return switch (command) {
            case PING,
                    GET_STATS,
                    GET_CLUSTER_METADATA,
                    GET_ME,
                    GET_CLIENTS,
                    GET_USERS,
                    LOGOUT_USER,
                    GET_TOKENS,
                    GET_STREAMS -> new Bare(command);
            case GET_SNAPSHOT -> new ServerRequest.GetSnapshot(in.u8(), snapshotTypes());
            case GET_CLIENT -> new ServerRequest.GetClient(in.u32Bits());
            case GET_USER, DELETE_USER -> new OnUser(command, in.id());
            case CREATE_USER -> new UserRequest.CreateUser(in.str8(), secret(), isActive(), optionalPermissions());
            case UPDATE_USER -> new UserRequest.UpdateUser(in.id(), optionalName(), optionalStatus());
            case UPDATE_PERMISSIONS -> new UserRequest.UpdatePermissions(in.id(), optionalPermissions());
            case CHANGE_PASSWORD -> new UserRequest.ChangePassword(in.id(), secret(), secret());
            case LOGIN_USER -> new UserRequest.LoginUser(in.str8(), secret(), in.str32(), in.str32());
            case CREATE_TOKEN -> new UserRequest.CreateToken(in.str8(), in.u64());
            case DELETE_TOKEN -> new UserRequest.DeleteToken(in.str8());
            case LOGIN_WITH_TOKEN -> new UserRequest.LoginWithToken(secret());
            case POLL_MESSAGES -> pollMessages.read(in);
            case SEND_MESSAGES -> sendMessages.read(in);
            case FLUSH_UNSAVED_BUFFER -> new TopicRequest.FlushUnsavedBuffer(in.id(), in.id(), in.u32Bits(), in.bool());
            case GET_CONSUMER_OFFSET, STORE_CONSUMER_OFFSET, DELETE_CONSUMER_OFFSET -> consumerOffset.read(command, in);
            case GET_STREAM, DELETE_STREAM, PURGE_STREAM, GET_TOPICS -> new OnStream(command, in.id());
            case CREATE_STREAM -> new TopicRequest.CreateStream(in.str8());
            case UPDATE_STREAM -> new TopicRequest.UpdateStream(in.id(), in.str8());
            case GET_TOPIC, DELETE_TOPIC, PURGE_TOPIC, GET_CONSUMER_GROUPS -> new OnTopic(command, in.id(), in.id());
            case CREATE_TOPIC -> new TopicRequest.CreateTopic(in.id(), in.u32Bits(), topicSettings(), in.str8());
            case UPDATE_TOPIC -> new TopicRequest.UpdateTopic(in.id(), in.id(), topicSettings(), in.str8());
            case CREATE_PARTITIONS, DELETE_PARTITIONS ->
                new TopicRequest.ChangePartitions(command, in.id(), in.id(), in.u32Bits());
            case DELETE_SEGMENTS -> new TopicRequest.DeleteSegments(in.id(), in.id(), in.u32Bits(), in.u32());
            case CREATE_CONSUMER_GROUP -> new TopicRequest.CreateGroup(in.id(), in.id(), in.str8());
            case GET_CONSUMER_GROUP, DELETE_CONSUMER_GROUP, JOIN_CONSUMER_GROUP, LEAVE_CONSUMER_GROUP ->
                new OnGroup(command, in.id(), in.id(), in.id());
        };
    }

    private Secret secret() throws WireException {
        return new Secret(in.str8());
    }

    private boolean isActive() throws WireException {
        final int status = in.u8();
        if (status != STATUS_ACTIVE && status != STATUS_INACTIVE) {
            throw new WireException(IggyError.INVALID_USER_STATUS, "user status " + status);
        }
        return status == STATUS_ACTIVE;
    }

    private Optional<String> optionalName() throws WireException {
        return in.bool() ? Optional.of(in.str8()) : Optional.empty();
    }

    private Optional<Boolean> optionalStatus() throws WireException {
        return in.bool() ? Optional.of(isActive()) : Optional.empty();
    }

    private Optional<Permissions> optionalPermissions() throws WireException {
        return in.bool() ? Optional.of(PermissionsCodec.read(in)) : Optional.empty();
    }

    private TopicSettings topicSettings() throws WireException {
        return new TopicSettings(in.u8(), in.u64(), in.u64(), in.u8());
    }

    private List<Integer> snapshotTypes() throws WireException {
        final int count = in.u8();
        final List<Integer> types = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            types.add(in.u8());
        }
        return types;
    }
}
