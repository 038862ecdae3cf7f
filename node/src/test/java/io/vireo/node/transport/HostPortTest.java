package io.vireo.node.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {
    @Test
    void shouldParseWhenAddressIsWritten() {
        assertEquals(new HostPort("localhost", 9090), HostPort.parse("localhost:9090"));
        assertEquals(new HostPort("::1", 0), HostPort.parse("[::1]:0"));
        assertEquals("[::1]:7", new HostPort("::1", 7).toString());
        assertEquals("10.0.0.1:65535", HostPort.parse("10.0.0.1:65535").toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "host", ":1", "host:", "host:x", "host:65536", "host:-1", "::1:80", " :5"})
    void shouldNameTheAddressWhenItIsNone(final String text) {
        final IllegalArgumentException failure =
                assertThrows(IllegalArgumentException.class, () -> HostPort.parse(text));
        assertEquals(0, failure.getMessage().indexOf("\"" + text + "\""), failure.getMessage());
    }
}
