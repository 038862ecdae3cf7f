package io.vireo.node.stream.machine;

import java.util.function.Function;

/** Operations of the metadata group, by the code that a request carries. Codes are for ever: they stand in logs. */
public enum MetadataOperation {
    CREATE_STREAM(32, false, StreamCommands.CreateStream::read),
    UPDATE_STREAM(33, false, StreamCommands.UpdateStream::read),
    DELETE_STREAM(34, false, StreamCommands.DeleteStream::read),
    PURGE_STREAM(35, false, StreamCommands.PurgeStream::read),
    CREATE_TOPIC(36, false, StreamCommands.CreateTopic::read),
    UPDATE_TOPIC(37, false, StreamCommands.UpdateTopic::read),
    DELETE_TOPIC(38, false, StreamCommands.DeleteTopic::read),
    PURGE_TOPIC(39, false, StreamCommands.PurgeTopic::read),
    CREATE_PARTITIONS(40, false, StreamCommands.CreatePartitions::read),
    DELETE_PARTITIONS(41, false, StreamCommands.DeletePartitions::read),
    CREATE_GROUP(42, false, GroupCommands.CreateGroup::read),
    DELETE_GROUP(43, false, GroupCommands.DeleteGroup::read),
    JOIN_GROUP(44, false, GroupCommands.JoinGroup::read),
    LEAVE_GROUP(45, false, GroupCommands.LeaveGroup::read),
    CREATE_USER(46, false, UserCommands.CreateUser::read),
    DELETE_USER(47, false, UserCommands.DeleteUser::read),
    UPDATE_USER(48, false, UserCommands.UpdateUser::read),
    UPDATE_PERMISSIONS(49, false, UserCommands.UpdatePermissions::read),
    CHANGE_PASSWORD(50, false, UserCommands.ChangePassword::read),
    CREATE_TOKEN(51, false, UserCommands.CreateToken::read),
    DELETE_TOKEN(52, false, UserCommands.DeleteToken::read),
    CREATE_ROOT(53, true, UserCommands.CreateRoot::read),
    LEAVE_ALL(54, true, SystemCommands.LeaveAll::read),
    LEAVE_NODE(55, true, SystemCommands.LeaveNode::read),
    COMPLETE_REVOCATION(56, true, SystemCommands.CompleteRevocation::read),
    EXPIRE_REVOCATIONS(57, true, SystemCommands.ExpireRevocations::read),
    EXPIRE_TOKENS(58, true, SystemCommands.ExpireTokens::read),
    ACKNOWLEDGE_DROPS(59, true, SystemCommands.AcknowledgeDrops::read),
    EXPEL_NODE(60, true, SystemCommands.ExpelNode::read),
    RENEW_PARTITION(61, true, SystemCommands.RenewPartition::read);

    /** First code of the metadata's operations and queries; those of partitions follow behind {@link #LAST}. */
    public static final int FIRST = 32;

    public static final int LAST = 63;

    private static final MetadataOperation[] BY_CODE = new MetadataOperation[LAST - FIRST + 1];

    static {
        for (final MetadataOperation operation : values()) {
            BY_CODE[operation.code - FIRST] = operation;
        }
    }

    private final int code;
    private final boolean isOfSystem;
    private final Function<BodyReader, MetadataCommand> reader;

    MetadataOperation(final int code, final boolean isOfSystem, final Function<BodyReader, MetadataCommand> reader) {
        this.code = code;
        this.isOfSystem = isOfSystem;
        this.reader = reader;
    }

    /** Null if there is none. */
    static MetadataOperation of(final int code) {
        return isOfMetadata(code) ? BY_CODE[code - FIRST] : null;
    }

    static boolean isOfMetadata(final int code) {
        return code >= FIRST && code <= LAST;
    }

    public int code() {
        return code;
    }

    /** True if no user may do it, whatever its permissions are. */
    public boolean isOfSystem() {
        return isOfSystem;
    }

    MetadataCommand read(final BodyReader in) {
        return reader.apply(in);
    }
}
