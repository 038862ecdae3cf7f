package io.vireo.node.launch;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** What this machine is called. */
final class Hosts {
    private Hosts() {}

    /** Its name, or that of loopback where it has none that can be looked up. */
    static String name() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (final UnknownHostException e) {
            return InetAddress.getLoopbackAddress().getHostName();
        }
    }
}
