package io.vireo.node.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.config.ConfigException;
import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.node.client.Outcome;
import io.vireo.node.iggy.IggyError;
import io.vireo.node.stream.StreamStatus;
import io.vireo.node.stream.machine.MachineStatus;
import io.vireo.node.stream.partition.PartitionStatus;
import java.lang.reflect.Field;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatusesTest {
    /** Numbers that a 0.8.0 client does not know. */
    private static final Map<Integer, IggyError> NEWER = Map.of(
            StreamStatus.TRANSIENT_NOT_ACCEPTED, IggyError.SHARD_COMMUNICATION_ERROR,
            StreamStatus.TOO_MANY_STREAMS, IggyError.CANNOT_CREATE_STREAM,
            StreamStatus.TOO_MANY_TOPICS, IggyError.CANNOT_CREATE_TOPIC,
            StreamStatus.PARTITION_SPACE_EXHAUSTED, IggyError.CANNOT_CREATE_PARTITION);

    @Test
    void shouldSayEveryRefusalOfTheMetadataInNumbersThatClientsKnow() throws IllegalAccessException {
        int refusals = 0;
        for (final Field field : StreamStatus.class.getFields()) {
            final int status = field.getInt(null);
            if (status != StreamStatus.OK) {
                refusals++;
                final IggyError expected = NEWER.containsKey(status) ? NEWER.get(status) : IggyError.ofCode(status);
                assertEquals(
                        expected, Statuses.error(Outcome.NOT_APPLIED, MachineStatus.ofStream(status)), field::getName);
            }
        }
        assertTrue(refusals > 30);
    }

    @Test
    void shouldTellRefusalsOfPartitionsAndOfTheReplicationApart() {
        assertNull(Statuses.error(Outcome.OK, ReplyStatus.OK));
        assertEquals(IggyError.TASK_TIMEOUT, Statuses.error(Outcome.UNKNOWN, ReplyStatus.OK));
        assertEquals(IggyError.INVALID_COMMAND, Statuses.error(Outcome.NOT_APPLIED, ReplyStatus.MALFORMED));
        assertEquals(IggyError.IO_ERROR, Statuses.error(Outcome.NOT_APPLIED, ReplyStatus.DAMAGED));
        assertEquals(IggyError.SHARD_COMMUNICATION_ERROR, Statuses.error(Outcome.NOT_APPLIED, ReplyStatus.BUSY));
        assertEquals(IggyError.INVALID_OFFSET, Statuses.error(Outcome.NOT_APPLIED, PartitionStatus.INVALID_OFFSET));
        assertEquals(
                IggyError.CANNOT_CREATE_PARTITION,
                Statuses.error(Outcome.NOT_APPLIED, PartitionStatus.TOO_MANY_PARTITIONS));
        assertEquals(
                IggyError.PARTITION_NOT_FOUND,
                Statuses.error(Outcome.NOT_APPLIED, PartitionStatus.INCARNATION_FORGOTTEN));
        assertEquals(IggyError.ERROR, Statuses.error(Outcome.NOT_APPLIED, PartitionStatus.TOO_MANY_CONSUMERS));
    }

    @Test
    void shouldRefuseSettingsInWhichAMessageDoesNotFitABatch() {
        final GatewaySettings valid = GatewayRig.SETTINGS;
        assertThrows(
                ConfigException.class,
                () -> new GatewaySettings(
                        0,
                        valid.limits(),
                        valid.topicDefaults(),
                        valid.messageSizeMax(),
                        valid.messageSizeMax() + 39,
                        valid.pollAnswerMax(),
                        1,
                        1,
                        1,
                        1,
                        1));
    }
}
