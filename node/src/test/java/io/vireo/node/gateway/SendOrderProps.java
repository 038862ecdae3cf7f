package io.vireo.node.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.node.iggy.ClientBytes;
import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.machine.Actor;
import io.vireo.node.stream.machine.StreamCommands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;

/** Sends of one connection while what they go to is purged, and partitions come and go. */
class SendOrderProps {
    private static final Pattern TEXT = Pattern.compile("<(\\d+) of (\\w+)>");
    private static final int PARTITIONS_MAX = 5;
    private static final int OK = 0;
    private static final int TRY_AGAIN = 11001;
    private static final int TIMED_OUT = 12001;
    private static final int NO_PARTITION = 3007;

    private Path directory;
    private GatewayRig rig;

    @BeforeTry
    void open() throws IOException {
        directory = Files.createTempDirectory("vireo-order");
        rig = new GatewayRig(directory);
    }

    @AfterTry
    void close() throws IOException {
        rig.close();
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(SendOrderProps::delete);
        }
    }

    /**
     * Whatever is purged and deleted, and seen late: in each life of a partition messages are in the order in which the client sent them, and
     * so are those of a key over all partitions; what was acknowledged was written once, and what was refused was not.
     */
    @Property(tries = 150)
    void shouldKeepTheOrderOfSendsWhateverBecomesOfTheirPartitions(@ForAll final Random random) {
        final Client client = rig.root(1);
        int partitions = 1 + random.nextInt(3);
        Scripts.makeTopic(client, partitions);
        rig.groups.isHolding = true;
        final List<String> hows = hows(random);
        final int changes = 2 + random.nextInt(8);
        final int outcomes = 2 + random.nextInt(3);
        rig.groups.isHoldingReads = random.nextInt(3) == 0;
        int sends = 0;
        for (int i = 0; i < 200; i++) {
            switch (random.nextInt(changes + 8)) {
                case 0 -> {
                    rig.groups.isCarrying = random.nextBoolean();
                    rig.groups.isLagging = random.nextBoolean();
                    partitions = change(random, partitions);
                }
                case 1 -> rig.groups.carry();
                case 2 -> rig.groups.catchUp();
                case 3 -> rig.tick();
                default -> {
                    final String how = hows.get(random.nextInt(hows.size()));
                    final String text = "<" + sends++ + " of " + how + ">";
                    client.send(Client.request(101, Client.messages("s", "t", partitioning(how), text)));
                }
            }
            for (int k = random.nextInt(outcomes); k > 0; k--) {
                rig.groups.release(random);
            }
            client.pump();
        }
        settle(client, sends, random);
        final List<Integer> statuses = new ArrayList<>();
        while (client.repliesCount() > 0) {
            statuses.add(client.next().status());
        }
        assertEquals(sends, statuses.size());
        checkWritten(statuses);
        checkOrder();
    }

    /** One or a few, so that sends meet. */
    private static List<String> hows(final Random random) {
        final List<String> all = new ArrayList<>(List.of("p0", "p1", "p2", "ka", "kb", "kc", "any"));
        Collections.shuffle(all, random);
        return all.subList(0, 1 + random.nextInt(3));
    }

    private int change(final Random random, final int partitions) {
        final Identifier stream = Identifier.of("s");
        final Identifier topic = Identifier.of("t");
        final int kind = random.nextInt(3);
        if (kind == 0 && partitions < PARTITIONS_MAX) {
            rig.groups.command(new StreamCommands.CreatePartitions(stream, topic, 1), Actor.SYSTEM);
            return partitions + 1;
        }
        if (kind == 1 && partitions > 1) {
            rig.groups.command(new StreamCommands.DeletePartitions(stream, topic, 1), Actor.SYSTEM);
            return partitions - 1;
        }
        rig.groups.command(new StreamCommands.PurgeTopic(stream, topic), Actor.SYSTEM);
        return partitions;
    }

    private void settle(final Client client, final int sends, final Random random) {
        rig.groups.isCarrying = true;
        rig.groups.carry();
        rig.groups.catchUp();
        for (int i = 0; i < 100 && client.repliesCount() < sends; i++) {
            while (rig.groups.release(random)) {
                client.pump();
            }
            rig.tick();
        }
    }

    private void checkWritten(final List<Integer> statuses) {
        final TreeMap<Integer, Integer> counts = new TreeMap<>();
        for (final Groups.Appended each : rig.groups.appended) {
            counts.merge(number(each), 1, Integer::sum);
        }
        for (int send = 0; send < statuses.size(); send++) {
            final int status = statuses.get(send);
            assertTrue(List.of(OK, TRY_AGAIN, TIMED_OUT, NO_PARTITION).contains(status), "status " + status);
            assertEquals(status == OK ? 1 : 0, counts.getOrDefault(send, 0), "send " + send + " of status " + status);
        }
    }

    private void checkOrder() {
        final TreeMap<String, Integer> last = new TreeMap<>();
        for (final Groups.Appended each : rig.groups.appended) {
            final int number = number(each);
            final List<String> orders = new ArrayList<>(List.of(each.namespace() + " in " + each.incarnation()));
            final String how = how(each);
            if (how.startsWith("k")) {
                orders.add(how);
            }
            for (final String order : orders) {
                final Integer before = last.put(order, number);
                assertFalse(before != null && before > number, () -> number + " behind " + before + " of " + order);
            }
        }
    }

    private static byte[] partitioning(final String how) {
        return switch (how.charAt(0)) {
            case 'p' -> Client.toPartition(how.charAt(1) - '0');
            case 'k' -> new ClientBytes().u8(3).u8(1).u8(how.charAt(1)).bytes();
            default -> new ClientBytes().u8(1).u8(0).bytes();
        };
    }

    private static int number(final Groups.Appended appended) {
        return Integer.parseInt(match(appended).group(1));
    }

    private static String how(final Groups.Appended appended) {
        return match(appended).group(2);
    }

    private static Matcher match(final Groups.Appended appended) {
        final Matcher matcher = TEXT.matcher(appended.bytes());
        assertTrue(matcher.find());
        return matcher;
    }

    private static void delete(final Path path) {
        try {
            Files.delete(path);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
