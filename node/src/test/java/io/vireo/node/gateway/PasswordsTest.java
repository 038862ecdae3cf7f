package io.vireo.node.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.node.iggy.ClientBytes;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More passwords than can be hashed at a time: clients wait, and learn in time that it took too long. */
class PasswordsTest {
    private GatewayRig rig;
    private Client client;

    @BeforeEach
    void open(@TempDir final Path directory) {
        rig = new GatewayRig(directory);
        client = rig.client(1);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void shouldLogInALittleLaterWhenTooManyAreUnderWay() {
        rig.isHashBusy = true;
        client.send(Client.request(38, Client.login0("iggy", "iggy").bytes()));
        rig.tick();
        assertEquals(0, client.repliesCount());
        rig.isHashBusy = false;
        rig.tick();
        client.pump();
        assertEquals(0, client.next().status());
    }

    @Test
    void shouldSayThatItTookTooLongWhenItStaysSo() {
        client.login("iggy", "iggy");
        rig.isHashBusy = true;
        client.send(Client.request(
                33, new ClientBytes().str8("amy").str8("secret").u8(1).u8(0).bytes()));
        client.send(Client.request(38, Client.login0("iggy", "iggy").bytes()));
        for (int ticks = 0; ticks < 3 * GatewayRig.TIMEOUT_NS / GatewayRig.RETRY_NS; ticks++) {
            rig.tick();
            client.pump();
        }
        assertEquals(12_001, client.next().status());
        assertEquals(12_001, client.next().status());
    }
}
