package io.vireo.node.gateway;

import io.vireo.node.iggy.Secret;
import java.util.function.Consumer;

/**
 * Makes and checks salted hashes of passwords, which takes long on purpose and so happens on other threads. Each call is answered once, on
 * the thread of the gateway; where too many are under way at once by {@code onBusy}, and nothing is done.
 */
public interface PasswordHash {
    /** @param onHash takes the hash with its salt and costs, as text. */
    void hash(Secret password, Consumer<String> onHash, Runnable onBusy);

    /**
     * Whether the password is that of the hash.
     *
     * @param hash null if nobody has the name that was given: answered with false, after as long a time as any other.
     */
    void verify(Secret password, String hash, Consumer<Boolean> onVerified, Runnable onBusy);
}
