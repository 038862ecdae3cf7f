package io.vireo.node.launch;

/** The suite of the blocking client on a cluster that nothing happens to; run once with each release of the SDK that is served. */
class SdkBlockingIT extends SdkBlockingSuite {}
