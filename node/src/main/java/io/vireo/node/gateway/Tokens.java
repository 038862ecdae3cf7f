package io.vireo.node.gateway;

import io.vireo.node.iggy.Secret;

/** Makes personal access tokens. */
public interface Tokens {
    /** A new one of 50 random bytes, as text. */
    Secret create();

    /** The only thing of a token that is kept, and by which it is found; the same for the same token. */
    String hash(Secret token);
}
