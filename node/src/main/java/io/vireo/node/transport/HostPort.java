package io.vireo.node.transport;

import java.net.InetSocketAddress;

/**
 * An address of the configuration, "host:port" or "[ipv6]:port".
 *
 * @param host name or number, without brackets.
 * @param port 0..65535; 0 means any free one, for listening only.
 */
public record HostPort(String host, int port) {
    /** As a number, of a socket. */
    public static HostPort of(final InetSocketAddress address) {
        return new HostPort(address.getAddress().getHostAddress(), address.getPort());
    }

    /** Parses, or throws with a text that says what is wrong. */
    public static HostPort parse(final String text) {
        final int colon = text.lastIndexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("\"" + text + "\" is not host:port");
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            throw new IllegalArgumentException("\"" + text + "\": an IPv6 address needs brackets, [::1]:9090");
        }
        final int port;
        try {
            port = Integer.parseInt(text.substring(colon + 1));
        } catch (final NumberFormatException e) {
            throw new IllegalArgumentException(
                    "\"" + text + "\": \"" + text.substring(colon + 1) + "\" is not a port", e);
        }
        if (port < 0 || port > 65_535 || host.isBlank()) {
            throw new IllegalArgumentException(
                    "\"" + text + "\": " + (host.isBlank() ? "the host is empty" : "port must be 0 to 65535"));
        }
        return new HostPort(host, port);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
