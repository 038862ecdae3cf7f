package io.vireo.node.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.node.iggy.ClientBytes;
import io.vireo.node.iggy.CommandCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;

class GatewayProps {
    private Path directory;
    private GatewayRig rig;

    @BeforeTry
    void open() throws IOException {
        directory = Files.createTempDirectory("vireo-gateway");
        rig = new GatewayRig(directory);
    }

    @AfterTry
    void close() throws IOException {
        rig.close();
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(GatewayProps::delete);
        }
    }

    /** Whatever the order of the outcomes: each response is that to its own request, and sends keep their order. */
    @Property(tries = 60)
    void shouldAnswerInTheOrderOfTheRequests(@ForAll final Random random) {
        final Client client = rig.root(1);
        Scripts.makeTopic(client, 3);
        client.produce(0, "p0");
        client.produce(1, "p1");
        rig.groups.isHolding = true;
        final List<String> expected = new ArrayList<>();
        final List<String> sent = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            switch (random.nextInt(4)) {
                case 0 -> {
                    sent.add("m" + i);
                    client.send(Client.request(101, Client.messages("s", "t", Client.toPartition(2), "m" + i)));
                    expected.add("0 ");
                }
                case 1 -> {
                    final int partition = random.nextInt(2);
                    client.send(Client.request(
                            100, Client.poll(1, 7, partition, 1, 0, 9, false).bytes()));
                    expected.add("0 [p" + partition + "]");
                }
                case 2 -> {
                    client.send(Client.request(1000 + i, new byte[random.nextInt(9)]));
                    expected.add("3 ");
                }
                default -> {
                    client.send(Client.request(203, Client.ids("none").bytes()));
                    expected.add("1009 ");
                }
            }
            for (int k = random.nextInt(3); k > 0; k--) {
                rig.groups.release(random);
            }
        }
        do {
            client.pump();
        } while (rig.groups.release(random));
        for (final String each : expected) {
            final Client.Reply reply = client.next();
            assertEquals(
                    each,
                    reply.status() + " "
                            + (reply.bytes().length == 0 ? "" : reply.messages().toString()));
        }
        assertEquals(0, client.repliesCount());
        rig.groups.isHolding = false;
        assertEquals(
                sent, client.call(100, Client.poll(1, 7, 2, 1, 0, 99, false)).messages());
    }

    @Property(tries = 150)
    void shouldStayUsableWhateverAClientSends(@ForAll final Random random) {
        final Client client = rig.root(1);
        Scripts.makeTopic(client, 1);
        final CommandCode[] commands = CommandCode.values();
        int requests = 0;
        for (int i = 0; i < 40; i++) {
            final CommandCode command = commands[random.nextInt(commands.length)];
            if (command == CommandCode.LOGOUT_USER) {
                continue;
            }
            final byte[] payload = new byte[random.nextInt(60)];
            for (int k = 0; k < payload.length; k++) {
                // Small numbers are lengths and kinds that lead further in.
                payload[k] = (byte) (random.nextBoolean() ? random.nextInt(5) : random.nextInt());
            }
            client.send(Client.request(command.code(), payload));
            requests++;
        }
        for (int i = 0; i < 12; i++) {
            rig.tick();
        }
        assertEquals(requests, client.repliesCount());
        client.send(Client.request(1, new byte[0]));
        assertEquals(requests + 1, client.repliesCount());
    }

    /** A client that sends polls and reads nothing costs its bound and no more, and gets all of it when it reads. */
    @Property(tries = 25)
    void shouldBoundMemoryWhenAClientDoesNotRead(@ForAll final Random random) {
        final Client client = rig.root(1);
        Scripts.makeTopic(client, 1);
        for (int i = 0; i < 4; i++) {
            client.produce(0, "x".repeat(3000));
        }
        rig.groups.isHolding = random.nextBoolean();
        client.isReading = false;
        final int polls = 60;
        final ClientBytes requests = new ClientBytes();
        for (int i = 0; i < polls; i++) {
            requests.raw(
                    Client.request(100, Client.poll(1, 7, 0, 1, 0, 9, false).bytes()));
        }
        client.send(requests.bytes());
        final long bound = GatewayRig.OUTPUT_MAX + 4L * GatewayConnection.RECEIVE_MAX;
        for (int i = 0; i < 100; i++) {
            rig.groups.release(random);
            client.pump();
            assertTrue(client.connection.memoryBytes() <= bound, () -> client.connection.memoryBytes() + " bytes");
            assertTrue(client.connection.outputLength() <= GatewayRig.OUTPUT_MAX);
            assertTrue(rig.groups.heldCount() <= GatewayRig.INFLIGHT_MAX);
        }
        assertEquals(0, client.connection.receiveMax(), "the socket is left alone");
        client.isReading = true;
        client.pump();
        while (rig.groups.release(random)) {
            client.pump();
        }
        assertEquals(polls, client.repliesCount());
        for (int i = 0; i < polls; i++) {
            assertEquals(4, client.next().messages().size());
        }
    }

    /** Many clients that send much: what is under way of all together is bounded, the rest waits in the sockets, and nobody is forgotten. */
    @Property(tries = 25)
    void shouldBoundWhatIsUnderWayOfAllConnectionsTogether(@ForAll final Random random) {
        final Client root = rig.root(99);
        Scripts.makeTopic(root, 8);
        final List<Client> clients = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            clients.add(rig.root(i));
            clients.get(i).produce(i, "first");
        }
        rig.groups.isHolding = true;
        final int[] sent = new int[clients.size()];
        for (int i = 0; i < 40; i++) {
            final int chosen = random.nextInt(clients.size());
            if (i == 30) {
                clients.get(0).connection.onClosed();
            }
            final String text = "x".repeat(1 + random.nextInt(3000));
            clients.get(chosen).send(Client.request(101, Client.messages("s", "t", Client.toPartition(chosen), text)));
            sent[chosen]++;
            for (int k = random.nextInt(3); k > 0; k--) {
                rig.groups.release(random);
            }
            assertTrue(rig.gateway.memory().bytes() <= GatewayRig.REQUEST_BYTES_MAX);
        }
        while (rig.groups.release(random)) {
            clients.forEach(Client::pump);
            assertTrue(rig.gateway.memory().bytes() <= GatewayRig.REQUEST_BYTES_MAX);
        }
        for (int i = 1; i < clients.size(); i++) {
            assertEquals(sent[i], clients.get(i).repliesCount(), "of client " + i);
        }
        assertEquals(0, rig.gateway.memory().bytes());
    }

    private static void delete(final Path path) {
        try {
            Files.delete(path);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
