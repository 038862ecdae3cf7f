package io.vireo.node.launch;

/** The suite of the asynchronous client on a cluster that nothing happens to. */
class SdkAsyncIT extends SdkAsyncSuite {}
